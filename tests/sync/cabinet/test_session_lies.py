"""Playbooks of lies: forged, replayed, misplaced and malformed letters remove nothing."""

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from sync import link
from sync.cabinet.stages import Delivered, Differing, Greeting, Grown, Looked, Woken
from sync.wire import GENESIS, Ack, Welcome
from tests.sync.cabinet.counterpart import topic
from tests.sync.cabinet.desk import EPOCH, STRANGER_KEY, Playbook, nonce, server
from tests.sync.cabinet.dialogue import arrive, greeted, grow, journal, received, welcomed


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


def test_what_was_looked_up_for_an_earlier_connection_is_stale() -> None:
    book, far = Playbook(journal(3)), server()
    arrive(greeted(book), far)
    welcome = msgspec.json.decode(far.welcome()[1], type=Welcome)
    assert book.happens(Looked(welcome, nonce(7), GENESIS)) == []
    assert (book.session.tally.stale, type(book.session.stage)) == (1, Greeting)
    assert book.happens(Looked(welcome, nonce(1), GENESIS))[0] == Delivered(EPOCH, 0, ())
    assert book.happens(Looked(Ack(ep=EPOCH, w=3, hw=book.log.hashes[3].hex()), nonce(7), book.log.hashes[3])) == []
    assert book.session.tally.stale == 2
