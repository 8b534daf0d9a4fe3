"""The tables of PROTOCOLS.md, as the tests read them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from firmware_bridge.codec.frame import Frame, Kind, Side
from firmware_bridge.codec.question import Question, ReadAll, ReadOne, Unlock

PROTOCOLS_MD = Path(__file__).parents[2] / "firmware_bridge" / "PROTOCOLS.md"


@dataclass(frozen=True)
class Vector:
    side: Side
    frame: Frame
    question: Question | None  # what our encoder makes these bytes from


@dataclass(frozen=True)
class Meaning:
    raw: bytes
    locks: int
    status_order: str
    high: list[int]
    feedback: str
    open: list[int]


@dataclass(frozen=True)
class Mistake:
    side: Side
    raw: bytes


def rows(heading: str) -> Iterator[dict[str, str]]:
    """The rows of the first table below a heading, by column."""
    section = PROTOCOLS_MD.read_text().split(f"\n### {heading}\n")[1].split("\n#")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    for row in cells[2:]:
        yield dict(zip(cells[0], row, strict=True))


def _question(name: str, board: int, lock: int) -> Question | None:
    questions: dict[str, Question | None] = {
        "": None,
        "unlock": Unlock(board, lock),
        "read_one": ReadOne(board, lock),
        "read_all": ReadAll(board),
    }
    return questions[name]


def _vector(row: dict[str, str]) -> Vector:
    board, lock = int(row["board"]), int(row["lock"])
    frame = Frame(Kind(row["op"]), board, lock, bytes.fromhex(row["status"]), bytes.fromhex(row["bytes"]))
    return Vector(Side(row["side"]), frame, _question(row["we send"], board, lock))


def _meaning(row: dict[str, str]) -> Meaning:
    high, opened = ([int(number) for number in row[name].split()] for name in ("high", "open"))
    return Meaning(bytes.fromhex(row["bytes"]), int(row["locks"]), row["status_order"], high, row["feedback"], opened)


VECTORS_8A = [_vector(row) for row in rows("Vectors of 8a")]
MEANINGS_8A = [_meaning(row) for row in rows("What a read-all reply means")]
MISTAKES_8A = [Mistake(Side(row["side"]), bytes.fromhex(row["bytes"])) for row in rows("Seen in the field, and wrong")]
