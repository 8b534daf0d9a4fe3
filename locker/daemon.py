"""This file knows how a cabinet is put together: parts from the configuration, started in order, stopped in reverse.

    journal → loop wakes up → signals → captions → buses → readers → post → ready

The journal is open and the past explained before anything can move or be scanned. A thread that dies ends the daemon:
systemd starts it again, and starting again is what the whole house is built to survive.
"""

import logging
import os
import secrets
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final, TextIO, assert_never

from firmware_bridge.budget import Budget
from firmware_bridge.bus import Bus, Report
from firmware_bridge.report import BusHealth, Lock
from locker import config as configuration
from locker import systemd
from locker.captions import Captions
from locker.clock import WallClock, kernel_quality
from locker.config import Config
from locker.core.signals import CodeRead, FactsDelivered, StopAsked, StrangeCodeRead
from locker.hands import BusHands
from locker.logs import note
from locker.loop import Edges, Loop
from locker.scan.lines import ReaderState
from locker.scan.supervisor import CodeSeen, ReaderHealth, ScanChild, ScanReport, StrangeSeen, reading_argv
from locker.stop_asked import StopAsks
from locker.version import SOFTWARE
from locker.worker import Worker
from sync.cabinet.errors import JournalError
from sync.cabinet.journal import Journal
from sync.cabinet.post import Delivered, Post, PostChanged, Route
from sync.stamp import Clock

_log = logging.getLogger(__name__)

BOOT_BYTES: Final = 8
STOP_WITHIN_S: Final = 5.0
"""How long one edge may take to end: a bus within one transaction, a reader within a frame, the post within a poll."""
JOURNAL = "journal.db"


class Daemon:
    """One cabinet from start to stop."""

    def __init__(self, config: Config, captions: TextIO) -> None:
        """Open the journal and make the parts; nothing runs yet. What the resident sees goes to `captions`.

        Raises what `Journal.open` raises, and OSError when its folder cannot be made.
        """
        config.folder.mkdir(parents=True, exist_ok=True)
        self._stack = ExitStack()
        self._journal_path: Path = config.folder / JOURNAL
        journal = Journal.open(self._journal_path, config.cabinet)
        self._stack.callback(journal.close)
        boot = secrets.token_hex(BOOT_BYTES)
        clock = WallClock(boot, floor_ms=journal.newest_utc_ms())
        self._hands = BusHands(_locks(config))
        self._captions = Captions(captions)
        self._post_stood: tuple[bool, str] | None = None
        self._post = Post(_route(config, boot), self._journal_path, self._delivered)
        edges = Edges(
            hands=self._hands,
            show=self._captions.show,
            strange=_log_strange,
            kept=self._post.wake,
            turned=lambda: systemd.notify("WATCHDOG=1"),
        )
        self._loop = Loop(configuration.site(config), journal, edges, clock.now, SOFTWARE)
        self._workers = self._make_workers(config)

    def run(self) -> int:
        """Run until asked to stop, a thread dies or the disk takes no more; the process's exit code.

        The caller's thread is the loop's. Whatever ends it, the edges are stopped first, in reverse order.
        """
        with self._stack:
            try:
                code = self._live()
            finally:
                systemd.notify("STOPPING=1")
                hanging = [worker.name for worker in reversed(self._workers) if not worker.stop(STOP_WITHIN_S)]
        if hanging:
            note(_log, logging.ERROR, "cannot be stopped, leaving it behind", workers=",".join(hanging))
            logging.shutdown()
            os._exit(os.EX_TEMPFAIL)
        return code

    def _live(self) -> int:
        try:
            self._loop.begin()
            return self._serve()
        except JournalError as error:
            note(_log, logging.CRITICAL, "the journal takes no more; a new start reads what is there", why=str(error))
            return os.EX_IOERR

    def _serve(self) -> int:
        for worker in self._workers:
            worker.start()
        systemd.notify("READY=1")
        note(_log, logging.INFO, "cabinet ready", software=SOFTWARE)
        if kernel_quality() is Clock.FLOOR:
            note(_log, logging.WARNING, "nobody sets this clock, so loans get no due date here: switch on NTP")
        died = self._loop.run()
        return os.EX_OK if died is None else os.EX_SOFTWARE

    def _make_workers(self, config: Config) -> list[Worker]:
        asks = StopAsks(self._asked_to_stop)
        self._stack.callback(asks.close)
        runs = [("stop asked", asks.run), ("captions", self._captions.run)]
        for bus in config.buses:
            line = Bus(bus.port, bus.boards, self._reported, budget=Budget(), tell_health=partial(_log_bus, bus.port))
            self._hands.join(line, [board.name for board in bus.boards])
            runs.append((f"bus {bus.port}", line.run))
        runs += [
            (
                f"reader {reader.name}",
                ScanChild(reader.name, reading_argv(reader.source, reader.name), self._scanned).run,
            )
            for reader in config.readers
        ]
        runs.append(("post", self._post.run))
        return [Worker(name, run, self._loop.post) for name, run in runs]

    def _asked_to_stop(self, signal_name: str) -> None:
        self._loop.post(StopAsked(signal_name))

    def _reported(self, report: Report) -> None:
        told = self._hands.signal(report)
        if told is not None:
            self._loop.post(told)

    def _scanned(self, report: ScanReport) -> None:
        match report:
            case CodeSeen():
                self._loop.post(CodeRead(report.text))
            case StrangeSeen():
                self._loop.post(StrangeCodeRead(report.length))
            case ReaderHealth():
                level = logging.INFO if report.state is ReaderState.OK else logging.WARNING
                note(_log, level, "reader", reader=report.reader, state=report.state.value, why=report.why)
            case _:
                assert_never(report)

    def _delivered(self, report: Delivered | PostChanged) -> None:
        match report:
            case Delivered():
                self._loop.post(FactsDelivered(report.upto))
                for refused in report.refused:
                    note(_log, logging.ERROR, "the server set a fact aside", seq=refused.seq, why=refused.why)
            case PostChanged():
                self._log_post(report)
            case _:
                assert_never(report)

    def _log_post(self, report: PostChanged) -> None:
        """Log how the post stands when that changes; the number that waits changes with every fact and is no news."""
        stands = (report.online, report.why)
        if stands != self._post_stood:
            self._post_stood = stands
            level = logging.INFO if report.online or report.why == "connecting" else logging.WARNING
            note(_log, level, "post", online=report.online, waiting=report.waiting, why=report.why)


def _log_bus(port: str, health: BusHealth) -> None:
    level = logging.INFO if health.answering else logging.WARNING
    note(_log, level, "lock boards", port=port, answering=health.answering, why=health.why)


def _log_strange(chars: int, count: int) -> None:
    note(_log, logging.INFO, "not our code", chars=chars, count=count)


def _locks(config: Config) -> dict[int, Lock]:
    return {
        door.spec.id: Lock(door.board, door.lock)
        for door in config.doors
        if door.board is not None and door.lock is not None
    }


def _route(config: Config, boot: str) -> Route:
    return Route(
        tenant=config.tenant,
        cabinet=config.cabinet,
        broker=config.broker,
        key=config.key,
        server_key=config.server,
        boot=boot,
        software=SOFTWARE,
    )
