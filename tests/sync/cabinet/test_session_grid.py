"""Every stage of the session has an answer to every event."""

import pytest

from sync import link
from sync.cabinet import session as sessions
from sync.cabinet.stages import (
    Dialled,
    Differing,
    Draining,
    Event,
    Greeting,
    Grown,
    Looked,
    Opening,
    Page,
    Waiting,
    Woken,
)
from sync.wire import Ack
from tests.sync.cabinet.desk import EPOCH, Playbook, nonce, server
from tests.sync.cabinet.dialogue import HUNG_UP, arrive, greeted, journal, received, welcomed


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
