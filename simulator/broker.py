"""This file knows how the town gets a broker: a real mosquitto on a free loopback port, or amqtt where there is none.

amqtt speaks only MQTT 3.1.1 and hands retained messages to subscribers whose filter does not match: good enough to
watch a demo, not to judge a cabinet by.
"""

import os
import shutil
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from simulator.process import Process

READY_WITHIN_S: Final = 15.0
_SBIN: Final = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
"""Where Debian and Homebrew put mosquitto, outside a user's PATH."""
_MOSQUITTO: Final = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence false
set_tcp_nodelay true
"""
_AMQTT: Final = """\
listeners:
  default:
    type: tcp
    bind: 127.0.0.1:{port}
plugins:
  amqtt.plugins.authentication.AnonymousAuthPlugin:
    allow_anonymous: true
"""


class Broker:
    """A broker from its making to `close`."""

    def __init__(self, folder: Path, *, amqtt: bool = False) -> None:
        """Start it and wait until its port answers; `amqtt` even where there is a mosquitto. TimeoutError else."""
        self.port = free_port()
        self.url = f"mqtt://127.0.0.1:{self.port}"
        path = os.pathsep.join((os.environ.get("PATH", ""), *_SBIN))
        mosquitto = None if amqtt else shutil.which("mosquitto", path=path)
        self.name = "mosquitto" if mosquitto else "amqtt"
        config = folder / ("mosquitto.conf" if mosquitto else "amqtt.yaml")
        config.write_text((_MOSQUITTO if mosquitto else _AMQTT).format(port=self.port))
        argv = (mosquitto,) if mosquitto else (str(Path(sys.executable).with_name("amqtt")),)
        self._process = Process((*argv, "-c", str(config)), folder / "broker.log", heard=_unheard)
        self._wait()

    def close(self) -> None:
        """End it."""
        self._process.stop()

    def _wait(self) -> None:
        until_s = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until_s and self._process.ended is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.02)
        self._process.stop()
        raise TimeoutError(f"the broker ({self.name}) does not answer; its log is broker.log")


def free_port() -> int:
    """Return a loopback port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _unheard(_line: str) -> None:
    """Take no notice: what a broker says is in its log."""
