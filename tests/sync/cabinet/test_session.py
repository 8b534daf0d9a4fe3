"""The session as playbooks with exact times: what happens goes in, what must be done comes out, and nothing else."""

import json
from dataclasses import replace
from typing import Any

import pytest

from sync import link
from sync.cabinet import session as sessions
from sync.cabinet.stages import (
    Close,
    Delivered,
    Dialled,
    Differing,
    Draining,
    Event,
    Greeting,
    Grown,
    Looked,
    Luck,
    Open,
    Opening,
    Output,
    Page,
    Say,
    Waiting,
    Woken,
)
from sync.topics import Channel
from sync.wire import GENESIS, Ack, Refused
from tests.sync.cabinet.counterpart import Server, topic, unsealed
from tests.sync.cabinet.desk import CABINET_KEY, EPOCH, STRANGER_KEY, Log, Playbook, nonce, server

NOBODY = link.Refused(None, "nobody there", authorised=True, reached=False)
HUNG_UP = link.Refused(None, "hung up", authorised=True)


def received(letter: tuple[str, bytes], *, retained: bool = False) -> link.Received:
    return link.Received(*letter, retained=retained)


def says(outputs: list[Output], channel: Channel) -> list[bytes]:
    return [output.payload for output in outputs if isinstance(output, Say) and output.channel is channel]


def hello_of(outputs: list[Output]) -> dict[str, Any]:
    (payload,) = says(outputs, Channel.HELLO)
    return unsealed(payload, CABINET_KEY.public, topic("C1", "hello"))


def sent(outputs: list[Output], far: Server) -> list[tuple[int, int]]:
    """Which batches go up, without their arriving."""
    deaf = replace(far, stored=list(far.stored), hashes=list(far.hashes), batches=[])
    for payload in says(outputs, Channel.UP):
        deaf.hear(topic("C1", "up"), payload)
    return deaf.batches


def arrive(outputs: list[Output], far: Server) -> list[link.Received]:
    """Let everything that is said reach the server; its answers."""
    return [
        received(letter)
        for output in outputs
        if isinstance(output, Say)
        for letter in far.hear(topic("C1", output.channel), output.payload)
    ]


def greeted(book: Playbook) -> list[Output]:
    """From the beginning to the hello."""
    assert book.happens(Woken()) == [Open(5)]
    assert book.happens(Dialled()) == []
    return book.happens(link.Connected(5))


def welcomed(book: Playbook, far: Server) -> list[Output]:
    """From the beginning to the welcome; what the welcome leads to."""
    (answer,) = arrive(greeted(book), far)
    return book.happens(answer)


def journal(lines: int) -> Log:
    log = Log()
    log.grow(lines)
    return log


def grow(book: Playbook, count: int = 1) -> list[Output]:
    book.log.grow(count)
    return book.happens(Grown(book.log.tip))


# --- to the broker ---


def test_it_connects_at_once_and_introduces_itself() -> None:
    book = Playbook(journal(3))
    assert (book.wake_at_ms, book.session.why, book.session.online) == (1000, "connecting", False)
    outputs = greeted(book)
    assert outputs == [
        Say(Channel.STATE, b'{"boot":"00000000000000b0","online":true}', retain=True),
        Say(Channel.HELLO, says(outputs, Channel.HELLO)[0]),
    ]
    assert hello_of(outputs) == {
        "protocols": [1],
        "epoch": EPOCH,
        "first": 1,
        "last": 3,
        "hlast": book.log.hashes[3].hex(),
        "boot": "00000000000000b0",
        "uptimems": 1000,
        "software": "test 1",
        "versions": {},
        "nonce": nonce(1),
    }


def test_3_1_1_is_tried_when_connack_does_not_come_in_5_s() -> None:
    book = Playbook()
    assert book.happens(Woken()) == [Open(5)]
    assert book.due() is None
    assert book.happens(Dialled(), after_ms=700) == []
    assert book.wake_at_ms == 6700
    assert book.happens(Woken(), after_ms=4999) == []
    assert book.happens(Woken(), after_ms=1) == [Close(), Open(4)]
    assert book.happens(Dialled()) == []
    assert book.happens(Woken(), after_ms=5000) == [Close()]
    assert (book.session.stage, book.session.why) == (Waiting(11_700 + 500), "the broker does not answer")


