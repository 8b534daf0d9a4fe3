import pytest
from hypothesis import given
from hypothesis import strategies as st

from locker.scan.alphabet import alphanumeric, ours

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@given(st.text(alphabet=CHARACTERS, min_size=1, max_size=300))
def test_text_of_alphanumeric_characters_may_be_passed_on(text: str) -> None:
    assert alphanumeric(text)


@given(st.text(alphabet=CHARACTERS, max_size=20), st.characters(exclude_characters=CHARACTERS), st.integers(0, 20))
def test_one_other_character_anywhere_and_it_may_not(text: str, other: str, place: int) -> None:
    assert not alphanumeric(text[:place] + other + text[place:])


@pytest.mark.parametrize(("length", "passed"), [(0, False), (1, True), (300, True), (301, False), (4000, False)])
def test_length_is_bounded(length: int, passed: bool) -> None:  # noqa: FBT001  a table's column
    assert alphanumeric("A" * length) is passed


@pytest.mark.parametrize("text", ["LC1:ABC", "IT:12345678", "MC:DOOR3"])
def test_our_prefixes(text: str) -> None:
    assert ours(text)


@pytest.mark.parametrize(
    "text", ["HTTPS://X.CN", "lc1:ABC", "LC1:abc", " LC1:ABC", "6901234567892", "LC1:" + "A" * 300]
)
def test_not_ours(text: str) -> None:
    assert not ours(text)
