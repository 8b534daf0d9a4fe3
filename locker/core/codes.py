"""This file knows what a code can mean at a cabinet: a pass, a label, a word of the menu card, or nothing of ours.

The menu card is chained to the cabinet for those who have no pad in reach: `MC:D03` asks for door 3, `MC:YES`, `MC:NO`.
"""

import re

import msgspec

from locker.core.signals import DoorChosen, KeyPressed
from sync.credential import (
    LABEL_PREFIX,
    PASS_PREFIX,
    NotOursError,
    ReadPass,
    read_label,
    read_pass,
)

MENU_PREFIX = "MC:"
MENU_YES = MENU_PREFIX + "YES"
MENU_NO = MENU_PREFIX + "NO"
_DOOR = re.compile(r"MC:D([0-9]{2})")


class LabelRead(msgspec.Struct, frozen=True):
    """An item's label."""

    item: str
    """Eight digits."""


def meaning(text: str) -> ReadPass | LabelRead | DoorChosen | KeyPressed | None:
    """What the code says; None for anything that is not ours. A pass is read here but not yet believed."""
    try:
        if text.startswith(PASS_PREFIX):
            return read_pass(text)
        if text.startswith(LABEL_PREFIX):
            return LabelRead(read_label(text))
    except NotOursError:
        return None
    return _menu(text)


def menu_door(door: int) -> str:
    """The menu card's code for a door, 1-99."""
    return f"{MENU_PREFIX}D{door:02d}"


def _menu(text: str) -> DoorChosen | KeyPressed | None:
    if text == MENU_YES:
        return KeyPressed("yes")
    if text == MENU_NO:
        return KeyPressed("no")
    found = _DOOR.fullmatch(text)
    return DoorChosen(int(found[1])) if found else None
