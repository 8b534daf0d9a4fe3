"""What waits between paho's thread and ours."""

import threading

from sync.ingest.consumer import Inbox
from sync.link import Connected, Lost, Received
from sync.wire import MAX_SENT_BYTES


def message(number: int) -> Received:
    return Received("t", str(number).encode(), retained=False)


def test_events_come_out_in_order_with_their_dialling() -> None:
    inbox = Inbox()
    inbox.offer(1, Connected(5))
    inbox.offer(1, message(1))
    inbox.offer(2, Lost("gone"))
    assert [inbox.take(0) for _ in range(4)] == [(1, Connected(5)), (1, message(1)), (2, Lost("gone")), None]


def test_beyond_its_places_messages_are_dropped_and_counted_but_the_end_of_a_line_is_not() -> None:
    inbox = Inbox(places=2)
    for number in range(5):
        inbox.offer(1, message(number))
    inbox.offer(1, Lost("gone"))
    assert inbox.overflowed == 3
    assert [inbox.take(0) for _ in range(3)] == [(1, message(0)), (1, message(1)), (1, Lost("gone"))]
    inbox.offer(2, message(9))
    assert inbox.take(0) == (2, message(9))
    assert inbox.overflowed == 3


def test_a_huge_message_is_cut_to_what_is_refused_by_its_length() -> None:
    inbox = Inbox()
    inbox.offer(1, Received("t", b"x" * 10_000_000, retained=False))
    assert inbox.take(0) == (1, Received("t", b"x" * (MAX_SENT_BYTES + 1), retained=False))


def test_a_stop_wakes_who_waits() -> None:
    inbox = Inbox()
    stopper = threading.Thread(target=inbox.stop)
    stopper.start()
    item = inbox.take(10)
    stopper.join()
    assert item is not None
    assert not isinstance(item, tuple)
