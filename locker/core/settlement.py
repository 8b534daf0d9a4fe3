"""This file knows how a visit is settled: what was shown at the shelf, or lay in the single door, becomes loans. Pure.

You cannot refuse what has already happened: returns are counted first, and what then is over the limit is recorded
and flagged, never dropped.
"""

from datetime import timedelta
from typing import assert_never

from locker.core.catalogue import gives_back, is_out
from locker.core.rules import local_date
from locker.core.site import ItemKind, Site
from locker.core.states import Asking, AtDoor, GiveBack, LookAtShelf, Room, Take
from sync.facts import AnyFact, Borrowed, Browsed, Returned
from sync.reasons import Evidence
from sync.stamp import Clock, Stamp


def settle(visit: AtDoor | Asking, room: Room, evidence: Evidence) -> tuple[AnyFact, ...]:
    """What is concluded from a closed door and what was shown; `evidence` says how a single door's item is known taken.

    Nobody is charged for an open shelf and no label, nor for an item whose label went out with somebody else meanwhile.
    """
    if isinstance(visit.errand, GiveBack):
        return (_returned(visit, visit.errand.item),)
    assert visit.visit is not None, "only a return goes without a visit"
    match visit.errand:
        case LookAtShelf(shown=()):
            return (Browsed(visit=visit.visit, door=visit.door),)
        case LookAtShelf(shown=shown):
            back = [item for item in shown if gives_back(room.site, room.memory, item)]
            taken = [item for item in shown if item not in back]
            returned = tuple(_returned(visit, item) for item in back)
            return (*returned, *_borrowed(visit, room, taken, back))
        case Take(item=item) if is_out(room.memory, item):
            return (Browsed(visit=visit.visit, door=visit.door),)
        case Take(item=item):
            return _borrowed(visit, room, [item], [], evidence)
    assert_never(visit.errand)


def due(site: Site, item: str, now: Stamp) -> str | None:
    """The day by which it should be back, `YYYY-MM-DD`; None while nobody knows what day it is.

    A clock that only knows "not before" would ask for it too early: then the server sets the day.
    """
    today = local_date(now, site.utc_offset_min)
    if today is None or now.clock is Clock.FLOOR:
        return None
    spec = site.items.get(item)
    days = {
        ItemKind.BOOK: site.limits.loan_days_book,
        ItemKind.KIT: site.limits.loan_days_kit,
        ItemKind.TOOL: site.limits.loan_days_tool,
    }[spec.kind if spec else ItemKind.BOOK]
    return (today + timedelta(days=days)).isoformat()


def _returned(visit: AtDoor | Asking, item: str) -> Returned:
    return Returned(
        item=item,
        door=visit.door,
        evidence=Evidence.LABEL,
        seen=False,
        visit=visit.visit,
        interrupted=visit.interrupted,
    )


def _borrowed(
    visit: AtDoor | Asking, room: Room, taken: list[str], back: list[str], evidence: Evidence = Evidence.LABEL
) -> tuple[Borrowed, ...]:
    """Lend what was taken; over the limit is counted after what this visit gives back."""
    assert visit.visit is not None, "only a return goes without a visit"
    assert visit.resident is not None, "only a return goes without a resident"
    limit = room.site.limits.loans_per_resident
    had = sum(1 for item, loan in room.memory.loans.items() if loan.resident == visit.resident and item not in back)
    return tuple(
        Borrowed(
            item=item,
            resident=visit.resident,
            visit=visit.visit,
            door=visit.door,
            evidence=evidence,
            due=due(room.site, item, room.now),
            over_limit=count > limit,
            interrupted=visit.interrupted,
        )
        for count, item in enumerate(taken, start=had + 1)
    )
