"""What can be named as a camera, and what each name means. Pure: looks at no device."""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Device:
    """A camera on this computer, such as /dev/video0 or a stable name below /dev/v4l/by-id."""

    path: str


@dataclass(frozen=True, slots=True)
class Stream:
    """A program on this computer that sends PGM pictures over TCP."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Roll:
    """A picture, or a folder of pictures: each is shown once, and new ones are waited for."""

    path: str


Source: TypeAlias = Device | Stream | Roll

_STREAM: Final = re.compile(r"socket://(127\.0\.0\.1|localhost):([0-9]{1,5})")


def source_named(text: str) -> Source:
    """Return what `text` names; a ValueError says what is allowed.

    Streams come from this computer only: a camera that anybody on the network can be would show a photographed card
    to a cabinet from afar.
    """
    if text.startswith("socket:"):
        found = _STREAM.fullmatch(text)
        if found is None or not 0 < int(found[2]) < 65536:
            raise ValueError(f"{text!r}: a stream is named socket://127.0.0.1:PORT, with a port from 1 to 65535")
        return Stream(found[1], int(found[2]))
    if text.startswith("/dev/"):
        return Device(text)
    if not text:
        raise ValueError("no camera named: give /dev/videoN, socket://127.0.0.1:PORT, a picture or a folder")
    return Roll(text)
