"""In which order the steps are tried: all of them on a still picture, one more a frame on a living one."""

from dataclasses import replace
from typing import Final

from locker.scan.alphabet import alphanumeric
from locker.scan.decode import MAX_SIDE_PX, Scan, decode, picture_like
from locker.scan.step import Grey, Step, shrunk

WORKING_SIDE_PX: Final = 1280
"""Size at which the dearer steps look at a still picture: from 640 px up the rate no longer rises (measured)."""

DOUBLING_SIDE_PX: Final = 800
"""Longest side at which DOUBLE is the fourth step; above it CLAHE reads as much for less (measured at 640 and 1280)."""

STILL_STEPS: Final = (Step.PLAIN, Step.GLOBAL_HISTOGRAM, Step.UNSHARP, Step.DOUBLE, Step.CLAHE)


def read_still(grey: Grey) -> list[Scan]:
    """Return what the first step that reads anything finds in `grey`. Never raises.

    A picture larger than 1,280 px is looked at reduced first, and once at its own size if that reads nothing.
    Blocks for about 3 ms a photograph, 20 ms where nothing is read.
    """
    if not picture_like(grey):
        return []
    small = shrunk(grey, WORKING_SIDE_PX)
    for step in STILL_STEPS:
        if scans := decode(small, step):
            return _as_in(grey, small, scans)
    if small is grey:
        return []
    large = shrunk(grey, MAX_SIDE_PX)
    return _as_in(grey, large, decode(large))


class LiveLadder:
    """Looks at one frame after another: plainly at each, and once more by the next dearer step if no code was read.

    So a code that only the last step can read is found within three frames, and no frame pays for the whole ladder.
    """

    def __init__(self) -> None:
        self._turn = 0

    def look(self, grey: Grey) -> list[Scan]:
        """Return the codes in this frame, each text once. Never raises; about 4 ms at 640 x 480 with no code in it."""
        scans = {scan.text: scan for scan in decode(grey)}
        if not any(alphanumeric(text) for text in scans):
            for scan in decode(grey, self._next_step(max(grey.shape, default=0))):
                scans.setdefault(scan.text, scan)
        return list(scans.values())

    def _next_step(self, side_px: int) -> Step:
        fourth = Step.DOUBLE if side_px <= DOUBLING_SIDE_PX else Step.CLAHE
        steps = (Step.GLOBAL_HISTOGRAM, Step.UNSHARP, fourth)
        step = steps[self._turn]
        self._turn = (self._turn + 1) % len(steps)
        return step


def _as_in(grey: Grey, looked_at: Grey, scans: list[Scan]) -> list[Scan]:
    factor = grey.shape[1] / looked_at.shape[1]
    if factor == 1:
        return scans
    return [replace(scan, box=_grown(scan, factor)) for scan in scans]


def _grown(scan: Scan, factor: float) -> tuple[int, int, int, int, int, int, int, int]:
    x1, y1, x2, y2, x3, y3, x4, y4 = (round(v * factor) for v in scan.box)
    return x1, y1, x2, y2, x3, y3, x4, y4