def test_3_1_1_is_tried_when_5_is_refused_and_5_comes_first_again_next_time() -> None:
    book = Playbook()
    book.happens(Woken())
    assert book.happens(HUNG_UP) == [Close(), Open(4)]
    assert book.happens(HUNG_UP) == [Close()]
    assert book.happens(Woken(), after_ms=500) == [Open(5)]


def test_where_nobody_answers_the_version_is_not_the_matter() -> None:
    book = Playbook()
    book.happens(Woken())
    assert book.happens(NOBODY) == [Close()]
    assert (book.session.stage, book.session.why) == (Waiting(1500), "nobody there")


def test_the_waits_grow_with_full_jitter_up_to_the_cap() -> None:
    book = Playbook()
    waits = []
    for _ in range(12):
        book.happens(Woken())
        book.happens(NOBODY)
        assert isinstance(book.session.stage, Waiting)
        waits.append(book.session.stage.until_ms - book.now_ms)
        book.now_ms = book.session.stage.until_ms
    assert waits == [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 150_000, 150_000, 150_000]


@pytest.mark.parametrize(("jitter", "wait_ms"), [(0.0, 0), (0.25, 250), (0.999999, 999)])
def test_the_jitter_is_full(jitter: float, wait_ms: int) -> None:
    book = Playbook()
    book.luck = Luck(jitter, nonce(1))
    book.happens(Woken())
    book.happens(NOBODY)
    assert book.session.stage == Waiting(1000 + wait_ms)


def test_not_authorised_is_ten_minutes_and_an_alarm() -> None:
    book = Playbook()
    book.happens(Woken())
    assert book.happens(link.Refused(0x87, "Not authorized", authorised=False)) == [Close()]
    assert book.session.stage == Waiting(601_000)
    assert "does not let us in" in book.session.why
    assert book.happens(Woken(), after_ms=599_999) == []
    assert book.happens(Woken(), after_ms=1) == [Open(5)]


# --- to the server ---


def test_nothing_drains_before_welcome_and_hello_is_repeated_until_it_comes() -> None:
    book = Playbook(journal(3))
    greeted(book)
    assert grow(book) == []
    times = []
    for _ in range(7):
        assert book.wake_at_ms is not None
        wait_ms = book.wake_at_ms - book.now_ms
        assert book.happens(Woken(), after_ms=wait_ms - 1) == []
        assert hello_of(book.happens(Woken(), after_ms=1))["last"] == 4
        times.append(wait_ms)
    assert times == [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]
    assert book.session.why == "the server does not answer"


def test_the_journal_goes_up_oldest_first_and_a_live_fact_leaves_at_once() -> None:
    book, far = Playbook(journal(3)), server()
    outputs = welcomed(book, far)
    assert outputs[0] == Delivered(EPOCH, 0, ())
    assert (book.session.online, book.session.why) == (True, "")
    (answer,) = arrive(outputs, far)
    assert far.batches == [(1, 3)]
    assert book.happens(answer) == [Delivered(EPOCH, 3, ())]
    assert book.due() is None
    (answer,) = arrive(grow(book), far)
    assert far.batches == [(1, 3), (4, 4)]
    assert book.happens(answer) == [Delivered(EPOCH, 4, ())]
    assert far.stored == book.log.lines


def test_it_goes_on_where_the_server_is() -> None:
    book, far = Playbook(journal(10)), server()
    far.stored, far.hashes = book.log.lines[:7], book.log.hashes[:8]
    outputs = welcomed(book, far)
    assert outputs[0] == Delivered(EPOCH, 7, ())
    arrive(outputs, far)
    assert far.batches == [(8, 10)]


def test_four_batches_at_most_are_on_their_way() -> None:
    book, far = Playbook(journal(3000)), server()
    outputs = welcomed(book, far)
    answers = arrive(outputs, far)
    assert far.batches == [(1, 500), (501, 1000), (1001, 1500), (1501, 2000)]
    assert grow(book) == []
    more = book.happens(answers[0])
    assert more[0] == Delivered(EPOCH, 500, ())
    assert sent(more, far) == [(2001, 2500)]
    more = book.happens(answers[3])
    assert more[0] == Delivered(EPOCH, 2000, ())
    assert sent(more, far) == [(2501, 3000), (3001, 3001)]


def test_the_servers_limits_are_kept() -> None:
    book, far = Playbook(journal(100)), server()
    far.limits = {"lines": 9, "bytes": 16384, "window": 2, "backoff_s": 4}
    arrive(welcomed(book, far), far)
    assert far.batches == [(1, 9), (10, 18)]
    for _ in range(5):
        book.happens(link.Lost("cut"))
        book.now_ms += 300_000
        book.happens(Woken())
    book.luck = Luck(0.999, nonce(2))
    book.happens(NOBODY)
    assert isinstance(book.session.stage, Waiting)
    assert book.session.stage.until_ms - book.now_ms == 3996


