"""This file knows where on the broker everything is said: `locker/v1/{tenant}/{part}/{cabinet}/{channel}`.

Pure. The partition is CRC-32 of the cabinet's id mod 64 as two hex digits, and is never renumbered.
"""

import re
import zlib
from enum import StrEnum

import msgspec

ID = re.compile(r"[A-Z0-9-]{2,16}")
"""A cabinet's id, also its certificate's CN: `+`, `#` and `/` must be impossible."""
TENANT = re.compile(r"[a-z0-9-]{2,32}")
PARTITIONS = 64


class Channel(StrEnum):
    """What is said, and who says it."""

    STATE = "state"
    HELLO = "hello"
    WELCOME = "welcome"
    UP = "up"
    ACK = "ack"


FROM_CABINET = (Channel.STATE, Channel.HELLO, Channel.UP)
TO_CABINET = (Channel.WELCOME, Channel.ACK)


class Place(msgspec.Struct, frozen=True):
    """A topic taken apart."""

    tenant: str
    cabinet: str
    channel: Channel


def partition(cabinet: str) -> str:
    """`00` to `3f`: the consumer's share that this cabinet belongs to."""
    return f"{zlib.crc32(cabinet.encode()) % PARTITIONS:02x}"


def topic(tenant: str, cabinet: str, channel: Channel) -> str:
    """The one topic of this cabinet's channel. Raises ValueError for an id or tenant that no topic may hold."""
    if not TENANT.fullmatch(tenant) or not ID.fullmatch(cabinet):
        raise ValueError(f"no topic for tenant {tenant!r}, cabinet {cabinet!r}")
    return f"locker/v1/{tenant}/{partition(cabinet)}/{cabinet}/{channel}"


def everyone(tenant: str, channel: Channel) -> str:
    """The server's subscription: this channel of all the tenant's cabinets."""
    if not TENANT.fullmatch(tenant):
        raise ValueError(f"no topic for tenant {tenant!r}")
    return f"locker/v1/{tenant}/+/+/{channel}"


def place(text: str) -> Place | None:
    """Take a topic apart; None for any that `topic` would not make."""
    parts = text.split("/")
    if len(parts) != 6 or parts[:2] != ["locker", "v1"] or parts[5] not in tuple(Channel):
        return None
    found = Place(parts[2], parts[4], Channel(parts[5]))
    if not TENANT.fullmatch(found.tenant) or not ID.fullmatch(found.cabinet):
        return None
    return found if parts[3] == partition(found.cabinet) else None
