"""This file knows the moves that several stages of the session make: greet, be welcomed, fail, drop a letter. Pure."""

from dataclasses import replace
from typing import Final, TypeAlias

from sync.cabinet import letters
from sync.cabinet.letters import Spoilt
from sync.cabinet.stages import Close, Delivered, Differing, Draining, Look, Looked, Luck, Output, Say, Session, Waiting
from sync.link import Received
from sync.topics import Channel
from sync.wire import PROTOCOL, Welcome

HELLO_AGAIN_MS: Final = 60_000
"""WIRE rule 1: an acknowledgement that is missing for so long is asked for."""
MIN_PATIENCE_MS: Final = 2_000
"""WIRE rule 3: no progress in max(2 s, 4 RTT)."""
_ROUND_TRIPS: Final = 4
_BACKOFF_MS: Final = 1_000
"""WIRE rule 7: full jitter from 1 s up; the first retries after a short cut come within seconds."""
_MOST_DOUBLINGS: Final = 20
"""2^20 s is far above any cap; it keeps the number small after a year without a network."""
_UNAUTHORISED_MS: Final = 600_000
"""WIRE rule 7: somebody has to act first; asking more often only fills the broker's log."""

Move: TypeAlias = tuple[Session, tuple[Output, ...]]


def greet(session: Session, nonce: str, now_ms: int) -> Say:
    """Say hello for this connection."""
    return Say(Channel.HELLO, letters.hello(session.route, session.epoch, session.tip, nonce, now_ms))


def fail(session: Session, why: str, now_ms: int, luck: Luck) -> Move:
    """Give this attempt up and try again after a while: full jitter, doubling up to the cap."""
    most_ms = min(session.cap_ms, _BACKOFF_MS << min(session.attempt, _MOST_DOUBLINGS))
    waiting = Waiting(now_ms + int(luck.jitter * most_ms))
    return replace(session, stage=waiting, why=why, attempt=session.attempt + 1), (Close(),)


def stand_back(session: Session, why: str, now_ms: int) -> Move:
    """Give up for ten minutes: the broker does not want us."""
    return session.at(Waiting(now_ms + _UNAUTHORISED_MS), why), (Close(),)


def differ(session: Session, nonce: str, why: str, now_ms: int) -> Move:
    """Stop draining: what the server says it has is not what we have."""
    return session.at(Differing(nonce, now_ms + HELLO_AGAIN_MS), why), ()


def drop(session: Session, what: str) -> Move:
    """Count a message that is not for us, by its field of the tally."""
    return replace(session, tally=replace(session.tally, **{what: getattr(session.tally, what) + 1})), ()


def read_letter(session: Session, nonce: str, received: Received) -> Move:
    """Unseal what the broker brought and ask the journal about it; anything else is dropped and counted."""
    route = session.route
    if received.topic not in route.subscriptions():
        return drop(session, "unasked")
    if received.retained:
        return drop(session, "retained")
    read = letters.read_welcome if received.topic == route.topic(Channel.WELCOME) else letters.read_ack
    letter = read(route, received.payload, nonce)
    if isinstance(letter, Spoilt):
        return drop(session, letter)
    return session, (Look(letter, nonce),)


def patience_ms(round_trip_ms: int) -> int:
    """How long progress may take on a link of this round trip."""
    return max(MIN_PATIENCE_MS, _ROUND_TRIPS * round_trip_ms)


def enter(session: Session, welcome: Welcome, looked: Looked, now_ms: int, trust_ms: int) -> Move:
    """Take up draining where the server's welcome says, if its hash is ours. `trust_ms`: the patience to begin with."""
    if welcome.protocol != PROTOCOL:
        return differ(session, looked.nonce, f"the server speaks protocol {welcome.protocol}", now_ms)
    if welcome.epoch != session.epoch:
        return drop(session, "malformed")
    if looked.ours is None or looked.ours.hex() != welcome.hw:
        return differ(session, looked.nonce, f"the server's history differs from ours at line {welcome.w}", now_ms)
    stage = Draining(
        nonce=looked.nonce,
        limits=welcome.limits,
        w=welcome.w,
        w_hash=looked.ours,
        sent=welcome.w,
        sent_hash=looked.ours,
        reach=welcome.w,
        welcomed_ms=now_ms,
        heard_ms=now_ms,
        moved_ms=now_ms,
        patience_ms=trust_ms,
    )
    session = replace(session, stage=stage, why="", cap_ms=welcome.limits.backoff_s * 1000)
    return session, (Delivered(session.epoch, welcome.w, ()),)
