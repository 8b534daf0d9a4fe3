"""One connection, against a real broker and against brokers that a stray program might be."""

import contextlib
import queue
import struct
import threading
from collections.abc import Iterator

import pytest

from sync.mqtt import (
    BrokerUrlError,
    Connected,
    Connection,
    Event,
    Lost,
    PublishRefused,
    Received,
    Refused,
    Version,
    address,
    fall_back,
)
from tests.real import Mosquitto
from tests.sync.stray_broker import CONNECT, PATIENCE_S, PUBLISH_QOS_1, SUBSCRIBE, WELCOME_4, WELCOME_5, StrayBroker


class Heard:
    """What a connection has emitted."""

    def __init__(self) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def next(self) -> Event:
        return self.events.get(timeout=PATIENCE_S)

    @property
    def silent(self) -> bool:
        return self.events.empty()


@contextlib.contextmanager
def connected(
    url: str, name: str, *, subscribe: tuple[str, ...] = (), will: tuple[str, bytes] | None = None, version: int = 5
) -> Iterator[tuple[Connection, Heard]]:
    heard = Heard()
    connection = Connection(url, name, subscribe=subscribe, will=will, emit=heard.events.put, version=version)
    connection.open()
    try:
        yield connection, heard
    finally:
        connection.close()


@pytest.mark.parametrize("version", [5, 4])
def test_a_message_reaches_who_asked_for_it(mosquitto: Mosquitto, version: int) -> None:
    with (
        connected(mosquitto.url, "ear", subscribe=("a/+", "b"), version=version) as (_, ear),
        connected(mosquitto.url, "mouth", version=version) as (mouth, spoken),
    ):
        assert ear.next() == Connected(5 if version == 5 else 4)
        assert spoken.next() == Connected(5 if version == 5 else 4)
        assert mouth.publish("a/1", b"\x00live")
        assert mouth.publish("c", b"nobody asked")
        assert mouth.publish("b", b"kept", qos=0, retain=True)
        assert [ear.next(), ear.next()] == [
            Received("a/1", b"\x00live", retained=False),
            Received("b", b"kept", retained=False),
        ]
        with connected(mosquitto.url, "late", subscribe=("b",), version=version) as (_, late):
            assert {late.next(), late.next()} == {
                Connected(5 if version == 5 else 4),
                Received("b", b"kept", retained=True),
            }


@pytest.mark.parametrize("version", [5, 4])
def test_leaving_says_the_will(mosquitto: Mosquitto, version: int) -> None:
    with connected(mosquitto.url, "ear", subscribe=("state",)) as (_, ear):
        assert ear.next() == Connected(5)
        with connected(mosquitto.url, "c1", will=("state", b"gone"), version=version) as (cabinet, heard):
            heard.next()
            assert cabinet.publish("state", b"here", retain=True)
            cabinet.close()
            cabinet.close()
            assert not cabinet.publish("state", b"from the grave")
            assert heard.silent
        assert [ear.next(), ear.next()] == [
            Received("state", b"here", retained=False),
            Received("state", b"gone", retained=False),
        ]


def test_being_cut_off_says_the_will_too(mosquitto: Mosquitto) -> None:
    with connected(mosquitto.url, "ear", subscribe=("state",)) as (_, ear):
        assert ear.next() == Connected(5)
        with connected(mosquitto.url, "c1", will=("state", b"gone")) as (_, heard):
            assert heard.next() == Connected(5)
            # The same name a second time: the broker ends the first connection and publishes its will.
            with connected(mosquitto.url, "c1") as (_, second):
                assert second.next() == Connected(5)
                assert isinstance(heard.next(), Lost)
        assert ear.next() == Received("state", b"gone", retained=False)


def test_the_end_of_the_broker_is_one_event(mosquitto: Mosquitto) -> None:
    with connected(mosquitto.url, "c1") as (cabinet, heard):
        assert heard.next() == Connected(5)
        mosquitto.stop()
        assert isinstance(heard.next(), Lost)
        assert not cabinet.publish("a", b"")
        assert heard.silent


