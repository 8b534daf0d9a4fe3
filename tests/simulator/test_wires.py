"""Wires carry bytes as wires do: at a speed, with an echo or none, for one holder, until unplugged."""

import errno
import os
import queue
import termios
from pathlib import Path

import pytest
import serial

from simulator.boards import EightATwin
from simulator.pty_wire import CoilPulsed, Event, LeafMoved, PtyWire
from simulator.uart import misheard
from simulator.wires import MemoryWire

READ_1 = bytes.fromhex("80 01 01 33 B3")
CLOSED_1 = bytes.fromhex("80 01 01 11 91")
UNLOCK_1 = bytes.fromhex("8A 01 01 11 9B")
PATIENCE_S = 10.0


@pytest.mark.parametrize("heard_baud", [9600, 9400, 9800])
def test_at_about_the_same_speed_bytes_arrive_whole(heard_baud: int) -> None:
    assert misheard(bytes(range(256)), 9600, heard_baud) == bytes(range(256))


@pytest.mark.parametrize("heard_baud", [4800, 19200, 115200, 2400, 10400])
def test_at_another_speed_they_are_garbage(heard_baud: int) -> None:
    assert READ_1 not in misheard(READ_1, 9600, heard_baud)


def test_at_half_speed_every_second_bit_is_sampled() -> None:
    # 0x33 on the line, start and stop bit around it: 0 11001100 1. The middles of the slow ear's eight bits fall on
    # its places 3, 5, 7, 9 and then on the idle line: 0 1 0 1 1111, the lowest bit first.
    assert misheard(b"\x33", 9600, 4800) == bytes([0b11111010])


def test_reading_passes_exactly_the_time_until_the_reply() -> None:
    wire = MemoryWire(EightATwin())
    port = wire.open("", 9600)
    port.timeout = 0.15
    port.write(READ_1)
    assert port.read(1) == CLOSED_1[:1]
    assert wire.now_ms() == 1020
    assert port.read(port.in_waiting) == CLOSED_1[1:]
    assert port.read(1) == b""
    assert wire.now_ms() == 1170


def test_an_echo_arrives_at_once_and_the_reply_after_it() -> None:
    wire = MemoryWire(EightATwin(), echo=True)
    port = wire.open("", 9600)
    port.timeout = 1.0
    port.write(READ_1)
    assert port.read(5) == READ_1
    assert port.read(5) == CLOSED_1


def test_the_wrong_speed_gets_no_reply() -> None:
    wire = MemoryWire(EightATwin(baud=19200))
    port = wire.open("", 9600)
    port.timeout = 1.0
    port.write(READ_1)
    assert port.read(64) == b""


def test_an_adapter_has_one_holder() -> None:
    wire = MemoryWire(EightATwin())
    held = wire.open("", 9600)
    with pytest.raises(BlockingIOError):
        wire.open("", 9600)
    held.close()
    assert wire.open("", 9600).in_waiting == 0


def test_an_unplugged_adapter_fails_whoever_holds_it_even_after_it_is_back() -> None:
    wire = MemoryWire(EightATwin())
    held = wire.open("", 9600)
    wire.unplug()
    with pytest.raises(FileNotFoundError):
        wire.open("", 9600)
    wire.plug()
    with pytest.raises(OSError, match="input/output error") as failure:
        held.read(1)
    assert failure.value.errno == errno.EIO


def test_a_buffer_nobody_reads_is_bounded() -> None:
    twin = EightATwin()
    twin.quirks.noise_ahead = bytes(3000)
    wire = MemoryWire(twin)
    port = wire.open("", 9600)
    for _ in range(4):
        port.write(READ_1)
        wire.pass_time(100)
    assert port.in_waiting == 4096


def plain(path: str, baud: int = 9600) -> serial.Serial:
    return serial.Serial(path, baud, timeout=PATIENCE_S, exclusive=True)


def test_any_program_may_ask_through_the_pty() -> None:
    with PtyWire(EightATwin()) as wire, plain(wire.path) as port:
        port.write(READ_1)
        assert port.read(5) == CLOSED_1


def test_the_speed_set_on_the_pty_counts() -> None:
    with PtyWire(EightATwin(baud=19200), echo=True) as wire, plain(wire.path) as port:
        port.write(READ_1)
        assert port.read(5) == READ_1
        port.baudrate = 19200
        port.write(READ_1)
        assert port.read(10) == READ_1 + CLOSED_1


