"""`locker scan` as a program of its own, before there is a whole command tree around it."""

import argparse
import sys

from locker.commands.scan import add_to


def main() -> int:
    parser = argparse.ArgumentParser(prog="locker")
    add_to(parser.add_subparsers(required=True))
    chosen = parser.parse_args()
    status = chosen.act(chosen)
    assert isinstance(status, int)
    return status


if __name__ == "__main__":
    sys.exit(main())
