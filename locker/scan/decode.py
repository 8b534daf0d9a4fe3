"""Reads QR codes out of one grey picture. The home of zxing-cpp; nothing else ever decodes a frame."""

from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
import zxingcpp

from locker.scan.step import Grey, Step, prepared

FORMATS: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
"""Micro QR, model 1 and rMQR are left out: they gave the only false reads measured."""

MAX_SIDE_PX: Final = 4096
"""No camera of a cabinet is larger; bounds the memory and the time of one look."""

Box: TypeAlias = tuple[int, int, int, int, int, int, int, int]
"""Corners of a code in its picture, x and y in pixels: top left, top right, bottom right, bottom left."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One code found in a picture. Its text may be a stranger's, so it stays out of `repr`."""

    text: str = field(repr=False)
    box: Box
    slack: float | None
    """Part of the error correction left over, 0…1 (near 0: clean the window); None if the decoder does not say."""


def decode(grey: Grey, step: Step = Step.PLAIN) -> list[Scan]:
    """Return what is read in `grey`, looked at by `step`. Never raises: a picture nobody can read is an empty list.

    Takes rows x columns of 8 bits, also as a view with gaps; anything else (no pixels, 16 bits, colour, a side above
    4,096 px) reads as empty. Blocks for about 1 ms at 640 x 480; before a wall of finder patterns for 0.1 s (0.6 s at
    720p), the worst that was found.
    """
    if not picture_like(grey) or max(grey.shape) > MAX_SIDE_PX:
        return []
    picture = prepared(grey, step)
    binarizer = zxingcpp.Binarizer.LocalAverage
    if step is Step.GLOBAL_HISTOGRAM:
        binarizer = zxingcpp.Binarizer.GlobalHistogram
    try:
        barcodes = zxingcpp.read_barcodes(
            picture,
            formats=FORMATS,
            text_mode=zxingcpp.TextMode.Plain,
            binarizer=binarizer,
        )
        factor = picture.shape[1] / grey.shape[1]
        return [_scan(barcode, factor) for barcode in barcodes]
    except (RuntimeError, ValueError):  # a fault inside the decoder, or a text that is not Unicode
        return []


def picture_like(grey: Grey) -> bool:
    """Say whether `grey` is rows x columns of 8 bits with at least one pixel: a driver can hand over anything."""
    return grey.ndim == 2 and grey.dtype == np.uint8 and min(grey.shape) > 0


def _scan(barcode: zxingcpp.Barcode, factor: float) -> Scan:
    where = barcode.position
    corners = (where.top_left, where.top_right, where.bottom_right, where.bottom_left)
    x1, y1, x2, y2, x3, y3, x4, y4 = (round(v / factor) for corner in corners for v in (corner.x, corner.y))
    return Scan(text=barcode.text, box=(x1, y1, x2, y2, x3, y3, x4, y4), slack=_slack(barcode.extra))


def _slack(extra: object) -> float | None:
    unused = extra.get("UEC") if isinstance(extra, dict) else None  # zxing-cpp: unused error correction
    return unused if isinstance(unused, float) else None
