"""Writes `locker/core/STATES.md` from the state machines themselves: `python -m tests.core.states_md`."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from locker.core import door
from locker.core.states import Visit, VisitStep
from tests.core.grids import DOOR_EVENTS, DOORS, VISIT_EVENTS, VISITS, door_answer, visit_answer

PAGE = Path(__file__).resolve().parents[2] / "locker" / "core" / "STATES.md"
HEAD = """\
# The state machines of a cabinet

Written by `python -m tests.core.states_md` from `door.py` and `visit.py`; a test compares. Every state answers every
event; what a table does not name changes nothing. "Time over" is the same state at the instant its wait ends, and
its table names only what is different then.
"""
DOOR_HEAD = """
## A door

What its switch, its bolt and the passing of time make of it. Only the switch opens a door here.
"""
VISIT_HEAD = """
## A visit

One resident at the cabinet, from the pass to the settled visit; a return by label is the same walk without a resident.
In quotes: the screen. `wish` asks the cabinet for a door; it alone opens doors.
"""

TIME_OVER = ", time over"
Row = tuple[str, str, str, str]
"""State, event, next state, and what comes with it."""


def page() -> str:
    """The whole page."""
    doors, visits = list(door_rows()), list(visit_rows())
    return HEAD + DOOR_HEAD + _diagram(doors) + _tables(doors) + VISIT_HEAD + _diagram(visits) + _tables(visits)


def door_rows() -> Iterator[Row]:
    """Everything that changes a door."""
    for state_name, state in DOORS.items():
        for event_name, event in DOOR_EVENTS.items():
            after, happened = door_answer(state, event)
            if after != state or happened:
                yield state_name, event_name, _door_name(after), ", ".join(each.replace("_", " ") for each in happened)


def visit_rows() -> Iterator[Row]:
    """Everything that changes a visit, or is answered."""
    for state_name, state in VISITS.items():
        for event_name, event in VISIT_EVENTS.items():
            result = visit_answer(state, event)
            if result != VisitStep(state):
                yield state_name, event_name, _visit_name(result.visit), _what_comes(result)


def _door_name(state: door.Door) -> str:
    """The first word of the table's names."""
    return type(state).__name__


def _visit_name(state: Visit | None) -> str:
    return "over" if state is None else type(state).__name__


def _what_comes(result: VisitStep) -> str:
    parts = [type(fact).__name__ for fact in result.facts]
    if result.wish is not None:
        parts.append(f"wish: {type(result.wish.errand).__name__} at door {result.wish.door}")
    if result.screen is not None:
        parts.append(f"“{result.screen.key}”")
    return ", ".join(parts)


def _diagram(rows: Iterable[Row]) -> str:
    """The arrows between states, the events on each together."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for state, event, after, _ in rows:
        before = _kind(state)
        if before != after:
            events = arrows.setdefault((before, after), [])
            if event not in events:
                events.append(event)
    lines = [
        f"    {before} --> {'[*]' if after == 'over' else after}: {' / '.join(events).replace(': ', ' ')}"
        for (before, after), events in arrows.items()
    ]
    return "\n".join(["", "```mermaid", "stateDiagram-v2", *lines, "```", ""])


def _kind(state: str) -> str:
    return state.partition(",")[0]


def _tables(rows: Iterable[Row]) -> str:
    """One table a state; events with the same answer share a line."""
    by_state: dict[str, dict[tuple[str, str], list[str]]] = {}
    told = set(rows := list(rows))
    for state, event, after, comes in rows:
        if (state.removesuffix(TIME_OVER), event, after, comes) in told and state.endswith(TIME_OVER):
            continue
        by_state.setdefault(state, {}).setdefault((after, comes), []).append(event)
    return "".join(_table(state, answers) for state, answers in by_state.items())


def _table(state: str, answers: Mapping[tuple[str, str], list[str]]) -> str:
    lines = [f"| {' / '.join(events)} | {after} | {comes} |" for (after, comes), events in answers.items()]
    return "\n".join(["", f"### {state}", "", "| event | becomes | and |", "|---|---|---|", *lines, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
