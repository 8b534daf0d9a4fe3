"""This file knows how a visit is settled: what was shown at the shelf, or lay in the single door, becomes loans. Pure.

You cannot refuse what has already happened: returns are counted first, and what then is over the limit is recorded
and flagged, never dropped.
"""

from collections.abc import Sequence
from datetime import timedelta

from locker.core.catalogue import is_out
from locker.core.memory import Memory
from locker.core.rules import local_date
from locker.core.site import ItemKind, Site
from sync.facts import Borrowed, Evidence, Returned, Stamp


def due(site: Site, item: str, now: Stamp) -> str | None:
    """The day by which it should be back, `YYYY-MM-DD`; None while nobody knows what day it is."""
    today = local_date(now, site.utc_offset_min)
    if today is None:
        return None
    spec = site.items.get(item)
    days = {
        ItemKind.BOOK: site.limits.loan_days_book,
        ItemKind.KIT: site.limits.loan_days_kit,
        ItemKind.TOOL: site.limits.loan_days_tool,
    }[spec.kind if spec else ItemKind.BOOK]
    return (today + timedelta(days=days)).isoformat()


def settle_shelf(
    site: Site, memory: Memory, now: Stamp, visit: tuple[int, str, int], shown: Sequence[str], *, interrupted: bool
) -> tuple[Returned | Borrowed, ...]:
    """Make loans of the labels shown at a shelf; `visit` is (visit, resident, door).

    A label of an item that is out gives it back, any other takes it; an item that nobody here ever listed can only
    have come from elsewhere, so its label gives it back too.
    """
    number, resident, door = visit
    back = [item for item in shown if is_out(memory, item) or not _here(site, memory, item)]
    taken = [item for item in shown if item not in back]
    returned = tuple(
        Returned(item=item, door=door, evidence=Evidence.LABEL, seen=False, visit=number, interrupted=interrupted)
        for item in back
    )
    mine = sum(1 for item, loan in memory.loans.items() if loan.resident == resident and item not in back)
    borrowed = tuple(
        Borrowed(
            item=item,
            resident=resident,
            visit=number,
            door=door,
            evidence=Evidence.LABEL,
            due=due(site, item, now),
            over_limit=mine + count > site.limits.loans_per_resident,
            interrupted=interrupted,
        )
        for count, item in enumerate(taken, start=1)
    )
    return returned + borrowed


def _here(site: Site, memory: Memory, item: str) -> bool:
    return item in site.items or item in memory.places
