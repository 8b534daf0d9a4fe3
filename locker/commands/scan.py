"""`locker scan`: reads the QR codes in pictures and folders, one line a file.

A text that is none of ours may be a stranger's (a payment code, a ticket). It is shown only with --raw; without, only
its length is.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NotRequired, TypedDict

from locker.scan.alphabet import ours

if TYPE_CHECKING:
    from locker.scan.still import FileRead

EX_NOINPUT: Final = 66
"""From <sysexits.h>: an input file does not exist."""

DESCRIPTION: Final = """\
Reads the QR codes in pictures. One line a file; folders are searched, their pictures read in the order of their names.
--json writes one object a file:
  file       the path, as given, or joined to the folder as given
  texts      what was read and may be shown: passes, item labels, menu cards; with --raw every text
  not_ours   how many characters each other text has (without --raw)
  ms         how long reading took, without loading the file
  error      only if the file is no picture: what is wrong and what to do
Exits 0 even where nothing was read, 66 if a PATH does not exist (the others are read all the same), 130 on Ctrl-C.
"""


class Line(TypedDict):
    """What is said about one file; DESCRIPTION says it in words."""

    file: str
    texts: list[str]
    ms: float
    not_ours: NotRequired[list[int]]
    error: NotRequired[str]


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `scan` to the command tree."""
    parser = commands.add_parser(
        "scan",
        help="read the QR codes in pictures",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a picture, or a folder of pictures")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--raw", action="store_true", help="show every text, also those that are not ours")
    parser.set_defaults(act=_act)


def _act(chosen: argparse.Namespace) -> int:
    """Print a line for each picture; return the exit status."""
    try:
        return _scan(chosen.paths, as_json=chosen.json, raw=chosen.raw)
    except BrokenPipeError:  # whoever reads our lines (head, less) has seen enough; Python must not try again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:  # a folder can take minutes, and who has seen enough of it wants no traceback
        return 128 + signal.SIGINT


def _scan(paths: Sequence[str], *, as_json: bool, raw: bool) -> int:
    from locker.scan.still import read_files

    status = 0
    for given in paths:
        path = Path(given)
        if not path.exists():
            sys.stderr.write(f"locker scan: {_plain(given)} does not exist: check the path\n")
            status = EX_NOINPUT
            continue
        for read in read_files(path):
            line = _as_object(_as_given(given, read.file), read, raw=raw)
            print(json.dumps(line) if as_json else _for_people(line), flush=True)
    return status


def _as_given(given: str, file: Path) -> str:
    """Return the name of `file` as somebody would write it who wrote `given`: a manifest can then be matched."""
    inside = file.relative_to(given)
    return given if inside == Path() else f"{given.rstrip('/')}/{inside}"


def _as_object(name: str, read: "FileRead", *, raw: bool) -> Line:
    shown = [text for text in read.texts if raw or ours(text)]
    line: Line = {"file": name, "texts": shown, "ms": round(read.ms, 2)}
    if hidden := [len(text) for text in read.texts if text not in shown]:
        line["not_ours"] = hidden
    if read.error is not None:
        line["error"] = read.error
    return line


def _for_people(line: Line) -> str:
    parts = [_plain(text) for text in line["texts"]]
    parts += [f"not our code, {length} characters" for length in line.get("not_ours", ())]
    if "error" in line:
        parts = [line["error"]]
    return f"{_plain(line['file'])}: {'; '.join(parts) or 'nothing read'} ({line['ms']:.1f} ms)"


def _plain(text: str) -> str:
    """Return `text` with everything escaped that could end a line, steer a terminal, or is unknown to it."""
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    known = sys.stdout.encoding or "utf-8"
    return safe.encode(known, "backslashreplace").decode(known)
