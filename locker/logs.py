"""This file knows how the daemon speaks to whoever reads its log.

One record is one line: constant words, then `key=value`. Under systemd a line begins with its priority (`<4>`), for
the journal stamps the time itself; anywhere else it begins with the time in UTC. Facts are not logs: what must last
goes into the journal of facts. What people show to the scanner never gets here in clear.
"""

import json
import logging
import os
import re
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO, TypeAlias

_ErrorTold: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

MAX_WORD_CHARS = 300
"""Longest message or value in a line: a topic or a path with room to spare; what is longer is cut."""
_CHAIN = 5
"""Causes told behind an error: more than any of ours has."""
_FRAMES = 20
"""Innermost frames told of each: endless recursion has a thousand."""
_SYSLOG = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
"""Priorities of sd-daemon(3); whatever is lower is 7."""
_SECRETS = (
    (re.compile(r"LC1:[0-9A-Z $%*+\-./:]{4,}"), "LC1:…"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*-----|\Z)", re.DOTALL), "(private key)"),
    (re.compile(r"(?<=://)[^/@\s]+@"), "…@"),
)
_BARE = " ='\""
_QUOTED = re.compile(r"""['"].*['"]""", re.DOTALL)


def hidden(text: str) -> str:
    """The text without passes, private keys and the names and passwords inside addresses."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def named(error: BaseException) -> str:
    """One line about an error that shows nobody's code: type and words, without what Python quotes.

    Only the system's own errors keep their quotes, for these name files and devices.
    """
    words = str(error) if isinstance(error, OSError) else _QUOTED.sub("'…'", str(error))
    return f"{type(error).__name__}: {_word(hidden(words), bare=_BARE)}" if words else type(error).__name__


def note(log: logging.Logger, level: int, message: str, **fields: object) -> None:
    """Log constant words and what varies as fields, `note(_log, logging.WARNING, "bus silent", bus="main", s=12)`."""
    log.log(level, message, extra={"fields": fields}, stacklevel=2)


def under_journal(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether systemd's journal itself reads this stream, as systemd.exec(5) tells: JOURNAL_STREAM=device:inode."""
    told = environ.get("JOURNAL_STREAM")
    if told is None:
        return False
    try:
        status = os.fstat(stream.fileno())
    except OSError:
        return False
    return told == f"{status.st_dev}:{status.st_ino}"


def begin(stream: TextIO, *, journal: bool, level: int = logging.INFO) -> None:
    """Send everything from `level` up to `stream`, and nowhere else. Called once, by whoever starts the process."""
    out = logging.StreamHandler(stream)
    out.setFormatter(LineFormatter(journal=journal))
    logging.basicConfig(handlers=[out], level=level, force=True)


class LineFormatter(logging.Formatter):
    """Writes a record as one line; the traceback of an error as one more line a frame, each with its priority."""

    def __init__(self, *, journal: bool) -> None:
        """Choose the beginning of a line: priority for the journal, time elsewhere."""
        super().__init__()
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        """The finished lines, without passes, keys and passwords."""
        fields: Mapping[str, object] = getattr(record, "fields", {})
        words = [_word(hidden(record.getMessage()), bare=_BARE)]
        words += [f"{key}={_word(hidden(str(value)))}" for key, value in fields.items()]
        lines = [f"{record.name}: {' '.join(words)}"]
        if record.exc_info:
            lines += [f"  {line}" for line in self.formatException(record.exc_info).split("\n")]
        return "\n".join(self._lead(record) + line for line in lines)

    def formatException(self, ei: _ErrorTold) -> str:  # noqa: N802  logging's name
        """Frames, type and words of the error and its causes, innermost first; no values."""
        error = ei[1]
        return "" if error is None else hidden("\n".join(_account(error)))

    def _lead(self, record: logging.LogRecord) -> str:
        if self._journal:
            return f"<{next((number for level, number in _SYSLOG if record.levelno >= level), 7)}>"
        when = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        return f"{when}Z {record.levelname} "


def _account(error: BaseException) -> Iterator[str]:
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and len(chain) < _CHAIN:
        chain.append(cause)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    for link in reversed(chain):
        for frame in traceback.extract_tb(link.__traceback__, limit=-_FRAMES):
            yield f"{frame.filename}:{frame.lineno} in {frame.name}: {frame.line}"
        yield named(link)


def _word(text: str, bare: str = "") -> str:
    """Quote what could be mistaken for another word, field or line; `bare` may stand unquoted."""
    if len(text) > MAX_WORD_CHARS:
        text = text[:MAX_WORD_CHARS] + "…"
    if not text.isprintable():
        return json.dumps(text)
    plain = text and not any(char in text and char not in bare for char in _BARE)
    return text if plain else json.dumps(text, ensure_ascii=False)
