"""Who has what, from the set of facts alone."""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.facts import UnknownFact
from sync.ingest.ledger import (
    Borrow,
    Happening,
    ItemLedger,
    ItemState,
    LoanState,
    Return,
    happening,
    item_ledger,
    timeline,
)
from sync.stamp import Clock, Stamp
from sync.wire import Entry, decode_line
from tests.sync.ingest.cabinet import NOON_MS, Cabinet

HOUR_MS = 3_600_000


def borrow(
    seq: int, at_ms: int | None, *, cabinet: str = "A03", epoch: str = "e1", sure: bool = True, resident: str = "ann"
) -> Borrow:
    return Borrow(
        item="00000018",
        cabinet=cabinet,
        epoch=epoch,
        seq=seq,
        at_ms=at_ms,
        sure=sure and at_ms is not None,
        door=2,
        interrupted=False,
        resident=resident,
        due=None,
        over_limit=False,
    )


def give_back(
    seq: int, at_ms: int | None, *, cabinet: str = "A03", epoch: str = "e1", sure: bool = True, seen: bool = True
) -> Return:
    return Return(
        item="00000018",
        cabinet=cabinet,
        epoch=epoch,
        seq=seq,
        at_ms=at_ms,
        sure=sure and at_ms is not None,
        door=2,
        interrupted=False,
        seen=seen,
    )


def told(folded: ItemLedger) -> list[tuple[str, str, str | None]]:
    """The loans as (who, how it stands, what ended it)."""
    return [
        (loan.borrow.resident, loan.state.value, None if loan.end is None else loan.end.fact_id)
        for loan in folded.loans
    ]


def test_an_item_nobody_touched_has_no_state() -> None:
    assert item_ledger([]) == ItemLedger()
    assert ItemLedger().state is None


def test_a_borrow_is_an_open_loan_and_the_item_is_out() -> None:
    folded = item_ledger([borrow(1, 100)])
    assert told(folded) == [("ann", "open", None)]
    assert folded.state is ItemState.OUT


def test_a_return_closes_the_loan_and_only_a_seen_one_says_the_item_is_in() -> None:
    taken = borrow(1, 100)
    for seen, state in ((True, ItemState.IN), (False, ItemState.RETURNED_UNSEEN)):
        folded = item_ledger([taken, give_back(2, 200, seen=seen)])
        assert told(folded) == [("ann", "returned", "A03.e1.2")]
        assert folded.state is state
        assert folded.unclaimed == ()


def test_a_return_at_another_cabinet_closes_the_loan_even_if_it_arrives_first() -> None:
    back, taken = give_back(9, 200, cabinet="B07"), borrow(1, 100)
    assert told(item_ledger([back, taken])) == [("ann", "returned", "B07.e1.9")]


def test_a_second_borrow_presumes_the_first_closed() -> None:
    folded = item_ledger(
        [borrow(1, 100), borrow(7, 300, cabinet="B07", resident="bo"), give_back(8, 400, cabinet="B07")]
    )
    assert told(folded) == [("ann", "presumed_closed", "B07.e1.7"), ("bo", "returned", "B07.e1.8")]


def test_a_return_without_a_borrow_waits_for_its_borrower() -> None:
    first, second = give_back(1, 100), give_back(2, 200)
    folded = item_ledger([first, second])
    assert (folded.loans, folded.unclaimed) == ((), (first, second))
    late = borrow(5, 50, cabinet="B07")
    folded = item_ledger([first, second, late])
    assert told(folded) == [("ann", "returned", "A03.e1.1")]
    assert folded.unclaimed == (second,)


def test_seq_outranks_a_clock_that_stepped_back() -> None:
    taken, back, again = borrow(1, 500), give_back(2, 100), borrow(3, 120, resident="bo")
    assert timeline([again, back, taken]) == (taken, back, again)


def test_a_step_back_does_not_put_a_later_event_before_another_cabinets() -> None:
    taken, back, elsewhere = borrow(1, 500), give_back(2, 100), give_back(4, 300, cabinet="B07")
    assert timeline([elsewhere, taken, back]) == (elsewhere, taken, back)


