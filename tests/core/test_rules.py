"""The numbers: each says where it comes from, and means what it says to the millisecond."""

import tomllib
from datetime import date
from importlib import resources

import msgspec
import pytest

from locker.core.rules import HOUR_MS, Limits, label_may_open, local_date
from sync.credential import label
from sync.facts import VisitInterrupted
from sync.stamp import Clock
from sync.wire import MAX_LINE_BYTES, encode_line
from tests.core.moment import stamp
from tests.core.place import LIMITS

TABLE = (resources.files("locker.core") / "defaults.toml").read_text()


def test_the_table_and_the_limits_have_the_same_lines() -> None:
    assert tuple(tomllib.loads(TABLE)) == Limits.__struct_fields__


def test_every_number_says_where_it_comes_from() -> None:
    lines = [line for line in TABLE.splitlines() if line and not line.startswith("#")]
    told_together = {"loan_days_tool", "left_open_single_s", "left_open_shelf_s", "left_open_slot_s"}
    untold = {line.split(" ")[0] for line in lines if "#" not in line}
    assert untold <= told_together, "its neighbour's comment says it for both"


def test_a_number_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**tomllib.loads(TABLE), "loan_weeks": 3}, Limits)


SECONDS, DAYS, FEW, BOUNCE_MS = (1, 3600), (1, 366), (1, 100), (50, 5000)


def bounds(name: str) -> tuple[int, int]:
    """What a limit may be: nobody waits for an hour, lends for longer than a year, or trusts a leaf after 10 ms."""
    if name.startswith("loan_days"):
        return DAYS
    others = {
        "loans_per_resident": FEW,
        "label_per_hour": FEW,
        "unlisted_per_hour": FEW,
        "labels_per_visit": (1, 200),
        "settle_ms": BOUNCE_MS,
        "open_wait_s": (4, 60),
        "strange_log_s": (10, 3600),
    }
    return others.get(name, SECONDS)


@pytest.mark.parametrize("name", Limits.__struct_fields__)
def test_a_number_out_of_bounds_is_refused(name: str) -> None:
    table = tomllib.loads(TABLE)
    for within in bounds(name):
        assert getattr(msgspec.convert({**table, name: within}, Limits), name) == within
    for beyond in (bounds(name)[0] - 1, bounds(name)[1] + 1):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({**table, name: beyond}, Limits)


def test_an_interrupted_visit_with_the_longest_list_fits_a_line() -> None:
    items = tuple(label(number) for number in range(200))
    longest = VisitInterrupted(visit=1, stage="opened", door=99, leaf="unknown", items=items)
    assert len(encode_line("A" * 16, "f" * 16, 2**62, stamp(0), longest)) < MAX_LINE_BYTES


@pytest.mark.parametrize(
    ("before", "may"),
    [
        ((), True),
        ((0,), False),
        ((-59_999,), False),
        ((-60_000,), True),
        ((-60_000, -120_000, -180_000), False),
        ((-60_000, -120_000, 1 - HOUR_MS), False),
        ((-60_000, -120_000, -HOUR_MS), True),
    ],
)
def test_one_opening_by_label_a_minute_and_three_an_hour(before: tuple[int, ...], *, may: bool) -> None:
    now_ms = 2 * HOUR_MS
    assert label_may_open(tuple(now_ms + at for at in before), now_ms, LIMITS) is may


def test_the_day_is_the_one_on_the_wall() -> None:
    assert local_date(stamp(12 * HOUR_MS - 1), 480) == date(2026, 1, 5)
    assert local_date(stamp(12 * HOUR_MS), 480) == date(2026, 1, 6)
    assert local_date(stamp(0), -300) == date(2026, 1, 4)
    assert local_date(stamp(0, Clock.UNKNOWN), 480) is None
