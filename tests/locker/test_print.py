from datetime import date

import pytest

from locker import print as printer
from sync.credential import Pass, PassType, issue, label
from sync.signature import SigningKey
from tests.locker.paper import codes, printed, reaches, words

UNTIL = date(2027, 3, 31)
CLAIMS = Pass(
    type=PassType.CARD, issuer=1, resident="0a0b0c0d0e0f", serial=65535, not_before=date(2026, 4, 1), expiry=UNTIL
)
TEXT = issue(CLAIMS, SigningKey(bytes(32)), "hanfeng-street")


def test_a_card_is_read_back_and_its_code_is_at_least_40_mm_wide() -> None:
    read = codes(printed(printer.card(TEXT, CLAIMS.serial, UNTIL)))
    assert read == {TEXT: pytest.approx(40.7, abs=0.15)}
    assert min(read.values()) >= 40


def test_a_card_has_the_size_of_a_bank_card() -> None:
    assert printed(printer.card(TEXT, 7, UNTIL)).shape == (540, 856)


def test_a_card_says_serial_and_last_day_and_not_whose_it_is() -> None:
    svg = printer.card(TEXT, CLAIMS.serial, UNTIL)
    assert words(svg) == ["借阅证", "pass", "纸质证 printed card", "№ 65535", "有效期至 good until", "2027-03-31"]
    assert CLAIMS.resident not in svg.lower()


def test_words_run_over_neither_code_nor_edge() -> None:
    edges = reaches(printer.card(TEXT, CLAIMS.serial, UNTIL))
    assert min(left for left, _ in edges) >= 2 + 49.5
    assert max(right for _, right in edges) <= 85.6


@pytest.mark.parametrize(
    ("text", "why"), [(TEXT + "AA", "does not fit"), (TEXT.lower(), "alphanumeric"), ("LC1:ä", "alphanumeric")]
)
def test_what_is_no_pass_is_not_drawn(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        printer.card(text, 7, UNTIL)


def test_a_sheet_of_labels_is_read_back_with_its_digits_below() -> None:
    items = [label(number) for number in range(printer.LABELS_A_SHEET)]
    svg = printer.labels(items)
    paper = printed(svg)
    assert paper.shape == (2970, 2100)
    read = {text: width for number in range(24) for text, width in codes(paper[_sticker(number)]).items()}
    assert read == {f"IT:{item}": pytest.approx(18.9, abs=0.15) for item in items}
    assert words(svg) == [f"{item[:4]} {item[4:]}" for item in items]


def test_a_sheet_holds_only_so_many() -> None:
    with pytest.raises(ValueError, match="25 labels; one sheet holds 24"):
        printer.labels([label(1)] * 25)


def _sticker(number: int) -> tuple[slice, slice]:
    row, column = divmod(number, 3)
    return slice(row * 370, (row + 1) * 370), slice(column * 700, (column + 1) * 700)


def test_a_full_menu_is_read_back_and_its_words_stay_in_their_cells() -> None:
    asked = [
        printer.MenuCode(f"MC:D{door:02d}", str(door), "名" * 80, "x" * 80) for door in range(1, printer.MENU_CODES + 1)
    ]
    svg = printer.menu(asked)
    assert codes(printed(svg)) == {each.text: pytest.approx(25.2, abs=0.15) for each in asked}
    columns = [(9.0 + 64.0 * column + 34.8, 9.0 + 64.0 * (column + 1)) for column in range(3)]
    assert all(any(left <= begin and end <= right for left, right in columns) for begin, end in reaches(svg))
