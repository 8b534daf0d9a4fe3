"""This file knows which lines of a batch may enter a journal, and what makes a line unfit to be a fact. Pure.

Two questions, kept apart: does the batch extend what is stored (the chain), and does each new line say what its
place promises (the fact). An unfit line is parked, yet its bytes stay a link of the chain.
"""

import json
from itertools import accumulate
from typing import Any

import msgspec

from sync.facts import Borrowed, Returned
from sync.ingest.complaints import one_line
from sync.ingest.sink import Alarm, Batch, Watermark
from sync.wire import Entry, WireError, chain, decode_line

MAX_WHY_CHARS = 80
"""A batch of 500 refused lines must still fit one ack of 64 KiB."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of the batch's journal, as far as the batch touches it."""

    mark: Watermark
    before: bytes | None
    """h(first - 1); None beyond the watermark."""
    at_last: bytes | None
    """h(last); None beyond the watermark."""


class Link(msgspec.Struct, frozen=True):
    """A line at its place in the chain."""

    seq: int
    h: bytes
    line: bytes


class Unfit(msgspec.Struct, frozen=True):
    """Why a line is no fact of this journal, short enough for an ack."""

    why: str


def extend(batch: Batch, known: Known) -> tuple[Link, ...] | Alarm:
    """The links beyond the watermark, none for a batch that was stored before; an alarm when it does not fit."""
    if known.before is None:
        return Alarm.GAP
    hashes = tuple(accumulate(batch.lines, chain, initial=known.before))[1:]
    chained = hashes[-1] == batch.h
    if known.at_last is not None:
        if known.at_last != batch.h:
            return Alarm.FORK
        return () if chained else Alarm.UNCHAINED
    if not chained:
        return Alarm.UNCHAINED
    held = known.mark.w - batch.first + 1
    if held > 0 and hashes[held - 1] != known.mark.hw:
        return Alarm.FORK
    return tuple(
        Link(batch.first + place, hashes[place], batch.lines[place]) for place in range(held, len(batch.lines))
    )


def read_line(cabinet: str, epoch: str, seq: int, line: bytes) -> Entry | Unfit:
    """Understand a line that claims this place."""
    try:
        entry = decode_line(line)
        _no_twin_keys(line.decode())
    except (WireError, ValueError, RecursionError) as error:
        return _unfit(str(error))
    if (entry.cabinet, entry.epoch, entry.seq) != (cabinet, epoch, seq):
        return _unfit(f"names another place: {entry.cabinet}.{entry.epoch}.{entry.seq}")
    if isinstance(entry.fact, (Borrowed, Returned)) and not -(2**63) <= entry.fact.door < 2**63:
        return _unfit("a door's number beyond 64 bits")
    return entry


def _unfit(why: str) -> Unfit:
    return Unfit(one_line(why)[:MAX_WHY_CHARS])


def _pairs(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("the same key twice in one object")


# Parsers differ in which of two equal keys they believe; a line must mean the same to everybody for ever.
_no_twin_keys = json.JSONDecoder(object_pairs_hook=_pairs).decode
