"""What is heard on any lock board's wire: frames of a kind, and noise."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from firmware_bridge.codec.question import Question, ReadAll, ReadOne, Unlock


class Side(StrEnum):
    """Whose frames to look for: ours (`request`) or the board's (`reply`)."""

    REQUEST = "request"
    REPLY = "reply"


class StatusOrder(StrEnum):
    """Which status byte of a read-all reply holds locks 1 to 8: the last one (`high_first`) or the first."""

    HIGH_FIRST = "high_first"
    LOW_FIRST = "low_first"


class Kind(StrEnum):
    """What a well-formed frame speaks of. More kinds are understood than are ever sent."""

    UNLOCK = "unlock"
    UNLOCK_ALL = "unlock_all"
    UNLOCK_SEVERAL = "unlock_several"
    READ_ONE = "read_one"
    READ_ALL = "read_all"
    HOLD_ON = "hold_on"
    HOLD_OFF = "hold_off"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame whose check and structure are right. `lock` 0 means the whole board; `status` is as it came."""

    kind: Kind
    board: int
    lock: int
    status: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that belong to no frame."""

    raw: bytes


def answers(frame: Frame, question: Question) -> bool:
    """Whether this reply belongs to this question: same command, same board, same lock."""
    match question:
        case Unlock(board, lock):
            wanted = (Kind.UNLOCK, board, lock)
        case ReadOne(board, lock):
            wanted = (Kind.READ_ONE, board, lock)
        case ReadAll(board):
            wanted = (Kind.READ_ALL, board, 0)
        case _:
            assert_never(question)
    return (frame.kind, frame.board, frame.lock) == wanted
