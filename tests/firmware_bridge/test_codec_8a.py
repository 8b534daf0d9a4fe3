"""The 8A codec against the vectors of PROTOCOLS.md, and against bytes of any kind."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.codec import board_8a
from firmware_bridge.codec.frame import Frame, Noise, Side, StatusOrder, answers
from firmware_bridge.codec.question import Question, ReadAll, ReadOne, Unlock
from tests.firmware_bridge.vectors import MEANINGS_8A, MISTAKES_8A, VECTORS_8A, Meaning, Mistake, Vector

SIDES = st.sampled_from(Side)
ASKED: st.SearchStrategy[Question | None] = st.sampled_from([None, ReadAll(1), ReadOne(1, 1), Unlock(1, 1)])
# Bytes that frames are made of, so that fuzz gets past the head.
LIKELY = st.lists(st.sampled_from([0x80, 0x8A, 0x01, 0x00, 0x11, 0x33, 0x9B, 0xB2]), max_size=64).map(bytes)
ANY = st.one_of(st.binary(max_size=256), LIKELY)


def hear(side: Side, raw: bytes) -> list[Frame | Noise]:
    decoder = board_8a.decoder(side)
    return decoder.feed(raw) + decoder.quiet()


def frames(heard: list[Frame | Noise]) -> list[Frame]:
    return [each for each in heard if isinstance(each, Frame)]


def test_the_tables_were_read() -> None:
    assert (len(VECTORS_8A), len(MEANINGS_8A), len(MISTAKES_8A)) == (31, 7, 5)


@pytest.mark.parametrize("vector", VECTORS_8A, ids=lambda vector: vector.frame.raw.hex())
def test_every_vector_decodes_to_its_row(vector: Vector) -> None:
    assert hear(vector.side, vector.frame.raw) == [vector.frame]


@pytest.mark.parametrize(
    "vector", [each for each in VECTORS_8A if each.question], ids=lambda vector: vector.frame.raw.hex()
)
def test_questions_encode_to_their_bytes(vector: Vector) -> None:
    assert vector.question is not None
    assert board_8a.encode(vector.question) == vector.frame.raw


@pytest.mark.parametrize("mistake", MISTAKES_8A, ids=lambda mistake: mistake.raw.hex())
def test_wrong_bytes_from_the_field_are_noise(mistake: Mistake) -> None:
    assert frames(hear(mistake.side, mistake.raw)) == []


@pytest.mark.parametrize("meaning", MEANINGS_8A)
def test_status_bits_belong_to_locks(meaning: Meaning) -> None:
    (reply,) = frames(hear(Side.REPLY, meaning.raw))
    levels = board_8a.levels(reply, StatusOrder(meaning.status_order))
    assert [lock for lock, high in levels.items() if high] == meaning.high
    assert len(levels) == 8 * len(reply.status)


def test_a_single_reply_speaks_of_one_lock() -> None:
    (reply,) = frames(hear(Side.REPLY, bytes.fromhex("80 20 32 11 83")))
    assert board_8a.levels(reply, StatusOrder.HIGH_FIRST) == {50: True}


def test_an_unlock_reply_speaks_of_no_door() -> None:
    (reply,) = frames(hear(Side.REPLY, bytes.fromhex("8A 01 01 11 9B")))
    assert board_8a.levels(reply, StatusOrder.HIGH_FIRST) == {}


@pytest.mark.parametrize(
    "question", [Unlock(0, 1), Unlock(33, 1), Unlock(1, 0), Unlock(1, 51), ReadOne(1, 0), ReadAll(0), Unlock(256, 1)]
)
def test_what_no_board_has_is_not_encoded(question: Question) -> None:
    with pytest.raises(ValueError, match="addresses are 1 to 32, locks 1 to 50"):
        board_8a.encode(question)


@pytest.mark.parametrize("board", [1, 17, 32])
def test_hello_is_never_answered_with_its_own_bytes(board: int) -> None:
    hello = board_8a.encode(board_8a.hello(board))
    assert frames(hear(Side.REPLY, hello)) == []


@pytest.mark.parametrize(("channels", "status"), [(8, 3), (24, 3), (25, 7), (50, 7)])
def test_a_reply_of_the_usual_length_needs_no_quiet_gap(channels: int, status: int) -> None:
    body = bytes((0x80, 1, *range(1, status + 1), 0x33))
    check = 0
    for byte in body:
        check ^= byte
    heard = board_8a.decoder(Side.REPLY, ReadAll(1), channels).feed(body + bytes((check,)))
    assert [frame.status for frame in frames(heard)] == [bytes(range(1, status + 1))]


def test_a_reply_of_another_length_ends_with_the_quiet_gap() -> None:
    decoder = board_8a.decoder(Side.REPLY, ReadAll(1), 8)
    assert decoder.feed(bytes.fromhex("80 01 00 02 33 B0")) == []
    assert [frame.status for frame in frames(decoder.quiet())] == [b"\x00\x02"]


@pytest.mark.parametrize("question", [Unlock(1, 1), ReadOne(1, 1)])
def test_a_short_reply_needs_no_quiet_gap_when_one_lock_was_asked(question: Question) -> None:
    head = board_8a.encode(question)[0]
    raw = bytes((head, 1, 1, 0x11, head ^ 0x11))
    (reply,) = frames(board_8a.decoder(Side.REPLY, question, 8).feed(raw))
    assert answers(reply, question)


def test_a_long_reply_that_begins_like_a_short_one_is_heard_as_long() -> None:
    raw = bytes.fromhex("80 01 01 00 80 33 33")
    assert [frame.raw for frame in frames(board_8a.decoder(Side.REPLY, ReadAll(1), 24).feed(raw))] == [raw]
    assert [frame.raw for frame in frames(board_8a.decoder(Side.REPLY, ReadOne(1, 1), 24).feed(raw))] == [raw]


@given(side=SIDES, asked=ASKED, locks=st.integers(1, 50), pieces=st.lists(ANY, max_size=8))
def test_any_bytes_are_accounted_for_in_order_and_in_bounds(
    side: Side, asked: Question | None, locks: int, pieces: list[bytes]
) -> None:
    decoder = board_8a.decoder(side, asked, locks)
    heard: list[Frame | Noise] = []
    for piece in pieces:
        heard += decoder.feed(piece)
        assert decoder.held < 11
    heard += decoder.quiet()
    assert decoder.held == 0
    assert b"".join(each.raw for each in heard) == b"".join(pieces)


@pytest.mark.slow
def test_ten_million_bytes_of_fuzz() -> None:
    _fuzz(10_000_000)


def test_a_hundred_thousand_bytes_of_fuzz() -> None:
    _fuzz(100_000)


def _fuzz(amount: int) -> None:
    dice = random.Random(8)
    for side in Side:
        decoder = board_8a.decoder(side)
        told = 0
        for _ in range(amount // 100):
            told += sum(len(each.raw) for each in decoder.feed(dice.randbytes(100)))
            assert decoder.held < 11
        assert told + decoder.held == amount


@given(garbage=st.binary(max_size=40), vector=st.sampled_from(VECTORS_8A))
def test_garbage_without_a_head_does_not_hide_the_frame_behind_it(garbage: bytes, vector: Vector) -> None:
    headless = bytes(byte for byte in garbage if not 0x80 <= byte <= 0x9F)
    assert frames(hear(vector.side, headless + vector.frame.raw)) == [vector.frame]


@pytest.mark.parametrize("vector", VECTORS_8A, ids=lambda vector: vector.frame.raw.hex())
def test_garbage_seen_in_the_field_does_not_hide_the_frame_behind_it(vector: Vector) -> None:
    assert hear(vector.side, bytes.fromhex("FA FD 99 99") + vector.frame.raw) == [
        Noise(bytes.fromhex("FA FD 99 99")),
        vector.frame,
    ]


@given(side=SIDES, vectors=st.data())
def test_cut_anywhere_the_same_frames_are_heard(side: Side, vectors: st.DataObject) -> None:
    ours = [each.frame.raw for each in VECTORS_8A if each.side is side]
    raw = b"".join(vectors.draw(st.lists(st.sampled_from(ours), min_size=1, max_size=4)))
    cuts = sorted(vectors.draw(st.sets(st.integers(0, len(raw)), max_size=6)))
    decoder = board_8a.decoder(side)
    heard = [each for start, end in pairwise([0, *cuts, len(raw)]) for each in decoder.feed(raw[start:end])]
    assert frames(heard + decoder.quiet()) == frames(hear(side, raw))


@given(vector=st.sampled_from(VECTORS_8A), other=st.sampled_from(VECTORS_8A))
def test_frames_back_to_back_are_told_apart(vector: Vector, other: Vector) -> None:
    if vector.side is other.side:
        assert frames(hear(vector.side, vector.frame.raw + other.frame.raw)) == [vector.frame, other.frame]


@pytest.mark.parametrize("vector", VECTORS_8A, ids=lambda vector: vector.frame.raw.hex())
def test_no_single_flipped_bit_leaves_the_frame_valid(vector: Vector) -> None:
    for bit in range(8 * len(vector.frame.raw)):
        flipped = bytearray(vector.frame.raw)
        flipped[bit // 8] ^= 1 << bit % 8
        assert all(frame.raw != flipped for frame in frames(hear(vector.side, bytes(flipped)))), bit
