"""Playbooks of progress: patience, going back, pauses, and a server with another memory."""

import pytest

from sync.cabinet.stages import Delivered, Page, Woken
from sync.topics import Channel
from sync.wire import GENESIS
from tests.sync.cabinet.desk import EPOCH, Playbook, nonce, server
from tests.sync.cabinet.dialogue import arrive, greeted, grow, hello_of, journal, received, says, sent, welcomed


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


def test_only_misses_in_a_row_bring_a_hello() -> None:
    book, far = Playbook(journal(1)), server()
    first = welcomed(book, far)
    assert says(book.happens(Woken(), after_ms=2000), Channel.HELLO) == []
    (ack,) = arrive(first, far)
    book.happens(ack)
    assert sent(grow(book), far) == [(2, 2)]
    outputs = book.happens(Woken(), after_ms=4000)
    assert sent(outputs, far) == [(2, 2)]
    assert says(outputs, Channel.HELLO) == []


def test_a_page_that_was_read_before_going_back_is_not_sent() -> None:
    book, far = Playbook(journal(3)), server()
    welcomed(book, far)
    assert book.happens(Page(0, tuple(book.log.lines))) == []
    assert book.happens(Page(77, tuple(book.log.lines))) == []
    assert book.happens(Page(3, ())) == []