def test_a_batch_that_zlib_cannot_make_small_is_halved() -> None:
    log = Log()
    for seq in range(1, 101):
        log.lines.append(bytes((seq * 7919 + i * i * 31 + i // 7) % 251 + 2 for i in range(2000)).replace(b"\n", b"x"))
        log.hashes.append(log.hashes[-1])
    book, far = Playbook(log), server()
    outputs = welcomed(book, far)
    messages = says(outputs, Channel.UP)
    assert len(messages) == 4
    assert all(len(message) <= 65_536 for message in messages)


def test_plain_batches_of_long_lines_are_halved_too() -> None:
    log = Log()
    log.lines = [b'"' + b"x" * 16_000 + b'"' for _ in range(9)]
    log.hashes = [GENESIS] * 10
    book, far = Playbook(log), server()
    messages = says(welcomed(book, far), Channel.UP)
    assert [message.count(b"\n") for message in messages] == [4, 2, 3]
    assert max(map(len, messages)) <= 65_536


def test_refused_lines_are_named_and_stop_nobody() -> None:
    book, far = Playbook(journal(3)), server()
    far.bad = frozenset({2})
    (answer,) = arrive(welcomed(book, far), far)
    assert book.happens(answer) == [Delivered(EPOCH, 3, (Refused(2, "told to"),))]
    rest = received(far.ack(refused=[{"seq": 3, "why": "no room before"}]))
    assert book.happens(rest) == [Delivered(EPOCH, 3, (Refused(3, "no room before"),))]


# --- progress and patience ---


def test_without_progress_it_goes_back_doubling_to_60_s() -> None:
    book, far = Playbook(journal(3)), server()
    assert sent(welcomed(book, far), far) == [(1, 3)]
    waits, hellos = [], []
    for _ in range(8):
        due_ms = book.session.stage.moved_ms + book.session.stage.patience_ms  # type: ignore[union-attr]  # draining
        waits.append(due_ms - book.now_ms)
        outputs = book.happens(Woken(), after_ms=due_ms - book.now_ms - 1)
        assert sent(outputs, far) == []
        outputs += book.happens(Woken(), after_ms=1)
        assert sent(outputs, far) == [(1, 3)]
        hellos.append(len(says(outputs, Channel.HELLO)))
    assert waits == [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]
    assert hellos == [0, 1, 1, 1, 1, 1, 1, 1]


def test_a_missing_ack_is_asked_for_after_60_s_at_the_latest() -> None:
    book, far = Playbook(journal(1)), server()
    arrive(welcomed(book, far), far)
    far.stored, far.hashes = [], [GENESIS]
    book.happens(received(far.ack(pause_ms=200_000)))
    assert book.wake_at_ms == 61_000
    assert says(book.happens(Woken(), after_ms=59_999), Channel.HELLO) == []
    assert hello_of(book.happens(Woken(), after_ms=1))["nonce"] == nonce(1)


def test_patience_is_four_round_trips() -> None:
    book, far = Playbook(journal(1)), server()
    (answer,) = arrive(greeted(book), far)
    outputs = book.happens(answer, after_ms=900)
    assert book.wake_at_ms == book.now_ms + 3600
    (answer,) = arrive(outputs, far)
    book.happens(answer, after_ms=3000)
    grow(book)
    assert book.wake_at_ms == book.now_ms + 12_000


def test_an_ack_for_a_batch_that_was_sent_twice_measures_nothing() -> None:
    book, far = Playbook(journal(1)), server()
    outputs = welcomed(book, far)
    book.happens(Woken(), after_ms=2000)
    (answer,) = arrive(outputs, far)
    assert book.happens(answer, after_ms=10) == [Delivered(EPOCH, 1, ())]
    grow(book)
    assert book.wake_at_ms == book.now_ms + 4000
    book.happens(received(far.ack()))
    assert book.wake_at_ms == book.now_ms + 4000


def test_a_late_ack_after_going_back_is_progress_all_the_same() -> None:
    book, far = Playbook(journal(1000)), server()
    answers = arrive(welcomed(book, far), far)
    far.stored, far.hashes, far.batches = [], [GENESIS], []
    arrive(book.happens(Woken(), after_ms=2000), far)
    assert far.batches == [(1, 500), (501, 1000)]
    assert book.happens(answers[1]) == [Delivered(EPOCH, 1000, ())]
    assert book.due() is None


def test_an_ack_beyond_what_this_connection_sent_moves_on_from_there() -> None:
    book, far = Playbook(journal(20)), server()
    far.limits = {"lines": 1, "bytes": 262144, "window": 1, "backoff_s": 300}
    welcomed(book, far)
    far.stored, far.hashes = book.log.lines[:15], book.log.hashes[:16]
    outputs = book.happens(received(far.ack()))
    assert outputs[0] == Delivered(EPOCH, 15, ())
    assert sent(outputs, far) == [(16, 16)]


def test_a_server_that_was_restarted_answers_the_second_miss_and_all_goes_on() -> None:
    book, far = Playbook(journal(2)), server()
    (answer,) = arrive(welcomed(book, far), far)
    book.happens(answer)
    far.forget()
    assert arrive(grow(book), far) == []
    assert arrive(book.happens(Woken(), after_ms=2000), far) == []
    answers = arrive(book.happens(Woken(), after_ms=4000), far)
    outputs = book.all_happen(answers)
    assert Delivered(EPOCH, 3, ()) in outputs
    assert far.stored == book.log.lines


def test_a_server_with_an_older_backup_gets_everything_from_there() -> None:
    book, far = Playbook(journal(5)), server()
    (answer,) = arrive(welcomed(book, far), far)
    book.happens(answer)
    far.stored, far.hashes = far.stored[:2], far.hashes[:3]
    far.batches.clear()
    arrive(grow(book), far)
    book.happens(Woken(), after_ms=2000)
    (welcome, *_) = arrive(book.happens(Woken(), after_ms=4000), far)
    outputs = book.happens(welcome)
    assert outputs[0] == Delivered(EPOCH, 2, ())
    arrive(outputs, far)
    assert far.batches[-1] == (3, 6)
    assert far.stored == book.log.lines


@pytest.mark.parametrize(("asked_ms", "kept_ms"), [(7000, 7000), (10**15, 300_000)])
def test_a_pause_is_kept_but_not_for_ever(asked_ms: int, kept_ms: int) -> None:
    book, far = Playbook(journal(1)), server()
    arrive(welcomed(book, far), far)
    assert book.happens(received(far.ack(pause_ms=asked_ms))) == [Delivered(EPOCH, 1, ())]
    assert grow(book) == []
    assert book.wake_at_ms == book.now_ms + kept_ms
    assert book.happens(Woken(), after_ms=kept_ms - 1) == []
    assert sent(book.happens(Woken(), after_ms=1), far) == [(2, 2)]


def test_a_negative_pause_is_none() -> None:
    book, far = Playbook(journal(1)), server()
    arrive(welcomed(book, far), far)
    book.happens(received(far.ack(pause_ms=-5)))
    assert sent(grow(book), far) == [(2, 2)]


# --- loss ---


def test_a_loss_soon_after_welcome_keeps_the_waits_growing() -> None:
    book, far = Playbook(), server()
    waits = []
    for held_ms in (0, 59_999, 60_000, 0):
        book.happens(Woken())
        book.happens(Dialled())
        (answer,) = arrive(book.happens(link.Connected(5)), far)
        book.happens(answer)
        assert book.happens(link.Lost("cut"), after_ms=held_ms) == [Close()]
        assert isinstance(book.session.stage, Waiting)
        waits.append(book.session.stage.until_ms - book.now_ms)
        book.now_ms = book.session.stage.until_ms
    assert waits == [500, 1000, 500, 1000]


def test_every_connection_has_its_own_nonce_and_starts_with_hello() -> None:
    book, far = Playbook(journal(1)), server()
    old = arrive(welcomed(book, far), far)
    book.happens(link.Lost("cut"))
    book.luck = Luck(0.5, nonce(2))
    book.happens(Woken(), after_ms=500)
    book.happens(Dialled())
    outputs = book.happens(link.Connected(4))
    assert hello_of(outputs)["nonce"] == nonce(2)
    assert book.all_happen(old) == []
    assert book.session.tally.forged == 1
    (answer,) = arrive(outputs, far)
    assert book.happens(answer) == [Delivered(EPOCH, 1, ())]


def test_a_refused_publish_is_an_alarm_until_progress() -> None:
    book, far = Playbook(journal(1)), server()
    (answer,) = arrive(welcomed(book, far), far)
    assert book.happens(link.PublishRefused(0x87, "Not authorized")) == []
    assert book.session.why == "the broker refuses our messages: Not authorized"
    book.happens(answer)
    assert book.session.why == ""


# --- lies ---


def test_a_history_that_differs_at_the_watermark_stops_the_drain_and_removes_nothing() -> None:
    book, far = Playbook(journal(5)), server()
    far.stored, far.hashes = [b"x"] * 3, [GENESIS, b"\1" * 32, b"\2" * 32, b"\3" * 32]
    assert welcomed(book, far) == []
    assert book.session.why == "the server's history differs from ours at line 3"
    assert not book.session.online
    assert grow(book) == []
    assert book.wake_at_ms == 61_000
    far.stored, far.hashes = book.log.lines[:3], book.log.hashes[:4]
    (answer,) = arrive(book.happens(Woken(), after_ms=60_000), far)
    assert book.happens(answer)[0] == Delivered(EPOCH, 3, ())
    assert (book.session.online, book.session.why) == (True, "")


def test_a_welcome_beyond_the_journal_differs() -> None:
    book, far = Playbook(journal(2)), server()
    longer = journal(3)
    far.stored, far.hashes = longer.lines, longer.hashes
    assert welcomed(book, far) == []
    assert "differs from ours at line 3" in book.session.why


def test_a_welcome_below_what_is_still_kept_differs() -> None:
    book, far = Playbook(journal(9)), server()
    book.log.first = 6
    far.stored, far.hashes = book.log.lines[:4], book.log.hashes[:5]
    assert welcomed(book, far) == []
    assert "differs from ours at line 4" in book.session.why


def test_another_protocol_stops_the_drain() -> None:
    book, far = Playbook(journal(2)), server()
    arrive(greeted(book), far)
    assert book.happens(received(far.welcome(protocol=2))) == []
    assert book.session.why == "the server speaks protocol 2"
    assert isinstance(book.session.stage, Differing)


@pytest.mark.parametrize(
    "lie",
    [
        {"hw": "00" * 32},
        {"w": 1, "hw": "11" * 32},
        {"w": 4},
        {"w": 10**18},
    ],
)
def test_a_signed_ack_that_is_not_of_our_log_removes_nothing_and_is_an_alarm(lie: dict[str, Any]) -> None:
    book, far = Playbook(journal(3)), server()
    arrive(welcomed(book, far), far)
    assert book.happens(received(far.ack(**lie))) == []
    assert "not ours" in book.session.why
    assert not book.session.online
    assert grow(book) == []


def test_an_ack_of_another_epoch_is_stale() -> None:
    book, far = Playbook(journal(3)), server()
    arrive(welcomed(book, far), far)
    assert book.happens(received(far.ack(ep="00000000000000ff"))) == []
    assert (book.session.tally.stale, book.session.online) == (1, True)


def test_an_old_ack_of_swept_lines_is_stale() -> None:
    book, far = Playbook(journal(9)), server()
    far.stored, far.hashes = book.log.lines[:8], book.log.hashes[:9]
    welcomed(book, far)
    book.log.first = 6
    book.happens(Grown(book.log.tip))
    assert book.happens(received(far.ack(w=2, hw=book.log.hashes[2].hex()))) == []
    assert (book.session.tally.stale, book.session.online) == (1, True)


def test_nobody_elses_messages_are_heard() -> None:
    book, far = Playbook(journal(3)), server()
    arrive(welcomed(book, far), far)
    before = book.session.stage
    good = {"ep": EPOCH, "w": 3, "hw": book.log.hashes[3].hex()}
    lies = [
        received(far.write("ack", good, key=STRANGER_KEY)),
        received(far.write("ack", good, nonce=nonce(9))),
        received(far.write("ack", good, nonce="")),
        received((topic("C1", "ack"), far.write("welcome", good)[1])),
        received((topic("C1", "ack"), b"")),
        received((topic("C1", "ack"), b'{"ep":"00000000000000e1","w":3}')),
        received((topic("C1", "ack"), b'{"w":3,"sig":"AAAA"}')),
    ]
    assert book.all_happen(lies) == []
    assert (book.session.stage, book.session.tally.forged) == (before, len(lies))


@pytest.mark.parametrize(
    "body",
    [
        {"ep": EPOCH, "w": -1, "hw": "00" * 32},
        {"ep": EPOCH, "w": 2**63, "hw": "00" * 32},
        {"ep": EPOCH, "w": 3.5, "hw": "00" * 32},
        {"ep": EPOCH, "w": "3", "hw": "00" * 32},
        {"ep": EPOCH, "w": 3, "hw": "00"},
        {"ep": "e1", "w": 3, "hw": "00" * 32},
        {"ep": EPOCH, "hw": "00" * 32},
        {"ep": EPOCH, "w": 3, "hw": "00" * 32, "refused": "all"},
        {"x": json.loads("[" * 400 + "]" * 400)},
        {"x": "y" * 70_000},
    ],
)
def test_what_the_server_should_not_have_signed_is_malformed(body: dict[str, Any]) -> None:
    book, far = Playbook(journal(3)), server()
    arrive(welcomed(book, far), far)
    before = book.session.stage
    assert book.happens(received(far.write("ack", body))) == []
    assert (book.session.stage, book.session.tally.malformed) == (before, 1)


def test_a_welcome_of_another_epoch_is_malformed() -> None:
    book, far = Playbook(journal(3)), server()
    arrive(greeted(book), far)
    assert book.happens(received(far.welcome(epoch="00000000000000ff"))) == []
    assert (book.session.tally.malformed, type(book.session.stage)) == (1, Greeting)


def test_unasked_and_retained_messages_are_dropped_and_counted() -> None:
    book, far = Playbook(journal(3)), server()
    (ack,) = arrive(welcomed(book, far), far)
    before = book.session.stage
    for at in (topic("C2", "ack"), topic("C1", "ack", "elsewhere"), topic("C1", "ack") + "/", topic("C1", "cmd"), ""):
        assert book.happens(link.Received(at, ack.payload, retained=False)) == []
    assert book.happens(replace(ack, retained=True)) == []
    assert (book.session.stage, book.session.tally.unasked, book.session.tally.retained) == (before, 5, 1)


def test_a_welcome_that_nobody_asked_for_changes_nothing() -> None:
    book, far = Playbook(journal(3)), server()
    arrive(welcomed(book, far), far)
    before = book.session.stage
    assert book.happens(received(far.welcome(w=0, hw=GENESIS.hex()))) == []
    assert (book.session.stage, book.session.tally.stale) == (before, 1)


def test_an_ack_before_welcome_is_stale() -> None:
    book, far = Playbook(journal(3)), server()
    arrive(greeted(book), far)
    assert book.happens(received(far.ack())) == []
    assert (book.session.tally.stale, type(book.session.stage)) == (1, Greeting)


# --- the grid ---


def stages() -> dict[str, Playbook]:
    """One playbook at each stage."""
    waiting, opening, greeting, draining, differing = (Playbook(journal(600)) for _ in range(5))
    opening.happens(Woken())
    greeted(greeting)
    welcomed(draining, server())
    arrive(greeted(differing), far := server())
    differing.happens(received(far.welcome(protocol=9)))
    return {"waiting": waiting, "opening": opening, "greeting": greeting, "draining": draining, "differing": differing}


def events(book: Playbook) -> list[Event]:
    ack = Ack(ep=EPOCH, w=3, hw=book.log.hashes[3].hex())
    return [
        Woken(),
        Grown(book.log.tip),
        Dialled(),
        Page(0, tuple(book.log.lines[:3])),
        Page(0, ()),
        Page(77, tuple(book.log.lines[:3])),
        Looked(ack, nonce(1), book.log.hashes[3]),
        Looked(ack, nonce(7), book.log.hashes[3]),
        Looked(ack, nonce(1), None),
        link.Connected(5),
        HUNG_UP,
        link.Received("t", b"", retained=False),
        link.PublishRefused(0x97, "quota"),
        link.Lost("cut", 0x8E),
    ]


MOVES: dict[str, dict[type, int]] = {
    "waiting": {Waiting: 13, Opening: 1},
    "opening": {Opening: 12, Greeting: 1, Waiting: 1},
    "greeting": {Greeting: 12, Waiting: 2},
    "draining": {Draining: 11, Differing: 1, Waiting: 2},
    "differing": {Differing: 12, Waiting: 2},
}


@pytest.mark.parametrize("name", MOVES)
def test_every_stage_has_an_answer_to_every_event(name: str) -> None:
    reached: dict[type, int] = {}
    for event in events(stages()[name]):
        book = stages()[name]
        step = sessions.step(book.session, event, book.now_ms, book.luck)
        reached[type(step.session.stage)] = reached.get(type(step.session.stage), 0) + 1
        assert step.wake_at_ms is None or step.wake_at_ms >= 0
    assert reached == MOVES[name]
