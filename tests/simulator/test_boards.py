"""The 8A twin against the vectors of PROTOCOLS.md, and against what boards do beside the table."""

from typing import Any

import pytest

from firmware_bridge.codec.frame import Kind, Side
from simulator.boards import RESYNC_MS, TURNAROUND_MS, CoilRan, EightATwin
from simulator.doors import LeafSwung
from tests.firmware_bridge.vectors import MEANINGS_8A, MISTAKES_8A, VECTORS_8A, Meaning, Mistake, Vector

# What the twin does not act on, and does not answer: nothing of ours sends it.
DEAF_TO = {Kind.UNLOCK_ALL, Kind.UNLOCK_SEVERAL, Kind.HOLD_ON, Kind.HOLD_OFF}
REQUESTS = [each for each in VECTORS_8A if each.side is Side.REQUEST]
UNLOCK_1 = bytes.fromhex("8A 01 01 11 9B")
UNLOCK_2 = bytes.fromhex("8A 01 02 11 98")
READ_1 = bytes.fromhex("80 01 01 33 B3")
READ_ALL = bytes.fromhex("80 01 00 33 B2")
CLOSED_1 = bytes.fromhex("80 01 01 11 91")


def asked(twin: EightATwin, request: bytes, at_ms: int = 1000) -> bytes:
    """What the twin has said one turnaround after a request."""
    twin.receive(at_ms, request)
    return twin.take_reply(at_ms + TURNAROUND_MS)


def with_high_inputs(high: list[int], **said: Any) -> EightATwin:
    """A twin whose switch inputs are high for just these locks."""
    twin = EightATwin(**said)
    for lock, door in twin.doors.items():
        if (lock in high) is (twin.feedback == "open_high"):
            door.unlock_by_key(0)
    return twin


@pytest.mark.parametrize("vector", REQUESTS, ids=lambda vector: vector.frame.raw.hex())
def test_every_request_is_obeyed_as_its_row_says(vector: Vector) -> None:
    frame = vector.frame
    twin = EightATwin(address=frame.board, channels=50)
    reply = asked(twin, frame.raw)
    if frame.kind in DEAF_TO:
        assert (reply, list(twin.coil_log)) == (b"", [])
        return
    assert reply[:2] == frame.raw[:2]
    on_ms = {5: 300, 6: 1000 * frame.raw[4]}[len(frame.raw)]
    assert list(twin.coil_log) == ([CoilRan(frame.lock, 1000, 1000 + on_ms)] if frame.kind is Kind.UNLOCK else [])


@pytest.mark.parametrize(
    ("request_", "high", "reply"),
    [
        ("8A 01 01 11 9B", [], "8A 01 01 00 8A"),
        ("8A 01 01 11 9B", [1], "8A 01 01 11 9B"),
        ("80 01 01 33 B3", [], "80 01 01 00 80"),
        ("80 01 01 33 B3", [1], "80 01 01 11 91"),
        ("80 01 00 33 B2", [2], "80 01 00 00 02 33 B0"),
        ("80 01 00 33 B2", [], "80 01 00 00 00 33 B2"),
    ],
)
def test_replies_are_the_printed_bytes(request_: str, high: list[int], reply: str) -> None:
    printed = {vector.frame.raw for vector in VECTORS_8A if vector.side is Side.REPLY}
    assert bytes.fromhex(reply) in printed
    twin = with_high_inputs(high, channels=8, feedback="open_high")
    assert asked(twin, bytes.fromhex(request_)) == bytes.fromhex(reply)


@pytest.mark.parametrize("meaning", MEANINGS_8A)
def test_open_doors_give_the_printed_read_all_reply(meaning: Meaning) -> None:
    address = meaning.raw[1]
    twin = EightATwin(
        address=address,
        channels=meaning.locks,
        feedback="open_high" if meaning.feedback == "open_high" else "closed_high",
        status_order="low_first" if meaning.status_order == "low_first" else "high_first",
    )
    for lock in meaning.open:
        twin.doors[lock].unlock_by_key(0)
    question = {1: READ_ALL, 32: bytes.fromhex("80 20 00 33 93")}[address]
    assert asked(twin, question) == meaning.raw


@pytest.mark.parametrize(
    "mistake", [each for each in MISTAKES_8A if each.side is Side.REQUEST], ids=lambda mistake: mistake.raw.hex()
)
def test_wrong_bytes_from_the_field_move_nothing(mistake: Mistake) -> None:
    twin = EightATwin(channels=50)
    assert asked(twin, mistake.raw) == b""
    assert list(twin.coil_log) == []