def test_the_brokers_own_reason_for_the_end_is_kept() -> None:
    taken_over = b"\xe0\x02\x8e\x00"
    with (
        StrayBroker(lambda kind, _: WELCOME_5 + taken_over if kind == CONNECT else None) as stray,
        connected(stray.url, "c1") as (_, heard),
    ):
        assert heard.next() == Connected(5)
        assert heard.next() == Lost("Session taken over", 0x8E)


def test_nobody_there_is_refused_with_the_reason(mosquitto: Mosquitto) -> None:
    mosquitto.stop()
    with connected(mosquitto.url, "c1") as (cabinet, heard):
        event = heard.next()
        assert isinstance(event, Refused)
        assert (event.code, event.authorised, event.reached) == (None, True, False)
        assert "refused" in event.why
        assert not cabinet.publish("a", b"")


@pytest.mark.parametrize(
    ("version", "connack", "code", "authorised"),
    [
        (5, b"\x20\x03\x00\x87\x00", 0x87, False),
        (5, b"\x20\x03\x00\x86\x00", 0x86, False),
        (5, b"\x20\x03\x00\x84\x00", 0x84, True),
        (5, b"\x20\x03\x00\x89\x00", 0x89, True),
        (5, b"\x20\x02\x00\x01", 0x84, True),  # a broker of 3.1.1 answering 5
        (4, b"\x20\x02\x00\x05", 0x87, False),
        (4, b"\x20\x02\x00\x04", 0x86, False),
        (4, b"\x20\x02\x00\x03", 0x88, True),
        (4, b"\x20\x02\x00\x01", None, True),  # paho ends the connection without a word
    ],
)
def test_a_no_in_connack_is_refused(version: int, connack: bytes, code: int | None, *, authorised: bool) -> None:
    with (
        StrayBroker(lambda kind, _: connack if kind == CONNECT else None) as stray,
        connected(stray.url, "c1", version=version) as (_, heard),
    ):
        event = heard.next()
        assert isinstance(event, Refused)
        assert (event.code, event.authorised, event.reached) == (code, authorised, True)


@pytest.mark.parametrize("answer", [None, b"\x20\x01\x00", b"\xff\xff\xff\xff\xff\xff", b"\x00\x00"])
def test_a_broker_that_is_none_is_refused(answer: bytes | None) -> None:
    with StrayBroker(lambda *_: answer) as stray, connected(stray.url, "c1") as (_, heard):
        event = heard.next()
        assert isinstance(event, Refused)
        assert (event.code, event.authorised, event.reached) == (None, True, True)


def test_silence_after_connect_is_no_event_and_close_does_not_wait_for_it() -> None:
    asked = threading.Event()

    def swallow(_kind: int, _body: bytes) -> bytes:
        asked.set()
        return b""

    with StrayBroker(swallow) as stray, connected(stray.url, "c1") as (cabinet, heard):
        assert asked.wait(PATIENCE_S)
        cabinet.close()
        assert heard.silent


def test_close_does_not_wait_for_a_link_that_takes_nothing() -> None:
    left = threading.Event()

    def answer(kind: int, _body: bytes) -> bytes:
        if kind != CONNECT:
            assert left.wait(PATIENCE_S)  # nothing is read from the link meanwhile
        return WELCOME_5 if kind == CONNECT else b""

    with StrayBroker(answer) as stray, connected(stray.url, "c1", will=("state", b"gone")) as (cabinet, heard):
        assert heard.next() == Connected(5)
        for _ in range(8):
            assert cabinet.publish("a", bytes(4_000_000))
        cabinet.close()
        left.set()
        assert heard.silent


