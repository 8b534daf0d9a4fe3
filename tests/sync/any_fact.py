"""Hypothesis draws facts and stamps from their own type hints: whatever may be written must come back."""

import typing
from typing import Any

import msgspec
from hypothesis import strategies as st

from sync.facts import FACTS, Fact
from sync.stamp import Clock, Stamp

HEX16 = st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}")
WORDS = st.text(max_size=40)
NUMBERS = st.integers(-(2**63), 2**63 - 1)
LATEST_MS = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z: RFC 3339 has four digits for the year."""


def _strategy(hint: Any) -> st.SearchStrategy[Any]:
    if hint is str:
        return WORDS
    if hint is int:
        return NUMBERS
    if typing.get_origin(hint) is tuple:
        return st.lists(WORDS, max_size=3).map(tuple)
    if type(None) in typing.get_args(hint):
        (inner,) = (each for each in typing.get_args(hint) if each is not type(None))
        return st.none() | _strategy(inner)
    found: st.SearchStrategy[Any] = st.from_type(hint)
    return found


def facts_of(kind: type[Fact]) -> st.SearchStrategy[Fact]:
    hints = typing.get_type_hints(kind)
    fields = {field.name: _strategy(hints[field.name]) for field in msgspec.structs.fields(kind)}
    return st.builds(kind, **fields)


FACT: st.SearchStrategy[Fact] = st.one_of([facts_of(kind) for kind in FACTS])


@st.composite
def stamps(draw: st.DrawFn) -> Stamp:
    clock = draw(st.sampled_from(Clock))
    return Stamp(
        boot=draw(HEX16),
        uptime_ms=draw(st.integers(0, 2**63 - 1)),
        clock=clock,
        utc_ms=None if clock is Clock.UNKNOWN else draw(st.integers(0, LATEST_MS)),
    )
