"""The questions we ask of any lock board. Each is about one board; locks count from 1."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unlock:
    """Draw one bolt, for as long as the board's own timer says."""

    board: int
    lock: int


@dataclass(frozen=True, slots=True)
class ReadOne:
    """Ask how one lock's switch stands."""

    board: int
    lock: int


@dataclass(frozen=True, slots=True)
class ReadAll:
    """Ask how all switches of the board stand."""

    board: int


Question = Unlock | ReadOne | ReadAll
