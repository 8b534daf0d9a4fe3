"""A profile that no board can have is refused with the key and what is allowed."""

from typing import Any

import pytest

from firmware_bridge.board import BoardProfile
from firmware_bridge.errors import BoardError, WrongProfile


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"protocol": "9b"}, "board left: protocol '9b' is none of 8a"),
        ({"address": 0}, "board left: address is 0; allowed: 1 to 32"),
        ({"address": 33}, "board left: address is 33; allowed: 1 to 32"),
        ({"channels": 51}, "board left: channels is 51; allowed: 1 to 50"),
        ({"channels": 0}, "board left: channels is 0; allowed: 1 to 50"),
        ({"baud": 300}, "board left: baud is 300; allowed: 1200 to 1000000"),
        ({"pulse_ms": 3001}, "board left: pulse_ms is 3001; allowed: 1 to 3000"),
        ({"reply_timeout_ms": 0}, "board left: reply_timeout_ms is 0; allowed: 1 to 5000"),
    ],
)
def test_impossible_profiles_are_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(WrongProfile) as refusal:
        BoardProfile("left", **wrong)
    assert str(refusal.value) == words
    assert isinstance(refusal.value, BoardError)
    assert isinstance(refusal.value, ValueError)


def test_a_profile_needs_only_a_name() -> None:
    assert list(BoardProfile("left").numbers) == list(range(1, 25))
