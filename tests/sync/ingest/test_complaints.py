"""How often a cabinet is complained about."""

from sync.ingest.complaints import EVERY_S, MAX_NAMES, Complaints


def test_the_first_is_said_and_the_next_a_minute_later_with_their_number() -> None:
    complaints = Complaints()
    assert complaints.due("A03", 0.0) == 1
    assert [complaints.due("A03", second) for second in (0.0, 1.0, EVERY_S - 0.001)] == [None, None, None]
    assert complaints.due("A03", EVERY_S) == 4
    assert complaints.due("A03", EVERY_S + 1) is None
    assert complaints.due("A03", 2 * EVERY_S) == 2


def test_one_cabinets_noise_does_not_silence_another() -> None:
    complaints = Complaints()
    assert [complaints.due(name, 0.0) for name in ("A03", "B07", "A03")] == [1, 1, None]


def test_forged_names_fill_neither_memory_nor_log() -> None:
    complaints = Complaints()
    said = [complaints.due(f"X{number}", 0.0) for number in range(MAX_NAMES + 500)]
    assert said[:MAX_NAMES] == [1] * MAX_NAMES
    assert [each for each in said[MAX_NAMES:] if each] == [1]
    assert complaints.due("another", EVERY_S) == 500
