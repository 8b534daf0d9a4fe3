"""Which texts may leave the reader: the characters a QR code can hold in alphanumeric mode, and not too many of them.

This is looked at before anything else is, so that no parser ever meets a stranger's bytes: kanji, ECI, binary and
control characters all fail here. Part of a structured-append set is not marked as such by the decoder; its text can
pass the alphabet, and then fails on its length or its signature like any other wrong text.
"""

from typing import Final

ALPHANUMERIC: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")

MAX_CODE_CHARS: Final = 300
"""Twice the longest of ours (a phone code: 132 characters), so that a longer layout still fits one day."""

OUR_PREFIXES: Final = ("LC1:", "IT:", "MC:")
"""Pass, item label, menu card: the only texts that may be shown in clear without being asked for."""


def alphanumeric(text: str) -> bool:
    """Say whether `text` may be passed on as a code: 1…300 characters, all of them QR alphanumeric."""
    return 0 < len(text) <= MAX_CODE_CHARS and ALPHANUMERIC.issuperset(text)


def ours(text: str) -> bool:
    """Say whether `text` looks like a pass, an item label or a menu card. Looks are no proof: signatures are."""
    return alphanumeric(text) and text.startswith(OUR_PREFIXES)
