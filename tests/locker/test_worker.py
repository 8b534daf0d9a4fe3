import logging
import queue
import threading

import pytest

from locker.worker import Worker, WorkerDied

PATIENCE_S = 10.0


def wait_for_stop(stop: threading.Event) -> None:
    assert stop.wait(PATIENCE_S)


def nobody_dies(death: WorkerDied) -> None:
    pytest.fail(f"unexpected: {death}")


def death_of(worker: Worker, deaths: "queue.Queue[WorkerDied]") -> WorkerDied:
    worker.start()
    death = deaths.get(timeout=PATIENCE_S)
    assert worker.stop(PATIENCE_S)
    assert deaths.empty()
    return death


def test_it_runs_in_a_thread_of_its_name_that_no_exit_cuts_off() -> None:
    seen: queue.Queue[threading.Thread] = queue.Queue()

    def run(stop: threading.Event) -> None:
        seen.put(threading.current_thread())
        wait_for_stop(stop)

    worker = Worker("bus main", run, nobody_dies)
    worker.start()
    thread = seen.get(timeout=PATIENCE_S)
    assert (worker.name, thread.name, thread.daemon) == ("bus main", "bus main", False)
    assert worker.stop(PATIENCE_S)
    assert not thread.is_alive()


def test_stopping_again_or_before_the_start_does_no_harm() -> None:
    worker = Worker("post", wait_for_stop, nobody_dies)
    assert worker.stop(PATIENCE_S)
    worker.start()
    assert worker.stop(PATIENCE_S)
    assert worker.stop(PATIENCE_S)


def test_a_body_that_hangs_is_told_apart() -> None:
    gate = threading.Event()
    worker = Worker("captions", lambda _stop: wait_for_stop(gate), nobody_dies)
    worker.start()
    assert not worker.stop(0.0)
    gate.set()
    assert worker.stop(PATIENCE_S)


def test_a_worker_may_stop_itself() -> None:
    answers: queue.Queue[bool] = queue.Queue()
    made: list[Worker] = []

    def run(stop: threading.Event) -> None:
        answers.put(made[0].stop(PATIENCE_S))
        assert stop.is_set()

    made.append(Worker("scan", run, nobody_dies))
    made[0].start()
    assert answers.get(timeout=PATIENCE_S) is False
    assert made[0].stop(PATIENCE_S)


def test_nobody_is_started_twice() -> None:
    worker = Worker("post", wait_for_stop, nobody_dies)
    worker.start()
    with pytest.raises(RuntimeError):
        worker.start()
    assert worker.stop(PATIENCE_S)


def test_a_death_is_reported_and_logged_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    deaths: queue.Queue[WorkerDied] = queue.Queue()

    def run(_stop: threading.Event) -> None:
        raise RuntimeError("no such frame: 'LC1:SOMEBODYS CODE'")

    with caplog.at_level(logging.ERROR):
        death = death_of(Worker("bus main", run, deaths.put), deaths)
    assert death == WorkerDied("bus main", "RuntimeError: no such frame: '…'")
    (record,) = caplog.records
    assert record.getMessage() == "worker died"
    assert record.__dict__["fields"] == {"worker": "bus main"}
    assert record.exc_info is not None
    assert record.exc_info[0] is RuntimeError


def test_who_returns_unasked_died_too(caplog: pytest.LogCaptureFixture) -> None:
    deaths: queue.Queue[WorkerDied] = queue.Queue()
    with caplog.at_level(logging.ERROR):
        death = death_of(Worker("post", lambda _stop: None, deaths.put), deaths)
    assert death == WorkerDied("post", "ended without having been told to stop")
    assert [record.getMessage() for record in caplog.records] == ["worker ended unasked"]


def test_who_dies_while_stopping_is_reported_as_well() -> None:
    deaths: queue.Queue[WorkerDied] = queue.Queue()

    def run(stop: threading.Event) -> None:
        wait_for_stop(stop)
        raise OSError(5, "Input/output error", "/dev/ttyUSB0")

    worker = Worker("bus main", run, deaths.put)
    worker.start()
    assert worker.stop(PATIENCE_S)
    said = "OSError: [Errno 5] Input/output error: '/dev/ttyUSB0'"
    assert deaths.get(timeout=PATIENCE_S) == WorkerDied("bus main", said)
