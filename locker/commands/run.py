"""`locker run`: the daemon."""

import argparse
import logging
import os
import sys
from pathlib import Path


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verb to the command tree."""
    parser = commands.add_parser(
        "run",
        help="run the cabinet",
        description="Run the cabinet until SIGTERM. What the resident sees goes to stdout, one JSON object a line; "
        "the log goes to stderr. On a wrong configuration no bolt moves and the exit code is 78.",
    )
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the cabinet's configuration")
    parser.set_defaults(act=run)


def run(args: argparse.Namespace) -> int:
    """Check the configuration, then run; 0 after an orderly stop, 70 when a part of it died, 74 when the disk fails."""
    from locker import logs
    from locker.commands.config import report
    from locker.config import WrongConfig, load
    from locker.daemon import Daemon
    from sync.cabinet.errors import JournalError

    logs.begin(sys.stderr, journal=logs.under_journal(sys.stderr, os.environ), level=logging.INFO)
    config = load(args.config)
    if isinstance(config, WrongConfig):
        report(config)
        return os.EX_CONFIG
    try:
        daemon = Daemon(config, sys.stdout)
    except (JournalError, OSError) as error:
        print(f"locker: {error}", file=sys.stderr)
        return os.EX_IOERR
    return daemon.run()
