"""Every lock board, however it is reached: one line here brings all the contracts."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.boards import EightATwin
from tests.contracts.rigs import MemoryRig, PtyRig, Rig

Build = Callable[..., Rig]


@pytest.fixture(params=["memory", "pty"])
def build(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Build]:
    """A rig with these twins; without any, one board of four doors at address 1."""
    rigs: list[Rig] = []

    def make(*twins: EightATwin, **said: Any) -> Rig:
        twins = twins or (EightATwin(channels=4),)
        rigs.append(MemoryRig(twins, **said) if request.param == "memory" else PtyRig(twins, tmp_path, **said))
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.close()
