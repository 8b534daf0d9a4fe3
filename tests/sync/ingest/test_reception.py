"""What a message from the broker is worth, and how the server answers."""

import json
from dataclasses import replace

import pytest

from sync.ingest.reception import REFUSED_PER_ACK, Dropped, Here, Letter, Reception
from sync.ingest.sink import Batch, Greeting, Outcome, Watermark
from sync.signature import PublicKey, SigningKey
from sync.wire import Limits, Refused
from tests.sync.ingest.cabinet import TENANT, Cabinet, compact, opened, topic

SERVER = SigningKey(b"s" * 32)
NOW_MS = 1_767_300_000_000
NONCE = "5" * 32


class Drawer:
    """Registered keys in memory; a hello looks a second time."""

    def __init__(self, *cabinets: Cabinet) -> None:
        self.now = {cabinet.name: cabinet.key.public for cabinet in cabinets}
        self.read = dict(self.now)

    def known(self, cabinet: str) -> PublicKey | None:
        return self.read.get(cabinet)

    def look_up(self, cabinet: str) -> PublicKey | None:
        self.read = dict(self.now)
        return self.read.get(cabinet)


def reception(*cabinets: Cabinet) -> Reception:
    return Reception(TENANT, SERVER, Drawer(*cabinets))


def read(message: tuple[str, bytes], *, retained: bool = False) -> Letter:
    return reception(Cabinet("A03"), Cabinet("B07")).read(*message, retained=retained, known_ms=NOW_MS)


def why(message: tuple[str, bytes], cabinet: str = "A03") -> str:
    letter = read(message)
    assert isinstance(letter, Dropped)
    assert letter.cabinet == cabinet
    return letter.why


def with_lines(count: int) -> Cabinet:
    cabinet = Cabinet()
    cabinet.browse(count)
    return cabinet


@pytest.mark.parametrize("count", [1, 9, 10, 500])
def test_a_batch_is_read_plain_or_compressed(count: int) -> None:
    cabinet = with_lines(count)
    assert read(cabinet.up(1, count)) == Batch(
        cabinet="A03",
        epoch=cabinet.epoch,
        first=1,
        h=cabinet.hashes[count],
        lines=tuple(cabinet.lines),
        known_ms=NOW_MS,
    )


def test_a_hello_becomes_a_greeting() -> None:
    cabinet = with_lines(3)
    assert read(cabinet.hello(NONCE, first=2, uptimems=77)) == Greeting(
        cabinet="A03",
        epoch=cabinet.epoch,
        first=2,
        last=3,
        hlast=cabinet.hashes[3],
        boot=cabinet.boot,
        uptime_ms=77,
        software="0.1.0",
        nonce=NONCE,
        known_ms=NOW_MS,
    )


def test_a_hello_of_a_newer_minor_version_is_read() -> None:
    letter = read(Cabinet().hello(NONCE, protocols=[2, 1], mood="good", versions={"roster": 7}))
    assert isinstance(letter, Greeting)


def test_presence_is_read_retained_or_not_and_unsigned() -> None:
    message = topic("A03", "state"), b'{"boot":"00000000000000b1","online":true,"solar":"low"}'
    assert read(message) == read(message, retained=True) == Here("A03", "00000000000000b1", online=True)


def test_presence_of_a_stranger_is_dropped() -> None:
    assert "unknown cabinet" in why((topic("C11", "state"), b'{"boot":"00000000000000b1","online":true}'), "C11")


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b'{"boot":"b1","online":true}',
        b'{"boot":"00000000000000b1"}',
        b'{"boot":"00000000000000\xff1","online":true}',
        b'{"boot\xff":"00000000000000b1","online":true}',
        b'{"boot":' + b"[" * 50_000,
        b"\xff",
    ],
)
def test_presence_that_is_none_is_dropped(payload: bytes) -> None:
    assert why((topic("A03", "state"), payload)).startswith("state: ")


def wrong_topics() -> list[str]:
    good = topic("A03", "up")
    return [
        "",
        "up",
        good.replace("v1", "v2"),
        good.replace("/A03/", "/B07/"),  # its partition is another
        good.replace(TENANT, "elsewhere"),
        good.replace("/A03/", "/a03/"),
        good.replace("/up", "/upp"),
        good + "/",
        "$SYS/broker/uptime",
    ]


@pytest.mark.parametrize("at", wrong_topics())
def test_a_topic_that_nobody_subscribed_is_dropped(at: str) -> None:
    _, payload = with_lines(1).up(1, 1)
    assert isinstance(read((at, payload)), Dropped)


@pytest.mark.parametrize("channel", ["welcome", "ack"])
def test_the_servers_own_words_are_not_for_it_to_read(channel: str) -> None:
    _, payload = with_lines(1).up(1, 1)
    assert "not for the server" in why((topic("A03", channel), payload))


def test_a_retained_hello_or_batch_is_dropped() -> None:
    cabinet = with_lines(1)
    for message in (cabinet.hello(), cabinet.up(1, 1)):
        letter = read(message, retained=True)
        assert isinstance(letter, Dropped)
        assert "retained" in letter.why


