"""The words people see and hear, for both ends: one table a language, equal keys, no code.

A screen is a key and its arguments; the language is chosen where it is shown.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

import msgspec

LANGUAGES: Final = ("zh", "en")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language's table."""

    help: str
    screen: Mapping[str, str]

    def say(self, key: str, args: Mapping[str, str | int]) -> str:
        """The sentence of a screen, its arguments filled in; KeyError for a key or argument that the table lacks."""
        return self.screen[key].format_map(args)

    def help_line(self, args: Mapping[str, str | int]) -> str:
        """The line on every screen: who to ask, and at which cabinet one stands."""
        return self.help.format_map(args)


@cache
def words(language: str) -> Words:
    """Read a language's table once; FileNotFoundError when there is none."""
    text = resources.files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Words)
