"""The facts themselves: their names, their golden lines, and what they are about."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync import facts
from sync.facts import FACTS, Fact, subject, type_name
from sync.stamp import Clock, Stamp
from sync.wire import decode_line, encode_line
from tests.sync.examples import CABINET, EPOCH, EXAMPLES

GOLDEN = Path(__file__).with_name("golden") / "facts-v1.ndjson"
LINES = GOLDEN.read_bytes().splitlines()


def test_every_fact_has_a_golden_line() -> None:
    assert {type(fact) for _, _, fact in EXAMPLES} == set(FACTS)
    assert len(LINES) == len(EXAMPLES)


@pytest.mark.parametrize(("line", "example"), [*zip(LINES, EXAMPLES, strict=True)])
def test_golden_lines_are_written_and_read_for_ever(line: bytes, example: tuple[int, Stamp, Fact]) -> None:
    seq, stamp, fact = example
    assert encode_line(CABINET, EPOCH, seq, stamp, fact) == line
    entry = decode_line(line)
    assert (entry.cabinet, entry.epoch, entry.seq, entry.stamp, entry.fact) == (CABINET, EPOCH, seq, stamp, fact)


@pytest.mark.parametrize("line", LINES)
def test_golden_lines_are_cloudevents_to_any_reader(line: bytes) -> None:
    """Nothing of ours reads here: a parser of the standard library and the rules of CloudEvents 1.0."""
    event: dict[str, Any] = json.loads(line)
    seq = int(event["sequence"])
    data = event.pop("data")
    assert all(isinstance(value, str) for value in event.values())
    assert event["specversion"] == "1.0"
    assert event["id"] == f"A03.5f0c9a3e71d2b846.{seq}"
    assert event["source"] == "/cabinet/A03"
    assert event["datacontenttype"] == "application/json"
    assert event["type"].startswith("locker.")
    assert event["type"].endswith(".v1")
    assert event["sequence"] == f"{seq:020d}"
    assert set(event) - {"time"} == {
        *("specversion", "id", "source", "type", "subject", "datacontenttype"),
        *("sequence", "epoch", "boot", "uptimems", "clock"),
    }
    assert ("time" in event) == (event["clock"] != "unknown")
    assert isinstance(data, dict)
    assert all(name.isalnum() for name in event), "CloudEvents allows letters and digits in names"


def test_the_golden_lines_go_where_32_bits_and_doubles_end() -> None:
    events = [json.loads(line) for line in LINES]
    assert any(int(event["uptimems"]) > 2**31 for event in events)
    assert any(int(event["sequence"]) == 2**53 + 1 for event in events)
    assert {event["clock"] for event in events} == set(Clock)


def test_types_are_named_once_and_for_ever() -> None:
    names = [type_name(kind) for kind in FACTS]
    assert len(set(names)) == len(names)
    assert [kind for kind in vars(facts).values() if isinstance(kind, type) and issubclass(kind, Fact)][1:] == [*FACTS]


def test_facts_are_never_edited() -> None:
    fact = facts.DoorClosed(door=3)
    with pytest.raises(AttributeError):
        fact.door = 4  # type: ignore[misc]  # the very thing that must fail


@pytest.mark.parametrize("kind", FACTS)
def test_what_a_fact_is_about_is_one_of_its_fields(kind: type[Fact]) -> None:
    fields = {field.name for field in msgspec.structs.fields(kind)}
    assert kind.about is None or kind.about in fields


def test_subjects_are_paths() -> None:
    assert subject(facts.Stopped(why="x")) == "cabinet"
    assert subject(facts.DoorClosed(door=3)) == "door/3"
    assert subject(facts.VisitInterrupted(visit=None, stage="pulsed")) == "visit/-"
