"""This file knows why: what may move a bolt, what a change of place rests on, what can be wrong. Pure."""

from enum import StrEnum


class Cause(StrEnum):
    """Why a bolt may move. There is no other reason."""

    PASS = "pass"  # noqa: S105  the word for a resident's card, not a secret
    LABEL = "label"


class Evidence(StrEnum):
    """What a change of place rests on; it decides what may be concluded from it."""

    LABEL = "label"
    SWITCH = "switch"
    RFID = "rfid"
    WEIGHT = "weight"
    PERSON = "person"


class Fault(StrEnum):
    """What can be wrong with a door."""

    DOOR_UNKNOWN = "door_unknown"
    """The lock board does not say whether the door is open."""
    DOOR_STUCK = "door_stuck"
    """The bolt was pulsed twice and the switch never said open."""
    DOOR_DOUBTFUL = "door_doubtful"
    """A visit was cut off here and nobody can say how it ended: look inside."""
