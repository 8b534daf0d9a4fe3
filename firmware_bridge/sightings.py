"""Which readings are believed: a change must be read twice in a row, silence is believed at once. Pure.

The 8A's XOR lets 3 % of double bit flips pass, and a bouncing switch reads either way. Both reads would have to be
wrong in the same way, which is what one more transaction (35 ms) buys.
"""

from collections.abc import Mapping, Sequence

from firmware_bridge.board import BoardProfile, DoorReading
from firmware_bridge.report import Lock, LockSeen


class Sightings:
    """How each door was last reported, and what was read since."""

    def __init__(self, boards: Sequence[BoardProfile]) -> None:
        self._numbers = {board.name: board.numbers for board in boards}
        self._reported: dict[Lock, DoorReading] = {}
        self._doubted: dict[Lock, DoorReading] = {}

    def read(self, board: str, readings: Mapping[int, DoorReading]) -> list[LockSeen]:
        """What to report after one reading of a board. `doubts()` says whether to look again at once."""
        seen = []
        for number in self._numbers[board]:
            lock, reading = Lock(board, number), readings[number]
            doubted = self._doubted.pop(lock, None)
            if reading is self._reported.get(lock):
                continue
            if reading is DoorReading.UNKNOWN or reading is doubted:
                self._reported[lock] = reading
                seen.append(LockSeen(lock, reading))
            else:
                self._doubted[lock] = reading
        return seen

    def doubts(self, board: str) -> bool:
        """Whether a change was read that a second reading has to confirm."""
        return any(lock.board == board for lock in self._doubted)

    def silence(self, board: str) -> list[LockSeen]:
        """What to report when a board, or the line to it, is away: every lock unknown, once."""
        return self.read(board, dict.fromkeys(self._numbers[board], DoorReading.UNKNOWN))

    def forget(self) -> None:
        """Report every lock anew, for a listener who may have missed what was said."""
        self._reported.clear()
        self._doubted.clear()
