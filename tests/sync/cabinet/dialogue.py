"""Steps that every playbook of the session takes: from the first call to the welcome, and what was said on the way."""

from dataclasses import replace
from typing import Any

from sync import link
from sync.cabinet.stages import Dialled, Grown, Open, Output, Say, Woken
from sync.topics import Channel
from tests.sync.cabinet.counterpart import Server, topic, unsealed
from tests.sync.cabinet.desk import CABINET_KEY, Log, Playbook

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
