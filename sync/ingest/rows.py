"""This file knows how the ledger lies in tables: each type of `ledger.py` as the row of `tables.py`. Pure."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from sync.ingest.ledger import Borrow, Happening, ItemLedger, Loan, Return

Row: TypeAlias = tuple[str | int | None, ...]


def happening_row(each: Happening) -> Row:
    """A row of `happening`; a return has no resident, a borrow nothing seen."""
    common = (each.item, each.cabinet, each.epoch, each.seq, each.at_ms, each.sure, each.door, each.interrupted)
    if isinstance(each, Borrow):
        return (*common, each.resident, each.due, each.over_limit, None)
    return (*common, None, None, None, each.seen)


def happening_of(row: Sequence[Any]) -> Happening:
    """Take a row of `happening` back to what it was made from."""
    item, cabinet, epoch, seq, at_ms, sure, door, interrupted, resident, due, over_limit, seen = row
    if resident is None:
        return Return(
            item=item,
            cabinet=cabinet,
            epoch=epoch,
            seq=seq,
            at_ms=at_ms,
            sure=bool(sure),
            door=door,
            interrupted=bool(interrupted),
            seen=bool(seen),
        )
    return Borrow(
        item=item,
        cabinet=cabinet,
        epoch=epoch,
        seq=seq,
        at_ms=at_ms,
        sure=bool(sure),
        door=door,
        interrupted=bool(interrupted),
        resident=resident,
        due=due,
        over_limit=bool(over_limit),
    )


def loan_row(loan: Loan) -> Row:
    """A row of `loan`."""
    taken, end = loan.borrow, loan.end
    return (
        *(taken.item, taken.cabinet, taken.epoch, taken.seq, loan.state.value),
        *(taken.resident, taken.door, taken.at_ms, taken.due),
        *(int(taken.over_limit), int(taken.interrupted), int(loan.time_unsure)),
        *((None, None) if end is None else (end.fact_id, end.at_ms)),
    )


def unclaimed_row(each: Return) -> Row:
    """A row of `unclaimed`."""
    return (each.item, each.cabinet, each.epoch, each.seq, each.at_ms, int(each.seen), int(not each.sure))


def item_rows(folded: ItemLedger) -> list[Row]:
    """The row of `item`, once anything happened to it."""
    last, state = folded.last, folded.state
    if last is None or state is None:
        return []
    return [(last.item, state.value, last.cabinet, last.door, last.fact_id)]