def test_a_fact_without_a_time_follows_the_one_before_it_in_its_cabinet() -> None:
    taken, back, elsewhere = borrow(1, 100), give_back(2, None), borrow(3, 200, cabinet="B07", resident="bo")
    assert timeline([elsewhere, back, taken]) == (taken, back, elsewhere)


def test_a_fact_without_a_time_precedes_the_one_after_it_in_its_cabinet() -> None:
    back, taken, elsewhere = give_back(1, None), borrow(2, 300), borrow(3, 200, cabinet="B07", resident="bo")
    assert timeline([taken, elsewhere, back]) == (elsewhere, back, taken)


def test_without_any_time_a_cabinets_facts_stand_last_and_nobody_is_blamed_for_it() -> None:
    taken, back = borrow(1, 100), give_back(1, None, cabinet="A01")
    folded = item_ledger([back, taken])
    assert told(folded) == [("ann", "returned", "A01.e1.1")]
    assert folded.loans[0].time_unsure


def test_a_floor_orders_but_is_not_sure() -> None:
    taken, back = borrow(1, 100), give_back(1, 150, cabinet="B07", sure=False)
    loan = item_ledger([back, taken]).loans[0]
    assert (loan.state, loan.time_unsure) == (LoanState.RETURNED, True)
    assert not item_ledger([taken, give_back(2, 150)]).loans[0].time_unsure


def test_epochs_of_one_cabinet_follow_each_other_and_never_mingle() -> None:
    old: list[Happening] = [borrow(1, 100, epoch="ff"), give_back(2, 900, epoch="ff")]
    new: list[Happening] = [borrow(1, 300, epoch="00", resident="bo"), give_back(2, 310, epoch="00")]
    assert timeline([*new, *old]) == (*old, *new)


def test_an_epoch_without_a_time_follows_those_with_one() -> None:
    old, new = borrow(1, 100, epoch="ff"), give_back(1, None, epoch="00")
    assert timeline([new, old]) == (old, new)


def test_equal_times_are_ordered_by_cabinet_the_same_way_everywhere() -> None:
    here, there = borrow(1, 100), borrow(1, 100, cabinet="B07", resident="bo")
    assert timeline([there, here]) == timeline([here, there]) == (here, there)


def entry(line: bytes) -> Entry:
    return decode_line(line)


def test_facts_become_happenings_with_all_that_the_ledger_needs() -> None:
    cabinet = Cabinet()
    cabinet.browse()
    cabinet.borrow("00000018")
    cabinet.give_back("00000018", NOON_MS + 5, seen=False, clock="floor")
    nothing, taken, back = (happening(entry(line)) for line in cabinet.lines)
    assert nothing is None
    assert taken == Borrow(
        item="00000018",
        cabinet="A03",
        epoch=cabinet.epoch,
        seq=2,
        at_ms=NOON_MS,
        sure=True,
        door=2,
        interrupted=False,
        resident="0123456789ab",
        due="2026-01-15",
        over_limit=False,
    )
    assert back == Return(
        item="00000018",
        cabinet="A03",
        epoch=cabinet.epoch,
        seq=3,
        at_ms=NOON_MS + 5,
        sure=False,
        door=2,
        interrupted=False,
        seen=False,
    )


def test_a_fact_of_a_later_version_moves_nothing() -> None:
    stamp = Stamp(boot="0" * 16, uptime_ms=1, clock=Clock.NTP, utc_ms=NOON_MS)
    fact = UnknownFact(type="locker.item.borrowed.v2", raw=b"{}")
    assert happening(Entry(cabinet="A03", epoch="e1", seq=1, stamp=stamp, fact=fact)) is None


MAKERS: st.SearchStrategy[Callable[..., Happening]] = st.sampled_from([borrow, give_back])
times = st.one_of(st.none(), st.integers(0, 50))


