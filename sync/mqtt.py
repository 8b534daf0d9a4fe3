"""This file knows MQTT: one connection to a broker, from CONNECT to the end, as events. The only home of paho.

A connection is used once: whoever wants another makes a new object, so that nothing of an old session is ever sent
again by the library. Nothing reconnects by itself. paho's thread does nothing but hand over events.
"""

import re
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sync.link import (
    CONNACK_TIMEOUT_S,
    WINDOW,
    Connected,
    Event,
    Lost,
    PublishRefused,
    Received,
    Refused,
    Version,
    fall_back,
    is_authorised,
)

__all__ = [
    "CONNACK_TIMEOUT_S",
    "WINDOW",
    "BrokerUrlError",
    "Connected",
    "Connection",
    "Event",
    "Lost",
    "PublishRefused",
    "Received",
    "Refused",
    "Version",
    "address",
    "fall_back",
]

KEEPALIVE_S: Final = 30
"""A mobile router forgets an idle TCP connection after minutes; a dead link is noticed within a minute."""
MAX_PACKET_BYTES: Final = 128 * 1024
"""Twice the largest batch as sent; the broker (MQTT 5) drops what is larger instead of sending it to us."""
_DEFAULT_PORT: Final = 1883
_DIAL_TIMEOUT_S: Final = 5
"""For each address of the host; as long as we wait for CONNACK."""
_FAREWELL_S: Final = 1
"""What was handed over leaves in milliseconds, or the link is dead and the broker's keepalive will say so."""
_HOST: Final = re.compile(r"[A-Za-z0-9._:-]{1,253}")


class BrokerUrlError(ValueError):
    """This is no broker's address that is spoken here; the text says why."""


