import re
import stat
from pathlib import Path

from locker.commands.keys import fingerprint
from sync.signature import PublicKey, SigningKey
from tests.locker.commands.desk import Desk


def test_a_pair_is_made_with_the_right_modes(desk: Desk, tmp_path: Path) -> None:
    made = desk("keys", "make", tmp_path / "a.key")
    key = SigningKey.from_pem((tmp_path / "a.key").read_bytes())
    assert made == (0, f"{fingerprint(key.public.raw)}\n", "")
    assert PublicKey.from_pem((tmp_path / "a.key.pub").read_bytes()).raw == key.public.raw
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"a.key": 0o600, "a.key.pub": 0o644}


def test_two_pairs_are_two(desk: Desk, tmp_path: Path) -> None:
    assert desk("keys", "make", tmp_path / "a").out != desk("keys", "make", tmp_path / "b").out


def test_a_fingerprint_can_be_read_out(desk: Desk, tmp_path: Path) -> None:
    """The digits are the first 8 bytes of SHA-256 over 32 zero bytes, as sha256sum prints them."""
    assert fingerprint(bytes(32)) == "6668 7aad f862 bd77"
    made = desk("keys", "make", tmp_path / "a").out
    assert re.fullmatch(r"([0-9a-f]{4} ){3}[0-9a-f]{4}\n", made)
    assert desk("keys", "show", tmp_path / "a.pub") == (0, made, "")


def test_nothing_is_overwritten_and_no_half_pair_is_left(desk: Desk, tmp_path: Path) -> None:
    for there in ("a", "b.pub"):
        (tmp_path / there).write_text("old")
    assert desk("keys", "make", tmp_path / "a") == (
        73,
        "",
        f"locker: {tmp_path}/a is there already and is not overwritten\n",
    )
    assert desk("keys", "make", tmp_path / "b").code == 73
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old", "b.pub": "old"}


def test_a_folder_that_is_not_there_is_not_made(desk: Desk, tmp_path: Path) -> None:
    answer = desk("keys", "make", tmp_path / "no" / "a")
    assert answer == (73, "", f"locker: {tmp_path}/no/a.pub cannot be written: No such file or directory\n")


def test_what_is_no_public_key_has_no_fingerprint(desk: Desk, tmp_path: Path) -> None:
    desk("keys", "make", tmp_path / "a")
    assert desk("keys", "show", tmp_path / "a") == (
        65,
        "",
        f"locker: {tmp_path}/a is a private key; use the public one, {tmp_path}/a.pub\n",
    )
    (tmp_path / "c").write_text("-----BEGIN")
    assert desk("keys", "show", tmp_path / "c") == (65, "", f"locker: {tmp_path}/c is not a public key in PEM\n")
    assert desk("keys", "show", tmp_path / "b") == (
        66,
        "",
        f"locker: {tmp_path}/b cannot be read: No such file or directory\n",
    )
