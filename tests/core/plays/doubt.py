"""A door of which nobody knew how its last visit ended: a volunteer looks inside, or the next visit does."""

from sync.reasons import Fault
from tests.core.lines import after, cleared, closed, closes, raised, screen
from tests.core.place import KIT, KIT_DOOR, PAIR, A
from tests.core.playbook import Playbook
from tests.core.scenes import at_the_single


def the_next_visit_looks_inside_and_ends_it() -> Playbook:
    return (
        Playbook(PAIR, (raised(Fault.DOOR_DOUBTFUL, KIT_DOOR),))
        >> at_the_single(A, KIT_DOOR, KIT)
        >> closes(KIT_DOOR)
        >> after(0.6)
        << closed(KIT_DOOR, 1)
        << cleared(Fault.DOOR_DOUBTFUL, KIT_DOOR)
        << screen("ask_single", door=KIT_DOOR)
    )
