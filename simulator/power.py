"""This file knows how the power fails: at a moment that nobody chose, in the middle of what people do."""

import random
import threading
from typing import Final

from simulator.pty_wire import CoilPulsed
from simulator.town import Town

MOST_SIGHTS: Final = 8
"""A visit shows about this many screens, coils and leaves: the cut falls somewhere among them."""
MOST_DELAY_S: Final = 0.25
"""And somewhere between two of them: the time of a commit, a pulse, a pop."""
VISIT_WITHIN_S: Final = 20.0


class PowerCut:
    """One cut, at an instant that the seed decides."""

    def __init__(self, town: Town, seed: int) -> None:
        """Wait for the instant in a thread of its own, from now on."""
        dice = random.Random(seed)
        self._town = town
        self._sights = dice.randint(1, MOST_SIGHTS)
        self._delay_s = dice.uniform(0, MOST_DELAY_S)
        self._since = town.scene.mark()
        self.coils_at_cut = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._cut, name="power cut")
        self._thread.start()

    def join(self) -> int:
        """Wait until the power is off; how many coils had run by then."""
        self._thread.join()
        return self.coils_at_cut

    def _cut(self) -> None:
        since = self._since
        for _ in range(self._sights):
            if self._town.scene.wait_any(since, VISIT_WITHIN_S) is None:
                break
            since += 1
        self._over.wait(self._delay_s)
        self._town.kill_cabinet()
        self.coils_at_cut = len(self._town.scene.all(CoilPulsed))