def test_people_move_doors_from_any_thread_and_events_are_told_in_order() -> None:
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    twin = EightATwin()
    twin.doors[1].pop_ms = None
    with PtyWire(twin, listen=events.put) as wire, plain(wire.path) as port:
        assert not wire.pull(1)
        port.write(UNLOCK_1)
        coil = events.get(timeout=PATIENCE_S)
        assert isinstance(coil, CoilPulsed)
        assert (coil.lock, coil.board) == (1, 1)
        assert port.read(5) == UNLOCK_1
        while not wire.pull(1):
            pass
        opened = events.get(timeout=PATIENCE_S)
        assert isinstance(opened, LeafMoved)
        assert (opened.lock, opened.open, opened.board) == (1, True, 1)
        assert round((opened.at_s - coil.at_s) * 1000) >= 20
        assert wire.is_open(1)
        while not wire.push(1):
            pass
        closed = events.get(timeout=PATIENCE_S)
        assert isinstance(closed, LeafMoved)
        assert not closed.open
        assert round((closed.at_s - coil.at_s) * 1000) >= 300


def test_stray_bytes_arrive() -> None:
    with PtyWire() as wire, plain(wire.path) as port:
        wire.stray(b"\xfa\xfd")
        assert port.read(2) == b"\xfa\xfd"


def test_an_unplugged_pty_fails_its_holder_and_the_link_leads_to_the_next(tmp_path: Path) -> None:
    link = tmp_path / "adapter"
    with PtyWire(EightATwin(), link=link) as wire:
        assert wire.path == str(link)
        with plain(wire.path) as port:
            wire.unplug()
            assert not os.path.lexists(link)
            with pytest.raises((OSError, termios.error)):
                port.read(1)
        wire.plug()
        with plain(wire.path) as port:
            port.write(READ_1)
            assert port.read(5) == CLOSED_1
    assert not os.path.lexists(link)


def lowest_free_descriptor() -> int:
    number = os.open(os.devnull, os.O_RDONLY)
    os.close(number)
    return number


def test_a_closed_wire_leaves_no_descriptor_behind() -> None:
    before = lowest_free_descriptor()
    PtyWire(EightATwin()).close()
    assert lowest_free_descriptor() == before


def test_a_closed_wire_is_no_longer_plugged_in() -> None:
    wire = PtyWire(EightATwin())
    wire.close()
    wire.close()
    wire.stray(b"nobody hears this")
    assert not wire.pull(1)
    with pytest.raises(FileNotFoundError):
        _ = wire.path


def test_a_link_never_takes_the_place_of_a_file(tmp_path: Path) -> None:
    link = tmp_path / "notes"
    link.write_text("dear")
    before = lowest_free_descriptor()
    with pytest.raises(FileExistsError, match="notes is there already and is no link to a PTY: name another path"):
        PtyWire(EightATwin(), link=link)
    assert lowest_free_descriptor() == before
    assert link.read_text() == "dear"
    assert list(tmp_path.iterdir()) == [link]


def test_a_link_never_takes_the_place_of_a_link_to_a_file_or_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "folder").mkdir()
    for name in ("link", "folder"):
        with pytest.raises(FileExistsError, match=name):
            PtyWire(EightATwin(), link=tmp_path / name)
    assert (tmp_path / "link").readlink() == Path("file")


def test_a_file_with_the_name_of_the_link_in_the_making_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "adapter.new").write_text("dear")
    with pytest.raises(FileExistsError, match=r"adapter\.new"):
        PtyWire(EightATwin(), link=tmp_path / "adapter")
    assert (tmp_path / "adapter.new").read_text() == "dear"


@pytest.mark.parametrize("target", ["/dev/pts/ptmx", "/nowhere/at/all"])
def test_a_link_that_a_killed_board_left_behind_is_replaced(target: str, tmp_path: Path) -> None:
    for name in ("adapter", "adapter.new"):
        (tmp_path / name).symlink_to(target)
    with PtyWire(EightATwin(), link=tmp_path / "adapter") as wire, plain(wire.path) as port:
        port.write(READ_1)
        assert port.read(5) == CLOSED_1
    assert list(tmp_path.iterdir()) == []


def test_a_link_that_is_gone_or_leads_elsewhere_is_not_removed(tmp_path: Path) -> None:
    link = tmp_path / "adapter"
    wire = PtyWire(EightATwin(), link=link)
    link.unlink()
    wire.close()
    with PtyWire(EightATwin(), link=link):
        with PtyWire(EightATwin(), link=link):
            link.unlink()
            link.symlink_to("/elsewhere")
        assert link.readlink() == Path("/elsewhere")
        link.unlink()
        link.write_text("dear")
    assert link.read_text() == "dear"


def test_a_link_into_no_folder_leaves_nothing_open(tmp_path: Path) -> None:
    before = lowest_free_descriptor()
    with pytest.raises(FileNotFoundError):
        PtyWire(EightATwin(), link=tmp_path / "nowhere" / "adapter")
    assert lowest_free_descriptor() == before