def test_the_board_times_the_pulse_and_the_spring_pops_one_leaf() -> None:
    twin = EightATwin()
    twin.receive(1000, UNLOCK_1)
    pop_ms = twin.doors[1].pop_ms
    assert pop_ms is not None
    twin.advance(5000)
    assert list(twin.events) == [CoilRan(1, 1000, 1300), LeafSwung(1, True, 1000 + pop_ms)]
    assert [lock for lock, door in twin.doors.items() if door.is_open(5000)] == [1]


def next_moment(twin: EightATwin) -> int | None:
    return twin.next_ms


def test_it_says_when_something_will_happen() -> None:
    twin = EightATwin()
    assert next_moment(twin) is None
    twin.receive(1000, UNLOCK_1)
    moments: list[int] = []
    while (moment := next_moment(twin)) is not None:
        moments.append(moment)
        twin.take_reply(moment)
    assert moments == sorted({1020, 1000 + (twin.doors[1].pop_ms or 0), 1300})


def test_the_reply_tells_the_switch_at_the_moment_of_the_reply() -> None:
    twin = EightATwin()
    twin.receive(1000, UNLOCK_1)
    assert twin.take_reply(1000 + TURNAROUND_MS - 1) == b""
    assert twin.take_reply(1000 + TURNAROUND_MS) == bytes.fromhex("8A 01 01 11 9B")
    assert twin.take_reply(2000) == b""


def test_one_coil_at_a_time() -> None:
    twin = EightATwin()
    assert asked(twin, UNLOCK_1)[:3] == UNLOCK_1[:3]
    assert asked(twin, UNLOCK_2, 1100)[:3] == UNLOCK_2[:3]
    twin.receive(1300, UNLOCK_2)
    assert list(twin.coil_log) == [CoilRan(1, 1000, 1300), CoilRan(2, 1300, 1600)]


def test_a_board_without_the_interlock_lets_coils_overlap() -> None:
    twin = EightATwin()
    twin.quirks.interlock = False
    twin.receive(1000, UNLOCK_1)
    twin.receive(1100, UNLOCK_2)
    twin.receive(1150, UNLOCK_2)
    assert list(twin.coil_log) == [CoilRan(1, 1000, 1300), CoilRan(2, 1100, 1400)]


def test_another_address_is_somebody_else() -> None:
    twin = EightATwin(address=2)
    assert asked(twin, UNLOCK_1) == b""
    assert list(twin.coil_log) == []


def test_a_lock_the_board_does_not_have_moves_nothing() -> None:
    twin = EightATwin(channels=8)
    assert asked(twin, bytes.fromhex("8A 01 18 11 82")) == b""
    assert asked(twin, bytes.fromhex("80 01 18 33 AA"), 2000) == b""


def test_garbage_ahead_of_a_request_does_not_hide_it() -> None:
    assert asked(EightATwin(), b"\xfa\xfd\x8a" + READ_1) == CLOSED_1


def test_a_request_in_pieces_is_heard_unless_it_pauses_too_long() -> None:
    twin = EightATwin()
    twin.receive(1000, READ_1[:2])
    twin.receive(1000 + RESYNC_MS - 1, READ_1[2:])
    assert twin.take_reply(2000) == CLOSED_1
    twin.receive(3000, READ_1[:2])
    twin.receive(3000 + RESYNC_MS, READ_1[2:])
    assert twin.take_reply(4000) == b""


def test_two_requests_at_once_get_two_replies_in_order() -> None:
    assert asked(EightATwin(), READ_1 + UNLOCK_1) == CLOSED_1 + bytes.fromhex("8A 01 01 11 9B")


def test_noise_comes_right_before_a_reply() -> None:
    twin = EightATwin()
    twin.quirks.noise_ahead = b"\xfa\xfd\x99\x99"
    assert asked(twin, READ_1) == b"\xfa\xfd\x99\x99" + CLOSED_1


def test_a_late_reply_tells_the_switch_at_the_usual_time() -> None:
    twin = EightATwin()
    twin.quirks.late_ms = 200
    twin.receive(1000, READ_1)
    twin.advance(1100)
    twin.doors[1].unlock_by_key(1100)
    assert twin.take_reply(1219) == b""
    assert twin.take_reply(1220) == CLOSED_1


def test_a_mute_board_obeys() -> None:
    twin = EightATwin()
    twin.quirks.mute = True
    assert asked(twin, UNLOCK_1) == b""
    assert list(twin.coil_log) == [CoilRan(1, 1000, 1300)]


def test_a_dead_board_does_nothing_and_its_coils_fall() -> None:
    twin = EightATwin()
    twin.doors[1].pop_ms = None
    twin.receive(1000, UNLOCK_1)
    twin.quirks.dead = True
    assert twin.take_reply(1010) == b""
    assert not twin.doors[1].pull(1250)
    assert asked(twin, UNLOCK_2, 2000) == b""
    twin.quirks.dead = False
    assert asked(twin, READ_1, 3000) == CLOSED_1
