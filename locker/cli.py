"""This file knows the command tree, `locker NOUN VERB`; what each does stands in `locker/commands/`, a file a noun."""

import argparse
import errno
import os
import signal
import sys
from collections.abc import Sequence

from locker.commands import config, keys, labels, menu, passes, run, scan
from locker.commands.refusal import CommandError

NOUNS = (run, scan, config, keys, labels, menu, passes)

DESCRIPTION = "The controller of a neighbourhood's borrowing cabinet."
EPILOG = (
    "Exit codes: 0 done, 2 senseless command, 65 wrong content, 66 nothing to read, 70 a part of the daemon died, "
    "73 cannot make a file, 74 journal or disk, 75 asked to stop but stuck, 78 wrong config."
)


def parser() -> argparse.ArgumentParser:
    """The whole command tree; completion and man pages are made from it."""
    tree = argparse.ArgumentParser("locker", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False)
    tree.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = tree.add_subparsers(metavar="COMMAND", required=True)
    for noun in NOUNS:
        noun.add_to(commands)
    return tree


def main(argv: Sequence[str] | None = None) -> int:
    """Do what was asked and return the exit code. SystemExit from argparse for --help and senseless commands."""
    asked = parser().parse_args(argv)
    try:
        code: int = asked.act(asked)
        sys.stdout.flush()
    except CommandError as refusal:
        print(f"locker: {refusal}", file=sys.stderr)
        return refusal.code
    except KeyboardInterrupt:
        return 128 + signal.SIGINT  # what a shell reports of a program that Ctrl-C ended
    except OSError as error:
        return _unheard(error)
    return code


def _unheard(error: OSError) -> int:
    """Answer to output that nobody takes; anything else of the system's that a verb did not expect is raised again."""
    told = isinstance(error, BrokenPipeError)  # whoever reads our lines (head, less) has seen enough
    if not told and error.errno != errno.ENOSPC:
        raise error
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python must not try again at exit
    if told:
        return os.EX_OK
    print(f"locker: cannot write what was asked for: {error.strerror}", file=sys.stderr)
    return os.EX_IOERR


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: importlib.metadata takes as long as all the rest of --help."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from locker.version import SOFTWARE  # noqa: PLC0415  as the class says

        print(SOFTWARE)
        parser.exit()
