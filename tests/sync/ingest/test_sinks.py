"""What every sink promises, over every sink there is."""

from dataclasses import replace

import pytest

from sync.ingest.sink import Alarm, Outcome, Sink, Watermark
from sync.wire import GENESIS
from tests.sync.ingest.cabinet import Cabinet
from tests.sync.ingest.stores import ALARMS, Store, batch, mark

LINES = "SELECT cabinet, epoch, seq, body FROM line ORDER BY cabinet, epoch, seq"


def stored(cabinet: Cabinet, *seqs: int) -> list[tuple[str, str, int, bytes]]:
    return [(cabinet.name, cabinet.epoch, seq, cabinet.lines[seq - 1]) for seq in seqs]


def test_an_unknown_journal_stands_at_the_beginning(sink: Sink) -> None:
    assert sink.watermark("A03", "00000000000000e1") == Watermark(0, GENESIS)
    assert sink.nonce("A03") is None
    assert sink.flush([]) == {}


def test_lines_are_stored_byte_for_byte_and_survive_a_restart(store: Store) -> None:
    cabinet = Cabinet()
    cabinet.browse(3)
    sink = store.open()
    assert sink.flush([batch(cabinet, 1, 3)]) == {("A03", cabinet.epoch): Outcome(mark=mark(cabinet, 3))}
    sink.close()
    again = store.open()
    assert again.watermark("A03", cabinet.epoch) == mark(cabinet, 3)
    again.close()
    assert store.rows(LINES) == stored(cabinet, 1, 2, 3)


def test_a_batch_twice_is_stored_once_and_acknowledged_twice(sink: Sink, store: Store) -> None:
    cabinet = Cabinet()
    cabinet.browse(2)
    first = sink.flush([batch(cabinet, 1, 2)])
    assert sink.flush([batch(cabinet, 1, 2)]) == first
    assert sink.flush([batch(cabinet, 1, 2), batch(cabinet, 1, 2)]) == first
    assert store.rows(LINES) == stored(cabinet, 1, 2)
    assert store.rows(ALARMS) == []


def test_an_overlap_adds_only_what_is_new(sink: Sink, store: Store) -> None:
    cabinet = Cabinet()
    cabinet.browse(5)
    sink.flush([batch(cabinet, 1, 3)])
    assert sink.flush([batch(cabinet, 2, 5)]) == {("A03", cabinet.epoch): Outcome(mark=mark(cabinet, 5))}
    assert store.rows(LINES) == stored(cabinet, 1, 2, 3, 4, 5)


def test_an_old_batch_is_answered_with_the_present_watermark(sink: Sink) -> None:
    cabinet = Cabinet()
    cabinet.browse(9)
    sink.flush([batch(cabinet, 1, 9)])
    for a, b in ((1, 1), (1, 4), (3, 3), (4, 8), (9, 9)):
        assert sink.flush([batch(cabinet, a, b)]) == {("A03", cabinet.epoch): Outcome(mark=mark(cabinet, 9))}


def test_batches_that_overtook_each_other_within_a_flush_need_no_repeat(sink: Sink, store: Store) -> None:
    cabinet = Cabinet()
    cabinet.browse(6)
    outcomes = sink.flush([batch(cabinet, 5, 6), batch(cabinet, 3, 4), batch(cabinet, 1, 2)])
    assert outcomes == {("A03", cabinet.epoch): Outcome(mark=mark(cabinet, 6))}
    assert store.rows(LINES) == stored(cabinet, 1, 2, 3, 4, 5, 6)


def test_beyond_a_gap_nothing_is_stored_and_the_present_watermark_is_the_answer(sink: Sink, store: Store) -> None:
    cabinet = Cabinet()
    cabinet.browse(6)
    sink.flush([batch(cabinet, 1, 2)])
    assert sink.flush([batch(cabinet, 4, 6)]) == {
        ("A03", cabinet.epoch): Outcome(mark=mark(cabinet, 2), alarms=(Alarm.GAP,))
    }
    assert store.rows(LINES) == stored(cabinet, 1, 2)
    assert store.rows(ALARMS) == []
    sink.flush([batch(cabinet, 3, 6)])
    assert store.rows(LINES) == stored(cabinet, 1, 2, 3, 4, 5, 6)


