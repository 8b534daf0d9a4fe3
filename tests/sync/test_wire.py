"""The bytes between the two ends: everything that may be written comes back, and nothing else is understood."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.facts import BY_TYPE, Fact, UnknownFact
from sync.stamp import Stamp
from sync.wire import GENESIS, MAX_LINE_BYTES, WireError, chain, decode_line, encode_line
from tests.sync.any_fact import FACT, HEX16, stamps
from tests.sync.examples import CABINET, EPOCH, EXAMPLES, NTP

GOOD = encode_line(CABINET, EPOCH, 4, NTP, EXAMPLES[3][2])
CABINETS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=2, max_size=16)


def changed(**fields: Any) -> bytes:
    """The good line with some fields replaced; None takes one away."""
    event = json.loads(GOOD) | fields
    return json.dumps({name: value for name, value in event.items() if value is not None}).encode()


# --- lines ---


@given(CABINETS, HEX16, st.integers(1, 2**63 - 1), stamps(), FACT)
def test_any_fact_comes_back(cabinet: str, epoch: str, seq: int, stamp: Stamp, fact: Fact) -> None:
    line = encode_line(cabinet, epoch, seq, stamp, fact)
    assert b"\n" not in line
    entry = decode_line(line)
    assert (entry.cabinet, entry.epoch, entry.seq, entry.stamp, entry.fact) == (cabinet, epoch, seq, stamp, fact)


def test_a_later_versions_fact_is_kept_whole() -> None:
    entry = decode_line(changed(type="locker.door.painted.v7", data={"colour": "green", "door": [1, {"a": 1e99}]}))
    assert isinstance(entry.fact, UnknownFact)
    assert entry.fact.type == "locker.door.painted.v7"
    assert json.loads(entry.fact.raw) == {"colour": "green", "door": [1, {"a": 1e99}]}


def test_fields_of_a_later_minor_version_are_ignored() -> None:
    data = json.loads(GOOD)["data"] | {"mood": "good"}
    assert decode_line(changed(data=data, colour="green")).fact == EXAMPLES[3][2]


@pytest.mark.parametrize(
    "fields",
    [
        {"specversion": "2.0"},
        {"specversion": None},
        {"id": "A03.5f0c9a3e71d2b846.5"},
        {"id": "A04.5f0c9a3e71d2b846.4"},
        {"id": 4},
        {"source": "/cabinet/A04"},
        {"source": "A03"},
        {"source": None},
        {"type": None},
        {"subject": 3},
        {"time": "yesterday"},
        {"time": "2026-03-01T14:30:00"},
        {"time": 1772375400},
        {"datacontenttype": "text/plain"},
        {"sequence": 4},
        {"sequence": "4"},
        {"sequence": "-0000000000000000004"},
        {"sequence": "00000000000000000005"},
        {"sequence": "00000000000000000000", "id": "A03.5f0c9a3e71d2b846.0"},
        {"sequence": "09223372036854775808", "id": "A03.5f0c9a3e71d2b846.9223372036854775808"},
        {"sequence": "\u0664".rjust(20, "0")},
        {"epoch": "5F0C9A3E71D2B846"},
        {"epoch": "5f0c9a3e71d2b84"},
        {"boot": "b1"},
        {"uptimems": "-1"},
        {"uptimems": "01"},
        {"uptimems": 61250},
        {"uptimems": "9223372036854775808"},
        {"clock": "sundial"},
        {"clock": None},
        {"data": None},
        {"data": []},
        {"data": "x"},
        {"data": {}},
        {"data": {"visit": "7", "resident": "0123456789ab", "pass_type": 1, "serial": 3, "issuer": 9}},
        {"data": {"visit": 7.5, "resident": "0123456789ab", "pass_type": 1, "serial": 3, "issuer": 9}},
        {"data": {"visit": True, "resident": "0123456789ab", "pass_type": 1, "serial": 3, "issuer": 9}},
        {"data": {"visit": 7, "resident": None, "pass_type": 1, "serial": 3, "issuer": 9}},
    ],
)
def test_a_line_that_breaks_one_rule_is_no_fact(fields: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        decode_line(changed(**fields))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"{",
        b"\xef\xbb\xbf" + GOOD,
        GOOD + b"{}",
        GOOD.replace(b'"ntp"', b'"\xff\xfe"'),
        GOOD.replace(b'"ntp"', b'"\xed\xa0\x80"'),
        GOOD.replace(b'"visit":7', b'"visit":NaN'),
        GOOD.replace(b'"visit":7', b'"visit":1e999'),
        GOOD.replace(b'{"visit"', b"[" * 5000 + b'{"visit"'),
        b'{"data":' + b"[" * 8000 + b"]" * 8000 + b"}",
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        GOOD[:-1] + b',"x":"' + b"x" * MAX_LINE_BYTES + b'"}',
    ],
)
def test_bytes_that_are_no_event_are_no_fact(line: bytes) -> None:
    with pytest.raises(WireError):
        decode_line(line)


def test_a_truncated_line_is_no_fact() -> None:
    for cut in range(len(GOOD)):
        with pytest.raises(WireError):
            decode_line(GOOD[:cut])


@given(st.binary(max_size=200))
def test_random_bytes_are_an_error_and_nothing_worse(line: bytes) -> None:
    with pytest.raises(WireError):
        decode_line(line)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_a_changed_byte_is_an_error_or_another_fact(at: int, byte: int) -> None:
    damaged = GOOD[:at] + bytes([byte]) + GOOD[at + 1 :]
    try:
        decode_line(damaged)
    except WireError:
        return
    assert damaged == GOOD or chain(GENESIS, damaged) != chain(GENESIS, GOOD)


@pytest.mark.parametrize("name", BY_TYPE)
def test_no_fact_takes_another_facts_data_by_guess(name: str) -> None:
    with pytest.raises(WireError):
        decode_line(changed(type=name, data={"nothing": "of", "the": "sort"}))


def test_the_chain_is_sha_256_of_hash_and_line() -> None:
    assert chain(GENESIS, b"one") == hashlib.sha256(bytes(32) + b"one").digest()
