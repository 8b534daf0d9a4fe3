"""This file knows how words of the command line become numbers and days, and what is said when they are none."""

import argparse
from collections.abc import Callable
from datetime import date


def number(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers in this range, for argparse. More digits than the range has are a mistake, even if 0.

    So a label's eight digits are not taken for an item's number.
    """
    digits = len(str(most))

    def read(word: str) -> int:
        fits = word.isascii() and word.isdigit() and len(word) <= digits and least <= int(word) <= most
        if not fits:
            raise argparse.ArgumentTypeError(f"{word!r} is not a whole number, {least} to {most}")
        return int(word)

    return read


def day(word: str) -> date:
    """A day such as 2026-01-31, for argparse."""
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{word!r} is not a day such as 2026-01-31") from error