def test_a_gap_of_one_journal_holds_up_no_other(sink: Sink, store: Store) -> None:
    waiting, other, later = Cabinet("A03"), Cabinet("B07"), Cabinet("A03", epoch="00000000000000e2")
    for cabinet in (waiting, other, later):
        cabinet.browse(2)
    outcomes = sink.flush([batch(waiting, 2, 2), batch(other, 1, 2), batch(later, 1, 1)])
    assert outcomes == {
        ("A03", waiting.epoch): Outcome(mark=Watermark(), alarms=(Alarm.GAP,)),
        ("B07", other.epoch): Outcome(mark=mark(other, 2)),
        ("A03", later.epoch): Outcome(mark=mark(later, 1)),
    }
    assert store.rows(LINES) == stored(later, 1) + stored(other, 1, 2)


def test_a_cloned_card_is_never_merged(sink: Sink, store: Store) -> None:
    cabinet, clone = Cabinet(), Cabinet()
    cabinet.browse(2)
    clone.browse(1)
    clone.borrow("00000018")
    sink.flush([batch(cabinet, 1, 2)])
    assert sink.flush([batch(clone, 1, 2)]) == {
        ("A03", cabinet.epoch): Outcome(mark=mark(cabinet, 2), alarms=(Alarm.FORK,))
    }
    sink.flush([batch(clone, 2, 2)])
    assert store.rows(LINES) == stored(cabinet, 1, 2)
    assert store.rows(ALARMS) == [("A03", cabinet.epoch, "fork", 2, clone.hashes[2], cabinet.hashes[2], 2)]
    assert store.rows("SELECT * FROM loan") == []


def test_a_clone_that_has_gone_further_is_a_fork_too(sink: Sink, store: Store) -> None:
    cabinet, clone = Cabinet(), Cabinet()
    for each in (cabinet, clone):
        each.browse(2)
    cabinet.browse(1)
    clone.give_back("00000018")
    clone.browse(2)
    sink.flush([batch(cabinet, 1, 3)])
    outcomes = sink.flush([batch(clone, 2, 5)])
    assert outcomes[("A03", cabinet.epoch)] == Outcome(mark=mark(cabinet, 3), alarms=(Alarm.FORK,))
    assert store.rows(LINES) == stored(cabinet, 1, 2, 3)


def test_a_clone_that_goes_on_from_our_watermark_with_another_past_stores_nothing(sink: Sink, store: Store) -> None:
    cabinet, clone = Cabinet(), Cabinet()
    cabinet.browse(2)
    clone.give_back("00000018")
    clone.browse(3)
    sink.flush([batch(cabinet, 1, 2)])
    outcomes = sink.flush([batch(clone, 3, 4)])
    assert outcomes[("A03", cabinet.epoch)] == Outcome(mark=mark(cabinet, 2), alarms=(Alarm.UNCHAINED,))
    assert store.rows(LINES) == stored(cabinet, 1, 2)
    assert store.rows(ALARMS) == [("A03", cabinet.epoch, "unchained", 4, clone.hashes[4], None, 1)]


@pytest.mark.parametrize("held", [0, 1, 2])
def test_a_line_changed_on_the_way_is_stored_nowhere(sink: Sink, store: Store, held: int) -> None:
    cabinet = Cabinet()
    cabinet.browse(2)
    if held:
        sink.flush([batch(cabinet, 1, held)])
    changed = [cabinet.lines[0], cabinet.lines[1].replace(b'"door":2', b'"door":3')]
    outcomes = sink.flush([batch(cabinet, 1, 2, lines=changed)])
    assert outcomes[("A03", cabinet.epoch)] == Outcome(mark=mark(cabinet, held), alarms=(Alarm.UNCHAINED,))
    assert store.rows(LINES) == stored(cabinet, *range(1, held + 1))
    assert sink.flush([batch(cabinet, 1, 2)])[("A03", cabinet.epoch)] == Outcome(mark=mark(cabinet, 2))


@pytest.mark.parametrize("order", [[2, 1], [1, 1]], ids=["swapped", "doubled"])
def test_lines_out_of_their_order_are_stored_nowhere(sink: Sink, store: Store, order: list[int]) -> None:
    cabinet = Cabinet()
    cabinet.browse(2)
    outcomes = sink.flush([batch(cabinet, 1, 2, lines=[cabinet.lines[seq - 1] for seq in order])])
    assert outcomes[("A03", cabinet.epoch)] == Outcome(mark=Watermark(), alarms=(Alarm.UNCHAINED,))
    assert store.rows(LINES) == []


