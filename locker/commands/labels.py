"""`locker label`: makes the labels that items carry."""

import argparse
import os
import sys
from pathlib import Path

from locker.commands.refusal import EX_SENSELESS, CommandError, make_file
from locker.commands.words import number

SHEET_MODE = 0o644


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `label make` to the command tree."""
    help_ = "make the labels of items"
    verbs = commands.add_parser("label", help=help_, description=help_).add_subparsers(metavar="VERB", required=True)
    make = verbs.add_parser(
        "make",
        help="give items' numbers their check digit",
        description="Prints the text of each item's label, one a line: IT: and eight digits, the last a check digit. "
        "A number given twice is printed once.",
    )
    items = number(0, 9_999_999)
    make.add_argument("numbers", metavar="NUMBER", type=items, nargs="+", help="an item's number, without check digit")
    make.add_argument("--svg", metavar="FILE", type=Path, help="draw them there, A4 with 24 stickers of 70 x 37 mm")
    make.set_defaults(act=_make)


def _make(asked: argparse.Namespace) -> int:
    from sync.credential import LABEL_PREFIX, label

    numbers = list(dict.fromkeys(asked.numbers))
    if len(numbers) < len(asked.numbers):
        print("locker: a number given more than once is printed once", file=sys.stderr)
    items = [label(each) for each in numbers]
    if asked.svg is not None:
        _draw(asked.svg, items)
    for digits in items:
        print(LABEL_PREFIX + digits)
    return os.EX_OK


def _draw(path: Path, items: list[str]) -> None:
    from locker.print import labels

    try:
        sheet = labels(items)
    except ValueError as error:
        raise CommandError(str(error), EX_SENSELESS) from error
    make_file(path, sheet.encode(), SHEET_MODE)
