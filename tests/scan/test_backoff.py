from locker.scan.backoff import Backoff


def test_waits_double_up_to_the_most() -> None:
    backoff = Backoff(first_s=0.5, most_s=30.0, well_s=60.0)
    assert [backoff.after(0.0) for _ in range(8)] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_an_attempt_that_held_starts_them_anew() -> None:
    backoff = Backoff(first_s=0.5, most_s=30.0, well_s=60.0)
    assert [backoff.after(held_s) for held_s in (0.0, 0.0, 59.9, 60.0, 0.0)] == [0.5, 1.0, 2.0, 0.5, 1.0]
