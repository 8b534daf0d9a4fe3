"""`./run demo`: two residents, one cabinet, one server, and an evening on which the network and the power fail.

The last line of stdout is one JSON object; the exit code is 0 only if nothing was lost and nothing doubled.
"""

import argparse
import itertools
import json
import math
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import msgspec

from locker.core.codes import menu_door
from simulator import errands
from simulator.furnish import DRILL, LADDER, SHELF
from simulator.pty_wire import CoilPulsed
from simulator.reckoning import Reckoning, reckon
from simulator.residents import Resident
from simulator.scene import NothingHappenedError
from simulator.timeline import Timeline
from simulator.town import Town

DRAIN_WITHIN_S: Final = 30.0
"""After the network is back the cabinet waits up to a few seconds before it tries again, and then sends all at once."""
LOOK_S: Final = 0.1
BREATHER_S: Final = 2.0
"""Between two visits, once the story goes on until Ctrl-C."""


def main(argv: Sequence[str]) -> int:
    """Play; 0 when nothing was lost or doubled, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="./run demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="one evening of about 10 s, then exit; else until Ctrl-C")
    parser.add_argument("--seed", type=int, default=1, help="the town's luck (default 1)")
    parser.add_argument("--amqtt", action="store_true", help="use amqtt even where there is a mosquitto")
    parser.add_argument("--folder", type=Path, help="keep every file here, in a new folder (default: thrown away)")
    args = parser.parse_args(argv)
    timeline = Timeline()
    with ExitStack() as stack:
        folder = args.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="locker-demo-")))
        if folder == args.folder:
            try:
                folder.mkdir(parents=True)
            except FileExistsError:
                print(f"{folder} is there already; name a new folder", file=sys.stderr)
                return os.EX_CANTCREAT
        town = Town(folder, timeline, seed=args.seed, amqtt=args.amqtt)
        return _play(town, folder, timeline, once=args.once)


def _play(opening: Town, folder: Path, timeline: Timeline, *, once: bool) -> int:
    closing = threading.Event()
    # A visit that has begun is finished, and no second Ctrl-C leaves programs behind.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: closing.set())
    with opening as town:
        timeline.act("街区", f"便民柜开门了（{town.broker.name}）", f"The cabinet is open ({town.broker.name})")
        try:
            evening(town, timeline)
            if not once:
                _go_on(town, timeline, closing)
        except NothingHappenedError as error:
            print(f"the story stopped: {error}; logs: {folder} (use --folder to keep them)", file=sys.stderr)
            return 1
        result = _drain(town)
    print(json.dumps(figures(result, town.diary.scan_to_pulse_ms)), flush=True)
    return 0 if result.clean else 1


def evening(town: Town, timeline: Timeline) -> None:
    """Borrow, return, cut the network, cut the power, and see everything come right again."""
    anna, ben = people(town)
    books, tools = town.furniture.books, town.furniture.tools
    errands.at_the_shelf(anna, take=books[:2])
    errands.take_tool(ben, DRILL, tools[DRILL])
    town.network.cut()
    timeline.act("街区", "网络断了", "The network is cut")
    errands.bring_tool(ben, DRILL, tools[DRILL])
    _power_cut(town, timeline, anna)
    errands.finish_at_the_shelf(anna, bring=books[:1], take=books[2:3])
    town.network.restore()
    timeline.act("街区", "网络恢复了", "The network is back")
    errands.drop_book(anna, books[1])
    _drain(town)


def people(town: Town) -> tuple[Resident, Resident]:
    """The two residents of this town, each with a pass."""
    first, second = town.furniture.passes[:2]
    return Resident("居民甲 A", first, town.place, seed=11), Resident("居民乙 B", second, town.place, seed=22)


def _power_cut(town: Town, timeline: Timeline, person: Resident) -> None:
    """Kill the daemon in the moment in which the bookcase is being opened, and start it again."""
    person.identify()
    person.tell("选书柜，1 号门", "asks for door 1, the bookcase")
    person.unlock_with(menu_door(SHELF), SHELF)
    coils = len(town.scene.all(CoilPulsed))
    town.kill_cabinet()
    timeline.act("街区", "开门的一瞬间停电了", "The power is cut while the door opens")
    town.start_cabinet()
    timeline.act("街区", "来电了；门锁没有再动", "The power is back; no bolt has moved")
    if len(town.scene.all(CoilPulsed)) != coils:
        raise NothingHappenedError("a bolt moved because of a restart")


def _go_on(town: Town, timeline: Timeline, closing: threading.Event) -> None:
    """Borrow after borrow; a visit that has begun is always finished, so that the accounts can be settled."""
    timeline.act("街区", "按 Ctrl-C 结束", "Press Ctrl-C to end")
    anna, ben = people(town)
    books, tools = town.furniture.books, town.furniture.tools
    visits: tuple[Callable[[], None], ...] = (
        lambda: errands.at_the_shelf(ben, take=books[3:5]),
        lambda: errands.take_tool(anna, LADDER, tools[LADDER]),
        lambda: errands.at_the_shelf(ben, bring=books[3:5]),
        lambda: errands.bring_tool_with_pass(anna, LADDER, tools[LADDER]),
    )
    for visit in itertools.cycle(visits):
        if closing.wait(BREATHER_S):
            break
        visit()
    timeline.act("街区", "关门对账", "Closing time: settling up")


def _drain(town: Town) -> Reckoning:
    """Wait until the server has what the cabinet wrote; what is missing then is lost."""
    until_s = time.monotonic() + DRAIN_WITHIN_S
    while True:
        result = reckon(town.furniture.journal, town.furniture.database, town.diary.moves)
        if result.clean or time.monotonic() >= until_s:
            return result
        time.sleep(LOOK_S)


def figures(result: Reckoning, scan_to_pulse_ms: Sequence[float]) -> dict[str, int | float]:
    """Return the last line: counts, and how long a shown code took to move a bolt."""
    ordered = sorted(scan_to_pulse_ms)
    p99 = ordered[min(len(ordered) - 1, math.ceil(0.99 * len(ordered)) - 1)]
    return {
        **msgspec.structs.asdict(result),
        "scan_to_pulse_ms_p50": round(statistics.median(ordered), 1),
        "scan_to_pulse_ms_p99": round(p99, 1),
    }
