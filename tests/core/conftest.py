"""A playbook that is written and never played would pass whatever it says: it fails its test instead."""

from collections.abc import Iterator

import pytest

from tests.core.playbook import Playbook


def forgotten() -> list[Playbook]:
    """The playbooks of this test that have lines nobody has played."""
    return [playbook for playbook in Playbook.written if not playbook.played]


@pytest.fixture(autouse=True)
def every_playbook_is_played() -> Iterator[None]:
    Playbook.written.clear()
    yield
    assert forgotten() == [], "a playbook was written and not played: assert it"
