"""What people hold: one card is one text, one community's, unchanged; a label finds every slip of a hand."""

import contextlib
import struct
from datetime import date, timedelta
from itertools import product

import base45
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.credential import (
    ALPHABET,
    DAY_ZERO,
    NotOursError,
    Pass,
    PassType,
    community_hash,
    issue,
    item_fits,
    label,
    read_label,
    read_pass,
)
from sync.signature import SigningKey

KEY = SigningKey(bytes(range(32)))
OTHER = SigningKey(bytes(32))
COMMUNITY = "riverside"
CLAIMS = Pass(
    type=PassType.CARD,
    issuer=9,
    resident="0123456789ab",
    serial=3,
    not_before=date(2026, 1, 1),
    expiry=date(2026, 12, 31),
)
CARD = issue(CLAIMS, KEY, COMMUNITY)
RAW: bytes = base45.b45decode(CARD[4:])
DAYS = st.dates(DAY_ZERO, DAY_ZERO + timedelta(days=65535))


def text(packed: bytes) -> str:
    encoded: bytes = base45.b45encode(packed)
    return "LC1:" + encoded.decode()


@st.composite
def claims(draw: st.DrawFn) -> Pass:
    first, last = sorted([draw(DAYS), draw(DAYS)])
    return Pass(
        type=PassType.CARD,
        issuer=draw(st.integers(0, 255)),
        resident=draw(st.binary(min_size=6, max_size=6)).hex(),
        serial=draw(st.integers(0, 65535)),
        not_before=first,
        expiry=last,
    )


@given(claims(), st.text(max_size=20))
def test_any_card_comes_back_and_is_believed_here_alone(given_claims: Pass, community: str) -> None:
    card = issue(given_claims, KEY, community)
    assert len(card) == 121
    assert set(card) <= ALPHABET
    read = read_pass(card)
    assert read.claims == given_claims
    keys = {given_claims.issuer: KEY.public}
    assert read.issued_by(keys, community)
    assert not read.issued_by(keys, community + " next door")
    assert not read.issued_by({given_claims.issuer: OTHER.public}, community)
    assert not read.issued_by({}, community)


def test_the_layout_is_for_ever() -> None:
    payload, signature = RAW[:14], RAW[14:]
    assert payload == struct.pack(">BB6sHHH", 1, 9, bytes.fromhex("0123456789ab"), 3, 731, 1095)
    assert len(signature) == 64
    assert KEY.public.signed(b"locker-card-v1\0" + community_hash(COMMUNITY) + payload, signature)
    assert CARD == (
        "LC1:+50L60$Y88IH300BG0FO0YDHUTR.S2ZF2$V7DI5:24V8HS4LIBDIFAT2PN1SD1MZZQZIOXXBL6K/MOF8GHFFBXNB$G3$B2ZH7FSEWL6PA"
        "+7D.6MVZ2A*L"
    )


def believed(code: str) -> bool:
    try:
        return read_pass(code).issued_by(dict.fromkeys(range(256), KEY.public), COMMUNITY)
    except NotOursError:
        return False


def test_no_bit_of_a_card_may_change() -> None:
    assert believed(text(RAW))
    flipped = (int.from_bytes(RAW) ^ 1 << bit for bit in range(8 * len(RAW)))
    assert [bits for bits in flipped if believed(text(bits.to_bytes(len(RAW))))] == []


def test_no_character_of_a_card_may_change() -> None:
    codes = (CARD[:at] + other + CARD[at + 1 :] for at in range(len(CARD)) for other in ALPHABET - {CARD[at]})
    assert [code for code in codes if believed(code)] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "LC1:",
        "LC2" + CARD[3:],
        "lc1" + CARD[3:],
        CARD[4:],
        " " + CARD,
        CARD + " ",
        CARD + "0",
        CARD[:-1],
        CARD.lower(),
        CARD + "\n",
        CARD.replace("1", "\uff11", 1),
        "LC1:" + "0" * 297,
        "LC1:" + "Z" * 117,
        "LC1:" + ":::" * 39,
        "https://example.org/?" + CARD,
        "IT:00000013",
        text(RAW[:-1]),
        text(RAW + b"\0"),
        text(RAW[:14]),
        text(b""),
        text(b"\x11" + RAW[1:]),
        text(b"\x02" + RAW[1:]),
        text(b"\x00" + RAW[1:]),
        text(RAW[:10] + struct.pack(">HH", 9, 8) + RAW[14:]),
    ],
)
def test_what_is_no_card_is_not_ours(wrong: str) -> None:
    with pytest.raises(NotOursError) as told:
        read_pass(wrong)
    assert len(wrong) < 8 or wrong[4:] not in str(told.value), "a code is never repeated in clear"


