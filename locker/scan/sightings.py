"""Which of the codes in view are news. Pure: time comes as an argument.

A phone held before the window is seen in a hundred frames and means one thing. The same code is news again only after
it has been out of view for 1.5 s; time in which nobody looked (no camera, no frames) does not count as out of view.
"""

from collections.abc import Iterable
from typing import Final

AWAY_MS: Final = 1500
"""Longer than a hand trembles or a light flickers, shorter than a person takes to come back on purpose."""

LONGEST_LOOK_AWAY_MS: Final = 1000
"""A gap between two frames counts as at most this much watching: one frame lost is looking, a lost camera is not."""

MOST_REMEMBERED: Final = 256
"""A screen that flashes ever new codes fills this in seconds; more is not passed on until there is room."""


class Sightings:
    """Remembers for each text in view when it was last seen. Holds at most 256 texts."""

    def __init__(self) -> None:
        self._watched_ms = 0
        self._last_frame_ms: int | None = None
        self._last_seen_ms: dict[str, int] = {}

    def news(self, texts: Iterable[str], now_ms: int) -> list[str]:
        """Take in one frame that shows `texts` at `now_ms` (never goes back); return those that are news, once each."""
        self._watch(now_ms)
        fresh: list[str] = []
        for text in dict.fromkeys(texts):
            if text not in self._last_seen_ms:
                if len(self._last_seen_ms) >= MOST_REMEMBERED:
                    continue
                fresh.append(text)
            self._last_seen_ms[text] = self._watched_ms
        return fresh

    def _watch(self, now_ms: int) -> None:
        if self._last_frame_ms is not None:
            self._watched_ms += min(now_ms - self._last_frame_ms, LONGEST_LOOK_AWAY_MS)
        self._last_frame_ms = now_ms
        gone = [text for text, seen_ms in self._last_seen_ms.items() if self._watched_ms - seen_ms >= AWAY_MS]
        for text in gone:
            del self._last_seen_ms[text]
