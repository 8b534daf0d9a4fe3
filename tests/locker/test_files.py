import errno
import os
import resource
import stat
from pathlib import Path

import pytest

from locker import files


def test_what_was_made_is_read_back_with_its_mode_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        files.make(tmp_path / "a.pub", b"key", 0o644)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.pub").stat().st_mode) == 0o644
    assert files.read(tmp_path / "a.pub", 3) == b"key"


def test_nothing_is_overwritten_not_even_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("a", "link"):
        with pytest.raises(FileExistsError):
            files.make(tmp_path / name, b"new", 0o600)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert not (tmp_path / "nowhere").exists()


def test_what_cannot_be_written_whole_is_not_left_behind(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            files.make(tmp_path / "a", b"12345", 0o600)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_a_file_longer_than_bearable_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1234")
    with pytest.raises(OSError, match="Longer than 3 bytes") as refused:
        files.read(tmp_path / "a", 3)
    assert refused.value.errno == errno.EFBIG


def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(OSError, match="Not a regular file"):
            files.read(path, 100)
    with pytest.raises(IsADirectoryError):
        files.read(tmp_path, 100)


def test_a_name_that_no_file_can_have_is_an_ordinary_error() -> None:
    for path in (Path("a\0b"), Path("a" * 5000)):
        with pytest.raises(OSError, match=r"NUL|too long"):
            files.read(path, 100)
        with pytest.raises(OSError, match=r"NUL|too long"):
            files.make(path, b"", 0o600)
