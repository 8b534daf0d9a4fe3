"""A printer and a reader: SVG of ours as dots on paper, and the codes that zxing-cpp finds there."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import numpy.typing as npt
import zxingcpp

DOTS_PER_MM = 10
_SVG = "{http://www.w3.org/2000/svg}"
_STROKE = re.compile(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?")


def printed(svg: str) -> npt.NDArray[np.uint8]:
    """White paper of the page's size with its codes in black; words are left out."""
    page = ET.fromstring(svg)
    width, height = (float(page.attrib[side].removesuffix("mm")) for side in ("width", "height"))
    assert page.attrib["viewBox"] == f"0 0 {width:g} {height:g}"
    paper = np.full((round(height * DOTS_PER_MM), round(width * DOTS_PER_MM)), 255, np.uint8)
    for code in page.iter(f"{_SVG}svg"):
        if code is not page:
            _stamp(paper, code)
    return paper


def words(svg: str) -> list[str]:
    """What is written there for people."""
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{_SVG}text")]


def reaches(svg: str) -> list[tuple[float, float]]:
    """From where to where each line of words goes: a Chinese sign is as wide as high, a Latin one at most 0.6 of it."""
    found = []
    for text in ET.fromstring(svg).iter(f"{_SVG}text"):
        left, size = float(text.attrib["x"]), float(text.attrib["font-size"])
        found.append((left, left + sum(size * (0.6 if char.isascii() else 1) for char in "".join(text.itertext()))))
    return found


def codes(paper: npt.NDArray[np.uint8]) -> dict[str, float]:
    """Each text that is read, and the width of its code in millimetres."""
    found = {}
    for code in zxingcpp.read_barcodes(paper, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])):
        corners = code.position
        found[code.text] = (corners.top_right.x - corners.top_left.x + 1) / DOTS_PER_MM
    return found


def _stamp(paper: npt.NDArray[np.uint8], code: ET.Element) -> None:
    left, top, width = (float(code.attrib[key]) for key in ("x", "y", "width"))
    modules = int(code.attrib["viewBox"].split()[2])
    dots = round(width / modules * DOTS_PER_MM)
    column, row = round(left * DOTS_PER_MM), round(top * DOTS_PER_MM)
    (path,) = code.iter(f"{_SVG}path")
    x = y = 0.0
    for step, across, down in _STROKE.findall(path.attrib["d"]):
        if step == "M":
            x, y = float(across), float(down) - 0.5
        elif step == "m":
            x, y = x + float(across), y + float(down)
        else:
            there = x + float(across)
            at = np.s_[
                row + round(y * dots) : row + round((y + 1) * dots),
                column + round(x * dots) : column + round(there * dots),
            ]
            paper[at] = 0
            x = there
