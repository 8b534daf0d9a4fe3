"""This file knows how a cabinet keeps in touch with the server: one step at a time, touching nothing. Pure.

`stages.py` has the words and the figure; here each stage answers every event. Time is milliseconds of the cabinet's
uptime and always an argument, and so is randomness.
"""

from dataclasses import replace
from typing import Final, assert_never

from sync import link
from sync.cabinet import letters
from sync.cabinet.draining import draining, start
from sync.cabinet.draining import wake_at_ms as draining_wakes_at_ms
from sync.cabinet.letters import Route, Tip
from sync.cabinet.moves import (
    HELLO_AGAIN_MS,
    MIN_PATIENCE_MS,
    Move,
    drop,
    enter,
    fail,
    greet,
    patience_ms,
    read_letter,
    stand_back,
)
from sync.cabinet.stages import (
    Close,
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
    Page,
    Say,
    Session,
    Stage,
    Step,
    Waiting,
    Woken,
)
from sync.link import CONNACK_TIMEOUT_S, Version, fall_back
from sync.topics import Channel
from sync.wire import Ack

_FIRST_HELLO_MS: Final = 2_000
"""As long as rule 3 waits for progress, then doubling to 60 s: a server that is restarted is back within seconds."""


def begin(route: Route, epoch: str, tip: Tip, now_ms: int) -> Step:
    """Return a session that wants to connect at once."""
    return _step((Session(route, epoch, tip, Waiting(now_ms)), ()))


def step(session: Session, event: Event, now_ms: int, luck: Luck) -> Step:
    """Decide what one event leads to."""
    if isinstance(event, Grown):
        session = replace(session, tip=event.tip)
    stage = session.stage
    match stage:
        case Waiting():
            return _step(_waiting(session, stage, event, now_ms))
        case Opening():
            return _step(_opening(session, stage, event, now_ms, luck))
        case Greeting():
            return _step(_greeting(session, stage, event, now_ms, luck))
        case Draining():
            return _step(draining(session, stage, event, now_ms, luck))
        case Differing():
            return _step(_differing(session, stage, event, now_ms, luck))
        case never:
            assert_never(never)


def _step(move: Move) -> Step:
    session, outputs = move
    return Step(session, outputs, _wake_at_ms(session.stage))


def _wake_at_ms(stage: Stage) -> int | None:
    match stage:
        case Waiting() | Opening():
            return stage.until_ms
        case Greeting() | Differing():
            return stage.again_ms
        case Draining():
            return draining_wakes_at_ms(stage)
        case never:
            assert_never(never)


def _waiting(session: Session, stage: Waiting, event: Event, now_ms: int) -> Move:
    match event:
        case Woken():
            return _open(session, 5) if now_ms >= stage.until_ms else (session, ())
        case link.Connected() | link.Refused() | link.Received() | link.PublishRefused() | link.Lost():
            return session, ()  # the last words of a connection that was given up
        case Grown() | Dialled() | Page() | Looked():
            return session, ()
        case never:
            assert_never(never)


def _open(session: Session, version: Version) -> Move:
    return session.at(Opening(version, None)), (Open(version),)


def _opening(session: Session, stage: Opening, event: Event, now_ms: int, luck: Luck) -> Move:
    match event:
        case Dialled():
            return session.at(replace(stage, until_ms=now_ms + CONNACK_TIMEOUT_S * 1000)), ()
        case Woken():
            if stage.until_ms is None or now_ms < stage.until_ms:
                return session, ()
            return _other_version(session, stage, None, now_ms, luck)
        case link.Connected():
            say = Say(Channel.STATE, letters.presence(session.route, online=True), retain=True)
            greeting = Greeting(luck.nonce, said_ms=now_ms, again_ms=now_ms + _FIRST_HELLO_MS, times=1)
            return session.at(greeting), (say, greet(session, luck.nonce, now_ms))
        case link.Refused():
            return _other_version(session, stage, event, now_ms, luck)
        case link.Lost():
            return fail(session, event.why, now_ms, luck)
        case link.Received() | link.PublishRefused() | Grown() | Page() | Looked():
            return session, ()
        case never:
            assert_never(never)


def _other_version(session: Session, stage: Opening, refused: link.Refused | None, now_ms: int, luck: Luck) -> Move:
    if refused is not None and not refused.authorised:
        return stand_back(session, f"the broker does not let us in: {refused.why}", now_ms)
    version = fall_back(stage.version, refused)
    if version is not None:
        session, outputs = _open(session, version)
        return session, (Close(), *outputs)
    return fail(session, "the broker does not answer" if refused is None else refused.why, now_ms, luck)


def _greeting(session: Session, stage: Greeting, event: Event, now_ms: int, luck: Luck) -> Move:
    match event:
        case link.Received():
            return read_letter(session, stage.nonce, event)
        case Looked():
            if isinstance(event.letter, Ack) or event.nonce != stage.nonce:
                return drop(session, "stale")
            # A hello that was said twice does not tell which one was answered.
            trust_ms = patience_ms(now_ms - stage.said_ms) if stage.times == 1 else MIN_PATIENCE_MS
            return start(enter(session, event.letter, event, now_ms, trust_ms), now_ms)
        case Woken():
            if now_ms < stage.again_ms:
                return session, ()
            pause_ms = min(_FIRST_HELLO_MS << min(stage.times, 10), HELLO_AGAIN_MS)
            stage = replace(stage, said_ms=now_ms, again_ms=now_ms + pause_ms, times=stage.times + 1)
            return session.at(stage, "the server does not answer"), (greet(session, stage.nonce, now_ms),)
        case link.PublishRefused():
            return session.at(stage, f"the broker refuses our messages: {event.why}"), ()
        case link.Lost() | link.Refused():
            return fail(session, event.why, now_ms, luck)
        case link.Connected() | Grown() | Dialled() | Page():
            return session, ()
        case never:
            assert_never(never)


def _differing(session: Session, stage: Differing, event: Event, now_ms: int, luck: Luck) -> Move:
    match event:
        case link.Received():
            return read_letter(session, stage.nonce, event)
        case Looked():
            if isinstance(event.letter, Ack) or event.nonce != stage.nonce:
                return drop(session, "stale")
            return start(enter(session, event.letter, event, now_ms, MIN_PATIENCE_MS), now_ms)
        case Woken():
            if now_ms < stage.again_ms:
                return session, ()
            stage = replace(stage, again_ms=now_ms + HELLO_AGAIN_MS)
            return session.at(stage), (greet(session, stage.nonce, now_ms),)
        case link.Lost() | link.Refused():
            return fail(session, event.why, now_ms, luck)
        case link.PublishRefused() | link.Connected() | Grown() | Dialled() | Page():
            return session, ()
        case never:
            assert_never(never)