@pytest.mark.parametrize(("version", "suback"), [(5, b"\x90\x05%b\x00\x01\x87"), (4, b"\x90\x04%b\x01\x80")])
def test_a_topic_that_may_not_be_read_is_refused(version: int, suback: bytes) -> None:
    def answer(kind: int, body: bytes) -> bytes | None:
        if kind == CONNECT:
            return WELCOME_5 if version == 5 else WELCOME_4
        return suback.replace(b"%b", body[:2]) if kind == SUBSCRIBE else None

    with StrayBroker(answer) as stray, connected(stray.url, "c1", subscribe=("a", "b"), version=version) as (_, heard):
        event = heard.next()
        assert isinstance(event, Refused)
        assert (event.authorised, event.reached) == (False, True)
        assert "b" in event.why


def test_a_refused_publish_is_an_event_and_frees_its_place() -> None:
    def answer(kind: int, body: bytes) -> bytes | None:
        if kind == CONNECT:
            return WELCOME_5
        if kind != PUBLISH_QOS_1:
            return None
        (topic_bytes,) = struct.unpack_from(">H", body)
        return b"\x40\x03" + body[2 + topic_bytes : 4 + topic_bytes] + b"\x87"

    with StrayBroker(answer) as stray, connected(stray.url, "c1") as (cabinet, heard):
        assert heard.next() == Connected(5)
        for _ in range(20):
            assert cabinet.publish("a", b"x")
            assert heard.next() == PublishRefused(0x87, "Not authorized")


@pytest.mark.parametrize(("connack", "window"), [(WELCOME_5, 8), (b"\x20\x06\x00\x00\x03\x21\x00\x03", 3)])
def test_no_more_is_handed_over_than_the_window_or_the_broker_allows(connack: bytes, window: int) -> None:
    with (
        StrayBroker(lambda kind, _: connack if kind == CONNECT else b"") as stray,
        connected(stray.url, "c1") as (cabinet, heard),
    ):
        assert heard.next() == Connected(5)
        assert [cabinet.publish("a", b"x") for _ in range(10)] == [True] * window + [False] * (10 - window)


def test_a_topic_that_is_no_text_is_dropped_and_the_next_message_is_heard() -> None:
    junk = b"\x30\x05\x00\x02\xff\xfe\x00" + b"\x30\x06\x00\x02ok\x00!"
    with (
        StrayBroker(lambda kind, _: WELCOME_5 + junk if kind == CONNECT else b"") as stray,
        connected(stray.url, "c1") as (_, heard),
    ):
        assert heard.next() == Connected(5)
        assert heard.next() == Received("ok", b"!", retained=False)


@pytest.mark.parametrize(
    ("version", "refused", "then"),
    [
        (5, None, 4),
        (5, Refused(None, "hung up", authorised=True), 4),
        (5, Refused(0x84, "version", authorised=True), 4),
        (5, Refused(0x80, "unspecified", authorised=True), 4),
        (5, Refused(0x87, "not authorised", authorised=False), None),
        (5, Refused(0x89, "busy", authorised=True), None),
        (5, Refused(None, "no route", authorised=True, reached=False), None),
        (4, None, None),
        (4, Refused(None, "hung up", authorised=True), None),
    ],
)
def test_3_1_1_is_tried_only_where_the_version_may_be_the_matter(
    version: Version, refused: Refused | None, then: Version | None
) -> None:
    assert fall_back(version, refused) == then


def test_addresses() -> None:
    assert address("mqtt://broker.local") == ("broker.local", 1883)
    assert address("mqtt://[::1]:1884/") == ("::1", 1884)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "broker",
        "broker:1883",
        "http://broker",
        "mqtt://",
        "mqtt://broker:99999",
        "mqtt://broker:x",
        "mqtt://broker/path",
        "mqtt://bro ker",
        "mqtt://broker?x=1",
        "mqtt://name:word@broker",
        "mqtts://broker:8883",
    ],
)
def test_an_address_that_is_not_spoken_is_refused_before_any_dialling(url: str) -> None:
    with pytest.raises(BrokerUrlError):
        Connection(url, "c1", subscribe=(), will=None, emit=lambda _: None)
