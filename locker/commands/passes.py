"""`locker pass`: signs printed cards at the desk, and reads back what stands on one."""

import argparse
import os
import re
import sys
from datetime import date
from pathlib import Path

from locker.commands.refusal import EX_SENSELESS, CommandError, make_file, read_key, read_public_key
from locker.commands.words import day, number

CARD_MODE = 0o600
"""Whoever has the picture has the pass."""
_RESIDENT = re.compile(r"[0-9a-fA-F]{12}")


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `pass issue` and `pass check` to the command tree."""
    help_ = "issue and check residents' passes"
    verbs = commands.add_parser("pass", help=help_, description=help_).add_subparsers(metavar="VERB", required=True)
    issue = verbs.add_parser(
        "issue",
        help="sign a printed card",
        description="Prints the text of a card's code, and nothing else, on stdout.",
    )
    issue.add_argument("--key", metavar="FILE", type=Path, required=True, help="the private key that signs passes")
    issue.add_argument("--community", metavar="C", required=True, help="[cabinet] community of every cabinet it opens")
    issue.add_argument("--resident", metavar="HEX", type=_resident, required=True, help="pseudonym, 12 hex digits")
    issue.add_argument("--serial", metavar="N", type=number(0, 65535), required=True, help="a higher one retires lower")
    issue.add_argument("--from", metavar="DAY", type=day, required=True, dest="first", help="first day, as 2026-01-31")
    issue.add_argument("--until", metavar="DAY", type=day, required=True, dest="last", help="last day")
    issue.add_argument("--issuer", metavar="K", type=number(0, 255), default=1, help="id of the key in [issuers] (1)")
    issue.add_argument("--svg", metavar="FILE", type=Path, help="draw the card there, to be printed at 100 %%")
    issue.set_defaults(act=_issue)
    check = verbs.add_parser(
        "check",
        help="verify a pass and print what it says",
        description="Verifies a pass without network and prints what it says; exits 65 when it is none of ours.",
    )
    check.add_argument("text", metavar="TEXT", help="the text of the code; - reads a line from stdin")
    check.add_argument("--pub", metavar="FILE", type=Path, required=True, help="the public key of who signs passes")
    check.add_argument("--community", metavar="C", required=True, help="the community it should be signed for")
    check.set_defaults(act=_check)


def _resident(word: str) -> str:
    if _RESIDENT.fullmatch(word) is None:
        raise argparse.ArgumentTypeError(f"{word!r} is not a pseudonym of 12 hex digits")
    return word.lower()


def _issue(asked: argparse.Namespace) -> int:
    from sync import credential
    from sync.signature import KeyUnusableError, SigningKey

    try:
        key = SigningKey.from_pem(read_key(asked.key))
    except KeyUnusableError as error:
        raise CommandError(f"{asked.key} is {error}", os.EX_DATAERR) from error
    claims = credential.Pass(
        type=credential.PassType.CARD,
        issuer=asked.issuer,
        resident=asked.resident,
        serial=asked.serial,
        not_before=asked.first,
        expiry=asked.last,
    )
    try:
        text = credential.issue(claims, key, _community(asked.community))
    except ValueError as error:
        raise CommandError(str(error), EX_SENSELESS) from error
    if asked.svg is not None:
        _draw(asked.svg, text, asked.serial, asked.last)
    print(text)
    return os.EX_OK


def _draw(path: Path, text: str, serial: int, until: date) -> None:
    from locker.print import card

    make_file(path, card(text, serial, until).encode(), CARD_MODE)


def _check(asked: argparse.Namespace) -> int:
    from sync import credential

    key = read_public_key(asked.pub)
    text = sys.stdin.readline(credential.MAX_CODE_CHARS + 2).rstrip("\r\n") if asked.text == "-" else asked.text
    try:
        shown = credential.read_pass(text)
    except credential.NotOursError as error:
        raise CommandError("this is no pass", os.EX_DATAERR) from error
    claims = shown.claims
    if not shown.issued_by({claims.issuer: key}, _community(asked.community)):
        raise CommandError("this pass is not signed with this key for this community", os.EX_DATAERR)
    print(f"printed card of resident {claims.resident}, serial {claims.serial}, issuer {claims.issuer}")
    print(f"good from {claims.not_before} until {claims.expiry}")
    return os.EX_OK


def _community(word: str) -> str:
    """The word, if a cabinet's configuration could hold it; a pass for another could never open anything."""
    import msgspec

    from locker.config_shape import Word
    from locker.toml_file import allowed

    try:
        return msgspec.convert(word, Word)
    except msgspec.ValidationError as error:
        raise CommandError(f"no community is named {word!r}; allowed: {allowed(Word).en}", EX_SENSELESS) from error
