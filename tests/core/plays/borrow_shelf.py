"""Borrowing from the bookcase: labels are shown at the open shelf, and the visit is settled when it closes."""

from tests.core.lines import (
    DUE_BOOK,
    NO,
    YES,
    after,
    borrowed,
    browsed,
    chooses,
    closed,
    closes,
    ended,
    identified,
    intended,
    label,
    lent,
    opened,
    opens,
    pulse,
    returned,
    screen,
    shown,
    shows,
    watch,
    withdrawn,
)
from tests.core.place import (
    ATLAS,
    BOOKCASE,
    FOREIGN,
    KIT,
    KIT_DOOR,
    NOVEL,
    PAIR,
    POEMS,
    SHELF,
    STRICT,
    A,
    B,
)
from tests.core.playbook import Playbook, Scene
from tests.core.scenes import at_the_shelf, comes, takes


def settles(visit: int = 1) -> Scene:
    """The shelf is closed for long enough."""
    return Scene() >> closes(SHELF) >> after(0.6) << closed(SHELF, visit)


def asked() -> Scene:
    """The shelf was opened and closed and no label shown."""
    return at_the_shelf(A) >> settles() << screen("ask_shelf", door=SHELF)


def two_books() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> takes(NOVEL)
        >> takes(ATLAS, taken=2)
        >> settles()
        << borrowed(NOVEL, A, 1, SHELF)
        << borrowed(ATLAS, A, 1, SHELF)
        << ended(1)
        << screen("borrowed", taken=2, back=0, due=DUE_BOOK)
        << watch()
        >> after(8)
        << screen("idle")
    )


def the_same_label_again_means_not_this_one() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> takes(NOVEL)
        >> takes(ATLAS, taken=2)
        >> label(NOVEL)
        << withdrawn(NOVEL, 1)
        << screen("shelf_list", door=SHELF, taken=1, back=0)
        >> settles()
        << borrowed(ATLAS, A, 1, SHELF)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_BOOK)
        << watch()
    )


def the_last_label_withdrawn_leaves_the_question() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> takes(NOVEL)
        >> label(NOVEL)
        << withdrawn(NOVEL, 1)
        << screen("shelf_open", door=SHELF)
        >> settles()
        << screen("ask_shelf", door=SHELF)
        >> after(20)
        << browsed(1, SHELF)
        << ended(1)
        << screen("browsed")
        << watch()
    )


def returns_are_settled_first() -> Playbook:
    """With two at home and two allowed, one back makes room for one more, whatever was shown first."""
    past = (*lent(NOVEL, A), *lent(ATLAS, A, 2))
    return (
        Playbook(STRICT, past)
        >> at_the_shelf(A, 3)
        >> takes(POEMS, 3)
        >> takes(NOVEL, 3, taken=1, back=1)
        >> settles(3)
        << returned(NOVEL, SHELF, 3)
        << borrowed(POEMS, A, 3, SHELF)
        << ended(3)
        << screen("borrowed", taken=1, back=1, due=DUE_BOOK)
        << watch()
    )


def over_the_limit_is_recorded_and_flagged() -> Playbook:
    """Nobody can refuse what has already happened. What others have at home does not count."""
    return (
        Playbook(STRICT, (*lent(NOVEL, A), *lent(KIT, B, 2)))
        >> at_the_shelf(A, 3)
        >> takes(ATLAS, 3)
        >> takes(POEMS, 3, taken=2)
        >> settles(3)
        << borrowed(ATLAS, A, 3, SHELF)
        << borrowed(POEMS, A, 3, SHELF, over_limit=True)
        << ended(3)
        << screen("borrowed", taken=2, back=0, due=DUE_BOOK)
        << watch()
    )


def only_given_back() -> Playbook:
    return (
        Playbook(PAIR, lent(NOVEL, B))
        >> at_the_shelf(A, 2)
        >> takes(NOVEL, 2, taken=0, back=1)
        >> settles(2)
        << returned(NOVEL, SHELF, 2)
        << ended(2)
        << screen("returned", back=1)
        << watch()
    )


def an_item_from_elsewhere_is_given_back() -> Playbook:
    """Nobody here ever listed it, so it cannot be taken from here; once it is here it can."""
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> takes(FOREIGN, taken=0, back=1)
        >> settles()
        << returned(FOREIGN, SHELF, 1)
        << ended(1)
        << screen("returned", back=1)
        << watch()
        >> at_the_shelf(B, 2, 2)
        >> takes(FOREIGN, 2)
        >> settles(2)
        << borrowed(FOREIGN, B, 2, SHELF)
        << ended(2)
        << screen("borrowed", taken=1, back=0, due=DUE_BOOK)
        << watch()
    )


def a_label_answers_the_question() -> Playbook:
    return (
        Playbook(PAIR)
        >> asked()
        >> label(NOVEL)
        << shown(NOVEL, 1)
        << borrowed(NOVEL, A, 1, SHELF)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_BOOK)
        << watch()
    )


def only_looked() -> Playbook:
    return Playbook(PAIR) >> asked() >> NO << browsed(1, SHELF) << ended(1) << screen("browsed") << watch()


def yes_names_no_book_so_the_question_stands() -> Playbook:
    return (
        Playbook(PAIR)
        >> asked()
        >> YES
        << screen("ask_shelf", door=SHELF)
        >> after(19.999)
        >> after(0.001)
        << browsed(1, SHELF)
        << ended(1)
        << screen("browsed")
        << watch()
        >> after(8)
        << screen("idle")
    )


def a_book_that_is_in_opens_the_shelf_and_nothing_is_taken_yet() -> Playbook:
    return (
        Playbook(PAIR)
        >> comes(A)
        >> label(NOVEL)
        << intended(1, SHELF, 1)
        << pulse(SHELF, 1)
        << screen("opening", door=SHELF)
        << watch(SHELF)
        >> opens(SHELF)
        << opened(SHELF, 1, 1)
        << screen("shelf_open", door=SHELF)
    )


def a_bookcase_that_stands_alone_opens_at_once() -> Playbook:
    return (
        Playbook(BOOKCASE)
        >> shows(A)
        << identified(1, A)
        << intended(1, SHELF, 1)
        << pulse(SHELF, 1)
        << screen("opening", door=SHELF)
        << watch(SHELF)
        >> opens(SHELF)
        << opened(SHELF, 1, 1)
        << screen("shelf_open", door=SHELF)
        >> takes(NOVEL)
        >> settles()
        << borrowed(NOVEL, A, 1, SHELF)
        << ended(1)
        << screen("borrowed", taken=1, back=0, due=DUE_BOOK)
        << watch()
    )


def is_reminded_five_minutes_after_the_last_label() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> after(299)
        >> takes(NOVEL)
        >> after(299.999)
        >> after(0.001)
        << screen("please_close", door=SHELF)
        >> after(8)
        << screen("shelf_list", door=SHELF, taken=1, back=0)
        >> after(292)
        << screen("please_close", door=SHELF)
    )


def keys_and_numbers_mean_nothing_at_the_open_shelf() -> Playbook:
    return (
        Playbook(PAIR)
        >> at_the_shelf(A)
        >> YES
        >> NO
        >> chooses(KIT_DOOR)
        << screen("pass_first")
        >> after(8)
        << screen("shelf_open", door=SHELF)
    )
