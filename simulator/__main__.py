"""`python -m simulator VERB`: the town, or one lock board for somebody else's program to talk to."""

import argparse
import signal
import sys


def main(argv: list[str]) -> int:
    """Do what the first word says; the words after it are for that verb. Ctrl-C that no verb awaits is a quiet end."""
    try:
        return _act(argv)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _act(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument(
        "verb", choices=("demo", "board"), help="demo: the whole story · board: one lock board on a PTY"
    )
    verb = parser.parse_args(argv[:1]).verb
    if verb == "board":
        from simulator import board_command

        return board_command.main(argv[1:])
    from simulator import demo

    return demo.main(argv[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
