import os
import queue
import signal
import threading

import pytest

from locker.stop_asked import ENDINGS, StopAsks


@pytest.mark.parametrize("number", ENDINGS)
def test_a_signal_is_heard_by_name_in_a_thread(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    heard: queue.Queue[str] = queue.Queue()
    stop = threading.Event()
    asks = StopAsks(heard.put)
    listener = threading.Thread(target=asks.run, args=(stop,))
    listener.start()
    try:
        os.kill(os.getpid(), number)
        assert heard.get(timeout=10) == number.name
    finally:
        stop.set()
        listener.join()
        asks.close()
    assert signal.getsignal(number) is before


def test_a_signal_that_is_not_ours_is_passed_over() -> None:
    heard: queue.Queue[str] = queue.Queue()
    stop = threading.Event()
    asks = StopAsks(heard.put)
    usr1_before = signal.signal(signal.SIGUSR1, lambda *_: None)
    listener = threading.Thread(target=asks.run, args=(stop,))
    listener.start()
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        os.kill(os.getpid(), signal.SIGTERM)
        assert heard.get(timeout=10) == "SIGTERM"
        assert heard.empty()
    finally:
        stop.set()
        listener.join()
        asks.close()
        signal.signal(signal.SIGUSR1, usr1_before)
