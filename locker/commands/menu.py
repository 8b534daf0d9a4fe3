"""`locker menu`: makes the card that is chained to a cabinet, for those who choose a door without its keys."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from locker.commands.config import report
from locker.commands.refusal import CommandError, make_file

if TYPE_CHECKING:
    from locker.config import Config
    from locker.print import MenuCode

SHEET_MODE = 0o644


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `menu make` to the command tree."""
    help_ = "make the menu card of a cabinet"
    verbs = commands.add_parser("menu", help=help_, description=help_).add_subparsers(metavar="VERB", required=True)
    make = verbs.add_parser(
        "make",
        help="give each door a code that chooses it",
        description="Prints a line a code, with what it stands for: MC:D01 and so on for each door that something is "
        "lent from, MC:YES and MC:NO. Exits 78 when the configuration is wrong.",
    )
    make.add_argument("--config", metavar="FILE", type=Path, required=True, help="the cabinet's TOML file")
    make.add_argument("--svg", metavar="FILE", type=Path, help="draw them there, one A4 sheet, to be printed at 100 %%")
    make.set_defaults(act=_make)


def _make(asked: argparse.Namespace) -> int:
    from locker.config import WrongConfig, load

    config = load(asked.config)
    if isinstance(config, WrongConfig):
        report(config)
        return os.EX_CONFIG
    codes = _codes(config)
    if asked.svg is not None:
        _draw(asked.svg, codes)
    for code in codes:
        names = " ".join(name for name in (code.name_zh, code.name_en) if name)
        print(f"{code.text}  {names}".rstrip())
    return os.EX_OK


def _codes(config: "Config") -> list["MenuCode"]:
    from locker.core.codes import MENU_NO, MENU_YES, menu_door
    from locker.core.site import DoorKind
    from locker.print import MenuCode

    chosen = sorted(
        (door.spec for door in config.doors if door.spec.kind is not DoorKind.SLOT), key=lambda door: door.id
    )
    doors = [MenuCode(menu_door(door.id), str(door.id), door.name_zh, door.name_en) for door in chosen]
    return [*doors, MenuCode(MENU_YES, "✓", "是", "yes"), MenuCode(MENU_NO, "✗", "否", "no")]


def _draw(path: Path, codes: list["MenuCode"]) -> None:
    from locker.print import menu

    try:
        sheet = menu(codes)
    except ValueError as error:
        raise CommandError(str(error), os.EX_DATAERR) from error
    make_file(path, sheet.encode(), SHEET_MODE)
