"""What the daemon itself says to the cabinet: deliveries, stops, time."""

from locker.core.actions import Halt, MarkDelivered
from locker.core.signals import FactsDelivered, StopAsked, TimeUp
from sync.facts import Stopped
from sync.reasons import Evidence
from tests.core.lines import DUE_TOOL, after, borrowed, closed, closes, ended, opens, screen, shows, watch
from tests.core.place import KIT, KIT_DOOR, PAIR, A, B
from tests.core.playbook import HeldUp, Playbook
from tests.core.scenes import at_the_single, comes


def what_the_server_has_is_marked() -> Playbook:
    return Playbook(PAIR) >> FactsDelivered(7) << MarkDelivered(7) >> FactsDelivered(7) << MarkDelivered(7)


def it_stops_once_and_hears_nothing_more() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> StopAsked("service")
        << Stopped(why="service")
        << Halt()
        >> StopAsked("service")
        >> shows(B)
        >> opens(KIT_DOOR)
        >> after(3600)
    )


def time_that_is_not_up_changes_nothing() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> TimeUp()
        >> after(29.999)
        >> TimeUp()
        >> after(0.001)
        << screen("please_close", door=KIT_DOOR)
    )


def a_loop_that_was_held_up_catches_up() -> Playbook:
    """A leaf closed long ago is closed, a question begins when it is put, and nothing is done twice."""
    return (
        Playbook(PAIR)
        >> at_the_single(A, KIT_DOOR, KIT)
        >> closes(KIT_DOOR)
        >> HeldUp(100_000)
        << closed(KIT_DOOR, 1)
        << screen("ask_single", door=KIT_DOOR)
        >> HeldUp(100_000)
        << borrowed(KIT, A, 1, KIT_DOOR, Evidence.SWITCH, DUE_TOOL)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_TOOL)
        << watch()
    )
