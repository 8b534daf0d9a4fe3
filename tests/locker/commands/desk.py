"""Typing at the desk: one command, and what came of it."""

from typing import NamedTuple

import pytest

from locker import cli


class Answer(NamedTuple):
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


class Desk:
    """Types commands; what argparse refuses is an answer too."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object) -> Answer:
        try:
            code = cli.main([str(word) for word in words])
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else -1
        said = self._capsys.readouterr()
        return Answer(code, said.out, said.err)