@st.composite
def happenings(draw: st.DrawFn) -> list[Happening]:
    """One item's life at up to three cabinets, two epochs each, with clocks that lie, step back and forget."""
    found: list[Happening] = []
    for cabinet in draw(st.lists(st.sampled_from(["A03", "B07", "C11"]), max_size=3, unique=True)):
        for epoch in draw(st.lists(st.sampled_from(["00", "ff"]), min_size=1, max_size=2, unique=True)):
            for seq in draw(st.lists(st.integers(1, 9), max_size=5, unique=True)):
                make = draw(MAKERS)
                found.append(make(seq, draw(times), cabinet=cabinet, epoch=epoch, sure=draw(st.booleans())))
    return found


@given(happenings(), st.randoms(use_true_random=False))
def test_order_and_redelivery_are_no_inputs(found: list[Happening], chance: random.Random) -> None:
    again = found + chance.choices(found, k=3) if found else []
    chance.shuffle(again)
    assert item_ledger(again) == item_ledger(found)


@given(happenings())
def test_within_an_epoch_seq_is_the_order(found: list[Happening]) -> None:
    seen: dict[tuple[str, str], int] = defaultdict(int)
    for each in timeline(found):
        assert each.seq > seen[each.cabinet, each.epoch]
        seen[each.cabinet, each.epoch] = each.seq


@given(happenings())
def test_every_borrow_is_one_loan_and_every_return_ends_one_or_waits(found: list[Happening]) -> None:
    folded = item_ledger(found)
    assert sorted(loan.borrow.fact_id for loan in folded.loans) == sorted(
        each.fact_id for each in found if isinstance(each, Borrow)
    )
    ends = [loan.end.fact_id for loan in folded.loans if isinstance(loan.end, Return)]
    assert sorted([*ends, *(each.fact_id for each in folded.unclaimed)]) == sorted(
        each.fact_id for each in found if isinstance(each, Return)
    )
    assert sum(loan.state is LoanState.OPEN for loan in folded.loans) == (folded.state is ItemState.OUT)


@dataclass
class Server:
    """What a sink does with the ledger, without a database: keep the set, fold again what was touched."""

    held: dict[str, set[Happening]] = field(default_factory=lambda: defaultdict(set))
    ledger: dict[str, ItemLedger] = field(default_factory=dict)

    def flush(self, arrived: list[Happening]) -> None:
        for each in arrived:
            self.held[each.item].add(each)
        for item in {each.item for each in arrived}:
            self.ledger[item] = item_ledger(self.held[item])


def world(chance: random.Random) -> list[Happening]:
    """Five items, three cabinets, 60 events; clocks off by up to an hour, some returns dropped, some times unknown."""
    found: list[Happening] = []
    drift = {cabinet: chance.randrange(-HOUR_MS, HOUR_MS) for cabinet in ("A03", "B07", "C11")}
    seqs = dict.fromkeys(drift, 0)
    for step in range(60):
        cabinet = chance.choice(list(drift))
        seqs[cabinet] += 1
        make: Callable[..., Happening] = borrow if chance.random() < 0.5 else give_back
        at_ms = None if chance.random() < 0.1 else NOON_MS + step * 600_000 + drift[cabinet]
        made = make(seqs[cabinet], at_ms, cabinet=cabinet, sure=chance.random() < 0.9)
        found.append(replace(made, item=str(step % 5)))
    return found


@pytest.mark.parametrize("hundred", range(10))
def test_a_thousand_arrivals_in_any_order_split_and_redelivered_make_one_ledger(hundred: int) -> None:
    facts = world(random.Random(hundred))
    in_order = Server()
    for each in facts:
        in_order.flush([each])
    states = {loan.state for folded in in_order.ledger.values() for loan in folded.loans}
    assert states >= {LoanState.RETURNED, LoanState.PRESUMED_CLOSED}
    for seed in range(100):
        chance = random.Random(hundred * 100 + seed)
        arriving = facts + chance.choices(facts, k=20)
        chance.shuffle(arriving)
        server = Server()
        while arriving:
            size = chance.randint(1, 12)
            server.flush(arriving[:size])
            del arriving[:size]
        assert server.ledger == in_order.ledger, f"seed {seed}"
