"""Pictures that no camera twin would show: hostile, broken, or of codes that are not ours."""

import struct
import zlib
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import segno

from locker.scan.step import Grey

PASS: Final = "LC1:" + "N8D7Q3HBTK" * 11 + "ABCDEF."
"""As long as a printed pass (121 characters), so the same version 5-M; signed by nobody."""


def of_code(code: segno.QRCode, px_per_module: int = 4) -> Grey:
    """A code as a printer would like it: no tilt, no noise."""
    rows = [[0 if module else 255 for module in row] for row in code.matrix_iter(scale=px_per_module, border=4)]
    return np.array(rows, np.uint8)


def on_wall(*pictures: Grey) -> Grey:
    """Several pictures side by side on a grey wall."""
    height = max(picture.shape[0] for picture in pictures) + 40
    wall = np.full((height, 20 + sum(picture.shape[1] + 20 for picture in pictures)), 128, np.uint8)
    left = 20
    for picture in pictures:
        rows, columns = picture.shape
        wall[20 : 20 + rows, left : left + columns] = picture
        left += columns + 20
    return wall


def finder_wall(width: int, height: int, module_px: int) -> Grey:
    """A poster of nothing but finder patterns: each of them asks the decoder for work."""
    finder = np.full((8, 8), 255, np.uint8)
    finder[:7, :7] = 0
    finder[1:6, 1:6] = 255
    finder[2:5, 2:5] = 0
    tile = np.kron(finder, np.ones((module_px, module_px), np.uint8))
    across, down = width // tile.shape[1] + 1, height // tile.shape[0] + 1
    return np.tile(tile, (down, across))[:height, :width].astype(np.uint8)


def save(picture: Grey, path: Path) -> Path:
    """Write `picture` in the format that the name of `path` says."""
    assert cv2.imwrite(str(path), picture)
    return path


def save_bomb(path: Path, side: int) -> Path:
    """Write a PNG of a few kilobytes that unpacks to `side` x `side` pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer = zlib.compressobj()
    rows = b"".join(packer.compress(bytes(1 + side)) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return path
