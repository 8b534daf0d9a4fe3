"""This file knows what is where: which item lies behind which door, and whose loan it is. Questions only. Pure."""

from locker.core.memory import Memory
from locker.core.site import DoorKind, ItemKind, ItemSpec, Site


def is_out(memory: Memory, item: str) -> bool:
    """Whether a resident has it, as far as this cabinet knows."""
    return item in memory.loans


def place_of(site: Site, memory: Memory, item: str) -> int | None:
    """The door behind which it should lie now; None when it is out or was never here."""
    if is_out(memory, item):
        return None
    spec = site.items.get(item)
    return memory.places.get(item, spec.door if spec else None)


def gives_back(site: Site, memory: Memory, item: str) -> bool:
    """Whether its label at a shelf gives it back: it is out, or nobody here knows it, so it came from elsewhere."""
    return is_out(memory, item) or not (item in site.items or item in memory.places)


def item_behind(site: Site, memory: Memory, door: int) -> str | None:
    """The item in a single door; None when it stands empty."""
    moved_here = (item for item, place in memory.places.items() if place == door)
    homed_here = (
        item
        for item, spec in site.items.items()
        if spec.door == door and item not in memory.places and not is_out(memory, item)
    )
    return next(moved_here, None) or next(homed_here, None)


def item_of(site: Site, door: int) -> str | None:
    """The item whose home this single door is."""
    return next((item for item, spec in site.items.items() if spec.door == door), None)


def lent_from_shelf(site: Site, item: str) -> bool:
    """Whether it is a thing of the open shelf: a book, or an item that nobody here has listed."""
    spec = site.items.get(item)
    return spec is None or spec.kind is ItemKind.BOOK


def shelf_for(site: Site, item: str) -> int | None:
    """The shelf to give it back to: its own, or the first one there is."""
    spec: ItemSpec | None = site.items.get(item)
    shelves = [door.id for door in site.doors_of(DoorKind.SHELF)]
    if spec is not None and spec.door in shelves:
        return spec.door
    return shelves[0] if shelves else None


def empty_singles(site: Site, memory: Memory, item: str) -> tuple[int, ...]:
    """The single doors that stand empty, this item's own home first."""
    spec = site.items.get(item)
    home = spec.door if spec else None
    at_home = (
        other.door for label, other in site.items.items() if not (label in memory.places or label in memory.loans)
    )
    full = {*memory.places.values(), *at_home}
    empty = [door.id for door in site.doors_of(DoorKind.SINGLE) if door.id not in full]
    return tuple(sorted(empty, key=lambda door: (door != home, door)))
