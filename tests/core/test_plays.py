"""Every playbook is played: the flows and the cases, signal in, fact and action out."""

from typing import get_args

import pytest

from sync.facts import AnyFact
from sync.text import words
from tests.core.plays import PLAYS, Play


@pytest.mark.parametrize("play", [pytest.param(play, id=name) for name, play in PLAYS.items()])
def test_it_goes_as_written(play: Play) -> None:
    assert play()


def test_together_they_show_every_screen_and_write_every_fact() -> None:
    played = [play() for play in PLAYS.values()]
    assert all(played)
    assert set().union(*(play.screens for play in played)) == set(words("en").screen)
    assert {type(fact) for play in played for fact in play.facts} == set(get_args(AnyFact))