def test_an_unknown_cabinet_is_dropped_until_its_key_is_registered() -> None:
    stranger = Cabinet("C11")
    stranger.browse()
    drawer = Drawer(Cabinet("A03"))
    desk = Reception(TENANT, SERVER, drawer)
    for message in (stranger.hello(), stranger.up(1, 1)):
        assert isinstance(desk.read(*message, retained=False, known_ms=NOW_MS), Dropped)
    drawer.now["C11"] = stranger.key.public
    assert isinstance(desk.read(*stranger.up(1, 1), retained=False, known_ms=NOW_MS), Dropped)
    assert isinstance(desk.read(*stranger.hello(), retained=False, known_ms=NOW_MS), Greeting)
    assert isinstance(desk.read(*stranger.up(1, 1), retained=False, known_ms=NOW_MS), Batch)


class Forger(Cabinet):
    """Everything as A03 would do it, except that it holds another's key."""

    @property
    def key(self) -> SigningKey:
        return SigningKey(b"f" * 32)


def test_what_another_key_signed_is_dropped() -> None:
    forger = Forger()
    forger.browse()
    for message in (forger.hello(), forger.up(1, 1)):
        assert "signature does not fit" in why(message)


def test_one_cabinet_cannot_speak_for_another() -> None:
    cabinet = with_lines(1)
    for at, payload in (cabinet.hello(), cabinet.up(1, 1)):
        assert "signature does not fit" in why((at.replace(topic("A03", ""), topic("B07", "")), payload), "B07")


def test_a_hello_is_no_batch_nor_the_other_way_round() -> None:
    cabinet = with_lines(1)
    (at_hello, hello), (at_up, up) = cabinet.hello(), cabinet.up(1, 1)
    assert "signature does not fit" in why((at_up, hello))
    assert why((at_hello, up))


def test_the_welcome_is_sealed_for_this_connection_alone() -> None:
    cabinet = with_lines(2)
    desk = reception(cabinet)
    greeting = desk.read(*cabinet.hello(NONCE), retained=False, known_ms=NOW_MS)
    assert isinstance(greeting, Greeting)
    answer = desk.welcome(greeting, Watermark(2, cabinet.hashes[2]), NOW_MS + 5)
    assert answer.topic == topic("A03", "welcome")
    assert opened(answer.payload, SERVER.public, answer.topic, NONCE) == {
        "protocol": 1,
        "epoch": cabinet.epoch,
        "w": 2,
        "hw": cabinet.hashes[2].hex(),
        "time": NOW_MS + 5,
        "limits": {"lines": 500, "bytes": 262144, "window": 4, "backoff_s": 300},
    }
    with pytest.raises(AssertionError, match="seal does not hold"):
        opened(answer.payload, SERVER.public, answer.topic, "6" * 32)


def test_the_servers_limits_are_told() -> None:
    cabinet = Cabinet()
    desk = Reception(TENANT, SERVER, Drawer(cabinet), Limits(lines=50, backoff_s=60))
    greeting = desk.read(*cabinet.hello(NONCE), retained=False, known_ms=NOW_MS)
    assert isinstance(greeting, Greeting)
    answer = desk.welcome(greeting, Watermark(), NOW_MS)
    limits = opened(answer.payload, SERVER.public, answer.topic, NONCE)["limits"]
    assert limits == {"lines": 50, "bytes": 262144, "window": 4, "backoff_s": 60}


def test_an_ack_says_the_watermark_and_nothing_else_when_all_is_well() -> None:
    cabinet = with_lines(2)
    (answer,) = reception().acks("A03", cabinet.epoch, Outcome(mark=Watermark(2, cabinet.hashes[2])), NONCE)
    assert answer.topic == topic("A03", "ack")
    assert opened(answer.payload, SERVER.public, answer.topic, NONCE) == {
        "ep": cabinet.epoch,
        "w": 2,
        "hw": cabinet.hashes[2].hex(),
    }


@pytest.mark.parametrize(("count", "messages"), [(1, 1), (REFUSED_PER_ACK, 1), (REFUSED_PER_ACK + 1, 2), (2000, 10)])
def test_every_refused_line_is_listed_and_no_ack_grows_beyond_a_batch(count: int, messages: int) -> None:
    refused = tuple(Refused(seq, "y" * 80) for seq in range(1, count + 1))
    answers = list(reception().acks("A03", "00000000000000e1", Outcome(mark=Watermark(count), refused=refused), NONCE))
    assert len(answers) == messages
    assert max(len(answer.payload) for answer in answers) < 64 * 1024
    said = [opened(answer.payload, SERVER.public, answer.topic, NONCE) for answer in answers]
    assert {each["w"] for each in said} == {count}
    assert [each["seq"] for ack in said for each in ack["refused"]] == list(range(1, count + 1))
    assert said[0]["refused"][0] == {"seq": 1, "why": "y" * 80}


def test_the_model_cabinet_writes_what_the_contract_shows() -> None:
    """The model is only worth something if its lines are those of WIRE.md."""
    cabinet = replace(Cabinet())
    cabinet.borrow("00000018", at_ms=None)
    line = json.loads(cabinet.lines[0])
    assert "time" not in line
    assert line["clock"] == "unknown"
    assert line["sequence"] == "0" * 19 + "1"
    assert compact(line) == cabinet.lines[0]
