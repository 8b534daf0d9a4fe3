"""This file knows how lines go up: the window, acknowledgements, and going back to what the server has. Pure."""

from dataclasses import replace
from typing import Final, assert_never

from sync import link
from sync.cabinet import letters
from sync.cabinet.moves import HELLO_AGAIN_MS, Move, differ, drop, enter, fail, greet, patience_ms, read_letter
from sync.cabinet.stages import (
    Delivered,
    Dialled,
    Draining,
    Event,
    Flight,
    Grown,
    Looked,
    Luck,
    Page,
    Read,
    Say,
    Session,
    Woken,
)
from sync.topics import Channel
from sync.wire import Ack, Welcome

_HELD_MS: Final = 60_000
"""WIRE rule 7: a welcome that held so long was no accident; the next loss is tried again at once."""
_MOST_PATIENCE_MS: Final = 60_000
"""WIRE rule 3: doubling to 60 s."""
_MOST_PAUSE_MS: Final = 300_000
"""The longest wait that rule 7 knows; a slip of the server's must not silence a cabinet for days."""
_GREET_FROM_MISS: Final = 2
"""A server that was restarted has forgotten this connection's nonce and cannot answer: do not let it wait 60 s."""


def draining(session: Session, stage: Draining, event: Event, now_ms: int, luck: Luck) -> Move:
    """Answer one event while welcomed."""
    match event:
        case link.Received():
            return read_letter(session, stage.nonce, event)
        case Looked():
            return _looked(session, stage, event, now_ms)
        case Page():
            return _page(session, stage, event, now_ms)
        case Grown():
            return _pull(session, stage, now_ms)
        case Woken():
            return _woken(session, stage, now_ms)
        case link.PublishRefused():
            return session.at(stage, f"the broker refuses our messages: {event.why}"), ()
        case link.Lost() | link.Refused():
            held = now_ms - stage.welcomed_ms >= _HELD_MS
            return fail(replace(session, attempt=0) if held else session, event.why, now_ms, luck)
        case link.Connected() | Dialled():
            return session, ()
        case never:
            assert_never(never)


def wake_at_ms(stage: Draining) -> int | None:
    """When the session wants to be woken; None when the server has everything."""
    times = [stage.quiet_until_ms] if stage.quiet_until_ms else []
    if stage.flight:
        times += [_give_up_ms(stage), stage.heard_ms + HELLO_AGAIN_MS]
    return min(times, default=None)


def start(move: Move, now_ms: int) -> Move:
    """Begin to read right after a welcome; any other move stays as it is."""
    session, outputs = move
    if not isinstance(session.stage, Draining):
        return move
    session, more = _pull(session, session.stage, now_ms)
    return session, (*outputs, *more)


def _give_up_ms(stage: Draining) -> int:
    return max(stage.moved_ms + stage.patience_ms, stage.quiet_until_ms)


def _pull(session: Session, stage: Draining, now_ms: int) -> Move:
    """Ask for the next lines if the window, the pause and the journal allow it."""
    if now_ms < stage.quiet_until_ms:
        return session.at(stage), ()
    stage = replace(stage, quiet_until_ms=0)
    if stage.reading or len(stage.flight) >= stage.limits.window or stage.sent >= session.tip.last:
        return session.at(stage), ()
    return session.at(replace(stage, reading=True)), (Read(stage.sent, stage.limits.lines, stage.limits.bytes),)


def _page(session: Session, stage: Draining, page: Page, now_ms: int) -> Move:
    stage = replace(stage, reading=False)
    if page.after != stage.sent:  # read before we went back
        return _pull(session, stage, now_ms)
    if not page.lines:
        return session.at(stage), ()
    batch = letters.batch(session.route, session.epoch, stage.sent + 1, stage.sent_hash, page.lines)
    stage = replace(
        stage,
        sent=batch.b,
        sent_hash=batch.hash,
        reach=max(stage.reach, batch.b),
        moved_ms=stage.moved_ms if stage.flight else now_ms,
        heard_ms=stage.heard_ms if stage.flight else now_ms,
        flight=(*stage.flight, Flight(batch, now_ms, again=batch.a <= stage.reach)),
    )
    session, more = _pull(session, stage, now_ms)
    return session, (Say(Channel.UP, batch.message), *more)


