"""The session as playbooks with exact times: what happens goes in, what must be done comes out, and nothing else."""

import pytest

from sync import link
from sync.cabinet.stages import Close, Delivered, Dialled, Luck, Open, Say, Waiting, Woken
from sync.topics import Channel
from sync.wire import GENESIS, Refused
from tests.sync.cabinet.desk import EPOCH, Log, Playbook, nonce, server
from tests.sync.cabinet.dialogue import (
    HUNG_UP,
    NOBODY,
    arrive,
    greeted,
    grow,
    hello_of,
    journal,
    received,
    says,
    sent,
    welcomed,
)


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
