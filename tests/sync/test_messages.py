"""Batches and messages: what is too much is refused before it costs anything, what is not agreed is not read."""

import json
import zlib
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.wire import (
    COMPRESS_FROM_LINES,
    MAX_LINES,
    MAX_SENT_BYTES,
    Ack,
    BatchHeader,
    Hello,
    Limits,
    Presence,
    Welcome,
    WireError,
    encode_batch,
    split_batch,
)
from tests.sync.examples import EPOCH

HEADER = b'{"ep":"00000000000000e1","sig":"x"}'
BATCH_LINES = st.lists(st.binary(min_size=1, max_size=300).map(lambda line: line.replace(b"\n", b"")), min_size=1)


@given(BATCH_LINES)
def test_any_batch_comes_back(lines: Sequence[bytes]) -> None:
    message = encode_batch(HEADER, lines)
    assert message.startswith(b"{") == (len(lines) < COMPRESS_FROM_LINES)
    assert split_batch(message) == (HEADER, list(lines))


def test_the_largest_batch_comes_back() -> None:
    lines = [b"x" * (256 * 1024 // MAX_LINES)] * MAX_LINES
    assert split_batch(encode_batch(HEADER, lines)) == (HEADER, lines)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\x00",
        b"hello",
        b"x" * (MAX_SENT_BYTES + 1),
        b"{" * (MAX_SENT_BYTES + 1),
        zlib.compress(b"0" * 50_000_000),
        zlib.compress(b"\n".join([HEADER, *[b"x"] * (MAX_LINES + 1)])),
        zlib.compress(b"x" * 1025 + b"\n{}"),
        b"{" * 1025 + b"\n{}",
        zlib.compress(b"\n".join([HEADER, *[b"x"] * 20]))[:-1],
        zlib.compress(b"\n".join([HEADER, *[b"x"] * 20])) + b"more",
        zlib.compress(zlib.compress(b"0" * 50_000_000))[:-3],
    ],
)
def test_what_is_no_batch_is_refused_before_it_costs_anything(message: bytes) -> None:
    with pytest.raises(WireError):
        split_batch(message)


def test_a_zlib_bomb_is_not_inflated() -> None:
    bomb = zlib.compress(b"0" * 60_000_000, 9)
    assert len(bomb) < MAX_SENT_BYTES
    with pytest.raises(WireError, match="beyond 263668 bytes"):
        split_batch(bomb)


@given(st.binary(max_size=100))
def test_random_bytes_are_no_batch_or_a_batch_of_anything(message: bytes) -> None:
    try:
        header, lines = split_batch(message)
    except WireError:
        return
    assert b"\n".join([header, *lines]) in {message, message + b"\n"}


# --- messages ---

HASH = "ab" * 32
MESSAGES: list[tuple[type[msgspec.Struct], dict[str, Any]]] = [
    (
        Hello,
        {
            "protocols": [1],
            "epoch": EPOCH,
            "first": 1,
            "last": 2**63 - 1,
            "hlast": HASH,
            "boot": EPOCH,
            "uptimems": 0,
            "software": "0.1.0",
            "versions": {},
            "nonce": "0" * 32,
        },
    ),
    (
        Welcome,
        {"protocol": 1, "epoch": EPOCH, "w": 0, "hw": HASH, "time": 1, "limits": {"lines": 1, "window": 4}},
    ),
    (BatchHeader, {"ep": EPOCH, "a": 1, "b": 500, "n": 500, "h": HASH}),
    (Ack, {"ep": EPOCH, "w": 2**63 - 1, "hw": HASH, "refused": [{"seq": 3, "why": "x"}], "pause_ms": 5}),
    (Presence, {"boot": EPOCH, "online": False}),
]


@pytest.mark.parametrize(("kind", "body"), MESSAGES)
def test_messages_are_read_with_fields_of_later_versions(kind: type[msgspec.Struct], body: dict[str, Any]) -> None:
    assert msgspec.json.decode(json.dumps(body | {"later": [1]}), type=kind) == msgspec.convert(body, kind)


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, body in MESSAGES for name in body])
def test_messages_are_not_read_with_a_field_of_the_wrong_type(kind: type[msgspec.Struct], name: str) -> None:
    (body,) = (body for each, body in MESSAGES if each is kind)
    wrongs: tuple[Any, ...] = (None, 1.5, [[]])
    for wrong in wrongs:
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(json.dumps(body | {name: wrong}), type=kind)


@pytest.mark.parametrize(
    ("kind", "name", "wrong"),
    [
        (Hello, "first", -1),
        (Hello, "last", 2**63),
        (Hello, "nonce", "0" * 31),
        (Hello, "nonce", "G" * 32),
        (Hello, "hlast", HASH.upper()),
        (Welcome, "w", -1),
        (Welcome, "hw", HASH + "0"),
        (BatchHeader, "a", 0),
        (BatchHeader, "n", 501),
        (BatchHeader, "ep", EPOCH + "0"),
        (Ack, "w", 2**63),
        (Presence, "boot", ""),
    ],
)
def test_messages_are_not_read_with_a_value_out_of_range(kind: type[msgspec.Struct], name: str, wrong: Any) -> None:
    (body,) = (body for each, body in MESSAGES if each is kind)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps(body | {name: wrong}), type=kind)


@pytest.mark.parametrize(
    ("name", "value"),
    [("lines", 0), ("lines", 501), ("bytes", 16383), ("bytes", 262145), ("window", 0), ("window", 5), ("backoff_s", 0)],
)
def test_a_server_cannot_ask_for_more_than_the_contract(name: str, value: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps({name: value}), type=Limits)


def test_limits_that_are_left_out_are_the_contracts() -> None:
    assert msgspec.json.decode(b"{}", type=Limits) == Limits(lines=500, bytes=262_144, window=4, backoff_s=300)
