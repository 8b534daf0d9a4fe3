"""This file knows what residents come for: borrow a book, borrow a tool, bring something back."""

from collections.abc import Sequence
from typing import Final

from locker.core.codes import MENU_YES, menu_door
from simulator.furnish import SHELF
from simulator.residents import Resident

SETTLED: Final = ("borrowed", "borrowed_no_date", "returned")


def at_the_shelf(person: Resident, *, take: Sequence[str] = (), bring: Sequence[str] = ()) -> None:
    """Open the bookcase with a pass, show each label, close the door."""
    person.identify()
    person.tell("选书柜，1 号门", "asks for door 1, the bookcase")
    person.open_with(menu_door(SHELF), SHELF, says="shelf_open")
    finish_at_the_shelf(person, take=take, bring=bring)


def finish_at_the_shelf(person: Resident, *, take: Sequence[str] = (), bring: Sequence[str] = ()) -> None:
    """Show the labels at the open shelf and close it."""
    for label in take:
        person.tell("拿一本书，出示标签", "takes a book and shows its label")
        person.show(label, until=("shelf_list",))
    for label in bring:
        person.tell("放回一本书，出示标签", "puts a book back and shows its label")
        person.show(label, until=("shelf_list",))
    person.close_and_wait(SHELF, SETTLED)
    for label in bring:
        person.gave(label)
    for label in take:
        person.took(label)


def take_tool(person: Resident, door: int, label: str) -> None:
    """Open a single door with a pass, take the tool, close, say yes."""
    person.identify()
    person.tell(f"选 {door} 号门", f"asks for door {door}")
    person.open_with(menu_door(door), door, says="take_it")
    person.close_and_wait(door, ("ask_single",))
    person.tell("在菜单卡上指“是”", "points at YES on the menu card")
    person.show(MENU_YES, until=SETTLED)
    person.took(label)


def bring_tool(person: Resident, door: int, label: str) -> None:
    """Give a tool back with nothing but its label."""
    person.tell("出示工具上的标签", "shows the label on the tool, no pass")
    person.open_with(label, door, says="put_it_in")
    person.close_and_wait(door, SETTLED)
    person.gave(label)


def drop_book(person: Resident, label: str) -> None:
    """Show a book's label and drop it into the bin."""
    person.tell("出示书上的标签，把书放进还书口", "shows the book's label and drops it into the bin")
    person.show(label, until=("into_the_bin",))
    person.gave(label)


def bring_tool_with_pass(person: Resident, door: int, label: str) -> None:
    """Give a tool back at its own door, opened with the pass."""
    person.identify()
    person.tell(f"选 {door} 号门还工具", f"asks for door {door} to bring the tool back")
    person.open_with(menu_door(door), door, says="put_it_in")
    person.close_and_wait(door, SETTLED)
    person.gave(label)
