"""This file knows how a cabinet is furnished on paper: keys, passes, catalogue and a configuration file, in a folder.

What it writes is what an operator would write; the daemon reads it like any other.
"""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from sync.credential import Pass, PassType, issue, label
from sync.signature import SEED_BYTES, SigningKey

COMMUNITY: Final = "demo-street"
TENANT: Final = "community"
HELP: Final = "12345"
SHELF, DRILL, LADDER, PUMP, TOOLBOX, TROLLEY, BIN = range(1, 8)
TOOLS: Final = {
    DRILL: ("电钻", "drill"),
    LADDER: ("折叠梯", "folding ladder"),
    PUMP: ("打气筒", "pump"),
    TOOLBOX: ("工具箱", "toolbox"),
    TROLLEY: ("手推车", "trolley"),
}
"""What stands behind each single door."""
BOOKS: Final = 12
PASS_DAYS: Final = 365
TOWN_LIMITS: Final = "ask_s = 5\nshow_s = 2"
"""The people of this town answer at once, or not at all."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """Where everything is, and what people hold in their hands."""

    folder: Path
    config: Path
    journal: Path
    database: Path
    """Of the server."""
    passes: tuple[str, ...]
    books: tuple[str, ...]
    """Labels as printed, `IT:…`."""
    tools: dict[int, str]
    """Label by door."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the configuration names: the cabinet's id, and where broker, lock boards and camera are reached."""

    cabinet: str
    broker: str
    port: str
    camera: str
    limits: str
    """Lines of the table of that name."""


def furnish(folder: Path, wiring: Wiring, *, people: int, seed: int) -> Furniture:
    """Write everything that one cabinet and its server need into `folder`."""
    dice = random.Random(seed)
    server = folder / "server"
    (server / "cabinets").mkdir(parents=True)
    cabinet_key, server_key, issuer = (SigningKey(dice.randbytes(SEED_BYTES)) for _ in range(3))
    _write_secret(folder / "cabinet.key", cabinet_key)
    _write_secret(server / "server.key", server_key)
    (folder / "server.key.pub").write_bytes(server_key.public.to_pem())
    (folder / "issuer.key.pub").write_bytes(issuer.public.to_pem())
    (server / "cabinets" / f"{wiring.cabinet}.pub").write_bytes(cabinet_key.public.to_pem())
    books = tuple(label(number) for number in range(1, BOOKS + 1))
    tools = {door: label(100 + door) for door in TOOLS}
    (folder / "catalogue.toml").write_text(_catalogue(books, tools), encoding="utf-8")
    config = folder / "cabinet.toml"
    config.write_text(_config(wiring), encoding="utf-8")
    today = datetime.now(UTC).date()
    return Furniture(
        folder=folder,
        config=config,
        journal=folder / "var" / "journal.db",
        database=server / "ledger.db",
        passes=tuple(_pass(dice, issuer, today) for _ in range(people)),
        books=tuple(f"IT:{book}" for book in books),
        tools={door: f"IT:{tool}" for door, tool in tools.items()},
    )


def _write_secret(path: Path, key: SigningKey) -> None:
    path.touch(mode=0o600)
    path.write_bytes(key.to_pem())


def _pass(dice: random.Random, issuer: SigningKey, today: date) -> str:
    claims = Pass(
        type=PassType.CARD,
        issuer=1,
        resident=dice.randbytes(6).hex(),
        serial=1,
        not_before=today - timedelta(days=1),
        expiry=today + timedelta(days=PASS_DAYS),
    )
    return issue(claims, issuer, COMMUNITY)


def _catalogue(books: tuple[str, ...], tools: dict[int, str]) -> str:
    items = [(book, "book", SHELF, f"第 {n} 本书", f"book {n}") for n, book in enumerate(books, start=1)]
    items += [(tools[door], "tool", door, zh, en) for door, (zh, en) in TOOLS.items()]
    return "\n".join(
        f'[[item]]\nlabel = "{item}"\nkind = "{kind}"\ndoor = {door}\ntitle_zh = "{zh}"\ntitle_en = "{en}"\n'
        for item, kind, door, zh, en in items
    )


def _config(wiring: Wiring) -> str:
    return f"""\
[cabinet]
id = "{wiring.cabinet}"
tenant = "{TENANT}"
community = "{COMMUNITY}"
help_number = "{HELP}"
utc_offset_min = 480
data = "var"
key = "cabinet.key"
catalogue = "catalogue.toml"

[issuers]
1 = "issuer.key.pub"

[server]
broker = "{wiring.broker}"
key = "server.key.pub"

[[bus]]
port = "{wiring.port}"
baud = 9600

[[bus.board]]
name = "main"
protocol = "8a"
address = 1
channels = 24
feedback = "closed_high"
status_order = "high_first"

[[door]]
id = {SHELF}
kind = "shelf"
board = "main"
lock = 1
name_zh = "书柜"
name_en = "bookcase"

{_singles()}
[[door]]
id = {BIN}
kind = "slot"
name_zh = "还书口"
name_en = "return bin"

[[reader]]
name = "front"
source = "{wiring.camera}"

[limits]
{wiring.limits}
"""


def _singles() -> str:
    return "".join(f'[[door]]\nid = {door}\nkind = "single"\nboard = "main"\nlock = {door}\n\n' for door in TOOLS)
