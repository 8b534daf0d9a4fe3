import pytest

from locker.scan.sightings import Sightings


def frames(sightings: Sightings, first_ms: int, last_ms: int, *texts: str) -> list[str]:
    """Ten frames a second that all show `texts`; return what was news in them."""
    return [news for now_ms in range(first_ms, last_ms + 1, 100) for news in sightings.news(texts, now_ms)]


def test_a_code_held_for_a_minute_is_news_once() -> None:
    sightings = Sightings()
    assert frames(sightings, 0, 60_000, "A") == ["A"]


@pytest.mark.parametrize(("back_ms", "news"), [(2_499, []), (2_500, ["A"]), (2_501, ["A"])])
def test_it_is_news_again_after_1500_ms_out_of_view(back_ms: int, news: list[str]) -> None:
    sightings = Sightings()
    frames(sightings, 0, 1_000, "A")
    assert frames(sightings, 1_100, 2_400) == []
    assert sightings.news(["A"], back_ms) == news


def test_one_frame_in_which_it_cannot_be_read_means_nothing() -> None:
    sightings = Sightings()
    frames(sightings, 0, 1_000, "A")
    for start_ms in range(1_100, 20_000, 1_000):
        assert frames(sightings, start_ms, start_ms + 800) == []
        assert sightings.news(["A"], start_ms + 900) == []


def test_each_code_has_its_own_time() -> None:
    sightings = Sightings()
    assert frames(sightings, 0, 1_000, "A") == ["A"]
    assert frames(sightings, 1_100, 2_600, "B") == ["B"]
    assert frames(sightings, 2_700, 2_700, "A", "B") == ["A"]


def test_the_same_code_twice_in_a_frame_is_one() -> None:
    assert Sightings().news(["A", "B", "A"], 0) == ["A", "B"]


def test_time_without_frames_is_not_time_out_of_view() -> None:
    sightings = Sightings()
    assert sightings.news(["A"], 0) == ["A"]
    assert sightings.news(["A"], 3_600_000) == []


def test_a_gap_counts_as_one_second_at_most() -> None:
    sightings = Sightings()
    sightings.news(["A"], 0)
    sightings.news([], 3_600_000)  # 1,000 ms watched
    assert sightings.news([], 3_600_499) == []
    assert sightings.news(["A"], 3_600_500) == ["A"]  # 1,500 ms watched


def test_a_flood_of_codes_is_capped_until_there_is_room() -> None:
    sightings = Sightings()
    flood = [str(number) for number in range(300)]
    assert sightings.news(flood, 0) == flood[:256]
    assert sightings.news(["LATE"], 1_000) == []
    assert sightings.news(["LATE"], 1_500) == ["LATE"]
