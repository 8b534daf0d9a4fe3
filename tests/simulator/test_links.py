"""The link under test stands between real sockets of the operating system."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from simulator.links import BUFFER_BYTES, TcpLink

PATIENCE_S = 10


class Server:
    """Somebody who listens: `answer` gives the next connection."""

    def __init__(self) -> None:
        self.place = socket.create_server(("127.0.0.1", 0))
        self.place.settimeout(PATIENCE_S)
        self.port: int = self.place.getsockname()[1]

    def answer(self) -> socket.socket:
        caller, _ = self.place.accept()
        caller.settimeout(PATIENCE_S)
        return caller


@pytest.fixture
def server() -> Iterator[Server]:
    standing = Server()
    yield standing
    standing.place.close()


@pytest.fixture
def link(server: Server) -> Iterator[TcpLink]:
    with TcpLink(server.port, seed=7) as between:
        yield between


def call(link: TcpLink) -> socket.socket:
    return socket.create_connection((link.host, link.port), timeout=PATIENCE_S)


def read(end: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        chunk = end.recv(size - len(got))
        assert chunk, f"the line ended after {len(got)} of {size} bytes"
        got += chunk
    return got


def is_silent(end: socket.socket, for_s: float) -> bool:
    end.settimeout(for_s)
    try:
        end.recv(1)
    except TimeoutError:
        return True
    finally:
        end.settimeout(PATIENCE_S)
    return False


def test_bytes_pass_both_ways_in_order(link: TcpLink, server: Server) -> None:
    with closing(call(link)) as client, closing(server.answer()) as other:
        client.sendall(b"what is there?")
        assert read(other, 14) == b"what is there?"
        other.sendall(b"a ladder")
        assert read(client, 8) == b"a ladder"


def test_more_than_any_buffer_arrives_whole(link: TcpLink, server: Server) -> None:
    sent = b"".join(struct.pack(">I", number) for number in range(1_000_000))
    with closing(call(link)) as client, closing(server.answer()) as other:
        sender = threading.Thread(target=client.sendall, args=(sent,))
        sender.start()
        assert read(other, len(sent)) == sent
        sender.join(PATIENCE_S)
        assert not sender.is_alive()


def test_a_side_that_says_all_may_still_listen(link: TcpLink, server: Server) -> None:
    with closing(call(link)) as client, closing(server.answer()) as other:
        client.sendall(b"bye")
        client.shutdown(socket.SHUT_WR)
        assert read(other, 3) == b"bye"
        assert other.recv(1) == b""
        other.sendall(b"and good night")
        other.close()
        assert read(client, 14) == b"and good night"
        assert client.recv(1) == b""


def test_a_cut_breaks_both_ends_and_refuses_new_callers(link: TcpLink, server: Server) -> None:
    with closing(call(link)) as client, closing(server.answer()) as other:
        link.cut()
        with pytest.raises(ConnectionResetError):
            client.recv(1)
        with pytest.raises(ConnectionResetError):
            other.recv(1)
        with pytest.raises(ConnectionRefusedError):
            call(link)


def test_a_cut_link_comes_back_on_the_same_port_again_and_again(link: TcpLink, server: Server) -> None:
    port = link.port
    for _ in range(20):
        link.cut()
        link.cut()
        link.restore()
        link.restore()
        assert link.port == port
        with closing(call(link)) as client, closing(server.answer()) as other:
            client.sendall(b"?")
            assert read(other, 1) == b"?"


def test_a_stalled_link_keeps_the_connection_and_what_was_said(link: TcpLink, server: Server) -> None:
    with closing(call(link)) as client, closing(server.answer()) as other:
        client.sendall(b"before")
        assert read(other, 6) == b"before"
        link.stall()
        client.sendall(b"during")
        assert is_silent(other, 0.05)
        link.restore()
        assert read(other, 6) == b"during"


def test_nobody_new_gets_through_a_stalled_link_until_it_is_restored(link: TcpLink, server: Server) -> None:
    link.stall()
    with closing(call(link)) as client:
        client.sendall(b"hello?")
        assert is_silent(client, 0.05)
        link.restore()
        with closing(server.answer()) as other:
            assert read(other, 6) == b"hello?"


def fill(end: socket.socket) -> int:
    """Send until nothing more is taken; how many bytes were."""
    end.settimeout(0.2)
    taken = 0
    try:
        while taken < 64 * 2**20:
            taken += end.send(bytes(BUFFER_BYTES))
    except TimeoutError:
        end.settimeout(PATIENCE_S)
    return taken


def test_where_nobody_reads_the_link_takes_no_more(link: TcpLink, server: Server) -> None:
    with closing(call(link)) as client, closing(server.answer()) as other:
        taken = fill(client)
        assert taken < 64 * 2**20
        assert len(read(other, taken)) == taken


def test_a_delay_holds_each_chunk_at_least_half_of_it(link: TcpLink, server: Server) -> None:
    link.delay_ms = 40
    with closing(call(link)) as client, closing(server.answer()) as other:
        started_s = time.monotonic()
        client.sendall(b"a")
        assert read(other, 1) == b"a"
        assert time.monotonic() - started_s >= 0.020


def test_a_delay_never_changes_the_order(link: TcpLink, server: Server) -> None:
    link.delay_ms = 5
    with closing(call(link)) as client, closing(server.answer()) as other:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sent = bytes(range(100))
        for each in sent:
            client.sendall(bytes([each]))
        assert read(other, len(sent)) == sent


def ask(link: TcpLink) -> bytes:
    with closing(call(link)) as client:
        return client.recv(1)


def test_a_server_that_is_not_there_resets_the_caller() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        # The reset may come before the caller's connect has even returned.
        with TcpLink(nobody.getsockname()[1]) as link, pytest.raises(ConnectionResetError):
            ask(link)


def test_a_stopped_link_leaves_neither_thread_nor_port(server: Server) -> None:
    link = TcpLink(server.port)
    client = call(link)
    with closing(client), closing(server.answer()):
        link.stop()
        link.stop()
    assert f"link-{link.port}" not in [thread.name for thread in threading.enumerate()]
    with socket.create_server(("127.0.0.1", link.port)) as again:
        assert again.getsockname()[1] == link.port