def test_two_texts_are_never_one_card() -> None:
    """Three characters of base45 hold more than two bytes: those beyond are another spelling that nobody prints."""
    same = []
    for tail in map("".join, product(CARD[-3], sorted(ALPHABET), sorted(ALPHABET))):
        with contextlib.suppress(NotOursError):
            read = read_pass(CARD[:-3] + tail)
            same += [tail] if read.payload + read.signature == RAW else []
    assert same == [CARD[-3:]]


@given(st.text(ALPHABET, max_size=320).map(lambda rest: "LC1:" + rest) | st.text(max_size=300))
def test_any_text_is_a_card_or_not_ours(code: str) -> None:
    try:
        read = read_pass(code)
    except NotOursError:
        return
    assert text(read.payload + read.signature) == code


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("issuer", 256),
        ("issuer", -1),
        ("serial", 65536),
        ("serial", -1),
        ("resident", "0123456789"),
        ("resident", "0123456789abcd"),
        ("resident", "resident 000"),
        ("not_before", date(2023, 12, 31)),
        ("not_before", date(2027, 1, 1)),
        ("expiry", date(2203, 6, 8)),
        ("type", PassType.PHONE),
    ],
)
def test_what_does_not_fit_a_card_is_not_issued(field: str, value: object) -> None:
    fields = {name: getattr(CLAIMS, name) for name in CLAIMS.__struct_fields__} | {field: value}
    with pytest.raises(ValueError):  # noqa: PT011  every one of them, whatever its words
        issue(Pass(**fields), KEY, COMMUNITY)


# --- labels ---

NUMBERS = [*range(200), *range(0, 10**7, 9973), 9_999_999]


def test_labels_are_for_ever() -> None:
    assert [label(number) for number in (0, 1, 2, 10, 1234567, 9_999_999)] == [
        *("00000000", "00000013", "00000021", "00000101", "12345671", "99999992")
    ]


def test_every_label_fits_and_is_read() -> None:
    for number in NUMBERS:
        digits = label(number)
        assert digits[:7] == f"{number:07d}"
        assert item_fits(digits)
        assert read_label("IT:" + digits) == digits


def test_every_single_wrong_digit_is_found() -> None:
    for number in NUMBERS:
        digits = label(number)
        for at in range(8):
            fits = [other for other in "0123456789" if item_fits(digits[:at] + other + digits[at + 1 :])]
            assert fits == [digits[at]]


def test_every_swap_of_neighbours_is_found() -> None:
    for number in NUMBERS:
        digits = label(number)
        for at in range(7):
            swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
            assert item_fits(swapped) == (swapped == digits)


@pytest.mark.parametrize("number", [-1, 10_000_000])
def test_a_number_of_eight_digits_has_no_label(number: int) -> None:
    with pytest.raises(ValueError, match="7 digits"):
        label(number)


GOOD = label(1)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "IT:",
        "IT:" + GOOD[:-1],
        "IT:" + GOOD + "0",
        "IT: " + GOOD,
        "it:" + GOOD,
        GOOD,
        "IT:IT:" + GOOD,
        "IT:" + GOOD + "\n",
        "IT:-" + GOOD[1:],
        "IT:" + GOOD.replace("0", "\u0660"),
        "IT:" + GOOD.replace("0", "\u2070"),
        "IT:" + GOOD.replace("0", "O"),
        CARD,
    ],
)
def test_what_is_no_label_is_not_ours(wrong: str) -> None:
    with pytest.raises(NotOursError):
        read_label(wrong)


@given(st.text(max_size=20))
def test_any_text_is_a_label_or_not_ours(code: str) -> None:
    try:
        digits = read_label(code)
    except NotOursError:
        return
    assert label(int(digits[:7])) == digits
