"""`python -m simulator board`: one lock board on a PTY, for somebody else's program to talk to."""

import argparse
import io
import os
import signal
import sys
import threading
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


LONGEST_LINE_BYTES: Final = 80
"""The longest command has eight; of a longer line each piece is not understood."""

EPILOG: Final = """\
The first line of output is the path to open; then it says what happens to the doors. Meanwhile it reads commands:
  close N   push leaf N shut
  pull N    pull at leaf N
  key N     open leaf N with the mechanical key
  quit      end, as SIGTERM does
The end of its input is not its end. Exits 0, 73 if the link cannot be made, 130 on Ctrl-C.
"""


def main(argv: Sequence[str]) -> int:
    """Be a board until `quit`, SIGTERM (0) or Ctrl-C (130); 73 if the link cannot be made. EPILOG says the rest."""
    said = _parser().parse_args(argv)
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before any thread starts, so that none of them is interrupted
    signal.signal(signal.SIGTTIN, signal.SIG_IGN)  # started with & from a terminal: without commands, yet not stopped
    try:
        wire = PtyWire(BOARDS[said.protocol](said), echo=said.echo, link=said.link, listen=_tell)
    except OSError as refused:
        why = f"{said.link}: {refused.strerror}" if refused.strerror else str(refused)
        print(f"python -m simulator board: {why}", file=sys.stderr)
        return os.EX_CANTCREAT
    with wire:
        print(wire.path, flush=True)
        # A daemon: it may sit in a read that nothing but the process's end can end.
        threading.Thread(target=_obey, args=(wire, said.channels), name="commands", daemon=True).start()
        ended_by = signal.sigwait(ends)
    return 128 + signal.SIGINT if ended_by == signal.SIGINT else 0


def _obey(wire: PtyWire, channels: int) -> None:
    """Do what is typed, a command a line, until stdin ends."""
    if sys.stdin is None:  # started with stdin closed; its number may be the PTY's now
        return
    # Unbuffered: a daemon thread inside sys.stdin's buffer is a fatal error when Python ends.
    typed = io.FileIO(sys.stdin.fileno(), closefd=False)
    try:
        while line := typed.readline(LONGEST_LINE_BYTES):
            _do(wire, channels, line.decode(errors="replace").split())
    except OSError:  # a terminal that is gone, or whose foreground is another's
        return


def _do(wire: PtyWire, channels: int, words: Sequence[str]) -> None:
    acts = {"close": wire.push, "pull": wire.pull, "key": wire.turn_key}
    match words:
        case []:
            return
        case ["quit"]:
            os.kill(os.getpid(), signal.SIGTERM)
        case [verb, number] if verb in acts and number in map(str, range(1, channels + 1)):
            lock = int(number)
            before = wire.is_open(lock)
            acts[verb](lock)
            if wire.is_open(lock) == before:
                print(f"lock {lock}: leaf stays {'open' if before else 'closed'}", flush=True)
        case _:
            print(f"understood: close N, pull N, key N (N from 1 to {channels}), quit", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator board",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
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
