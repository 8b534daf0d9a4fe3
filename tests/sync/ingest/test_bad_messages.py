"""Everything that a signed or unsigned message can get wrong: dropped with its reason, and never an exception."""

import random
import zlib
from functools import cache
from typing import Any

import pytest

from sync.ingest.reception import MAX_HELLO_BYTES, Dropped
from sync.ingest.sink import Batch
from tests.sync.ingest.cabinet import Cabinet, packed, sealed, topic
from tests.sync.ingest.test_reception import read, why, with_lines


@pytest.mark.parametrize(
    "changed",
    [
        {"n": 3},
        {"n": 1},
        {"b": 3},
        {"a": 2},
        {"a": 0, "b": 1},
        {"a": -1, "b": 0},
        {"n": 0},
        {"n": 501},
        {"a": "1"},
        {"a": 1.5},
        {"h": "00"},
        {"h": "G" * 64},
        {"ep": "E1"},
        {"ep": "00000000000000E1"},
        {"a": 2**63 - 1, "b": 2**63},
        {"a": 10**30, "b": 10**30 + 1},
        {"h": None},
    ],
)
def test_a_signed_header_that_does_not_say_what_it_brings_is_dropped(changed: dict[str, Any]) -> None:
    assert why(with_lines(2).up(1, 2, **changed)).startswith("up: ")


@pytest.mark.parametrize(
    "changed",
    [
        {"protocols": []},
        {"protocols": [2, 3]},
        {"uptimems": -1},
        {"uptimems": 2**63},
        {"nonce": "5" * 31},
        {"nonce": "Z" * 32},
        {"boot": ""},
        {"last": -1},
        {"first": 2**64},
        {"hlast": "0"},
        {"software": None},
        {"versions": []},
        {"software": "x" * MAX_HELLO_BYTES},
    ],
)
def test_a_signed_hello_that_says_nonsense_is_dropped(changed: dict[str, Any]) -> None:
    assert why(Cabinet().hello(**changed)).startswith("hello: ")


def test_lines_beyond_256_kib_are_dropped() -> None:
    cabinet = with_lines(263)
    lines = [bytes([65 + number % 26]) * 1000 for number in range(263)]
    assert "262144 allowed" in why(cabinet.up(1, 263, lines=lines))


@cache
def bombs() -> dict[str, bytes]:
    cabinet = with_lines(1)
    at, plain = cabinet.up(1, 1)
    header = plain.partition(b"\n")[0]
    good = zlib.compress(plain)
    return {
        "nothing": b"",
        "a newline": b"\n",
        "noise": random.Random(1).randbytes(5000),
        "a zlib bomb": zlib.compress(bytes(60_000_000), 9),
        "a zlib bomb behind a true header": zlib.compress(header + b"\n" + bytes(60_000_000), 9),
        "zlib cut off": good[:-5],
        "zlib with a tail": good + b"more",
        "zlib in zlib": zlib.compress(good),
        "too large as sent": plain + b" " * 70_000,
        "too many lines": packed(header, [b"x"] * 501),
        "a header without an end": b"{" * 60_000,
        "deep": sealed(b'{"ep":' + b"[" * 400 + b"]" * 400 + b"}", cabinet.key, at) + b"\n" + cabinet.lines[0],
        "no UTF-8, signed": sealed(b'{"ep":"\xff"}', cabinet.key, at) + b"\n" + cabinet.lines[0],
        "no UTF-8 in a key, signed": sealed(b'{"\xff":1}', cabinet.key, at) + b"\n" + cabinet.lines[0],
        "an array, signed": sealed(b"[1}", cabinet.key, at) + b"\n" + cabinet.lines[0],
        "a seal that is no base64": header.replace(b'"sig":"', b'"sig":"\xff') + b"\n" + cabinet.lines[0],
        "no seal": b'{"ep":"00000000000000e1"}\n' + cabinet.lines[0],
    }


@pytest.mark.parametrize("bomb", bombs())
def test_a_batch_that_is_none_is_dropped_with_its_reason(bomb: str) -> None:
    payload = bombs()[bomb]
    assert why((topic("A03", "up"), payload)).startswith("up: ")
    assert why((topic("A03", "hello"), payload)).startswith("hello: ")


def test_no_bytes_at_all_make_the_reception_raise() -> None:
    chance = random.Random(20)
    cabinet = with_lines(12)
    good = [cabinet.hello(), cabinet.up(1, 3), cabinet.up(1, 12)]
    for _ in range(3000):
        at, payload = chance.choice(good)
        spoilt = bytearray(payload)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(spoilt))
            spoilt[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
        letter = read((at, bytes(spoilt)))
        # What got through is what was signed: only lines, which the chain guards, may differ.
        assert isinstance(letter, (Dropped, Batch)) or bytes(spoilt) == payload
