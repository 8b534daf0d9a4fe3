"""The lines of playbooks: short names for signals on one side, facts and actions on the other."""

from typing import Literal

from locker.core.actions import PulseBolt, Screen, ShowScreen, WatchDoors
from locker.core.signals import CodeRead, DoorChosen, DoorObserved, KeyPressed, PulseReported
from sync import facts as f
from sync.credential import PassType
from sync.reasons import Cause, Evidence, Fault
from tests.core.place import PASSES, code
from tests.core.playbook import SOFTWARE, After

# What is said.

YES, NO = KeyPressed("yes"), KeyPressed("no")


def after(seconds: float) -> After:
    return After(round(seconds * 1000))


def shows(resident: str) -> CodeRead:
    """A resident holds the pass to the light."""
    return CodeRead(PASSES[resident])


def label(item: str) -> CodeRead:
    """Somebody holds an item's label to the light."""
    return CodeRead(code(item))


def chooses(door: int) -> DoorChosen:
    """A resident keys in a door's number."""
    return DoorChosen(door)


def opens(door: int) -> DoorObserved:
    return DoorObserved(door, "open")


def closes(door: int) -> DoorObserved:
    return DoorObserved(door, "closed")


def silent(door: int) -> DoorObserved:
    """The lock board does not answer."""
    return DoorObserved(door, "unknown")


def sent(door: int, intent: int) -> PulseReported:
    return PulseReported(door, intent, "sent")


# What is answered.


def started(before: Literal["nothing", "stopped", "cut_off"]) -> f.Started:
    return f.Started(software=SOFTWARE, before=before)


def identified(visit: int, resident: str, serial: int = 1) -> f.Identified:
    return f.Identified(visit=visit, resident=resident, pass_type=PassType.CARD, serial=serial, issuer=1)


def ended(visit: int, how: Literal["settled", "left", "not_opened", "interrupted"] = "settled") -> f.VisitEnded:
    return f.VisitEnded(visit=visit, how=how)


def intended(intent: int, door: int, visit: int | None, item: str | None = None, attempt: int = 1) -> f.OpeningIntended:
    cause = Cause.LABEL if visit is None else Cause.PASS
    return f.OpeningIntended(intent=intent, door=door, cause=cause, attempt=attempt, visit=visit, item=item)


def pulsed(intent: int, door: int) -> f.BoltPulsed:
    return f.BoltPulsed(intent=intent, door=door, answered=True)


def voided(
    intent: int, door: int, visit: int | None, why: Literal["not_opened", "not_pulsed", "unknown"] = "not_opened"
) -> f.OpeningVoided:
    return f.OpeningVoided(intent=intent, door=door, why=why, visit=visit)


def opened(door: int, visit: int | None, intent: int | None) -> f.DoorOpened:
    return f.DoorOpened(door=door, intent=intent, visit=visit)


def closed(door: int, visit: int | None = None) -> f.DoorClosed:
    return f.DoorClosed(door=door, visit=visit)


def shown(item: str, visit: int, door: int = 1) -> f.LabelShown:
    return f.LabelShown(item=item, door=door, visit=visit)


def withdrawn(item: str, visit: int, door: int = 1) -> f.LabelWithdrawn:
    return f.LabelWithdrawn(item=item, door=door, visit=visit)


def borrowed(  # noqa: PLR0913  one argument a field of the fact
    item: str,
    resident: str,
    visit: int,
    door: int,
    evidence: Evidence = Evidence.LABEL,
    due: str | None = "2026-02-04",
    *,
    over_limit: bool = False,
    interrupted: bool = False,
) -> f.Borrowed:
    return f.Borrowed(
        item=item,
        resident=resident,
        visit=visit,
        door=door,
        evidence=evidence,
        due=due,
        over_limit=over_limit,
        interrupted=interrupted,
    )


def returned(item: str, door: int, visit: int | None = None, *, interrupted: bool = False) -> f.Returned:
    return f.Returned(item=item, door=door, evidence=Evidence.LABEL, seen=False, visit=visit, interrupted=interrupted)


def browsed(visit: int, door: int) -> f.Browsed:
    return f.Browsed(visit=visit, door=door)


def unasked(door: int) -> f.OpenedUnasked:
    return f.OpenedUnasked(door=door)


def raised(fault: Fault, door: int) -> f.FaultRaised:
    return f.FaultRaised(fault=fault, door=door)


def cleared(fault: Fault, door: int) -> f.FaultCleared:
    return f.FaultCleared(fault=fault, door=door)


def screen(key: str, **args: str | int) -> ShowScreen:
    """The screen as it is shown: with the help line's arguments."""
    return ShowScreen(Screen(key, {"help": "555 0123", "cabinet": "A03", **args}))


def watch(*doors: int) -> WatchDoors:
    return WatchDoors(frozenset(doors))


def pulse(door: int, intent: int) -> PulseBolt:
    return PulseBolt(door, intent)


# What happened before.

DUE_BOOK, DUE_TOOL = "2026-02-04", "2026-01-12"
"""What is lent at noon on the fifth of January is due thirty and seven days later."""


def lent(item: str, resident: str, visit: int = 1, door: int = 1) -> tuple[f.AnyFact, ...]:
    """A loan of the past, with the visit it was made in."""
    return (
        f.Started(software=SOFTWARE, before="nothing"),
        identified(visit, resident),
        opened(door, visit, None),
        borrowed(item, resident, visit, door),
        ended(visit),
        f.Stopped(why="a day's end"),
    )
