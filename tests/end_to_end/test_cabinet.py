"""One running cabinet, its server and its broker, and what the world does to them."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.boards import EightATwin
from simulator.demo import people
from simulator.furnish import DRILL, SHELF, TOOLS, TOWN_LIMITS, Wiring, furnish
from simulator.pty_wire import CoilPulsed, PtyWire
from simulator.scene import ScreenShown
from simulator.timeline import Timeline
from simulator.town import CABINET, Town
from sync.cabinet.journal import Journal
from sync.facts import FaultCleared, FaultRaised, OpenedUnasked, Stopped
from sync.reasons import Fault
from tests.end_to_end.programs import locker, run
from tests.end_to_end.told import facts
from tests.end_to_end.until import until
from tests.real import real

STRANGERS = ("HTTPS://PAY.EXAMPLE/8842 9917", "a stranger's code: 支付 8842")
NOT_FOR_MINUTES = "ask_s = 1\nshow_s = 1\nexplain_s = 1\nstrange_log_s = 600"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    real("mosquitto")
    with Town(tmp_path, Timeline(io.StringIO()), seed=5, limits=NOT_FOR_MINUTES) as started:
        yield started


def test_a_strangers_code_gets_one_answer_one_log_line_and_leaves_no_trace(town: Town, tmp_path: Path) -> None:
    anna, _ = people(town)
    for code in STRANGERS * 2:
        anna.show(code, until=("not_our_code",))
    assert town.stop_cabinet() == 0
    log = (tmp_path / "cabinet.log").read_text(encoding="utf-8")
    assert log.count("not our code") == 1
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for code in STRANGERS:
        assert code.encode() not in kept
    assert isinstance(facts(town)[-1], Stopped)


def test_a_board_that_falls_silent_makes_its_doors_unknown_and_coming_back_moves_nothing(town: Town) -> None:
    def faults(kind: type[FaultRaised | FaultCleared]) -> set[int]:
        return {fact.door for fact in facts(town) if isinstance(fact, kind) and fact.fault is Fault.DOOR_UNKNOWN}

    doors = {SHELF, *TOOLS}
    town.wire.unplug()
    until(lambda: faults(FaultRaised) == doors, "all doors are unknown")
    anna, _ = people(town)
    anna.identify()
    anna.show("MC:D02", until=("door_not_free",))
    town.wire.plug()
    until(lambda: faults(FaultCleared) == doors, "all doors are known again")
    assert town.scene.all(CoilPulsed) == []


def test_a_door_that_somebody_opens_with_a_key_is_seen_and_charged_to_nobody(town: Town) -> None:
    town.wire.turn_key(DRILL)
    until(lambda: OpenedUnasked(door=DRILL) in facts(town), "the cabinet has seen it")
    assert town.scene.all(CoilPulsed) == []


def test_garbage_on_the_serial_line_changes_no_door(town: Town) -> None:
    before = len(facts(town))
    for junk in (b"\x80\x01\x01\x33", bytes(range(256)), b"\xff" * 300):
        town.wire.stray(junk)
    anna, _ = people(town)
    anna.identify()
    anna.open_with("MC:D02", DRILL, says="take_it")
    anna.close_and_wait(DRILL, ("ask_single",))
    assert [fact for fact in facts(town)[before:] if isinstance(fact, OpenedUnasked | FaultRaised)] == []


def test_two_daemons_never_share_a_journal(town: Town) -> None:
    second = locker("run", "--config", str(town.furniture.config))
    assert second.returncode == 74
    assert "journal.db" in second.stderr
    assert town.scene.all(ScreenShown)[-1].key == "idle"


NO_MORE_BYTES = """
import resource, runpy, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
sys.argv = ["locker", *sys.argv[1:]]
runpy.run_module("locker", run_name="__main__")
"""
"""A disk on which no file grows beyond a page: SQLite's log cannot take one transaction."""


def test_a_disk_that_takes_nothing_ends_the_start_with_a_clear_word(tmp_path: Path) -> None:
    wiring = Wiring(CABINET, "mqtt://127.0.0.1:1", "/dev/nothing-here", "socket://127.0.0.1:1", TOWN_LIMITS)
    furniture = furnish(tmp_path, wiring, people=1, seed=1)
    furniture.journal.parent.mkdir()
    Journal.open(furniture.journal, CABINET).close()
    refused = run("-c", NO_MORE_BYTES, "run", "--config", str(furniture.config))
    assert refused.returncode == 74, refused.stderr
    assert "is the disk full, read-only or failing?" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_folder_that_cannot_be_made_ends_the_start_with_a_clear_word(tmp_path: Path) -> None:
    wiring = Wiring(CABINET, "mqtt://127.0.0.1:1", "/dev/nothing-here", "socket://127.0.0.1:1", TOWN_LIMITS)
    config = furnish(tmp_path, wiring, people=1, seed=1).config
    config.write_text(
        config.read_text(encoding="utf-8").replace('data = "var"', 'data = "/proc/var"'), encoding="utf-8"
    )
    refused = locker("run", "--config", str(config))
    assert refused.returncode == 74, refused.stderr
    assert "/proc/var" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_wrong_configuration_moves_no_bolt_and_says_where_it_is_wrong(tmp_path: Path) -> None:
    twin = EightATwin()
    with PtyWire(twin) as wire:
        wiring = Wiring(CABINET, "mqtt://127.0.0.1:1", wire.path, "socket://127.0.0.1:1", "no_such_limit = 3")
        config = furnish(tmp_path, wiring, people=1, seed=1).config
        refused = locker("run", "--config", str(config))
    assert refused.returncode == 78
    line = config.read_text().splitlines().index("no_such_limit = 3") + 1
    assert f"{config}:{line}: limits.no_such_limit" in refused.stderr
    assert not twin.coil_log
    assert not (tmp_path / "var").exists()
