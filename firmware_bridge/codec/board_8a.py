"""The "8A" lock board (CM06, clones): five-byte frames that end in the XOR of all bytes before. See PROTOCOLS.md."""

import re
from collections.abc import Mapping
from functools import partial, reduce
from operator import xor
from typing import Final, assert_never

from firmware_bridge.codec.frame import Frame, Kind, Side, StatusOrder
from firmware_bridge.codec.hunt import UNRIPE, Decoder, Grammar, Unripe
from firmware_bridge.codec.question import Question, ReadAll, ReadOne, Unlock

ADDRESSES: Final = range(1, 33)  # five DIP switches
LOCKS: Final = range(1, 51)  # the largest board sold
STATUS_BYTES: Final = (3, 7)  # seen in read-all replies: boards of up to 24 locks, and of 50
_SHORTEST, _LONGEST = 5, max(STATUS_BYTES) + 4

_HEADS: Final = {  # a head and an address; where the bytes end, the address may still be on its way
    Side.REQUEST: re.compile(rb"[\x80\x8a\x90\x9a\x9b\x9d](?:[\x01-\x20]|\Z)"),
    Side.REPLY: re.compile(rb"[\x80\x81\x82\x8a\x9a\x9b](?:[\x01-\x20]|\Z)"),
}
_ONE_LOCK: Final = {
    0x80: Kind.READ_ONE,
    0x81: Kind.REPORT,
    0x82: Kind.REPORT,
    0x8A: Kind.UNLOCK,
    0x9A: Kind.HOLD_ON,
    0x9B: Kind.HOLD_OFF,
}


def encode(question: Question) -> bytes:
    """The request's bytes. ValueError for an address or a lock that no such board has."""
    match question:
        case Unlock(board, lock):
            head, function = 0x8A, 0x11
        case ReadOne(board, lock):
            head, function = 0x80, 0x33
        case ReadAll(board):
            head, lock, function = 0x80, 0, 0x33
        case _:
            assert_never(question)
    if board not in ADDRESSES or (lock not in LOCKS and not isinstance(question, ReadAll)):
        raise ValueError(f"no 8A board takes {question}: addresses are 1 to 32, locks 1 to 50")
    body = bytes((head, board, lock, function))
    return body + bytes((reduce(xor, body),))


def hello(board: int) -> Question:
    """A question that moves nothing and whose reply never equals it: lock 1's switch, 33 answered by 00 or 11."""
    return ReadOne(board, 1)


def decoder(side: Side, asked: Question | None = None, locks: int | None = None) -> Decoder:
    """A decoder of one side's frames. Knowing what was `asked` of a board with so many `locks` spares a quiet gap."""
    sure: tuple[int, ...] = ()
    if isinstance(asked, ReadAll) and locks is not None:
        sure = (next(count for count in STATUS_BYTES if locks <= 8 * count) + 4,)
    elif asked is not None:
        sure = tuple(range(_LONGEST, _SHORTEST - 1, -1))
    return Decoder(Grammar(_HEADS[side], _LONGEST, partial(_first, side, sure)))


def levels(frame: Frame, order: StatusOrder) -> Mapping[int, bool]:
    """The switch input, high or low, of each lock that a read reply speaks of. Empty for any other frame."""
    if frame.kind is Kind.READ_ONE:
        return {frame.lock: frame.status == b"\x11"}
    bits = int.from_bytes(frame.status, "big" if order is StatusOrder.HIGH_FIRST else "little")
    count = 8 * len(frame.status) if frame.kind is Kind.READ_ALL else 0
    return {lock: bool(bits >> (lock - 1) & 1) for lock in range(1, count + 1)}


def _first(side: Side, sure: tuple[int, ...], window: bytes, ended: bool) -> Frame | Unripe | None:  # noqa: FBT001  the shape of Grammar.read
    """The frame at the window's front: of a `sure` length at once, of any when nothing longer can come."""
    last_word = ended or len(window) == _LONGEST
    complete = range(len(window), _SHORTEST - 1, -1)
    for length in (*sure, *complete) if last_word else sure:
        if length in complete and (frame := _frame(side, window[:length])) is not None:
            return frame
    return None if last_word else UNRIPE


def _frame(side: Side, raw: bytes) -> Frame | None:
    if reduce(xor, raw):
        return None
    head, board, *rest = raw[:-1]
    match side, head, rest:
        case Side.REQUEST, 0x80, [lock, 0x33] if lock == 0 or lock in LOCKS:
            return Frame(Kind.READ_ONE if lock else Kind.READ_ALL, board, lock, b"", raw)
        case Side.REQUEST, 0x8A | 0x9A | 0x9B, [lock, 0x11] if lock in LOCKS:
            return Frame(_ONE_LOCK[head], board, lock, b"", raw)
        case Side.REQUEST, 0x8A, [lock, 0x11, seconds] if lock in LOCKS and seconds in range(1, 10):
            return Frame(Kind.UNLOCK, board, lock, b"", raw)
        case (Side.REQUEST, 0x8A, [0, 0x11]) | (Side.REQUEST, 0x9D, [2, 0x10]):
            return Frame(Kind.UNLOCK_ALL, board, 0, b"", raw)
        case Side.REQUEST, 0x90, several if len(several) in STATUS_BYTES:
            return Frame(Kind.UNLOCK_SEVERAL, board, 0, bytes(several), raw)
        case Side.REPLY, 0x80, [*status, 0x33] if 2 <= len(status) <= max(STATUS_BYTES):
            return Frame(Kind.READ_ALL, board, 0, bytes(status), raw)
        case Side.REPLY, 0x8A, [0, 0x00 | 0x11 as status]:
            return Frame(Kind.UNLOCK_ALL, board, 0, bytes((status,)), raw)
        case Side.REPLY, _, [lock, 0x00 | 0x11 as status] if lock in LOCKS:
            return Frame(_ONE_LOCK[head], board, lock, bytes((status,)), raw)
    return None