def address(url: str) -> tuple[str, int]:
    """Host and port of `mqtt://host[:port]`. BrokerUrlError for anything else."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _DEFAULT_PORT
    except ValueError as error:
        raise BrokerUrlError(f"{url!r} is not mqtt://host:port: {error}") from error
    if parts.scheme == "mqtts":
        raise BrokerUrlError(f"{url!r}: TLS is not spoken yet, use mqtt://host:port on a network you trust")
    if parts.scheme != "mqtt" or not _HOST.fullmatch(host) or parts.path.strip("/") or parts.query or parts.fragment:
        raise BrokerUrlError(f"{url!r} is not mqtt://host:port")
    if parts.username is not None or parts.password is not None:
        raise BrokerUrlError("a name or password in the broker's address is not spoken yet")
    return host, port


class Connection:
    """One connection to a broker: opened once, closed once. One thread owns it; `emit` is called from paho's too.

    `emit` must neither block nor raise. Nothing is emitted after `Refused` or `Lost`, and nothing after `close`.
    """

    def __init__(
        self,
        url: str,
        client_id: str,
        *,
        subscribe: Sequence[str],
        will: tuple[str, bytes] | None,
        emit: Callable[[Event], None],
        version: int = 5,
    ) -> None:
        """Raise BrokerUrlError for an address that is not spoken; touch no network yet.

        `subscribe` are filters, at QoS 1. `will` is a topic and what the broker shall retain there when we are gone.
        `version` is 5, or 4 for MQTT 3.1.1.
        """
        self._host, self._port = address(url)
        self._version: Version = 4 if version == 4 else 5
        self._subscribe = [(topic, 1) for topic in subscribe]
        self._will = will
        self._emit = emit
        self._free = threading.BoundedSemaphore(WINDOW)
        self._gone = threading.Event()
        self._connected = False
        self._ended = False
        self._client: Client | None = None
        self._client_id = client_id

    def open(self) -> None:
        """Dial and say CONNECT; may block for 5 s an address of the host, and for its name. The outcome is an event."""
        client = self._client = self._new_client()
        properties = None
        if self._version == 5:
            # Session expiry is left out: the standard reads that as 0, nothing is kept for us.
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's own gap
            properties.MaximumPacketSize = MAX_PACKET_BYTES
        try:
            if self._version == 5:
                client.connect(self._host, self._port, KEEPALIVE_S, clean_start=True, properties=properties)
            else:
                client.connect(self._host, self._port, KEEPALIVE_S)
        except (OSError, UnicodeError) as error:
            self._end(Refused(None, f"{self._host}:{self._port}: {error}", authorised=True, reached=False))
        else:
            client.loop_start()

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> bool:
        """Hand one message over; at once. False when it was not taken: the window is full, or nobody is connected."""
        client = self._client
        if client is None or not self._connected or self._ended or not self._free.acquire(blocking=False):
            return False
        taken = client.publish(topic, payload, qos, retain).rc == MQTTErrorCode.MQTT_ERR_SUCCESS
        if not taken:
            self._free.release()
        return taken

    def close(self) -> None:
        """Leave and join paho's thread, within about 1 s; idempotent. The will is said, by us or by the broker."""
        client, self._client = self._client, None
        if client is None:
            return
        polite = self._connected and not self._ended
        self._ended = True
        if polite:
            if self._will is not None:
                client.publish(*self._will, qos=0, retain=True)
            client.disconnect()
            self._gone.wait(_FAREWELL_S)
        dialled = client.socket()
        if isinstance(dialled, socket.socket):
            _hang_up(dialled)
        client.loop_stop()

    def _new_client(self) -> Client:
        protocol = MQTTProtocolVersion.MQTTv5 if self._version == 5 else MQTTProtocolVersion.MQTTv311
        client = Client(CallbackAPIVersion.VERSION2, self._client_id, protocol=protocol, reconnect_on_failure=False)
        client.connect_timeout = _DIAL_TIMEOUT_S
        client.max_inflight_messages_set(WINDOW)
        if self._will is not None:
            client.will_set(*self._will, qos=1, retain=True)
        client.on_socket_open = self._on_socket_open
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_disconnect = self._on_disconnect
        return client

    def _end(self, event: Refused | Lost) -> None:
        if not self._ended:
            self._ended = True
            self._emit(event)

    def _say_connected(self) -> None:
        self._connected = True
        self._emit(Connected(self._version))

    # What follows runs in paho's thread, some of it under paho's locks: it may enqueue and nothing else.

    def _on_socket_open(self, _client: Client, _user: Any, dialled: Any) -> None:  # noqa: ANN401  paho's signature
        # Nagle on a small message against delayed ACK was measured at 80 times fewer events a second.
        dialled.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _on_connect(
        self,
        client: Client,
        _user: Any,  # noqa: ANN401  paho's signature
        _flags: ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._end(Refused(reason.value, str(reason), authorised=is_authorised(reason.value)))
            return
        for _ in range(getattr(properties, "ReceiveMaximum", WINDOW), WINDOW):
            self._free.acquire(blocking=False)
        if self._subscribe:
            client.subscribe(self._subscribe)
        else:
            self._say_connected()

    def _on_subscribe(
        self,
        _client: Client,
        _user: Any,  # noqa: ANN401  paho's signature
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        refused = [
            (topic, reason) for (topic, _), reason in zip(self._subscribe, reasons, strict=False) if reason.is_failure
        ]
        if refused:
            topic, reason = refused[0]
            self._end(Refused(reason.value, f"may not read {topic}: {reason}", authorised=False))
        elif not self._ended:
            self._say_connected()

    def _on_message(self, _client: Client, _user: Any, message: MQTTMessage) -> None:  # noqa: ANN401  paho's signature
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return  # no topic of ours, whatever it is
        if not self._ended:
            self._emit(Received(topic, bytes(message.payload), message.retain))

    def _on_publish(
        self,
        _client: Client,
        _user: Any,  # noqa: ANN401  paho's signature
        _mid: int,
        reason: ReasonCode,
        _properties: Properties,
    ) -> None:
        if not self._ended:
            self._free.release()
            if reason.is_failure:
                self._emit(PublishRefused(reason.value, str(reason)))

    def _on_disconnect(
        self,
        _client: Client,
        _user: Any,  # noqa: ANN401  paho's signature
        flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        code = reason.value if flags.is_disconnect_packet_from_server else None
        if self._connected:
            self._end(Lost(str(reason), code))
        else:
            self._end(Refused(code, f"hung up before CONNACK: {reason}", authorised=True))
        self._gone.set()


def _hang_up(dialled: socket.socket) -> None:
    try:
        dialled.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was quicker
