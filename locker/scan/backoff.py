"""How long to wait before trying again. Pure."""

from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Waits that double from `first_s` to `most_s`; an attempt that held for `well_s` starts them anew."""

    first_s: float
    most_s: float
    well_s: float
    _next_s: float | None = None

    def after(self, held_s: float) -> float:
        """Return the wait, in seconds, after an attempt that held for `held_s`."""
        if self._next_s is None or held_s >= self.well_s:
            self._next_s = self.first_s
        wait_s = self._next_s
        self._next_s = min(self.most_s, wait_s * 2)
        return wait_s
