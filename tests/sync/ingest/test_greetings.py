"""What every sink promises about greetings, over every sink there is."""

from dataclasses import replace

import pytest

from sync.ingest.sink import Alarm, Outcome, Sink, Standing
from tests.sync.ingest.cabinet import Cabinet
from tests.sync.ingest.stores import ALARMS, Store, batch, greeting, mark


def test_a_greeting_is_remembered_over_a_restart(store: Store) -> None:
    cabinet = Cabinet()
    cabinet.browse(2)
    sink = store.open()
    sink.flush([batch(cabinet, 1, 1)])
    assert list(sink.greet([greeting(cabinet, "a" * 32)])) == [Standing(mark=mark(cabinet, 1), fresh=True)]
    sink.close()
    again = store.open()
    assert again.nonce("A03") == "a" * 32
    assert again.nonce("B07") is None
    again.close()


def test_the_latest_greeting_counts_and_an_older_one_of_the_same_boot_changes_nothing(sink: Sink) -> None:
    cabinet = Cabinet()
    rebooted = replace(cabinet, boot="00000000000000b2")
    said = [
        greeting(cabinet, "a" * 32, uptime_ms=9000),
        greeting(cabinet, "b" * 32, uptime_ms=8999),
        greeting(cabinet, "a" * 32, uptime_ms=9000),
    ]
    assert [standing.fresh for standing in sink.greet(said)] == [True, False, True]
    assert sink.nonce("A03") == "a" * 32
    assert [standing.fresh for standing in sink.greet([greeting(rebooted, "c" * 32, uptime_ms=10)])] == [True]
    assert sink.nonce("A03") == "c" * 32


def test_a_greeting_with_another_hash_for_what_is_stored_is_a_fork(sink: Sink, store: Store) -> None:
    cabinet, restored = Cabinet(), Cabinet()
    cabinet.browse(3)
    restored.browse(1)
    restored.give_back("00000018")
    sink.flush([batch(cabinet, 1, 3)])
    assert list(sink.greet([greeting(restored)])) == [Standing(mark=mark(cabinet, 3), fresh=True, alarms=(Alarm.FORK,))]
    assert store.rows(ALARMS) == [("A03", cabinet.epoch, "fork", 2, restored.hashes[2], cabinet.hashes[2], 1)]


@pytest.mark.parametrize("last", [0, 1, 3, 4])
def test_a_greeting_that_fits_raises_nothing(sink: Sink, store: Store, last: int) -> None:
    cabinet = Cabinet()
    cabinet.browse(4)
    sink.flush([batch(cabinet, 1, 3)])
    assert list(sink.greet([greeting(cabinet, last=last)])) == [Standing(mark=mark(cabinet, 3), fresh=True)]
    assert store.rows(ALARMS) == []


def test_many_cabinets_greet_and_drain_in_one_flush_each(sink: Sink, store: Store) -> None:
    cabinets = [Cabinet(f"C{number:03d}") for number in range(101)]
    for number, cabinet in enumerate(cabinets):
        cabinet.browse(1 + number % 7)
    standings = sink.greet([greeting(cabinet, f"{number:032x}") for number, cabinet in enumerate(cabinets)])
    assert [standing.mark.w for standing in standings] == [0] * 101
    outcomes = sink.flush([batch(cabinet, 1, cabinet.last) for cabinet in cabinets])
    assert outcomes == {(each.name, each.epoch): Outcome(mark=mark(each, each.last)) for each in cabinets}
    assert [sink.nonce(f"C{number:03d}") for number in (0, 100)] == [f"{number:032x}" for number in (0, 100)]
    assert store.rows("SELECT count(*) FROM line") == [(sum(each.last for each in cabinets),)]
