"""This file knows who has what: an item's loans as a pure function of the set of its facts.

Any arrival order, batch split or redelivery gives the same ledger, because arrival is not an input. An item's
timeline is its `Borrowed` and `Returned` facts from all cabinets:

- within a cabinet the order is epoch by epoch, and seq within an epoch: both outrank the clock;
- across cabinets event time decides. A time is never earlier than one before it in the same cabinet (a clock that
  stepped back); a fact without a time stands right after the fact before it in its cabinet, or before the one after
  it; with neither it stands last. What rests on such a time is marked `time_unsure`, so that nobody is blamed for it;
- equal times: the cabinet's id decides, which means nothing but is the same everywhere.

A loan is a borrow up to the item's next event. Pure.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import accumulate, chain, count, groupby, repeat
from operator import attrgetter, itemgetter
from typing import TypeAlias, assert_never

import msgspec

from sync.facts import Borrowed, Returned
from sync.stamp import Clock
from sync.wire import Entry


class _Happening(msgspec.Struct, frozen=True, kw_only=True):
    item: str
    cabinet: str
    epoch: str
    seq: int
    at_ms: int | None
    """Event time, Unix milliseconds; None while the cabinet's clock was unknown."""
    sure: bool
    """Whether the clock was set (ntp, rtc); a floor is only `not before`."""
    door: int
    interrupted: bool

    @property
    def fact_id(self) -> str:
        """The fact's identity, `cabinet.epoch.seq`."""
        return f"{self.cabinet}.{self.epoch}.{self.seq}"


class Borrow(_Happening, frozen=True, kw_only=True):
    """Somebody took the item."""

    resident: str
    due: str | None
    over_limit: bool


class Return(_Happening, frozen=True, kw_only=True):
    """The item came back."""

    seen: bool


Happening: TypeAlias = Borrow | Return


class LoanState(StrEnum):
    """How a loan stands."""

    OPEN = "open"
    RETURNED = "returned"
    PRESUMED_CLOSED = "presumed_closed"
    """The item was borrowed again and nobody saw it come back: flagged, nobody blamed."""


class Loan(msgspec.Struct, frozen=True, kw_only=True):
    """A borrow up to the item's next event; the borrow's fact id is the loan's name."""

    borrow: Borrow
    state: LoanState
    end: Happening | None = None
    """What ended it: the return, or the next borrow."""

    @property
    def time_unsure(self) -> bool:
        """Whether order or dates rest on a clock that was not set."""
        return not (self.borrow.sure and (self.end is None or self.end.sure))


class ItemState(StrEnum):
    """Where the item is, as far as the facts say."""

    OUT = "out"
    IN = "in"
    RETURNED_UNSEEN = "returned_unseen"
    """Only its label says that it came back; it is looked at again."""


class ItemLedger(msgspec.Struct, frozen=True, kw_only=True):
    """All that one item's facts add up to."""

    loans: tuple[Loan, ...] = ()
    unclaimed: tuple[Return, ...] = ()
    """Returns without a borrow before them: borrower not yet known."""
    last: Happening | None = None

    @property
    def state(self) -> ItemState | None:
        """Where the item is; None before its first fact."""
        match self.last:
            case None:
                return None
            case Borrow():
                return ItemState.OUT
            case Return(seen=seen):
                return ItemState.IN if seen else ItemState.RETURNED_UNSEEN
            case _ as never:
                assert_never(never)


def happening(entry: Entry) -> Happening | None:
    """What a fact means for the ledger; None for the many that mean nothing to it."""
    fact, stamp = entry.fact, entry.stamp
    sure = stamp.utc_ms is not None and stamp.clock in {Clock.NTP, Clock.RTC}
    if isinstance(fact, Borrowed):
        return Borrow(
            item=fact.item,
            cabinet=entry.cabinet,
            epoch=entry.epoch,
            seq=entry.seq,
            at_ms=stamp.utc_ms,
            sure=sure,
            door=fact.door,
            interrupted=fact.interrupted,
            resident=fact.resident,
            due=fact.due,
            over_limit=fact.over_limit,
        )
    if isinstance(fact, Returned):
        return Return(
            item=fact.item,
            cabinet=entry.cabinet,
            epoch=entry.epoch,
            seq=entry.seq,
            at_ms=stamp.utc_ms,
            sure=sure,
            door=fact.door,
            interrupted=fact.interrupted,
            seen=fact.seen,
        )
    return None


def timeline(happenings: Iterable[Happening]) -> tuple[Happening, ...]:
    """One item's happenings in the order that this file's first lines promise; doubles fall away."""
    lanes: dict[str, list[Happening]] = {}
    for each in sorted(set(happenings), key=_by_place):
        lanes.setdefault(each.cabinet, []).append(each)
    placed: list[tuple[int, str, int, Happening]] = []
    for cabinet, lane in lanes.items():
        ordered = _epoch_by_epoch(lane)
        placed.extend(zip(_believed_ms(ordered), repeat(cabinet), count(), ordered))
    placed.sort(key=itemgetter(0, 1, 2))
    return tuple(each for *_, each in placed)


def item_ledger(happenings: Iterable[Happening]) -> ItemLedger:
    """Fold one item's happenings, all of them, in any order."""
    ordered = timeline(happenings)
    loans: list[Loan] = []
    unclaimed: list[Return] = []
    borrowed: Borrow | None = None
    for each in ordered:
        if borrowed is not None:
            returned = isinstance(each, Return)
            state = LoanState.RETURNED if returned else LoanState.PRESUMED_CLOSED
            loans.append(Loan(borrow=borrowed, state=state, end=each))
        elif isinstance(each, Return):
            unclaimed.append(each)
        borrowed = each if isinstance(each, Borrow) else None
    if borrowed is not None:
        loans.append(Loan(borrow=borrowed, state=LoanState.OPEN))
    return ItemLedger(loans=tuple(loans), unclaimed=tuple(unclaimed), last=ordered[-1] if ordered else None)


_NO_TIME = 2**63
"""Later than any time that a line can hold."""


def _by_place(each: Happening) -> tuple[str, str, int]:
    return each.cabinet, each.epoch, each.seq


def _epoch_by_epoch(lane: Sequence[Happening]) -> list[Happening]:
    """One cabinet's happenings: epochs by their first known time, lines by seq. `lane` is sorted by place."""
    epochs = [list(epoch) for _, epoch in groupby(lane, key=attrgetter("epoch"))]
    epochs.sort(key=lambda epoch: next((each.at_ms for each in epoch if each.at_ms is not None), _NO_TIME))
    return list(chain.from_iterable(epochs))


def _believed_ms(lane: Sequence[Happening]) -> list[int]:
    """Times that never step back along one cabinet's order; gaps are filled from before, else from after."""
    first_known = next((each.at_ms for each in lane if each.at_ms is not None), _NO_TIME)
    return list(accumulate((first_known if each.at_ms is None else each.at_ms for each in lane), max))
