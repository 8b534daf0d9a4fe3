"""The real components of the operating system that tests run against: where they are, and a broker of one's own."""

import ctypes.util
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

# Debian puts daemons where a user's PATH does not look.
SBIN = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"


def real(name: str) -> str:
    """Return where a system component is ("mosquitto", "libzbar0"); without it skip the test, with CI=true fail it."""
    if name.startswith("lib"):
        found = ctypes.util.find_library(name.removeprefix("lib").rstrip("0123456789"))
    else:
        found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SBIN}")
    if found is not None:
        return found
    missing = f"{name} is not installed: sudo apt-get install -y --no-install-recommends {name}"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


def free_port() -> int:
    """Return a loopback TCP port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Mosquitto:
    """A real mosquitto of one test's own, on loopback, remembering nothing over a restart.

    The constructor returns, and `start` does, when the port accepts; both raise RuntimeError with mosquitto's own words
    when it does not within 10 s (a start takes about 20 ms; a loaded Raspberry Pi may need a hundred times that).
    """

    host = "127.0.0.1"
    _PATIENCE_S = 10.0

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._config, self._log = folder / "mosquitto.conf", folder / "mosquitto.log"
        self._process: subprocess.Popen[bytes] | None = None
        for chance in reversed(range(3)):  # another process may take the port between our look and mosquitto's
            self.port = free_port()
            try:
                self.start()
                break
            except RuntimeError:
                if not chance:
                    raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """What a client is told: mqtt://host:port."""
        return f"mqtt://{self.host}:{self.port}"

    def log(self) -> str:
        """Return what mosquitto has said so far, over all its starts."""
        return self._log.read_text(errors="replace")

    def start(self) -> None:
        """Start on the same port as before."""
        self._config.write_text(
            f"listener {self.port} {self.host}\nallow_anonymous true\nset_tcp_nodelay true\npersistence false\n"
        )
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([self._program, "-v", "-c", str(self._config)], stdout=log, stderr=log)
        deadline_s = time.monotonic() + self._PATIENCE_S
        while not self._accepts():
            # Waiting for its end is also the pause between two looks: 10 ms, a half of a usual start.
            try:
                self._process.wait(timeout=0.01)
            except subprocess.TimeoutExpired:
                if time.monotonic() < deadline_s:
                    continue
                self.stop()
            raise RuntimeError(f"mosquitto does not listen on port {self.port}:\n{self.log()}")

    def stop(self) -> None:
        """End it, as a power cut of the server would for its clients: their connections close."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=5)
        self._process = None

    def restart(self) -> None:
        """Stop, then start on the same port; what was retained or queued is gone."""
        self.stop()
        self.start()

    def _accepts(self) -> bool:
        try:
            socket.create_connection((self.host, self.port), timeout=1).close()
        except OSError:
            return False
        return True
