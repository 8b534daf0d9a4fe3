"""This file knows what a cabinet is made of: its doors, and the items that live behind them. No state."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from locker.core.rules import Limits
from sync.signature import PublicKey


class DoorKind(StrEnum):
    """What a door is for."""

    SHELF = "shelf"
    """Many items behind one door, each with a label."""
    SINGLE = "single"
    """One item or kit."""
    SLOT = "slot"
    """Deposit only: the bin, a return flap."""


class ItemKind(StrEnum):
    """What is lent."""

    BOOK = "book"
    KIT = "kit"
    TOOL = "tool"


class DoorSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One door as it was built."""

    id: int
    """The number printed on it, 1-99."""
    kind: DoorKind
    locked: bool = True
    """False for a flap that anybody may push: nothing to pulse, no switch."""
    name_zh: str = ""
    name_en: str = ""


class ItemSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One item as the owner lists it."""

    label: str
    """Eight digits."""
    kind: ItemKind
    door: int
    """The owner's place: its home door."""
    title_zh: str = ""
    title_en: str = ""


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that does not change while the daemon runs."""

    cabinet: str
    community: str
    """The id that passes are signed for."""
    utc_offset_min: int
    """Minutes that local days run ahead of UTC."""
    help_number: str
    doors: Mapping[int, DoorSpec]
    items: Mapping[str, ItemSpec]
    issuers: Mapping[int, PublicKey]
    limits: Limits

    def doors_of(self, *kinds: DoorKind) -> tuple[DoorSpec, ...]:
        """The doors of these kinds that have a lock, in the order of their numbers."""
        return tuple(door for _, door in sorted(self.doors.items()) if door.kind in kinds and door.locked)
