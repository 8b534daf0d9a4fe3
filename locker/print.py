"""This file knows what is printed on paper: the card with a pass, a sheet of labels for items, and the menu card.

The only home of segno in the cabinet. All are SVG in real millimetres: print at 100 %.
"""

from collections.abc import Sequence
from datetime import date
from xml.etree import ElementTree as ET

import msgspec
import segno

from sync.credential import LABEL_PREFIX

_QUIET_MODULES = 4
"""White around a code (ISO/IEC 18004)."""

CARD_MM = (85.6, 54.0)
"""A bank card's size (ISO/IEC 7810 ID-1): there are pouches for it."""
_CARD_MODULE_MM = 1.1
"""37 modules make a code of 40.7 mm; a card wants at least 40. Read at 29 cm by 640 pixels and 62 degrees of view."""
_CARD_CODE_AT_MM = 2.0
_CARD_WORDS_AT_MM = 53.5

SHEET_MM = (210.0, 297.0)
_LABEL_MM = (70.0, 37.0)
_COLUMNS, _ROWS = 3, 8
LABELS_A_SHEET = _COLUMNS * _ROWS
"""A4 with 24 stickers of 70 x 37 mm, without margins: the commonest sheet of self-adhesive labels."""
_LABEL_MODULE_MM = 0.9
"""21 modules make a code of 18.9 mm. Read at 24 cm by 640 pixels and 62 degrees of view (2 pixels a module)."""
_LABEL_CODE_AT_MM = (5.0, 2.0)
_LABEL_DIGITS_AT_MM = (7.5, 33.0)

_MENU_MARGIN_MM = (9.0, 8.5)
"""Beyond what household printers leave white (commonly 4 to 6 mm)."""
_MENU_CELL_MM = (64.0, 35.0)
MENU_CODES = _COLUMNS * _ROWS
_MENU_MODULE_MM = 1.2
"""21 modules make a code of 25.2 mm; held before the camera by hand, a menu wants at least 25."""
_MENU_WORDS_AT_MM = 35.0
_MENU_WORDS_MM = 28.0
_LATIN_WIDTH = 0.6
"""Of its height, at most; a Chinese sign is as wide as high."""


class MenuCode(msgspec.Struct, frozen=True):
    """One code of the menu card and what stands beside it."""

    text: str
    large: str
    """A door's number; at most three Chinese signs."""
    name_zh: str
    name_en: str


def card(text: str, serial: int, until: date) -> str:
    """SVG of a printed card: the pass as a code, its serial and last day in words, nothing about who holds it.

    ValueError when `text` is not QR alphanumeric or more than version 5-M holds.
    """
    code = segno.make(text, version=5, error="m", mode="alphanumeric", boost_error=False, micro=False)
    page = _page(CARD_MM)
    _draw(page, code, (_CARD_CODE_AT_MM, _CARD_CODE_AT_MM), _CARD_MODULE_MM)
    lines = (
        (16.0, 8.0, "借阅证"),
        (22.0, 4.5, "pass"),
        (32.0, 2.8, "纸质证 printed card"),
        (38.0, 4.5, f"№ {serial}"),
        (46.0, 2.8, "有效期至 good until"),
        (51.0, 4.5, until.isoformat()),
    )
    for y_mm, size_mm, words in lines:
        _write(page, (_CARD_WORDS_AT_MM, y_mm), size_mm, words)
    return ET.tostring(page, encoding="unicode")


def labels(items: Sequence[str]) -> str:
    """SVG of one sheet: for each item of eight digits its code with the digits below, to be keyed in or telephoned.

    ValueError for more than LABELS_A_SHEET.
    """
    if len(items) > LABELS_A_SHEET:
        raise ValueError(f"{len(items)} labels; one sheet holds {LABELS_A_SHEET}")
    page = _page(SHEET_MM)
    for number, digits in enumerate(items):
        row, column = divmod(number, _COLUMNS)
        left, top = column * _LABEL_MM[0], row * _LABEL_MM[1]
        code = segno.make(LABEL_PREFIX + digits, version=1, error="q", mode="alphanumeric", boost_error=False)
        _draw(page, code, (left + _LABEL_CODE_AT_MM[0], top + _LABEL_CODE_AT_MM[1]), _LABEL_MODULE_MM)
        at = (left + _LABEL_DIGITS_AT_MM[0], top + _LABEL_DIGITS_AT_MM[1])
        _write(page, at, 4.5, f"{digits[:4]} {digits[4:]}")
    return ET.tostring(page, encoding="unicode")


def menu(codes: Sequence[MenuCode]) -> str:
    """SVG of one sheet: each code at least 25 mm wide, beside it in large what it stands for, and the names.

    ValueError for more than MENU_CODES, or a text that 1-Q does not hold.
    """
    if len(codes) > MENU_CODES:
        raise ValueError(f"{len(codes)} codes; one sheet holds {MENU_CODES}")
    page = _page(SHEET_MM)
    for number, each in enumerate(codes):
        row, column = divmod(number, _COLUMNS)
        left, top = _MENU_MARGIN_MM[0] + column * _MENU_CELL_MM[0], _MENU_MARGIN_MM[1] + row * _MENU_CELL_MM[1]
        code = segno.make(each.text, version=1, error="q", mode="alphanumeric", boost_error=False)
        _draw(page, code, (left, top), _MENU_MODULE_MM)
        for y_mm, size_mm, words in ((17.0, 14.0, each.large), (23.5, 4.5, each.name_zh), (29.0, 4.0, each.name_en)):
            fits_mm = min(size_mm, _MENU_WORDS_MM / max(_width(words), 1))
            _write(page, (left + _MENU_WORDS_AT_MM, top + y_mm), fits_mm, words)
    return ET.tostring(page, encoding="unicode")


def _width(words: str) -> float:
    """Of a line of words, in its own height."""
    return sum(_LATIN_WIDTH if char.isascii() else 1 for char in words)


def _page(size_mm: tuple[float, float]) -> ET.Element:
    width, height = (f"{side:g}" for side in size_mm)
    page = ET.Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        width=f"{width}mm",
        height=f"{height}mm",
        viewBox=f"0 0 {width} {height}",
    )
    ET.SubElement(page, "rect", width=width, height=height, fill="#fff")
    return page


def _draw(page: ET.Element, code: segno.QRCode, at_mm: tuple[float, float], module_mm: float) -> None:
    """Set the code, its white border included, with its upper left corner at `at_mm`."""
    drawn = ET.fromstring(code.svg_inline(border=_QUIET_MODULES, omitsize=True))  # noqa: S314  segno's own words
    side_mm = f"{code.symbol_size(border=_QUIET_MODULES)[0] * module_mm:.4g}"
    drawn.attrib.update(x=f"{at_mm[0]:g}", y=f"{at_mm[1]:g}", width=side_mm, height=side_mm)
    page.append(drawn)


def _write(page: ET.Element, at_mm: tuple[float, float], size_mm: float, words: str) -> None:
    style = {"font-family": "Noto Sans CJK SC, PingFang SC, sans-serif", "font-size": f"{size_mm:g}"}
    ET.SubElement(page, "text", style, x=f"{at_mm[0]:g}", y=f"{at_mm[1]:g}").text = words
