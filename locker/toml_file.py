"""This file knows how a TOML file becomes a frozen struct.

Of everything that is wrong in it, it says where it stands and what is allowed instead. What is allowed is read off the
struct's types; where a type says too little (a pattern), its `Meta` has a `description` in English and
`extra={"zh": …}`.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar, get_args, get_origin

import msgspec
from msgspec import inspect

from locker import files
from locker.toml_lines import KeyPath, find, nearest

S = TypeVar("S", bound=msgspec.Struct)

MAX_FILE_BYTES = 1024 * 1024
"""A catalogue of 300 books has 45 kB; this holds 7,000."""
_SHOWN_CHARS = 40
_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class Phrase(msgspec.Struct, frozen=True):
    """The same words in both languages."""

    en: str
    zh: str


def same(words: str) -> Phrase:
    """What is the same in both languages: names, numbers, commands."""
    return Phrase(words, words)


def listed(names: Iterable[str]) -> Phrase:
    """All of these, each language with its own comma."""
    words = list(names)
    return Phrase(", ".join(words), "、".join(words))


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody must change in a file before it can be used."""

    file: Path
    line: int
    """Counted from 1; of what is missing, the table it belongs into."""
    key: str
    """Dotted: `bus.board.channels`."""
    wrong: Phrase
    allowed: Phrase

    def __str__(self) -> str:
        """Two lines: `FILE:LINE: key: what is wrong; allowed: what is`, and the same in Chinese."""
        english = f"{self.file}:{self.line}: {self.key}: {self.wrong.en}; allowed: {self.allowed.en}"
        chinese = f"{self.wrong.zh}；应为：{self.allowed.zh}"
        return f"{_plain(english)}\n    {_plain(chinese)}"


class TomlFile:
    """One file and what was found wrong with it so far. Reading it never raises."""

    def __init__(self, path: Path) -> None:
        """Read the file; what keeps it from being TOML is the first problem."""
        self.path = path
        self.problems: list[Problem] = []
        self._text = ""
        self._top: dict[str, object] | None = None
        self._begin()

    def build(self, kind: type[S], defaults: Mapping[str, Mapping[str, object]] | None = None) -> S | None:
        """The whole file as `kind`; None when some value is missing or does not fit, each said in `problems`.

        Keys that nobody knows are problems too, but are no hindrance. `defaults` are whole tables: what the file says
        in them comes instead, key by key.
        """
        if self._top is None:
            return None
        top = dict(self._top)
        for name, table in (defaults or {}).items():
            said = top.get(name, {})
            top[name] = {**table, **said} if isinstance(said, dict) else said
        return self._table(top, kind, ())

    def line(self, *path: str | int) -> int:
        """Where this key stands, or the innermost table around it."""
        return nearest(self._lines, path)

    def wrong(self, path: KeyPath, wrong: Phrase, allowed: Phrase) -> None:
        """Add a problem at this key."""
        key = ".".join(name for name in path if isinstance(name, str))
        self.problems.append(
            Problem(file=self.path, line=self.line(*path), key=key or "file", wrong=wrong, allowed=allowed)
        )

    @cached_property
    def _lines(self) -> dict[KeyPath, int]:
        return find(self._text)

    def _begin(self) -> None:
        text = _text(self.path)
        read = _parsed(text) if isinstance(text, str) else text
        if isinstance(read, _Unreadable):
            allowed = Phrase("a TOML file in UTF-8 without BOM", "UTF-8 编码、无 BOM 的 TOML 文件")
            self.problems.append(Problem(file=self.path, line=read.line, key="file", wrong=read.why, allowed=allowed))
        else:
            self._text, self._top = read

    def _table(self, raw: object, kind: type[S], at: KeyPath) -> S | None:
        if not isinstance(raw, dict):
            self.wrong(at, _unfit(raw), _TABLE)
            return None
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        meant = [self._unknown(name, fields, at) for name in raw if name not in fields]
        values: dict[str, object] = {}
        sound = True
        for name, field in fields.items():
            if name in raw:
                value = self._value(raw[name], field.type, (*at, name))
                values[field.name] = value
                sound = sound and value is not _WRONG
            elif field.required:
                sound = False
                if name not in meant:
                    self.wrong((*at, name), Phrase("is missing", "缺少这一项"), allowed(field.type))
        return kind(**values) if sound else None

    def _unknown(self, name: str, fields: Iterable[str], at: KeyPath) -> str | None:
        """Report it; the key that was meant, if that is likely."""
        like = next(iter(difflib.get_close_matches(name, fields, n=1)), None)
        wrong = Phrase("unknown key", "没有这个键")
        if like is not None:
            wrong = Phrase(f"unknown key, did you mean {like}?", f"没有这个键，是不是 {like}？")
        self.wrong((*at, name), wrong, listed(fields))
        return like

    def _value(self, raw: object, kind: object, at: KeyPath) -> object:
        """`raw` as `kind`, or _WRONG after saying why."""
        inner = get_args(kind)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self._table(raw, kind, at) or _WRONG
        if get_origin(kind) is tuple and issubclass(inner[0], msgspec.Struct):
            return self._tables(raw, inner[0], at)
        if get_origin(kind) is dict and isinstance(raw, dict):
            return self._pairs(raw, inner[0], inner[1], at)
        return self._single(raw, kind, at)

    def _tables(self, raw: object, kind: type[msgspec.Struct], at: KeyPath) -> object:
        if not isinstance(raw, list):
            self.wrong(at, _unfit(raw), _TABLES)
            return _WRONG
        tables = [self._table(each, kind, (*at, place)) for place, each in enumerate(raw)]
        return _WRONG if None in tables else tuple(tables)

    def _pairs(self, raw: Mapping[str, object], key: object, value: object, at: KeyPath) -> object:
        pairs = {
            self._single(name, key, (*at, name), strict=False): self._single(each, value, (*at, name))
            for name, each in raw.items()
        }
        return _WRONG if _WRONG in pairs or _WRONG in pairs.values() else pairs

    def _single(self, raw: object, kind: object, at: KeyPath, *, strict: bool = True) -> object:
        try:
            return msgspec.convert(raw, kind, strict=strict)
        except msgspec.ValidationError:
            self.wrong(at, _unfit(raw), allowed(kind))
            return _WRONG


