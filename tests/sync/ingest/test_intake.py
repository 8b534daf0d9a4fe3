"""From a message to its answer, over a real database: nothing is said before it is stored."""

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.ingest.intake import Intake, Moment
from sync.ingest.reception import Answer, Reception
from sync.ingest.register import Register
from sync.ingest.sink import SinkError
from sync.ingest.sqlite import SqliteSink
from sync.signature import SigningKey
from tests.sync.ingest.cabinet import TENANT, Cabinet, opened, topic

SERVER = SigningKey(b"s" * 32)
NONCE, OTHER_NONCE = "5" * 32, "6" * 32
LINGER_S = 0.020


class Server:
    """An intake over a database in a folder, with a clock that the test holds; `restart` as after a kill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "cabinets").mkdir()
        self.now_s = 100.0
        self._start()

    def _start(self) -> None:
        self.sink = SqliteSink(self.folder / "facts.db")
        self.intake = Intake(self.sink, Reception(TENANT, SERVER, Register(self.folder / "cabinets")))

    def restart(self) -> None:
        self.sink.close()
        self._start()

    def register(self, *cabinets: Cabinet) -> None:
        for cabinet in cabinets:
            (self.folder / "cabinets" / f"{cabinet.name}.pub").write_bytes(cabinet.key.public.to_pem())

    @property
    def now(self) -> Moment:
        return Moment(self.now_s, 1_767_300_000_000)

    def hear(self, message: tuple[str, bytes], *, retained: bool = False) -> None:
        self.intake.hear(*message, retained=retained, now=self.now)

    def flush(self) -> list[Answer]:
        return self.intake.flush(self.now)

    def lines(self) -> int:
        looking = sqlite3.connect(self.folder / "facts.db")
        (count,) = looking.execute("SELECT count(*) FROM line").fetchone()
        looking.close()
        return int(count)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    standing = Server(tmp_path)
    yield standing
    standing.sink.close()


def told(cabinet: Cabinet, answers: list[Answer], nonce: str = NONCE) -> list[tuple[str, dict[str, Any]]]:
    """Each answer as (channel, what it says)."""
    said = []
    for answer in answers:
        channel = answer.topic.rpartition("/")[2]
        assert answer.topic == topic(cabinet.name, channel)
        said.append((channel, opened(answer.payload, SERVER.public, answer.topic, nonce)))
    return said


def test_a_hello_is_welcomed_and_a_batch_acknowledged_once_they_are_stored(server: Server) -> None:
    cabinet = Cabinet()
    cabinet.browse(3)
    server.register(cabinet)
    server.hear(cabinet.hello(NONCE))
    server.hear(cabinet.up(1, 3))
    assert server.lines() == 0
    (welcome, ack) = told(cabinet, server.flush())
    assert server.lines() == 3
    assert welcome[0] == "welcome"
    assert welcome[1]["w"] == 3
    assert ack == ("ack", {"ep": cabinet.epoch, "w": 3, "hw": cabinet.hashes[3].hex()})
    assert server.flush() == []


def test_the_first_letter_starts_the_linger_and_a_full_gathering_ends_it(server: Server) -> None:
    cabinet = Cabinet()
    cabinet.browse(500)
    server.register(cabinet)
    server.hear(cabinet.hello())
    assert server.intake.due_s() == 100.0 + LINGER_S
    server.now_s = 100.015
    server.hear(cabinet.up(1, 10))
    assert server.intake.due_s() == 100.0 + LINGER_S
    server.hear(cabinet.up(11, 500))
    server.hear(cabinet.up(1, 500))
    assert server.intake.due_s() == 100.015
    server.flush()
    assert server.intake.due_s() is None


def test_a_restarted_server_acknowledges_at_once(server: Server) -> None:
    cabinet = Cabinet()
    cabinet.browse(2)
    server.register(cabinet)
    server.hear(cabinet.hello(NONCE))
    server.flush()
    server.restart()
    server.hear(cabinet.up(1, 2))
    assert [(channel, said["w"]) for channel, said in told(cabinet, server.flush())] == [("ack", 2)]


def test_who_never_greeted_is_stored_and_answered_after_the_greeting(server: Server) -> None:
    cabinet = Cabinet()
    cabinet.browse(2)
    server.register(cabinet)
    server.restart()
    server.hear(cabinet.up(1, 2))
    assert server.flush() == []
    assert server.lines() == 2
    assert server.intake.tally.unanswered == 1
    server.hear(cabinet.hello(NONCE))
    assert [(channel, said["w"]) for channel, said in told(cabinet, server.flush())] == [("welcome", 2)]


def test_answers_go_to_the_newest_connection_and_a_late_old_hello_gets_none(server: Server) -> None:
    cabinet = Cabinet()
    cabinet.browse(1)
    server.register(cabinet)
    server.hear(cabinet.hello(OTHER_NONCE, uptimems=9000))
    server.hear(cabinet.hello(NONCE, uptimems=8000))
    server.hear(cabinet.up(1, 1))
    said = told(cabinet, server.flush(), OTHER_NONCE)
    assert [channel for channel, _ in said] == ["welcome", "ack"]


def test_a_gap_is_answered_with_the_present_watermark(server: Server) -> None:
    cabinet = Cabinet()
    cabinet.browse(4)
    server.register(cabinet)
    for message in (cabinet.hello(NONCE), cabinet.up(1, 1), cabinet.up(3, 4)):
        server.hear(message)
    assert told(cabinet, server.flush())[-1] == (
        "ack",
        {"ep": cabinet.epoch, "w": 1, "hw": cabinet.hashes[1].hex()},
    )
    assert server.intake.tally.gaps == 1


def test_a_fork_is_answered_with_what_is_stored_and_said_aloud(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    cabinet, clone = Cabinet(), Cabinet()
    cabinet.browse(2)
    clone.give_back("00000018")
    server.register(cabinet)
    for message in (cabinet.hello(NONCE), cabinet.up(1, 2), clone.up(1, 1)):
        server.hear(message)
    acks = [said for channel, said in told(cabinet, server.flush()) if channel == "ack"]
    assert acks[-1] == {"ep": cabinet.epoch, "w": 2, "hw": cabinet.hashes[2].hex()}
    assert "A03: epoch 00000000000000e1 after 2: another hash for lines that are stored" in caplog.text


def test_a_restored_card_is_said_aloud_at_its_hello(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    cabinet, restored = Cabinet(), Cabinet()
    cabinet.browse(2)
    restored.give_back("00000018")
    server.register(cabinet)
    server.hear(cabinet.hello(OTHER_NONCE))
    server.hear(cabinet.up(1, 2))
    server.flush()
    server.hear(restored.hello(NONCE))
    assert [said["w"] for _, said in told(cabinet, server.flush())] == [2]
    assert "A03: hello, epoch 00000000000000e1: another hash" in caplog.text


def test_lines_that_the_cabinet_no_longer_has_are_said_aloud(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    cabinet = Cabinet()
    cabinet.browse(9)
    server.register(cabinet)
    server.hear(cabinet.hello(NONCE, first=5))
    assert [said["w"] for _, said in told(cabinet, server.flush())] == [0]
    assert "lines 1 to 4 are held by nobody" in caplog.text


def test_a_refused_line_is_listed_in_the_ack_and_said_aloud(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    cabinet = Cabinet()
    cabinet.browse(1)
    cabinet.write(b'{"specversion":"0.3"}')
    server.register(cabinet)
    server.hear(cabinet.hello(NONCE))
    server.hear(cabinet.up(1, 2))
    ((_, _), (channel, said)) = told(cabinet, server.flush())
    assert (channel, said["w"], [each["seq"] for each in said["refused"]]) == ("ack", 2, [2])
    assert said["refused"][0]["why"].startswith("not a fact: ")
    assert "A03: 1 lines parked; line 2: not a fact: " in caplog.text


def test_a_key_added_to_the_folder_counts_from_the_next_hello(server: Server) -> None:
    cabinet = Cabinet()
    cabinet.browse(1)
    server.hear(cabinet.hello(NONCE))
    server.hear(cabinet.up(1, 1))
    assert server.intake.due_s() is None
    assert server.intake.tally.dropped == 2
    server.register(cabinet)
    server.hear(cabinet.hello(NONCE))
    server.hear(cabinet.up(1, 1))
    assert [channel for channel, _ in told(cabinet, server.flush())] == ["welcome", "ack"]


def test_one_line_a_cabinet_a_minute_is_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(50):
        server.hear(Cabinet("A03").hello())
        server.hear(Cabinet("B07").hello())
    assert [record.getMessage().split(":")[0] for record in caplog.records] == ["A03", "B07"]
    server.now_s += 60
    server.hear(Cabinet("A03").hello())
    assert caplog.records[-1].getMessage().endswith("(50 complaints since the last)")
    assert server.intake.tally.dropped == 101


def test_what_a_cabinet_says_writes_no_log_lines_of_its_own(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    cabinet = Cabinet()
    line = cabinet.line("visit.browsed", "visit/7", {"visit": 7, "door": 2})
    cabinet.write(line.replace(b"A03", rb"A03\n\u001b[31mERROR B07"))
    server.register(cabinet)
    server.hear(cabinet.hello(NONCE))
    server.hear(cabinet.up(1, 1))
    ack = told(cabinet, server.flush())[1][1]
    (record,) = caplog.records
    assert record.getMessage() == f"A03: 1 lines parked; line 1: {ack['refused'][0]['why']}".replace("\\", "\\\\")
    assert record.getMessage().isprintable()
    assert ack["refused"][0]["why"].isprintable()


def test_presence_is_logged_when_it_changes_and_an_old_will_says_nothing(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    cabinet = Cabinet()
    server.register(cabinet)
    at, here = topic("A03", "state"), b'{"boot":"00000000000000b1","online":true}'
    old_will, will = b'{"boot":"00000000000000a0","online":false}', here.replace(b"true", b"false")
    server.hear(cabinet.hello(NONCE))
    server.flush()
    for payload in (here, here, old_will, will, will):
        server.hear((at, payload), retained=True)
    assert [record.getMessage() for record in caplog.records] == ["A03 is online", "A03 is offline"]


def test_when_the_disk_fails_nothing_is_answered(tmp_path: Path) -> None:
    class Failing(sqlite3.Connection):
        broken = False

        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            if self.broken and sql == "COMMIT":
                raise sqlite3.OperationalError("disk I/O error")
            return super().execute(sql, parameters)

    disk = sqlite3.connect(tmp_path / "facts.db", isolation_level=None, factory=Failing)
    sink = SqliteSink(tmp_path / "facts.db", lambda _: disk)
    cabinet = Cabinet()
    cabinet.browse(1)
    (tmp_path / "A03.pub").write_bytes(cabinet.key.public.to_pem())
    intake = Intake(sink, Reception(TENANT, SERVER, Register(tmp_path)))
    now = Moment(1.0, 1)
    intake.hear(*cabinet.up(1, 1), retained=False, now=now)
    disk.broken = True
    with pytest.raises(SinkError, match=r"facts\.db: disk I/O error\. Nothing unacknowledged is lost"):
        intake.flush(now)
    disk.broken = False
    assert sink.watermark("A03", cabinet.epoch).w == 0
    intake.hear(*cabinet.up(1, 1), retained=False, now=now)
    intake.flush(now)
    assert sink.watermark("A03", cabinet.epoch).w == 1
    sink.close()
