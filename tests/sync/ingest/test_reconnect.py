"""When the broker is dialled again, in exact times and chances."""

import pytest

from sync.ingest.reconnect import BASE_S, CAP_S, HELD_S, UNAUTHORISED_S, Dialling, Talking, Waiting, due_s, lost
from sync.ingest.reconnect import not_connected as failed
from sync.link import CONNACK_TIMEOUT_S, Refused

SILENT = Refused(None, "connection refused", authorised=True, reached=False)
HUNG_UP = Refused(None, "hung up", authorised=True)
FORBIDDEN = Refused(0x87, "not authorised", authorised=False)


def test_each_line_says_when_it_wants_attention() -> None:
    assert due_s(Dialling(5, 10.0, 0)) == 10.0 + CONNACK_TIMEOUT_S
    assert due_s(Talking(10.0, 0)) is None
    assert due_s(Waiting(12.5, 0)) == 12.5


@pytest.mark.parametrize("refused", [None, HUNG_UP])
def test_the_older_mqtt_is_tried_at_once_and_then_waited(refused: Refused | None) -> None:
    older = failed(Dialling(5, 0.0, 2), refused, 5.0, 0.5)
    assert older == Waiting(5.0, 2, version=4)
    assert failed(Dialling(4, 5.0, 2), refused, 10.0, 0.5) == Waiting(10.0 + 0.5 * 4 * BASE_S, 3, version=5)


def test_a_broker_that_is_not_there_is_not_asked_in_another_language() -> None:
    assert failed(Dialling(5, 0.0, 0), SILENT, 1.0, 0.25) == Waiting(1.25, 1, version=5)


def test_the_bound_doubles_up_to_its_cap_and_chance_draws_below_it() -> None:
    bounds = [failed(Dialling(5, 0.0, failures), SILENT, 0.0, 1.0).until_s for failures in (0, 1, 2, 3, 4, 5, 6, 10**6)]
    assert bounds == [1.0, 2.0, 4.0, 8.0, 16.0, CAP_S, CAP_S, CAP_S]
    assert failed(Dialling(5, 0.0, 9), SILENT, 3.0, 0.0).until_s == 3.0


def test_who_is_not_authorised_asks_again_in_ten_minutes() -> None:
    assert failed(Dialling(5, 0.0, 3), FORBIDDEN, 1.0, 0.0) == Waiting(1.0 + UNAUTHORISED_S, 3)


def test_only_a_connection_that_held_a_minute_says_that_the_trouble_is_over() -> None:
    assert lost(Talking(0.0, 4), HELD_S - 0.1, 1.0) == Waiting(HELD_S - 0.1 + 16.0, 5)
    assert lost(Talking(0.0, 4), HELD_S, 1.0) == Waiting(HELD_S + BASE_S, 1)
