import os
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest

from locker.scan.backoff import Backoff
from locker.scan.supervisor import Patience, ScanChild, ScanReport

# The project ships no photographs of other people's codes: who has some names their folder.
collect_ignore = [] if "LOCKER_PICTURES" in os.environ else ["test_photographs.py"]

REPORT_WAIT_S = 30
"""Only a test that fails waits so long."""


@dataclass
class Reading:
    """A `ScanChild` at work in a thread of its own, and what it reports."""

    child: ScanChild
    reports: "queue.Queue[ScanReport]" = field(default_factory=queue.Queue)

    def next(self) -> ScanReport:
        return self.reports.get(timeout=REPORT_WAIT_S)


Read = Callable[..., Reading]


@contextmanager
def reading(argv: list[str], patience: Patience | None) -> Iterator[Reading]:
    reports: queue.Queue[ScanReport] = queue.Queue()
    quick = Backoff(first_s=0.01, most_s=0.02, well_s=60.0)
    child = ScanChild("window", argv, reports.put, patience=patience, backoff=quick)
    stop = threading.Event()
    thread = threading.Thread(target=child.run, args=(stop,))
    thread.start()
    try:
        yield Reading(child, reports)
    finally:
        stop.set()
        thread.join(timeout=REPORT_WAIT_S)
    assert not thread.is_alive()
    assert child.pid is None


@pytest.fixture
def read() -> Iterator[Read]:
    """Start reading children that end with the test."""
    with ExitStack() as stack:

        def start(argv: list[str], patience: Patience | None = None) -> Reading:
            return stack.enter_context(reading(argv, patience))

        yield start
