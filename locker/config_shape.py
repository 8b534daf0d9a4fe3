"""This file knows what a cabinet's two TOML files may say: each table, each key, each key's range.

The words of a file's author; `config.py` turns them into what the daemon uses.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from firmware_bridge.board import Echo, Feedback
from firmware_bridge.codec.frame import StatusOrder
from locker.core.rules import Limits
from locker.core.site import DoorKind, ItemKind
from sync.topics import ID, TENANT

_PORT = r"([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])"
_CHARS_64 = r"[A-Za-z0-9._-]{1,64}"
_PATH = r"[^\0]{1,1000}"
_HOST = r"[A-Za-z0-9._-]{1,253}"


def _text(pattern: str, english: str, chinese: str) -> Meta:
    return Meta(pattern=rf"^(?:{pattern})\Z", description=english, extra={"zh": chinese})


CabinetId = Annotated[str, _text(ID.pattern, "2 to 16 of A-Z 0-9 -", "2 到 16 个 A-Z 0-9 -")]
Tenant = Annotated[str, _text(TENANT.pattern, "2 to 32 of a-z 0-9 -", "2 到 32 个 a-z 0-9 -")]
Word = Annotated[str, _text(_CHARS_64, "1 to 64 of A-Z a-z 0-9 . _ -", "1 到 64 个 A-Z a-z 0-9 . _ -")]
HelpNumber = Annotated[str, _text(r"\+?[0-9][0-9 -]{1,18}[0-9]", "a telephone number in quotes", "引号中的电话号码")]
FilePath = Annotated[str, _text(_PATH, "the path of a file or folder, in quotes", "引号中的文件或文件夹路径")]
PrivateKeyFile = Annotated[
    str,
    _text(_PATH, "the cabinet's own private key file (locker keys make)", "本柜自己的私钥文件（locker keys make）"),
]
ServerKeyFile = Annotated[str, _text(_PATH, "the server's public key file (….pub)", "服务器的公钥文件（….pub）")]
IssuerKeyFile = Annotated[
    str, _text(_PATH, "public key files (….pub) of who signs passes", "签发借阅证者的公钥文件（….pub）")
]
Broker = Annotated[
    str, _text(rf"mqtt://{_HOST}(:{_PORT})?", "mqtt://HOST or mqtt://HOST:PORT", "mqtt://主机 或 mqtt://主机:端口")
]
Caption = Annotated[str, _text(r"[^\x00-\x1f\x7f]{0,80}", "one line of at most 80 characters", "一行，最多 80 个字")]
Label = Annotated[
    str,
    _text(
        r"[0-9]{8}",
        "the eight digits below the code, without IT:, in quotes",
        "二维码下方的 8 位数字，不带 IT:，加引号",
    ),
]
Source = Annotated[
    str,
    _text(
        _PATH,
        "/dev/videoN, socket://127.0.0.1:PORT, a picture or a folder of pictures",
        "/dev/videoN、socket://127.0.0.1:端口、图片或图片文件夹",
    ),
]
IssuerId = Annotated[int, Meta(ge=0, le=255)]
DoorNumber = Annotated[int, Meta(ge=1, le=99)]
Byte = Annotated[int, Meta(ge=1, le=255)]


class CabinetTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[cabinet]`: who it is and where its files are."""

    id: CabinetId
    tenant: Tenant = "community"
    community: Word
    """The id that passes are signed for."""
    help_number: HelpNumber
    """Stands on every screen."""
    utc_offset_min: Annotated[int, Meta(ge=-720, le=840)]
    """Minutes that local days run ahead of UTC: 480 in China."""
    data: FilePath
    """Folder of the journal; it need not be there yet."""
    key: PrivateKeyFile
    catalogue: FilePath


class ServerTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[server]`: where facts go."""

    broker: Broker
    key: ServerKeyFile


class BoardTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[bus.board]]`: one lock board. What may be left out is as in `firmware_bridge.board.BoardProfile`."""

    name: Word
    protocol: str
    address: Byte
    channels: Byte
    feedback: Feedback = Feedback.CLOSED_HIGH
    status_order: StatusOrder = StatusOrder.HIGH_FIRST
    # Not above what the power budget lets through; a coil on for longer than a second is a mistake.
    pulse_ms: Annotated[int, Meta(ge=1, le=1000)] = 300
    echo: Echo = Echo.AUTO
    reply_timeout_ms: Annotated[int, Meta(ge=1, le=5000)] = 150


class BusTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[bus]]`: one serial line with the boards on it."""

    port: FilePath
    """/dev/serial/by-id/…, or a URL that pyserial knows."""
    baud: Annotated[int, Meta(ge=1200, le=1_000_000)] = 9600
    board: tuple[BoardTable, ...]


class DoorTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[door]]`: one door and the lock that opens it."""

    id: DoorNumber
    """What is printed on it."""
    kind: DoorKind
    board: Word | None = None
    """With `lock`, left out for a slot that has none."""
    lock: Byte | None = None
    name_zh: Caption = ""
    name_en: Caption = ""


class ReaderTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[reader]]`: one camera."""

    name: Word
    source: Source


class CabinetFile(msgspec.Struct, frozen=True, kw_only=True):
    """The cabinet's own file."""

    cabinet: CabinetTable
    issuers: dict[IssuerId, IssuerKeyFile]
    """Who may sign passes: key id and public key."""
    server: ServerTable
    bus: tuple[BusTable, ...] = ()
    door: tuple[DoorTable, ...]
    reader: tuple[ReaderTable, ...]
    limits: Limits
    """Single numbers instead of those in `locker/core/defaults.toml`."""


class ItemTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[[item]]`: one thing that is lent."""

    label: Label
    kind: ItemKind
    door: DoorNumber
    """Its home here."""
    title_zh: Caption = ""
    title_en: Caption = ""


class CatalogueFile(msgspec.Struct, frozen=True, kw_only=True):
    """What lives behind the doors."""

    item: tuple[ItemTable, ...] = ()
