"""A cabinet written from WIRE.md alone: its journal, and the messages that it would send.

It shares no encoder with the product: a mistake in ours must not cancel itself out here.
"""

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from sync.signature import PublicKey, SigningKey

TENANT = "community"
DAY_MS = 86_400_000
NOON_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z."""


def topic(cabinet: str, channel: str, tenant: str = TENANT) -> str:
    return f"locker/v1/{tenant}/{zlib.crc32(cabinet.encode()) % 64:02x}/{cabinet}/{channel}"


def sealed(body: bytes, key: SigningKey, at: str, nonce: str = "") -> bytes:
    """A JSON object with `sig` as its last key, over topic, nonce and body."""
    signature = key.sign(b"\0".join((b"locker-wire-v1", at.encode(), nonce.encode(), body)))
    return body[:-1] + b',"sig":"' + base64.b64encode(signature) + b'"}'


def opened(message: bytes, key: PublicKey, at: str, nonce: str) -> dict[str, Any]:
    """The body of what the server sealed; AssertionError when the seal does not hold."""
    body, _, rest = message.rpartition(b',"sig":"')
    signature = base64.b64decode(rest.removesuffix(b'"}'), validate=True)
    signed = b"\0".join((b"locker-wire-v1", at.encode(), nonce.encode(), body + b"}"))
    assert key.signed(signed, signature), f"the server's seal does not hold: {message!r}"
    decoded: dict[str, Any] = json.loads(body + b"}")
    return decoded


def compact(body: object) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def utc(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    days, second = divmod(seconds - NOON_MS // 1000, 86_400)
    assert 0 <= days < 31, "the model lives in January 2026"
    return f"2026-01-{days + 1:02d}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{rest:03d}Z"


@dataclass
class Cabinet:
    """One cabinet with one journal. Lines and hashes start at sequence number 1."""

    name: str = "A03"
    epoch: str = "00000000000000e1"
    boot: str = "00000000000000b1"
    lines: list[bytes] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=lambda: [bytes(32)])

    @property
    def key(self) -> SigningKey:
        return SigningKey(hashlib.sha256(self.name.encode()).digest())

    @property
    def last(self) -> int:
        return len(self.lines)

    def line(
        self, kind: str, about: str, facts: dict[str, Any], at_ms: int | None = NOON_MS, clock: str = "ntp"
    ) -> bytes:
        """The next line's bytes, not yet written."""
        seq = self.last + 1
        event = {
            "specversion": "1.0",
            "id": f"{self.name}.{self.epoch}.{seq}",
            "source": f"/cabinet/{self.name}",
            "type": f"locker.{kind}.v1",
            "subject": about,
            **({} if at_ms is None else {"time": utc(at_ms)}),
            "datacontenttype": "application/json",
            "sequence": f"{seq:020d}",
            "epoch": self.epoch,
            "boot": self.boot,
            "uptimems": str(seq * 1000),
            "clock": "unknown" if at_ms is None else clock,
            "data": facts,
        }
        return compact(event)

    def write(self, line: bytes) -> int:
        """Append a line, whatever it is; its sequence number."""
        self.lines.append(line)
        self.hashes.append(hashlib.sha256(self.hashes[-1] + line).digest())
        return self.last

    def browse(self, count: int = 1) -> None:
        for _ in range(count):
            self.write(self.line("visit.browsed", "visit/7", {"visit": 7, "door": 2}))

    def borrow(self, item: str, resident: str = "0123456789ab", at_ms: int | None = NOON_MS, clock: str = "ntp") -> int:
        facts = {"item": item, "resident": resident, "visit": 7, "door": 2, "evidence": "label", "due": "2026-01-15"}
        return self.write(self.line("item.borrowed", f"item/{item}", facts, at_ms, clock))

    def give_back(self, item: str, at_ms: int | None = NOON_MS, *, seen: bool = True, clock: str = "ntp") -> int:
        facts = {"item": item, "door": 2, "evidence": "label", "seen": seen}
        return self.write(self.line("item.returned", f"item/{item}", facts, at_ms, clock))

    def hello(self, nonce: str = "0" * 32, **changed: Any) -> tuple[str, bytes]:
        at = topic(self.name, "hello")
        body: dict[str, Any] = {
            "protocols": [1],
            "epoch": self.epoch,
            "first": 1 if self.lines else 0,
            "last": self.last,
            "hlast": self.hashes[-1].hex(),
            "boot": self.boot,
            "uptimems": 5000,
            "software": "0.1.0",
            "versions": {},
            "nonce": nonce,
        }
        return at, sealed(compact(body | changed), self.key, at)

    def up(self, a: int, b: int, /, *, lines: list[bytes] | None = None, **changed: Any) -> tuple[str, bytes]:
        """The batch from a to b; `lines` replaces what is sent, `changed` what the header says."""
        at = topic(self.name, "up")
        sent = self.lines[a - 1 : b] if lines is None else lines
        header = {"ep": self.epoch, "a": a, "b": b, "n": b - a + 1, "h": self.hashes[b].hex()} | changed
        return at, packed(sealed(compact(header), self.key, at), sent)


def packed(header: bytes, lines: list[bytes]) -> bytes:
    plain = b"\n".join((header, *lines))
    return zlib.compress(plain) if len(lines) >= 10 else plain
