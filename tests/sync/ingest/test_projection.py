"""The ledger in the tables of every sink: what people's questions are answered from."""

from sync.ingest.sink import Sink
from tests.sync.ingest.cabinet import NOON_MS, Cabinet
from tests.sync.ingest.stores import Store, batch

LOANS = (
    "SELECT item, cabinet, epoch, seq, state, resident, door, borrowed_ms, due, over_limit, interrupted, time_unsure,"
    " ended_by, ended_ms FROM loan ORDER BY item, borrowed_ms"
)
UNCLAIMED = "SELECT item, cabinet, epoch, seq, returned_ms, seen, time_unsure FROM unclaimed"
ITEMS = "SELECT item, state, cabinet, door, last_fact FROM item ORDER BY item"
ITEM = "00000018"


def send(sink: Sink, *cabinets: Cabinet) -> None:
    sink.flush([batch(cabinet, 1, cabinet.last) for cabinet in cabinets])


def test_a_loan_and_its_return_are_one_row(sink: Sink, store: Store) -> None:
    cabinet = Cabinet()
    cabinet.borrow(ITEM, "aaaaaaaaaaaa", NOON_MS)
    send(sink, cabinet)
    taken = (ITEM, "A03", cabinet.epoch, 1)
    told = ("aaaaaaaaaaaa", 2, NOON_MS, "2026-01-15", 0, 0, 0)
    assert store.rows(LOANS) == [(*taken, "open", *told, None, None)]
    assert store.rows(ITEMS) == [(ITEM, "out", "A03", 2, f"A03.{cabinet.epoch}.1")]
    cabinet.give_back(ITEM, NOON_MS + 9)
    send(sink, cabinet)
    back = f"A03.{cabinet.epoch}.2"
    assert store.rows(LOANS) == [(*taken, "returned", *told, back, NOON_MS + 9)]
    assert store.rows(ITEMS) == [(ITEM, "in", "A03", 2, back)]


def test_a_return_that_arrives_before_its_borrow_waits_and_is_claimed(sink: Sink, store: Store) -> None:
    here, there = Cabinet("A03"), Cabinet("B07")
    here.borrow(ITEM, at_ms=NOON_MS)
    there.give_back(ITEM, NOON_MS + 9, seen=False)
    send(sink, there)
    assert store.rows(UNCLAIMED) == [(ITEM, "B07", there.epoch, 1, NOON_MS + 9, 0, 0)]
    assert store.rows(ITEMS) == [(ITEM, "returned_unseen", "B07", 2, f"B07.{there.epoch}.1")]
    send(sink, here)
    assert store.rows(UNCLAIMED) == []
    assert [row[4] for row in store.rows(LOANS)] == ["returned"]
    assert store.rows(ITEMS) == [(ITEM, "returned_unseen", "B07", 2, f"B07.{there.epoch}.1")]


def test_a_borrow_between_two_known_ones_changes_both_loans(sink: Sink, store: Store) -> None:
    here, there = Cabinet("A03"), Cabinet("B07")
    here.borrow(ITEM, "aaaaaaaaaaaa", NOON_MS)
    here.give_back(ITEM, NOON_MS + 60_000)
    there.borrow(ITEM, "bbbbbbbbbbbb", NOON_MS + 30_000)
    send(sink, here)
    send(sink, there)
    assert [(row[5], row[4], row[12]) for row in store.rows(LOANS)] == [
        ("aaaaaaaaaaaa", "presumed_closed", f"B07.{there.epoch}.1"),
        ("bbbbbbbbbbbb", "returned", f"A03.{here.epoch}.2"),
    ]


def test_what_rests_on_a_clock_that_was_not_set_says_so(sink: Sink, store: Store) -> None:
    cabinet = Cabinet()
    cabinet.borrow("00000018", at_ms=None)
    cabinet.borrow("00000026", clock="floor")
    cabinet.borrow("00000034", clock="rtc")
    send(sink, cabinet)
    assert [(row[0], row[11]) for row in store.rows(LOANS)] == [("00000018", 1), ("00000026", 1), ("00000034", 0)]


def test_many_items_of_one_flush_are_all_folded(sink: Sink, store: Store) -> None:
    cabinet = Cabinet()
    for number in range(120):
        cabinet.borrow(f"{number:08d}")
    for number in range(0, 120, 2):
        cabinet.give_back(f"{number:08d}", NOON_MS + 1)
    send(sink, cabinet)
    assert [row[1] for row in store.rows(ITEMS)] == ["in", "out"] * 60
    assert [row[4] for row in store.rows(LOANS)] == ["returned", "open"] * 60
