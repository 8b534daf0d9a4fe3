"""What may stand on a screen: keys and arguments against the tables of words, in every language."""

from string import Formatter

from locker.core.actions import Screen
from sync.text import LANGUAGES, words

EVERYWHERE = {"help", "cabinet"}
"""The arguments that every screen carries for its help line."""


def arguments(sentence: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def check_screen(screen: Screen) -> None:
    """Break unless every language has the screen and says exactly the arguments that it carries."""
    for language in LANGUAGES:
        table = words(language)
        assert screen.key in table.screen, f"{language} has no words for {screen.key}"
        said = arguments(table.screen[screen.key])
        assert said | EVERYWHERE == set(screen.args), f"{language} {screen.key}: {sorted(said)} of {dict(screen.args)}"
