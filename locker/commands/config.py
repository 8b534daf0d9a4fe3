"""`locker config`: looks at a cabinet's configuration before the cabinet does."""

import argparse
import os
import sys
from pathlib import Path

DESCRIPTION = """\
Reads FILE and all that it names. Exits 0 and says what the cabinet is made of, or exits 78 and says on stderr, for each
problem, FILE:LINE: key: what is wrong; what is allowed.
"""


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `config check` to the command tree."""
    help_ = "look at a cabinet's configuration"
    verbs = commands.add_parser("config", help=help_, description=help_).add_subparsers(metavar="VERB", required=True)
    check = verbs.add_parser("check", help="say everything that is wrong in a configuration", description=DESCRIPTION)
    check.add_argument("file", metavar="FILE", type=Path, help="the cabinet's TOML file")
    check.set_defaults(act=_check)


def _check(asked: argparse.Namespace) -> int:
    from locker.config import WrongConfig, load  # noqa: PLC0415  0.2 s that --help need not wait

    config = load(asked.file)
    if isinstance(config, WrongConfig):
        for problem in config.problems:
            print(problem, file=sys.stderr)
        return os.EX_CONFIG
    boards = sum(len(bus.boards) for bus in config.buses)
    print(f"OK: cabinet {config.cabinet}, {boards} boards, {len(config.doors)} doors, {len(config.items)} items")
    return os.EX_OK
