"""`locker keys`: makes the pair of keys that a cabinet, a server or a signer of passes proves itself with."""

import argparse
import hashlib
import os
from pathlib import Path

from locker.commands.refusal import CommandError, make_file, read_public_key

PRIVATE_MODE = 0o600
PUBLIC_MODE = 0o644


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `keys make` and `keys show` to the command tree."""
    help_ = "make and show keys"
    verbs = commands.add_parser("keys", help=help_, description=help_).add_subparsers(metavar="VERB", required=True)
    make = verbs.add_parser(
        "make",
        help="make a pair of keys",
        description="Makes an Ed25519 pair: FILE holds the private key (mode 0600, never copy it), FILE.pub the public "
        "one. Prints its fingerprint. Never overwrites anything.",
    )
    make.add_argument("file", metavar="FILE", type=Path, help="where the private key shall be")
    make.set_defaults(act=_make)
    show = verbs.add_parser(
        "show",
        help="print the fingerprint of a public key",
        description="Prints the fingerprint of FILE, to be compared with another by telephone.",
    )
    show.add_argument("file", metavar="FILE.pub", type=Path, help="a public key")
    show.set_defaults(act=_show)


def fingerprint(raw: bytes) -> str:
    """The first 16 hex digits of SHA-256 over the raw public key, in groups that can be read out."""
    digits = hashlib.sha256(raw).hexdigest()[:16]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _make(asked: argparse.Namespace) -> int:
    from sync.signature import SEED_BYTES, SigningKey

    public = Path(f"{asked.file}.pub")
    key = SigningKey(os.urandom(SEED_BYTES))
    make_file(public, key.public.to_pem(), PUBLIC_MODE)
    try:
        make_file(asked.file, key.to_pem(), PRIVATE_MODE)
    except CommandError:
        public.unlink()  # a public key whose private half is nowhere would only mislead
        raise
    print(fingerprint(key.public.raw))
    return os.EX_OK


def _show(asked: argparse.Namespace) -> int:
    print(fingerprint(read_public_key(asked.file).raw))
    return os.EX_OK
