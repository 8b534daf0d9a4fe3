"""locker-ingest as people start it: real process, real broker, real file."""

import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.links import TcpLink
from tests.real import Mosquitto
from tests.sync.ingest.cabinet import NOON_MS, Cabinet, packed, topic
from tests.sync.ingest.running import PATIENCE_S, Program, command, talking
from tests.sync.ingest.test_bad_messages import bombs


@pytest.fixture
def program(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[Program]:
    folder = tmp_path / "server"
    folder.mkdir()
    with Program(folder, mosquitto.url) as running:
        yield running


def test_it_makes_what_it_needs_says_ready_and_stops_in_good_order(program: Program) -> None:
    program.start()
    key = program.folder / "server.key"
    assert program.said.get(timeout=PATIENCE_S) == f"new server key: {key}; give {key}.pub to every cabinet"
    assert program.ready() == (
        f"ready: MQTT 5 at {program.broker}, tenant community, sqlite:///{program.database}, 0 cabinets known"
    )
    assert sorted(each.name for each in program.folder.iterdir() if not each.name.startswith("facts")) == [
        "cabinets",
        "errors.txt",
        "server.key",
        "server.key.pub",
    ]
    assert program.stop() == 0
    program.start()
    assert program.ready()
    assert program.stop(signal.SIGINT) == 0
    assert [each.name for each in program.folder.glob("facts.db-*")] == [], "the log was not folded back"


def test_a_cabinet_is_welcomed_drains_and_its_loans_are_shown(program: Program) -> None:
    cabinet = Cabinet()
    cabinet.browse(30)
    cabinet.borrow("00000018", "aaaaaaaaaaaa", NOON_MS)
    cabinet.borrow("00000026", "bbbbbbbbbbbb", NOON_MS)
    cabinet.give_back("00000026", NOON_MS + 1)
    program.register(cabinet)
    program.start()
    assert program.ready().endswith("1 cabinets known")
    with talking(cabinet, program) as talk:
        welcome = talk.greet()
        assert (welcome["w"], welcome["hw"], welcome["epoch"]) == (0, "0" * 64, cabinet.epoch)
        talk.say(cabinet.up(1, 33))
        assert talk.ack() == {"ep": cabinet.epoch, "w": 33, "hw": cabinet.hashes[33].hex()}
        # Said at the very moment of the ack, by somebody else's eyes on the file.
        assert program.rows("SELECT seq, body FROM line ORDER BY seq") == list(enumerate(cabinet.lines, 1))
        code, shown, _ = command("loans", "--sink", f"sqlite:///{program.database}")
        assert (code, shown) == (
            0,
            "00000018  aaaaaaaaaaaa  from A03 door 2  since 2026-01-01 00:00 UTC  due 2026-01-15\n1 open\n",
        )
    assert program.stop() == 0
    code, shown, _ = command("loans", "--sink", f"sqlite:///{program.database}", "--json")
    assert code == 0
    assert json.loads(shown) == {
        "item": "00000018",
        "resident": "aaaaaaaaaaaa",
        "cabinet": "A03",
        "door": 2,
        "borrowed_ms": NOON_MS,
        "due": "2026-01-15",
        "over_limit": False,
        "interrupted": False,
        "time_unsure": False,
    }


def test_a_killed_server_acknowledges_at_once_when_it_is_back(program: Program) -> None:
    cabinet = Cabinet()
    cabinet.browse(4)
    program.register(cabinet)
    program.start()
    program.ready()
    with talking(cabinet, program) as talk:
        talk.greet()
        talk.say(cabinet.up(1, 2))
        assert talk.ack()["w"] == 2
        program.kill()
        program.start()
        program.ready()
        talk.say(cabinet.up(3, 4))
        assert talk.ack()["w"] == 4


def test_a_cabinet_registered_later_needs_no_restart(program: Program) -> None:
    cabinet = Cabinet()
    program.start()
    program.ready()
    known = Cabinet("B07")
    program.register(known)
    with talking(cabinet, program) as stranger, talking(known, program, nonce="6" * 32) as neighbour:
        stranger.say(cabinet.hello(stranger.nonce))
        neighbour.greet()  # the stranger's hello was heard before this one, and not answered
        program.register(cabinet)
        assert stranger.greet()["w"] == 0
    assert "A03: dropped: unknown cabinet" in program.errors()


def test_nothing_that_anybody_can_publish_stops_it(program: Program) -> None:
    cabinet = Cabinet()
    cabinet.browse(2)
    program.register(cabinet)
    program.start()
    program.ready()
    header = cabinet.up(1, 1)[1].partition(b"\n")[0]
    strange = [
        *((topic("A03", channel), bomb) for bomb in bombs().values() for channel in ("up", "hello", "state")),
        (topic("A03", "up"), packed(header, [b"[" * 16_000])),
        (topic("B07", "up"), cabinet.up(1, 1)[1]),
        ("locker/v1/community/zz/A03/up", cabinet.up(1, 1)[1]),
        ("locker/v1/community/00/柜/up", b"x"),
    ]
    with talking(cabinet, program) as talk:
        talk.greet()
        for message in strange:
            while talk.connection is not None and not talk.connection.publish(*message, qos=0):
                pass
        acked = -1
        while acked < 2:
            talk.say(cabinet.up(1, 2))
            acked = talk.ack()["w"]
    assert program.rows("SELECT count(*) FROM line") == [(2,)]
    assert "Traceback" not in program.errors()
    assert program.stop() == 0


def test_it_comes_back_after_its_broker(program: Program, mosquitto: Mosquitto) -> None:
    cabinet = Cabinet()
    cabinet.browse(1)
    program.register(cabinet)
    program.start()
    program.ready()
    mosquitto.restart()
    program.ready()
    with talking(cabinet, program) as talk:
        talk.greet()
        talk.say(cabinet.up(1, 1))
        assert talk.ack()["w"] == 1


def test_it_comes_back_after_a_cut_network(tmp_path: Path, mosquitto: Mosquitto) -> None:
    cabinet = Cabinet()
    with TcpLink(mosquitto.port) as link, Program(tmp_path, f"mqtt://127.0.0.1:{link.port}") as program:
        program.register(cabinet)
        program.start()
        program.ready()
        link.cut()
        link.restore()
        program.ready()
        with talking(cabinet, program, mosquitto.url) as talk:
            assert talk.greet()["w"] == 0


def test_a_second_server_on_the_same_database_goes_home(program: Program) -> None:
    program.start()
    program.ready()
    code, shown, errors = command("--sink", f"sqlite:///{program.database}", "--broker", program.broker)
    assert (code, shown) == (os.EX_TEMPFAIL, "")
    assert "is already served by process" in errors


def test_a_stop_commits_what_was_gathered(program: Program) -> None:
    cabinet = Cabinet()
    cabinet.browse(3)
    program.register(cabinet)
    program.start()
    program.ready()
    with talking(cabinet, program) as talk:
        talk.greet()
        for seq in (1, 2, 3):
            talk.say(cabinet.up(seq, seq))
            talk.ack()
        assert program.stop() == 0
    assert program.rows("SELECT count(*) FROM line") == [(3,)]


class OldBroker:
    """A broker that hangs up on MQTT 5, or is silent as RabbitMQ 3.10 was seen to be, and speaks 3.1.1."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE_S)
        self.url = f"mqtt://127.0.0.1:{self._listener.getsockname()[1]}"
        self.levels: list[int] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while 4 not in self.levels:
            line, _ = self._listener.accept()
            with line:
                line.settimeout(PATIENCE_S)
                connect = line.recv(1000)
                self.levels.append(connect[8])
                if connect[8] == 5 and self._silent:
                    line.recv(1000)  # until the other side has waited long enough
                if connect[8] == 4:
                    line.sendall(b"\x20\x02\x00\x00")
                    subscribe = line.recv(1000)
                    line.sendall(b"\x90\x05" + subscribe[2:4] + b"\x01\x01\x01")
                    while line.recv(1000):
                        pass

    def join(self) -> None:
        self._thread.join(PATIENCE_S)
        self._listener.close()


@pytest.mark.parametrize("silent", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_an_old_broker_is_spoken_to_in_3_1_1(tmp_path: Path, *, silent: bool) -> None:
    broker = OldBroker(silent=silent)
    with Program(tmp_path, broker.url) as program:
        program.start()
        assert program.ready().startswith(f"ready: MQTT 3.1.1 at {broker.url}")
        assert program.stop() == 0
    broker.join()
    assert broker.levels == [5, 4]


def test_a_name_from_outside_does_not_command_the_terminal(program: Program) -> None:
    cabinet = Cabinet()
    cabinet.borrow("\x1b[2J", "\u202eann")
    program.register(cabinet)
    program.start()
    program.ready()
    with talking(cabinet, program) as talk:
        talk.greet()
        talk.say(cabinet.up(1, 1))
        talk.ack()
    _, shown, _ = command("loans", "--sink", f"sqlite:///{program.database}")
    assert shown.startswith("\\x1b[2J  \\u202eann  from A03 door 2")