_WRONG = object()
_TABLE = Phrase("a table", "一个表")
_TABLES = Phrase("tables in double brackets", "双方括号的表")


class _Unreadable(msgspec.Struct, frozen=True):
    """Why a file is no TOML at all, and from which line on."""

    line: int
    why: Phrase


def _text(path: Path) -> str | _Unreadable:
    try:
        raw = files.read(path, MAX_FILE_BYTES)
    except OSError as error:
        return _Unreadable(1, unread(error))
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return _Unreadable(1, Phrase("begins with a byte order mark (BOM)", "开头有字节顺序标记 (BOM)"))
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        return _Unreadable(raw.count(b"\n", 0, error.start) + 1, Phrase("is not UTF-8", "不是 UTF-8 编码"))


def _parsed(text: str) -> tuple[str, dict[str, object]] | _Unreadable:
    try:
        return text, tomllib.loads(text)
    except RecursionError:
        return _Unreadable(1, Phrase("is nested too deeply", "嵌套过深"))
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        last = text.rstrip("\n").count("\n") + 1
        words = _AT.sub("", str(error))
        why = Phrase(f"is not TOML ({words})", f"不符合 TOML 格式（{words}）")
        return _Unreadable(int(at[1]) if at and at[1] else last, why)
    except ValueError:  # a number of more than 4,300 digits, says Python, not tomllib
        return _Unreadable(1, Phrase("holds a number too long to be read", "数字过长，无法读取"))


def unread(error: OSError) -> Phrase:
    """Why a file could not be read, in both languages."""
    words = error.strerror or type(error).__name__
    chinese = {
        "FileNotFoundError": "没有这个文件",
        "IsADirectoryError": "是文件夹，不是文件",
        "PermissionError": "没有读取权限",
    }
    return Phrase(f"cannot be read ({words})", f"无法读取（{chinese.get(type(error).__name__, words)}）")


def allowed(kind: object) -> Phrase:
    """What a value of this type may be, in words."""
    return _spoken(inspect.type_info(kind))


def _spoken(kind: inspect.Type) -> Phrase:
    match kind:
        case inspect.Metadata(type=inner, extra_json_schema=schema, extra=extra):
            said = (schema or {}).get("description")
            return _spoken(inner) if said is None else Phrase(said, (extra or {}).get("zh", said))
        case inspect.UnionType(types=types):
            return _spoken(next(each for each in types if not isinstance(each, inspect.NoneType)))
        case inspect.EnumType(cls=names):
            return _one_of([str(name.value) for name in names])
        case inspect.IntType(ge=int(least), le=int(most)):
            return Phrase(f"a whole number, {least} to {most}", f"{least} 到 {most} 的整数")
        case inspect.VarTupleType():
            return _TABLES
        case inspect.StructType():
            return _TABLE
        case inspect.DictType(value_type=value):
            inside = _spoken(value)
            return Phrase(f"a table of {inside.en}", f"一个表，其中是{inside.zh}")
        case _:  # msgspec's union, not ours: what config.py uses besides is text
            return Phrase("text in quotes", "引号中的文字")


def _plain(text: str) -> str:
    """The text on one line, and nothing in it that could steer a terminal."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _one_of(names: list[str]) -> Phrase:
    return Phrase(" or ".join(names), " 或 ".join(names))


def _unfit(raw: object) -> Phrase:
    shown = json.dumps(raw, ensure_ascii=False, default=str)
    shown = shown if len(shown) <= _SHOWN_CHARS else shown[:_SHOWN_CHARS] + "…"
    return Phrase(f"{shown} does not fit", f"{shown} 不合要求")
