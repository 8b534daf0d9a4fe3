"""The server's program: `locker-ingest` takes facts from the broker into a database; `locker-ingest loans` shows them.

Exit codes: 0 stopped in good order, 64 wrong usage, 66 an input is missing, 74 the database failed while running,
75 another server has this database, 78 wrong settings.
"""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Never

import msgspec

from sync.ingest.complaints import one_line
from sync.ingest.consumer import Consumer, Emit
from sync.ingest.intake import Intake
from sync.ingest.keyfile import KeyFileError, public_file, server_key
from sync.ingest.lock import InUseError, sole_server
from sync.ingest.reception import Reception
from sync.ingest.register import Register
from sync.ingest.sink import SinkError
from sync.ingest.sqlite import OpenLoan, SqliteSink, open_loans
from sync.link import Connected, Version
from sync.mqtt import BrokerUrlError, Connection, address
from sync.topics import FROM_CABINET, TENANT, everyone

_SQLITE = "sqlite:///"
_log = logging.getLogger("locker-ingest")


class _WrongError(Exception):
    """Something that only a person can put right."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class _Parser(argparse.ArgumentParser):
    """As argparse, with the exit code for wrong usage that other daemons have."""

    def error(self, message: str) -> Never:
        self.print_usage(sys.stderr)
        self.exit(os.EX_USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        return _loans(words[1:]) if words[:1] == ["loans"] else _serve(words)
    except _WrongError as wrong:
        print(f"locker-ingest: {wrong}", file=sys.stderr)
        return wrong.code


def _serve(words: Sequence[str]) -> int:
    given = _daemon_parser().parse_args(words)
    database = _database(given.sink)
    _check(given.broker, given.tenant, database)
    try:
        with sole_server(database):
            return _serve_alone(given, database)
    except InUseError as error:
        raise _WrongError(os.EX_TEMPFAIL, f"--sink {error}") from error
    except SinkError as error:
        raise _WrongError(os.EX_CONFIG, f"--sink {error}") from error
    except KeyFileError as error:
        raise _WrongError(os.EX_CONFIG, str(error)) from error


def _serve_alone(given: argparse.Namespace, database: Path) -> int:
    key_file = given.key or database.with_name("server.key")
    key, made = server_key(key_file)
    if made:
        print(f"new server key: {key_file}; give {public_file(key_file)} to every cabinet", flush=True)
    register = _register(given.cabinets or database.with_name("cabinets"), make=given.cabinets is None)
    sink = SqliteSink(database)
    consumer = Consumer(
        partial(_dial, given.broker, given.tenant),
        Intake(sink, Reception(given.tenant, key, register)),
        partial(_say_ready, f"{given.broker}, tenant {given.tenant}, {given.sink}, {len(register)} cabinets known"),
    )
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, partial(_stop, consumer))
    try:
        consumer.run()
    except SinkError as error:
        raise _WrongError(os.EX_IOERR, f"--sink {error} Start again when that is done.") from error
    finally:
        sink.close()
    return os.EX_OK


def _daemon_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="locker-ingest",
        description="Takes facts from cabinets into a database, keeps the ledger of loans, and acknowledges.",
        epilog="locker-ingest loans --sink sqlite:///PATH shows the open loans.",
    )
    _sink_option(parser)
    parser.add_argument("--broker", required=True, metavar="URL", help="mqtt://HOST[:PORT]")
    parser.add_argument(
        "--key", type=Path, metavar="FILE", help="the server's private key, made if absent (server.key by the database)"
    )
    parser.add_argument(
        "--cabinets",
        type=Path,
        metavar="DIR",
        help="one public key a cabinet, A03.pub in PEM; read again at every hello (cabinets/ by the database)",
    )
    parser.add_argument("--tenant", default="community", metavar="T", help="whose cabinets (%(default)s)")
    return parser


def _sink_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sink", required=True, metavar="URL", help="sqlite:///PATH; an absolute path makes it four slashes"
    )


def _database(url: str) -> Path:
    path = url.removeprefix(_SQLITE)
    if not url.startswith(_SQLITE) or not path or "\0" in path:
        raise _WrongError(os.EX_CONFIG, f"--sink {url!r}: only sqlite:///PATH is spoken, as sqlite:////var/lib/x.db")
    return Path(path)


def _check(broker: str, tenant: str, database: Path) -> None:
    try:
        address(broker)
    except BrokerUrlError as error:
        raise _WrongError(os.EX_CONFIG, f"--broker {error}") from error
    if not TENANT.fullmatch(tenant):
        raise _WrongError(os.EX_CONFIG, f"--tenant {tenant!r}: 2 to 32 of a-z, 0-9 and -")
    if not database.parent.is_dir():
        raise _WrongError(
            os.EX_CONFIG, f"--sink: there is no folder {database.parent.absolute()}; an absolute path has four slashes"
        )


def _register(folder: Path, *, make: bool) -> Register:
    try:
        if make:
            folder.mkdir(exist_ok=True)
        return Register(folder)
    except OSError as error:
        raise _WrongError(os.EX_NOINPUT, f"--cabinets {folder}: {error.strerror}: a folder of A03.pub files") from error


def _dial(broker: str, tenant: str, version: Version, emit: Emit) -> Connection:
    return Connection(
        broker,
        f"ingest-{tenant}",
        subscribe=[everyone(tenant, channel) for channel in FROM_CABINET],
        will=None,
        emit=emit,
        version=version,
    )


def _say_ready(what: str, connected: Connected) -> None:
    print(f"ready: MQTT {'5' if connected.version == 5 else '3.1.1'} at {what}", flush=True)


def _stop(consumer: Consumer, _number: int, _frame: FrameType | None) -> None:
    consumer.stop()


def _loans(words: Sequence[str]) -> int:
    parser = _Parser(prog="locker-ingest loans", description="Shows who has what: the open loans, oldest first.")
    _sink_option(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    given = parser.parse_args(words)
    database = _database(given.sink)
    if not database.is_file():
        raise _WrongError(os.EX_NOINPUT, f"--sink: there is no database {database.absolute()}")
    try:
        loans = open_loans(database)
    except SinkError as error:
        raise _WrongError(os.EX_NOINPUT, f"--sink {error}") from error
    for loan in loans:
        print(msgspec.json.encode(loan).decode() if given.json else _line(loan))
    if not given.json:
        print(f"{len(loans)} open")
    return os.EX_OK


def _line(loan: OpenLoan) -> str:
    # A name comes from outside; a terminal must not obey it.
    item, resident = map(one_line, (loan.item, loan.resident))
    since = "time unknown" if loan.borrowed_ms is None else _minute(loan.borrowed_ms)
    told = {
        f"due {loan.due}": loan.due is not None,
        "(over limit)": loan.over_limit,
        "(visit cut off)": loan.interrupted,
        "(clock was not set)": loan.time_unsure,
    }
    marks = "".join(f"  {mark}" for mark, true in told.items() if true)
    return f"{item}  {resident}  from {loan.cabinet} door {loan.door}  since {since}{marks}"


def _minute(unix_ms: int) -> str:
    return datetime.fromtimestamp(unix_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


if __name__ == "__main__":
    sys.exit(main())
