"""This file knows a town of one cabinet: broker, server, network, lock board, camera, and the daemon, each by itself.

Everything between them is real: MQTT over TCP, a serial line over a PTY, frames over a socket, files on a disk. What is
imitated is the world: a board's firmware, doors, people, a cable that is cut.
"""

import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Self

import msgspec

from simulator.boards import EightATwin
from simulator.broker import Broker
from simulator.camera import Camera
from simulator.furnish import TOWN_LIMITS, Furniture, Wiring, furnish
from simulator.links import TcpLink
from simulator.process import Process
from simulator.pty_wire import PtyWire
from simulator.residents import PATIENCE_S, Diary, Place
from simulator.scene import NothingHappenedError, Scene, ScreenShown, WentDark
from simulator.timeline import Timeline

CABINET: Final = "A03"
START_WITHIN_S: Final = 30.0
"""A small computer with a cold card takes its time to start Python."""
LOOK_S: Final = 0.5
"""How often to see whether a program that is awaited has ended instead."""
FRAMES_PER_S: Final = 15.0
PEOPLE: Final = 2


class _Caption(msgspec.Struct):
    screen: str
    zh: str
    en: str


class Town:
    """One cabinet and its server, from `__enter__` to `__exit__`. Files stay in `folder`."""

    def __init__(
        self,
        folder: Path,
        timeline: Timeline,
        *,
        seed: int,
        limits: str = TOWN_LIMITS,
        patience_s: float = PATIENCE_S,
        amqtt: bool = False,
    ) -> None:
        """Say where; nothing runs yet. `limits` are lines of the cabinet's configuration, `patience_s` is people's."""
        self._folder = folder
        self._timeline = timeline
        self._seed = seed
        self._limits = limits
        self._patience_s = patience_s
        self._amqtt = amqtt
        self._stack = ExitStack()
        self._cabinet: Process | None = None
        self._server: Process | None = None
        self._server_ready = threading.Event()
        self.scene = Scene()
        self.diary = Diary()

    def __enter__(self) -> Self:
        """Start everything and wait until the cabinet is ready for people."""
        with ExitStack() as stack:
            self.broker = Broker(self._folder, amqtt=self._amqtt)
            stack.callback(self.broker.close)
            self.network = stack.enter_context(TcpLink(self.broker.port))
            self.wire = stack.enter_context(
                PtyWire(EightATwin(), link=self._folder / "lock-board", listen=self.scene.see)
            )
            self.camera = stack.enter_context(Camera(self._seed, FRAMES_PER_S))
            wiring = Wiring(
                CABINET, f"mqtt://127.0.0.1:{self.network.port}", self.wire.path, self.camera.source, self._limits
            )
            self.furniture: Furniture = furnish(self._folder, wiring, people=PEOPLE, seed=self._seed)
            self.place = Place(self.scene, self.camera, self.wire, self._timeline, self.diary, self._patience_s)
            stack.callback(self._stop_programs)
            self.start_server()
            self.start_cabinet()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop everything, each by its own process id."""
        self._stack.close()

    def start_server(self) -> None:
        """Start the ingest and wait until its subscriptions stand."""
        self._server_ready.clear()
        sink = f"sqlite:///{self.furniture.database}"
        argv = (sys.executable, "-m", "sync.ingest", "--sink", sink, "--broker", self.broker.url)
        self._server = Process(argv, self._folder / "server.log", self._heard_server)
        if not self._server_ready.wait(START_WITHIN_S):
            raise NothingHappenedError(f"the server does not start; its log is {self._folder / 'server.log'}")

    def start_cabinet(self) -> None:
        """Start the daemon and wait until its screen says something."""
        since = self.scene.mark()
        self._cabinet = Process(
            (sys.executable, "-m", "locker", "run", "--config", str(self.furniture.config)),
            self._folder / "cabinet.log",
            self._heard_cabinet,
        )
        for _ in range(int(START_WITHIN_S / LOOK_S)):
            if self.scene.wait(ScreenShown, lambda _: True, since, LOOK_S) is not None:
                return
            if self._cabinet.ended is not None:
                break
        raise NothingHappenedError("the cabinet does not start: " + (self._folder / "cabinet.log").read_text()[-500:])

    def kill_cabinet(self) -> None:
        """Cut the cabinet's power: kill -9, in the middle of whatever it does."""
        assert self._cabinet is not None
        self._cabinet.kill()
        self.scene.see(WentDark(self.scene.now_s()))

    def stop_cabinet(self) -> int:
        """Switch the cabinet off in good order; its exit code."""
        assert self._cabinet is not None
        return self._cabinet.stop()

    def _stop_programs(self) -> None:
        for program in (self._cabinet, self._server):
            if program is not None:
                program.stop()

    def _heard_cabinet(self, line: str) -> None:
        caption = msgspec.json.decode(line, type=_Caption)
        self.scene.see(ScreenShown(caption.screen, caption.zh, caption.en, self.scene.now_s()))
        self._timeline.said(caption.zh, caption.en)

    def _heard_server(self, line: str) -> None:
        if line.startswith("ready"):
            self._server_ready.set()
