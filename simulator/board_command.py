"""`python -m simulator board`: one lock board on a PTY, for somebody else's program to talk to."""

import argparse
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from simulator.boards import EightATwin, Twin
from simulator.doors import POP_MS, hang_doors
from simulator.pty_wire import CoilPulsed, Event, PtyWire

BOARDS: Final[Mapping[str, Callable[[argparse.Namespace], Twin]]] = {
    "8a": lambda said: EightATwin(
        address=said.address,
        channels=said.channels,
        feedback=said.feedback,
        status_order=said.status_order,
        baud=said.baud,
        doors=hang_doors(said.channels, seed=said.seed),
    ),
}


def main(argv: Sequence[str]) -> int:
    """Print the PTY's path as first line, then what happens to the doors, until Ctrl-C or SIGTERM; exit code 0."""
    said = _parser().parse_args(argv)
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before any thread starts, so that none of them is interrupted
    with PtyWire(BOARDS[said.protocol](said), echo=said.echo, link=said.link, listen=_tell) as wire:
        print(wire.path, flush=True)
        signal.sigwait(ends)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator board", description=__doc__)
    parser.add_argument("--protocol", choices=sorted(BOARDS), default="8a")
    parser.add_argument("--address", type=_up_to(32), default=1, metavar="N", help="1 to 32, as on the DIP switches")
    parser.add_argument("--channels", type=_up_to(50), default=24, metavar="N", help="how many locks, 1 to 50")
    parser.add_argument("--feedback", choices=("closed_high", "open_high"), default="closed_high")
    parser.add_argument("--status-order", choices=("high_first", "low_first"), default="high_first")
    parser.add_argument(
        "--baud", type=_up_to(1_000_000), default=9600, metavar="N", help="asked at another speed it hears garbage"
    )
    parser.add_argument("--echo", action="store_true", help="the adapter hears its own sending")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=f"of the springs: {POP_MS[0]}-{POP_MS[1]} ms")
    parser.add_argument("--link", type=Path, metavar="PATH", help="a symbolic link that leads to the PTY")
    return parser


def _up_to(most: int) -> Callable[[str], int]:
    def number(said: str) -> int:
        value = int(said)
        if not 1 <= value <= most:
            raise argparse.ArgumentTypeError(f"{value} is not among 1 to {most}")
        return value

    return number


def _tell(event: Event) -> None:
    if isinstance(event, CoilPulsed):
        print(f"{event.at_s:.3f} lock {event.lock}: coil on", flush=True)
    else:
        print(f"{event.at_s:.3f} lock {event.lock}: leaf {'open' if event.open else 'closed'}", flush=True)