def bad_lines() -> dict[str, bytes]:
    """What could stand in the second place of A03's journal and is no fact of it."""
    after_one = Cabinet()
    after_one.browse(1)
    good = after_one.line("visit.browsed", "visit/7", {"visit": 7, "door": 2})
    deep = b'"data":{"a":' + b"[" * 5000 + b"]" * 5000 + b"}"
    return {
        "empty": b"",
        "not JSON": b"{",
        "not an object": b"[1]",
        "not UTF-8": good.replace(b"visit/7", b"visit/\xff"),
        "half a surrogate": good.replace(b"visit/7", b"visit/\\ud800"),
        "twice the same key": good.replace(b'"door":2', b'"door":2,"door":3'),
        "twice the same key outside": good.replace(b'"data":', b'"type":"locker.door.opened.v1","data":'),
        "deep": good.replace(b'"data":{"visit":7,"door":2}', deep),
        "huge": good.replace(b"visit/7", b"visit/" + b"7" * 17_000),
        "a wrong type": good.replace(b'"door":2', b'"door":"two"'),
        "a missing field": good.replace(b',"door":2', b""),
        "another cabinet": replace(after_one, name="B07").line("visit.browsed", "visit/7", {"visit": 7, "door": 2}),
        "another epoch": replace(after_one, epoch="00000000000000e9").line(
            "visit.browsed", "visit/7", {"visit": 7, "door": 2}
        ),
        "another place": Cabinet().line("visit.browsed", "visit/7", {"visit": 7, "door": 2}),
        "an id of its own": good.replace(b'"id":"A03', b'"id":"A04'),
        "a time without a zone": good.replace(b'.000Z"', b'.000"'),
        "a door beyond 64 bits": after_one.line(
            "item.returned", "item/1", {"item": "1", "door": 2**63, "evidence": "label", "seen": True}
        ),
    }


@pytest.mark.parametrize("bad", bad_lines())
def test_one_bad_line_stops_nobody(sink: Sink, store: Store, bad: str) -> None:
    cabinet = Cabinet()
    cabinet.browse(1)
    cabinet.write(bad_lines()[bad])
    cabinet.borrow("00000018")
    outcome = sink.flush([batch(cabinet, 1, 3)])[("A03", cabinet.epoch)]
    assert outcome.mark == mark(cabinet, 3)
    assert [refused.seq for refused in outcome.refused] == [2]
    assert 0 < len(outcome.refused[0].why) <= 80
    assert store.rows(LINES) == stored(cabinet, 1, 3)
    assert store.rows("SELECT cabinet, epoch, seq, body, why FROM parked") == [
        (*stored(cabinet, 2)[0], outcome.refused[0].why)
    ]
    assert store.rows("SELECT item, state FROM loan") == [("00000018", "open")]


def test_a_refused_line_is_listed_again_with_every_batch_that_holds_it(sink: Sink, store: Store) -> None:
    cabinet = Cabinet()
    cabinet.browse(1)
    cabinet.write(b"nonsense")
    cabinet.browse(1)
    cabinet.write(b"more")
    first = sink.flush([batch(cabinet, 1, 2), batch(cabinet, 3, 4)])[("A03", cabinet.epoch)]
    assert [each.seq for each in first.refused] == [2, 4]
    assert sink.flush([batch(cabinet, 2, 3)])[("A03", cabinet.epoch)].refused == first.refused[:1]
    assert sink.flush([batch(cabinet, 3, 3)])[("A03", cabinet.epoch)].refused == ()
    assert len(store.rows("SELECT * FROM parked")) == 2


def test_the_chain_goes_on_over_a_refused_line(sink: Sink) -> None:
    cabinet = Cabinet()
    cabinet.write(b"nonsense")
    assert sink.flush([batch(cabinet, 1, 1)])[("A03", cabinet.epoch)].mark == mark(cabinet, 1)
    cabinet.browse(2)
    assert sink.flush([batch(cabinet, 2, 3)])[("A03", cabinet.epoch)] == Outcome(mark=mark(cabinet, 3))
    overlap = sink.flush([batch(cabinet, 1, 2)])[("A03", cabinet.epoch)]
    assert (overlap.mark, [each.seq for each in overlap.refused]) == (mark(cabinet, 3), [1])


def test_a_fact_of_a_later_version_is_stored_like_any_other(sink: Sink, store: Store) -> None:
    cabinet = Cabinet()
    cabinet.write(cabinet.line("kiosk.sang", "song/3", {"song": 3, "key": None, "notes": [1, 2]}))
    newer = cabinet.line("visit.browsed", "visit/7", {"visit": 7, "door": 2, "mood": "good"})
    cabinet.write(newer.removesuffix(b"}") + b',"newer":[1]}')
    assert sink.flush([batch(cabinet, 1, 2)]) == {("A03", cabinet.epoch): Outcome(mark=mark(cabinet, 2))}
    assert store.rows(LINES) == stored(cabinet, 1, 2)
