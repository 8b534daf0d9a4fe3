"""When a flush is due, in exact times."""

import pytest

from sync.ingest.gathering import LINGER_S, MAX_BYTES, MAX_FACTS, MAX_GREETINGS, Gathering
from sync.ingest.sink import Batch
from tests.sync.ingest.cabinet import Cabinet
from tests.sync.ingest.stores import greeting


def lines(count: int, size: int = 1) -> Batch:
    return Batch(cabinet="A03", epoch="e1", first=1, h=b"", lines=(b"x" * size,) * count, known_ms=0)


def test_an_empty_gathering_is_never_due() -> None:
    gathering = Gathering()
    assert gathering.due_s is None
    assert gathering.take() == ([], [])


def test_the_first_letter_starts_the_linger_and_later_ones_do_not_prolong_it() -> None:
    gathering = Gathering()
    gathering.add(lines(1), 5.0)
    gathering.add(greeting(Cabinet()), 5.01)
    assert gathering.due_s == 5.0 + LINGER_S
    assert gathering.take() == ([lines(1)], [greeting(Cabinet())])
    assert gathering.take() == ([], [])


def test_a_taken_gathering_is_not_due() -> None:
    gathering = Gathering()
    gathering.add(lines(1), 5.0)
    gathering.take()
    assert gathering.due_s is None


@pytest.mark.parametrize(
    ("almost", "last"),
    [
        ([lines(MAX_FACTS - 1)], lines(1)),
        ([lines(1, MAX_BYTES - 1)], lines(1)),
        ([lines(500)] * 3, lines(500)),
    ],
)
def test_what_is_full_is_due_at_once(almost: list[Batch], last: Batch) -> None:
    gathering = Gathering()
    for each in almost:
        gathering.add(each, 5.0)
    assert gathering.due_s == 5.0 + LINGER_S
    gathering.add(last, 5.001)
    assert gathering.due_s == 5.001


def test_a_storm_of_greetings_is_due_at_once() -> None:
    gathering = Gathering()
    for _ in range(MAX_GREETINGS - 1):
        gathering.add(greeting(Cabinet()), 5.0)
    assert gathering.due_s == 5.0 + LINGER_S
    gathering.add(greeting(Cabinet()), 5.002)
    assert gathering.due_s == 5.002
    assert len(gathering.take()[1]) == MAX_GREETINGS


def test_a_taken_gathering_counts_from_nothing() -> None:
    gathering = Gathering()
    gathering.add(lines(MAX_FACTS), 5.0)
    gathering.take()
    gathering.add(lines(MAX_FACTS - 1), 6.0)
    assert gathering.due_s == 6.0 + LINGER_S
