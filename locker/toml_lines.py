"""This file knows on which line of a TOML file each key stands; `tomllib` reads the values and forgets the lines.

It leaves the grammar to `tomllib` too: a statement is the fewest lines that it can read by themselves. Pure.
"""

import tomllib
from collections.abc import Iterator
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Names of tables and keys, and places in lists: `("bus", 0, "board", 1, "lock")`."""

MAX_STATEMENT_LINES = 200
"""A longer list over several lines is not looked into, nor what follows it: reading it anew line by line takes a time
that grows with the square of its length (0.2 s for this many)."""


def find(text: str) -> dict[KeyPath, int]:
    """The line, counted from 1, of each key and table of a text that `tomllib` can read."""
    lines = text.replace("\r\n", "\n").split("\n")
    found: dict[KeyPath, int] = {(): 1}
    lengths: dict[KeyPath, int] = {}
    table: KeyPath = ()
    first = 0
    while first < len(lines):
        statement = _statement(lines, first)
        if statement is None:
            break
        after, said = statement
        if lines[first].lstrip().startswith("["):
            table = _table(said, lengths)
            paths = iter((table,))
        else:
            paths = _paths(said, table)
        for path in paths:
            for depth in range(1, len(path) + 1):
                found.setdefault(path[:depth], first + 1)
        first = after
    return found


def nearest(found: dict[KeyPath, int], path: KeyPath) -> int:
    """The line of `path`, or of the innermost table around it that is there."""
    return next(found[path[:depth]] for depth in range(len(path), -1, -1) if path[:depth] in found)


def _statement(lines: list[str], first: int) -> tuple[int, dict[str, object]] | None:
    """The line after the statement that begins at `first`, and what it says."""
    for after in range(first + 1, min(first + MAX_STATEMENT_LINES, len(lines)) + 1):
        try:
            return after, tomllib.loads("\n".join(lines[first:after]))
        except tomllib.TOMLDecodeError:
            continue
    return None


def _table(said: object, lengths: dict[KeyPath, int]) -> KeyPath:
    """The path of a header: `[[bus.board]]` adds one more board to the newest bus."""
    path: KeyPath = ()
    while said:
        if isinstance(said, list):
            lengths[path] = lengths.get(path, 0) + 1
            return (*path, lengths[path] - 1)
        assert isinstance(said, dict)
        ((name, said),) = said.items()
        path = (*path, name)
        if path in lengths and not isinstance(said, list):
            path = (*path, lengths[path] - 1)
    return path


def _paths(said: object, path: KeyPath) -> Iterator[KeyPath]:
    """Every key inside, itself included."""
    yield path
    if isinstance(said, dict):
        for name, value in said.items():
            yield from _paths(value, (*path, name))
    elif isinstance(said, list):
        for place, value in enumerate(said):
            yield from _paths(value, (*path, place))
