"""Case 26: a door opens and nobody asked for it. It is taken down, said kindly, and charged to nobody."""

from tests.core.lines import after, chooses, closed, closes, opens, screen, silent, started, unasked, watch
from tests.core.place import DRILL, DRILL_DOOR, KIT_DOOR, PAIR, TOOLS, A
from tests.core.playbook import Playbook, PowerComes
from tests.core.scenes import asks_for, comes


def a_door_is_forced() -> Playbook:
    return (
        Playbook(PAIR)
        >> opens(KIT_DOOR)
        << unasked(KIT_DOOR)
        << watch(KIT_DOOR)
        >> after(30)
        << screen("please_close", door=KIT_DOOR)
        >> after(8)
        << screen("idle")
        >> closes(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR)
        << watch()
    )


def whoever_is_choosing_is_not_disturbed() -> Playbook:
    return (
        Playbook(PAIR)
        >> opens(KIT_DOOR)
        << unasked(KIT_DOOR)
        << watch(KIT_DOOR)
        >> comes(A)
        >> chooses(KIT_DOOR)
        << screen("door_not_free", door=KIT_DOOR)
        >> after(8)
        << screen("choose")
        >> after(22)
        >> asks_for(DRILL_DOOR, 1, DRILL, 1, watching=(KIT_DOOR,))
    )


def a_door_that_is_not_in_the_configuration_is_nobodys() -> Playbook:
    return Playbook(PAIR) >> opens(77) >> closes(77) >> silent(77)


def found_open_after_a_start() -> Playbook:
    return (
        Playbook(TOOLS, asleep=True)
        >> PowerComes()
        << started("nothing")
        << screen("idle")
        >> opens(KIT_DOOR)
        << unasked(KIT_DOOR)
        << watch(KIT_DOOR)
    )
