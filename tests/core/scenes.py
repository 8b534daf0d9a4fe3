"""Pieces of script that several playbooks share."""

from tests.core.lines import (
    after,
    chooses,
    closed,
    closes,
    identified,
    intended,
    label,
    opened,
    opens,
    pulse,
    pulsed,
    returned,
    screen,
    sent,
    shown,
    shows,
    watch,
)
from tests.core.place import NOVEL, A
from tests.core.playbook import Scene


def comes(resident: str, visit: int = 1) -> Scene:
    """A resident shows a pass where there is something to choose."""
    return Scene() >> shows(resident) << identified(visit, resident) << screen("choose")


def asks_for(door: int, visit: int, item: str | None, intent: int, *, watching: tuple[int, ...] = ()) -> Scene:
    """A resident presses a door's number, and it is pulsed."""
    return (
        Scene()
        >> chooses(door)
        << intended(intent, door, visit, item)
        << pulse(door, intent)
        << screen("opening", door=door)
        << watch(door, *watching)
        >> sent(door, intent)
        << pulsed(intent, door)
    )


def at_the_shelf(resident: str, visit: int = 1, intent: int = 1) -> Scene:
    """A resident opens the shelf with the pass and its number."""
    return (
        Scene()
        >> comes(resident, visit)
        >> asks_for(1, visit, None, intent)
        >> opens(1)
        << opened(1, visit, intent)
        << screen("shelf_open", door=1)
    )


def at_the_single(resident: str, door: int, item: str, visit: int = 1, intent: int = 1) -> Scene:
    """A resident opens the door of a tool."""
    return (
        Scene()
        >> comes(resident, visit)
        >> asks_for(door, visit, item, intent)
        >> opens(door)
        << opened(door, visit, intent)
        << screen("take_it", door=door)
    )


def takes(item: str = NOVEL, visit: int = 1, *, taken: int = 1, back: int = 0) -> Scene:
    """A label is shown at the open shelf."""
    return Scene() >> label(item) << shown(item, visit) << screen("shelf_list", door=1, taken=taken, back=back)


def asked_about(door: int, item: str, resident: str = A) -> Scene:
    """A tool's door has been opened and closed, and the question stands."""
    return (
        at_the_single(resident, door, item)
        >> closes(door)
        >> after(0.6)
        << closed(door, 1)
        << screen("ask_single", door=door)
    )


def a_label_opens(item: str, target: int, intent: int = 1) -> Scene:
    """A label is shown with no pass, and a door is pulsed."""
    return (
        Scene()
        >> label(item)
        << intended(intent, target, None, item)
        << pulse(target, intent)
        << screen("opening", door=target)
        << watch(target)
        >> sent(target, intent)
        << pulsed(intent, target)
    )


def it_is_put_in(item: str, target: int, intent: int = 1) -> Scene:
    """The door opens, something is put in, the door closes; what it takes is 600 ms."""
    return (
        Scene()
        >> opens(target)
        << opened(target, None, intent)
        << screen("put_it_in", door=target)
        >> closes(target)
        >> after(0.6)
        << closed(target)
        << returned(item, target)
        << screen("returned", back=1)
        << watch()
    )
