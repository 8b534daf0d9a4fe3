"""The server's end of the wire, written from the contract with the standard library: the smallest that keeps it.

It shares with the product only Ed25519 itself. What it checks, it checks by hand: a message that breaks the contract
is an AssertionError of the test that sent it.
"""

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from sync.signature import PublicKey, SigningKey

GENESIS = bytes(32)


def compact(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def topic(cabinet: str, channel: str, tenant: str = "community") -> str:
    return f"locker/v1/{tenant}/{zlib.crc32(cabinet.encode()) % 64:02x}/{cabinet}/{channel}"


def sealed(body: dict[str, Any], key: SigningKey, at: str, nonce: str = "") -> bytes:
    plain = compact(body)
    signature = key.sign(b"\0".join((b"locker-wire-v1", at.encode(), nonce.encode(), plain)))
    return plain[:-1] + b',"sig":"' + base64.b64encode(signature) + b'"}'


def unsealed(message: bytes, key: PublicKey, at: str) -> dict[str, Any]:
    body, _, rest = message.rpartition(b',"sig":"')
    signature = base64.b64decode(rest.removesuffix(b'"}'), validate=True)
    signed = b"\0".join((b"locker-wire-v1", at.encode(), b"", body + b"}"))
    assert key.signed(signed, signature), f"the cabinet's seal does not hold: {message!r}"
    opened: dict[str, Any] = json.loads(body + b"}")
    return opened


@dataclass
class Server:
    """One tenant's server for one cabinet: what it has stored, and how it answers."""

    key: SigningKey
    cabinet_key: PublicKey
    cabinet: str = "C1"
    stored: list[bytes] = field(default_factory=list)
    """Line n at n - 1: everything that was committed, in order."""
    hashes: list[bytes] = field(default_factory=lambda: [GENESIS])
    nonce: str | None = None
    epoch: str | None = None
    hellos: list[dict[str, Any]] = field(default_factory=list)
    batches: list[tuple[int, int]] = field(default_factory=list)
    bad: frozenset[int] = frozenset()
    """Lines that validation refuses."""
    limits: dict[str, int] = field(
        default_factory=lambda: {"lines": 500, "bytes": 262144, "window": 4, "backoff_s": 300}
    )

    @property
    def w(self) -> int:
        return len(self.stored)

    def hear(self, at: str, payload: bytes) -> list[tuple[str, bytes]]:
        """Take one message; the answers, each with its topic."""
        if at == topic(self.cabinet, "hello"):
            hello = unsealed(payload, self.cabinet_key, at)
            self.hellos.append(hello)
            assert 1 in hello["protocols"]
            self.nonce, self.epoch = hello["nonce"], hello["epoch"]
            return [self.welcome()]
        if at == topic(self.cabinet, "up"):
            return self._up(at, payload)
        assert at == topic(self.cabinet, "state"), at
        return []

    def forget(self) -> None:
        """A restart: what was committed stays, whom it talked to is forgotten."""
        self.nonce = None

    def welcome(self, **changed: Any) -> tuple[str, bytes]:
        body = {
            "protocol": 1,
            "epoch": self.epoch,
            "w": self.w,
            "hw": self.hashes[self.w].hex(),
            "time": 1_770_000_000_000,
            "limits": self.limits,
        } | changed
        return self.write("welcome", body)

    def ack(self, **changed: Any) -> tuple[str, bytes]:
        return self.write("ack", {"ep": self.epoch, "w": self.w, "hw": self.hashes[self.w].hex()} | changed)

    def write(
        self, channel: str, body: dict[str, Any], *, nonce: str | None = None, key: SigningKey | None = None
    ) -> tuple[str, bytes]:
        at = topic(self.cabinet, channel)
        nonce = self.nonce if nonce is None else nonce
        assert nonce is not None
        return at, sealed(body, key or self.key, at, nonce)

    def _up(self, at: str, payload: bytes) -> list[tuple[str, bytes]]:
        assert len(payload) <= 65536
        plain = payload if payload.startswith(b"{") else zlib.decompress(payload)
        header, *lines = plain.split(b"\n")
        batch = unsealed(header, self.cabinet_key, at)
        assert len(lines) == batch["n"] == batch["b"] - batch["a"] + 1
        assert len(lines) <= self.limits["lines"]
        assert sum(map(len, lines)) <= self.limits["bytes"] or len(lines) == 1
        assert (len(lines) >= 10) == (not payload.startswith(b"{"))
        if self.nonce is None:
            return []
        self.batches.append((batch["a"], batch["b"]))
        if batch["ep"] != self.epoch or batch["a"] > self.w + 1:
            return [self.ack()]
        refused = self._take(batch, lines)
        return [self.ack(**({"refused": [{"seq": seq, "why": "told to"} for seq in refused]} if refused else {}))]

    def _take(self, batch: dict[str, Any], lines: list[bytes]) -> list[int]:
        """Check the whole batch, then store what is new of it: all or nothing."""
        new: list[tuple[int, bytes, bytes]] = []
        head = self.hashes[batch["a"] - 1]
        for seq, line in enumerate(lines, start=batch["a"]):
            head = hashlib.sha256(head + line).digest()
            if seq <= self.w:
                assert self.hashes[seq] == head, f"line {seq} came twice with other bytes"
                continue
            new.append((seq, line, head))
        assert head.hex() == batch["h"]
        for seq, line, hashed in new:
            assert json.loads(line)["id"] == f"{self.cabinet}.{self.epoch}.{seq}"
            self.stored.append(line)
            self.hashes.append(hashed)
        return [seq for seq, _, _ in new if seq in self.bad]
