"""What every test stands on: nothing leaves the machine, long tests wait for --slow, real components are real."""

import ipaddress
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.real import Mosquitto, real

settings.register_profile("person", deadline=None)
# The same examples on every run: CI says whether a change broke something, not whether it was lucky.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "person")


class LeftTheMachineError(AssertionError):
    """A test reached for something that is not on loopback; no part of the product catches this."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests marked slow too")


def pytest_configure() -> None:
    sys.addaudithook(stay_on_loopback)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]


def stay_on_loopback(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse every socket call of this process whose address is not on loopback, in any thread and any library."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
        if event == "socket.bind" and isinstance(address, tuple) and address[:2] == ("", 0):
            return  # what paho does before each connection: any port of any address, to call out from
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if isinstance(host, str) and not is_loopback(host):
        raise LeftTheMachineError(f"{event} to {arguments!r}: tests stay on 127.0.0.1")


def is_loopback(host: str) -> bool:
    """Say whether an address or name is this machine alone; "" and 0.0.0.0 are every network it is in."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A started real broker on a free loopback port: .host .port .url .stop() .start() .restart() .log()."""
    with Mosquitto(real("mosquitto"), tmp_path) as broker:
        yield broker
