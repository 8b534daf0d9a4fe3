"""The ground that tests stand on: loopback only, long tests deselected, real components, a broker of one's own."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.conftest import LeftTheMachineError, is_loopback
from tests.house.tree import ROOT
from tests.real import Mosquitto, real

ELSEWHERE = "192.0.2.1"  # RFC 5737: documentation's own network, nobody is there


def test_a_connection_out_of_the_machine_is_refused() -> None:
    with socket.socket() as out, pytest.raises(LeftTheMachineError):
        out.connect((ELSEWHERE, 80))


def test_a_datagram_out_of_the_machine_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out, pytest.raises(LeftTheMachineError):
        out.sendto(b"?", (ELSEWHERE, 53))


def test_a_name_is_not_looked_up_anywhere_else() -> None:
    with pytest.raises(LeftTheMachineError):
        socket.create_connection(("broker.example", 1883), timeout=1)


def test_no_door_is_opened_to_the_network() -> None:
    with socket.socket() as door, pytest.raises(LeftTheMachineError):
        door.bind(("", 1883))
    with socket.socket() as door, pytest.raises(LeftTheMachineError):
        door.bind(("0.0.0.0", 0))


def test_a_call_out_may_start_at_any_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5, source_address=("", 0)).close()


def test_a_thread_is_refused_too() -> None:
    refused: list[str] = []

    def leave() -> None:
        try:
            socket.create_connection((ELSEWHERE, 80), timeout=1)
        except LeftTheMachineError as error:
            refused.append(str(error))

    thread = threading.Thread(target=leave)
    thread.start()
    thread.join(timeout=10)
    assert len(refused) == 1


def test_loopback_and_unix_sockets_are_open(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5):
        pass
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(tmp_path / "door"))


def test_what_loopback_is() -> None:
    assert [name for name in ("localhost", "127.0.0.1", "127.9.9.9", "::1") if not is_loopback(name)] == []
    assert [name for name in ("", "0.0.0.0", "::", "10.0.0.1", "example.org") if is_loopback(name)] == []


def pytest_in(folder: Path, *arguments: str, **environment: str) -> str:
    """Run the tests of a folder on this project's ground; return what pytest said."""
    (folder / "conftest.py").write_text("from tests.conftest import *\nfrom tests.conftest import mosquitto\n")
    said = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-c",
            str(ROOT / "pyproject.toml"),
            *arguments,
            "--rootdir",
            str(folder),
            str(folder),
        ],
        cwd=ROOT,
        env={**os.environ, "CI": "", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return said.stdout


def test_slow_tests_are_deselected_and_what_is_absent_is_an_error_for_ci_alone(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest\nfrom tests.real import real\n"
        "@pytest.mark.slow\ndef test_long(): pass\ndef test_short(): pass\ndef test_absent(): real('hovercraft')\n"
    )
    person = pytest_in(tmp_path)
    assert "1 passed, 1 skipped, 1 deselected" in person
    assert "sudo apt-get install -y --no-install-recommends hovercraft" in person
    ci = pytest_in(tmp_path, "--slow", CI="true")
    assert "1 failed, 2 passed in" in ci


def test_a_library_is_found_by_the_name_of_its_package() -> None:
    assert "zbar" in real("libzbar0")


def greet(broker: Mosquitto) -> bytes:
    """Say CONNECT (MQTT 3.1.1, empty client id, clean session) over plain TCP; return the answer's first two bytes."""
    with socket.create_connection((broker.host, broker.port), timeout=5) as line:
        line.sendall(bytes.fromhex("100c00044d5154540402003c0000"))
        return line.recv(2)


def test_the_broker_is_real(mosquitto: Mosquitto) -> None:
    assert greet(mosquitto) == b"\x20\x02"
    assert mosquitto.url == f"mqtt://127.0.0.1:{mosquitto.port}"


def test_the_broker_comes_back_on_the_same_port(mosquitto: Mosquitto) -> None:
    port = mosquitto.port
    with socket.create_connection((mosquitto.host, port), timeout=5) as line:
        line.sendall(bytes.fromhex("100c00044d5154540402003c0000"))
        assert line.recv(4) == b"\x20\x02\x00\x00"
        mosquitto.restart()
        assert line.recv(1) == b""
    assert mosquitto.port == port
    assert greet(mosquitto) == b"\x20\x02"


def test_a_stopped_broker_refuses(mosquitto: Mosquitto) -> None:
    mosquitto.stop()
    with pytest.raises(ConnectionRefusedError):
        greet(mosquitto)


def test_a_program_that_is_no_broker_is_told_by_its_words(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="does not listen"):
        Mosquitto(sys.executable, tmp_path)
