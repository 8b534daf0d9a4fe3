"""Every playbook is played: the flows and the cases, signal in, fact and action out."""

import pytest

from tests.core.plays import PLAYS, Play


@pytest.mark.parametrize("play", [pytest.param(play, id=name) for name, play in PLAYS.items()])
def test_it_goes_as_written(play: Play) -> None:
    assert play()