def _looked(session: Session, stage: Draining, looked: Looked, now_ms: int) -> Move:
    if looked.nonce != stage.nonce:
        return drop(session, "stale")
    letter = looked.letter
    if isinstance(letter, Ack):
        return _acknowledged(session, stage, letter, looked.ours, now_ms)
    return _welcomed_again(session, stage, letter, looked, now_ms)


def _welcomed_again(session: Session, stage: Draining, welcome: Welcome, looked: Looked, now_ms: int) -> Move:
    """Our repeated hello was answered: whatever was on its way is overtaken, go on from there."""
    if not stage.asked:
        return drop(session, "stale")
    session, outputs = enter(session, welcome, looked, now_ms, stage.patience_ms)
    if isinstance(session.stage, Draining):
        kept = replace(session.stage, welcomed_ms=stage.welcomed_ms, reach=max(stage.reach, welcome.w))
        session = session.at(replace(kept, quiet_until_ms=stage.quiet_until_ms))
    return start((session, outputs), now_ms)


def _acknowledged(session: Session, stage: Draining, ack: Ack, ours: bytes | None, now_ms: int) -> Move:
    if ack.ep != session.epoch or (ours is None and ack.w < session.tip.first):
        return drop(session, "stale")
    if ours is None or ours.hex() != ack.hw:
        return differ(session, stage.nonce, f"the server acknowledges a line {ack.w} that is not ours", now_ms)
    if ack.pause_ms > 0:
        stage = replace(stage, quiet_until_ms=now_ms + min(ack.pause_ms, _MOST_PAUSE_MS))
    if ack.w <= stage.w:
        session, more = _pull(session, stage, now_ms)
        # One acknowledgement has not always room for all the lines that were refused.
        again = ack.w == stage.w and ack.refused
        return session, (*((Delivered(session.epoch, ack.w, ack.refused),) if again else ()), *more)
    fresh = [flight for flight in stage.flight if flight.batch.b <= ack.w and not flight.again]
    ahead = ack.w > stage.sent
    stage = replace(
        stage,
        w=ack.w,
        w_hash=ours,
        sent=ack.w if ahead else stage.sent,
        sent_hash=ours if ahead else stage.sent_hash,
        flight=tuple(flight for flight in stage.flight if flight.batch.b > ack.w),
        moved_ms=now_ms,
        heard_ms=now_ms,
        # Only a batch that was sent once measures the link; until then a doubled patience stays.
        patience_ms=patience_ms(now_ms - fresh[-1].sent_ms) if fresh else stage.patience_ms,
        misses=0,
    )
    session, more = _pull(session.at(stage, ""), stage, now_ms)
    return session, (Delivered(session.epoch, ack.w, ack.refused), *more)


def _woken(session: Session, stage: Draining, now_ms: int) -> Move:
    says: tuple[Say, ...] = ()
    missed = bool(stage.flight) and now_ms >= _give_up_ms(stage)
    if missed:
        stage = _go_back(stage)
    greeting = missed and stage.misses >= _GREET_FROM_MISS
    overdue = bool(stage.flight) and now_ms >= stage.heard_ms + HELLO_AGAIN_MS
    if greeting or overdue:
        stage = replace(stage, asked=True, heard_ms=now_ms)
        says = (greet(session, stage.nonce, now_ms),)
    session, more = _pull(session, stage, now_ms)
    return session, (*says, *more)


def _go_back(stage: Draining) -> Draining:
    return replace(
        stage,
        sent=stage.w,
        sent_hash=stage.w_hash,
        flight=(),
        misses=stage.misses + 1,
        patience_ms=min(stage.patience_ms * 2, _MOST_PATIENCE_MS),
    )
