"""What people see and hear: every screen in every language, the same arguments, the words of the house alone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import locker.core
from locker.core.admission import WhyNot
from sync.text import LANGUAGES, words
from tests.core.spoken import EVERYWHERE, arguments

SOURCES = sorted(Path(str(locker.core.__file__)).parent.glob("*.py"))
FORBIDDEN = {
    "en": ("ticket", "sync", "offline", "invalid", "overdue", "hold", "bundle", "error", "fine", "penalty", "late"),
    "zh": ("报修单", "工单", "同步", "离线", "无效", "逾期", "超期", "非法", "错误", "罚", "违规"),
}
"""Never in a resident's text: the machine's words, and words that blame. `works offline` stands on no screen."""


def literal_screens() -> Iterator[tuple[str, set[str] | None]]:
    """Every `Screen("key", {...})` in the core's source; None for arguments that are not written out."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Screen":
                yield from _keys(node)


def _keys(call: ast.Call) -> Iterator[tuple[str, set[str] | None]]:
    key, *rest = call.args
    if isinstance(key, ast.IfExp):
        keys = [each.value for each in (key.body, key.orelse) if isinstance(each, ast.Constant)]
    elif isinstance(key, ast.Constant):
        keys = [key.value]
    else:
        return
    for each in keys:
        if not rest:
            yield str(each), set()
        elif isinstance(rest[0], ast.Dict) and all(isinstance(name, ast.Constant) for name in rest[0].keys):
            yield str(each), {str(name.value) for name in rest[0].keys if isinstance(name, ast.Constant)}
        else:
            yield str(each), None


COMPUTED = {
    "borrowed": {"taken", "back", "due"},
    "borrowed_no_date": {"taken", "back"},
    "did_not_open": {"door"},
    "cannot_see": {"door"},
    **{f"pass_{why}": set[str]() for why in get_args(WhyNot) if why != "not_believed"},
}
"""Screens whose key the source computes; the playbooks show every one of them."""


def all_screens() -> dict[str, set[str]]:
    found = {key: args for key, args in literal_screens() if args is not None}
    return {**found, **COMPUTED}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_the_core_has_its_words_and_no_other_has(language: str) -> None:
    assert set(words(language).screen) == set(all_screens())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(all_screens()))
def test_a_sentence_says_exactly_what_the_core_gives(language: str, key: str) -> None:
    assert arguments(words(language).screen[key]) == all_screens()[key]


def test_one_key_always_comes_with_the_same_arguments() -> None:
    given = [(key, frozenset(args)) for key, args in literal_screens() if args is not None]
    assert len({key for key, _ in given}) == len(set(given))


def test_the_walk_over_the_source_finds_screens() -> None:
    found = list(literal_screens())
    assert ("opening", {"door"}) in found
    assert ("idle", set()) in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_line_says_who_to_ask_and_where_one_stands(language: str) -> None:
    assert arguments(words(language).help) == EVERYWHERE
    line = words(language).help_line({"help": "555 0123", "cabinet": "A03", "door": 3})
    assert "555 0123" in line
    assert "A03" in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_machine_and_no_blame(language: str) -> None:
    spoken = [words(language).help, *words(language).screen.values()]
    for sentence in spoken:
        for word in FORBIDDEN[language]:
            found = re.search(rf"\b{word}\b" if language == "en" else word, sentence, re.IGNORECASE)
            assert found is None, f"{word}: {sentence}"


def test_chinese_is_chinese_and_english_is_english() -> None:
    for key, sentence in words("en").screen.items():
        assert not re.search(r"[\u4e00-\u9fff]", sentence), key
    for key, sentence in words("zh").screen.items():
        assert re.search(r"[\u4e00-\u9fff]", sentence), key
        without_arguments = re.sub(r"{\w+}", "", sentence)
        assert not re.search(r"[A-Za-z,.?!:;]", without_arguments), f"{key}: Chinese has its own punctuation"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_said(language: str) -> None:
    args: dict[str, str | int] = {"door": 3, "help": "555 0123", "cabinet": "A03"}
    assert "3" in words(language).say("opening", args)
    with pytest.raises(KeyError):
        words(language).say("no_such_screen", {})
    with pytest.raises(KeyError):
        words(language).say("opening", {})


def test_a_language_that_nobody_has_written_is_said_to_be_missing() -> None:
    with pytest.raises(FileNotFoundError):
        words("xx")
