"""The server's own key, and the folder of the cabinets' keys."""

import stat
from pathlib import Path

import pytest

from sync.ingest.keyfile import KeyFileError, public_file, server_key
from sync.ingest.register import Register
from sync.signature import PublicKey
from tests.sync.ingest.cabinet import Cabinet


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "server.key"
    key, made = server_key(file)
    assert made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PublicKey.from_pem(public_file(file).read_bytes()).raw == key.public.raw
    again, made = server_key(file)
    assert not made
    assert again.public.raw == key.public.raw
    assert sorted(each.name for each in tmp_path.iterdir()) == ["server.key", "server.key.pub"]


def test_two_servers_have_two_keys(tmp_path: Path) -> None:
    one, other = (server_key(tmp_path / name)[0].public.raw for name in ("one.key", "other.key"))
    assert one != other


@pytest.mark.parametrize("spoil", ["gone", "wrong"])
def test_the_public_half_always_fits(tmp_path: Path, spoil: str) -> None:
    file = tmp_path / "server.key"
    key, _ = server_key(file)
    if spoil == "gone":
        public_file(file).unlink()
    else:
        public_file(file).write_text("something else")
    server_key(file)
    assert public_file(file).read_bytes() == key.public.to_pem()


def test_a_start_cut_off_while_making_the_key_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "server.key.new").write_bytes(b"half a k")
    assert server_key(tmp_path / "server.key")[1]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_not_used(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "server.key"
    server_key(file)
    file.chmod(mode)
    with pytest.raises(KeyFileError, match=r"others may read or write it: chmod 600 .*server\.key"):
        server_key(file)


def test_a_file_that_holds_no_key_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "server.key"
    file.touch(0o600)
    with pytest.raises(KeyFileError, match="not an unencrypted private key in PEM"):
        server_key(file)
    assert file.read_bytes() == b""


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"nowhere/server\.key: No such file or directory"):
        server_key(tmp_path / "nowhere" / "server.key")


def register_of(folder: Path, *cabinets: Cabinet) -> Register:
    for cabinet in cabinets:
        (folder / f"{cabinet.name}.pub").write_bytes(cabinet.key.public.to_pem())
    return Register(folder)


def raw(key: PublicKey | None) -> bytes | None:
    return None if key is None else key.raw


def test_the_folder_is_read_at_the_start(tmp_path: Path) -> None:
    for stray in ("readme.txt", "a03.pub", "TOO-LONG-A-NAME-FOR-A-CABINET.pub", "server.key.pub"):
        (tmp_path / stray).write_text("not a cabinet")
    register = register_of(tmp_path, Cabinet("A03"), Cabinet("B07"))
    assert len(register) == 2
    assert raw(register.known("A03")) == Cabinet("A03").key.public.raw
    assert register.known("C11") is None


def test_looking_up_sees_what_was_added_replaced_or_taken_away(tmp_path: Path) -> None:
    register = register_of(tmp_path)
    file = tmp_path / "A03.pub"
    for owner in ("A03", "B07"):
        file.write_bytes(Cabinet(owner).key.public.to_pem())
        assert raw(register.look_up("A03")) == Cabinet(owner).key.public.raw
        assert raw(register.known("A03")) == Cabinet(owner).key.public.raw
    file.unlink()
    assert register.known("A03") is not None
    assert register.look_up("A03") is None
    assert register.known("A03") is None


def test_a_file_that_holds_no_key_is_logged_and_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "A03.pub").write_bytes(b"\xff\x00" * 10_000)
    (tmp_path / "C11.pub").mkdir()
    register = register_of(tmp_path, Cabinet("B07"))
    assert len(register) == 1
    assert "A03.pub: not a public key in PEM: cabinet A03 is not heard" in caplog.text
    assert "C11.pub" in caplog.text


@pytest.mark.parametrize("name", ["../A03", "", "a03", "A03\0", "/etc/passwd"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    assert register_of(tmp_path).look_up(name) is None
