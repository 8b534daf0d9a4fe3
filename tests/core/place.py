"""The cabinet under test: one bookcase, three single doors, a bin; its items, its residents and their passes."""

import tomllib
from datetime import date
from importlib import resources

import msgspec

from locker.core.rules import Limits
from locker.core.site import DoorKind, DoorSpec, ItemKind, ItemSpec, Site
from sync.credential import LABEL_PREFIX, Pass, PassType, issue, label
from sync.signature import SigningKey

LIMITS = msgspec.convert(tomllib.loads((resources.files("locker.core") / "defaults.toml").read_text()), Limits)
ISSUER = SigningKey(bytes(32))
STRANGER = SigningKey(bytes([7] * 32))
COMMUNITY = "riverside"

A, B, C = "a00000000001", "b00000000002", "c00000000003"
"""Three residents."""

NOVEL, ATLAS, POEMS = (label(number) for number in (1, 2, 3))
KIT, DRILL, SAW = (label(number) for number in (101, 102, 103))
FOREIGN, DRAWN, THIRD = (label(9_000_000 + number) for number in (1, 2, 3))
"""Items of other cabinets: nobody here has listed them."""

SHELF, KIT_DOOR, DRILL_DOOR, SAW_DOOR, SLOT, BIN = 1, 2, 3, 4, 8, 9


def door(number: int, kind: DoorKind) -> DoorSpec:
    """A door with a lock, as most have."""
    return DoorSpec(id=number, kind=kind)


def site(
    *doors: DoorSpec, community: str = COMMUNITY, issuers: dict[int, SigningKey] | None = None, **limits: int
) -> Site:
    """The cabinet A03 with these doors; items whose home is not among them are not listed."""
    homes = {NOVEL: SHELF, ATLAS: SHELF, POEMS: SHELF, KIT: KIT_DOOR, DRILL: DRILL_DOOR, SAW: SAW_DOOR}
    kinds = {NOVEL: ItemKind.BOOK, ATLAS: ItemKind.BOOK, POEMS: ItemKind.BOOK, KIT: ItemKind.KIT}
    numbers = {spec.id for spec in doors}
    return Site(
        cabinet="A03",
        community=community,
        utc_offset_min=480,
        help_number="555 0123",
        doors={spec.id: spec for spec in doors},
        items={
            item: ItemSpec(label=item, kind=kinds.get(item, ItemKind.TOOL), door=home)
            for item, home in homes.items()
            if home in numbers
        },
        issuers={number: key.public for number, key in (issuers or {1: ISSUER}).items()},
        limits=msgspec.structs.replace(LIMITS, **limits),
    )


SHELF_SPEC = door(SHELF, DoorKind.SHELF)
SINGLES = tuple(door(number, DoorKind.SINGLE) for number in (KIT_DOOR, DRILL_DOOR, SAW_DOOR))
SLOT_SPEC = door(SLOT, DoorKind.SLOT)
BIN_SPEC = DoorSpec(id=BIN, kind=DoorKind.SLOT, locked=False)

PAIR = site(SHELF_SPEC, *SINGLES, BIN_SPEC)
"""A bookcase and a tool cabinet with an unlocked bin: what most sites have."""
WITH_SLOT = site(SHELF_SPEC, *SINGLES, SLOT_SPEC)
"""The same with a locked slot in place of the bin."""
BOOKCASE = site(SHELF_SPEC)
"""A bookcase that stands alone."""
TOOLS = site(*SINGLES)
"""Three single doors and nothing else."""
STRICT = site(SHELF_SPEC, *SINGLES, BIN_SPEC, loans_per_resident=2)
"""The pair where nobody has more than two things at home."""


def card(
    resident: str,
    serial: int = 1,
    *,
    issuer: int = 1,
    key: SigningKey = ISSUER,
    community: str = COMMUNITY,
    days: tuple[date, date] = (date(2025, 1, 1), date(2027, 12, 31)),
) -> str:
    """The text of a printed card."""
    claims = Pass(
        type=PassType.CARD,
        issuer=issuer,
        resident=resident,
        serial=serial,
        not_before=days[0],
        expiry=days[1],
    )
    return issue(claims, key, community)


PASSES = {resident: card(resident) for resident in (A, B, C)}


def code(item: str) -> str:
    """The text of an item's label."""
    return LABEL_PREFIX + item
