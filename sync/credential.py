"""This file knows what people hold: the signed pass LC1 and the label on an item.

`LC1:` + base45 of: type/version 1 B, issuer key id 1 B, resident 6 B, serial 2 B, not-before 2 B, expiry 2 B,
signature 64 B, all big-endian; days count from 2024-01-01. 78 bytes, 121 characters, QR version 5-M.
The low four bits of the first byte are the type, the high four the layout's version, today 0. The type fixes the
length: anything else is refused before any cryptography.
Only the printed card is spoken so far. Pure.
"""

import hashlib
import struct
from collections.abc import Mapping
from datetime import date, timedelta
from enum import IntEnum

import base45
import msgspec

from sync.signature import SIGNATURE_BYTES, PublicKey, SigningKey

PASS_PREFIX = "LC1:"  # noqa: S105  a prefix, no secret
LABEL_PREFIX = "IT:"
ALPHABET = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
"""QR alphanumeric: what every decoder reads alike."""
MAX_CODE_CHARS = 300
ITEM_DIGITS = 8
DAY_ZERO = date(2024, 1, 1)
_CARD = struct.Struct(">BB6sHHH")
_DOMAIN = b"locker-card-v1\0"
RESIDENT_BYTES = 6
MAX_U16 = 2**16 - 1


class PassType(IntEnum):
    """Who carries it; the number is the low half of the first byte."""

    CARD = 1
    PHONE = 2
    BADGE = 3
    VISIT = 4


class NotOursError(ValueError):
    """This text is no pass and no label of ours; what is wrong is never shown together with the text."""


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """A printed card, taken apart but not yet believed."""

    type: PassType
    issuer: int
    """Key id, 0-255."""
    resident: str
    """12 lower-case hex digits."""
    serial: int
    """0-65535; a higher one retires the lower ones of the same resident and type."""
    not_before: date
    expiry: date
    """The last day on which it is good."""


class ReadPass(msgspec.Struct, frozen=True):
    """A pass with what must be checked before it means anything."""

    claims: Pass
    payload: bytes
    signature: bytes

    def issued_by(self, keys: Mapping[int, PublicKey], community: str) -> bool:
        """Whether a known issuer of this very community signed it."""
        key = keys.get(self.claims.issuer)
        return key is not None and key.signed(_signed_bytes(community, self.payload), self.signature)


def issue(claims: Pass, key: SigningKey, community: str) -> str:
    """The text of a card. ValueError when a field does not fit its bytes, or the type is not spoken yet."""
    if claims.type is not PassType.CARD:
        raise ValueError(f"only printed cards are issued so far, not {claims.type.name.lower()}")
    resident = bytes.fromhex(claims.resident)
    if len(resident) != RESIDENT_BYTES:
        raise ValueError(f"a resident has {RESIDENT_BYTES * 2} hex digits, not {len(claims.resident)}")
    if claims.expiry < claims.not_before:
        raise ValueError(f"good until {claims.expiry} is before good from {claims.not_before}")
    numbers = (claims.serial, _days(claims.not_before), _days(claims.expiry))
    if not all(0 <= number <= MAX_U16 for number in numbers) or not 0 <= claims.issuer <= 255:
        raise ValueError(f"serial 0-{MAX_U16}, issuer 0-255, days {DAY_ZERO} to {_day(MAX_U16)}")
    payload = _CARD.pack(claims.type, claims.issuer, resident, *numbers)
    signature = key.sign(_signed_bytes(community, payload))
    return PASS_PREFIX + _base45(payload + signature)


def read_pass(text: str) -> ReadPass:
    """Take a pass apart. NotOursError for anything that `issue` could not have written."""
    if not text.startswith(PASS_PREFIX) or len(text) > MAX_CODE_CHARS or not ALPHABET.issuperset(text):
        raise NotOursError("not a pass")
    try:
        packed: bytes = base45.b45decode(text[len(PASS_PREFIX) :])
    except ValueError as error:
        raise NotOursError("not base45") from error
    # The decoder forgives what the encoder never writes; two texts must not be one pass.
    if _base45(packed) != text[len(PASS_PREFIX) :]:
        raise NotOursError("not canonical base45")
    if not packed or packed[0] != PassType.CARD or len(packed) != _CARD.size + SIGNATURE_BYTES:
        raise NotOursError("a pass of a kind or length that is not spoken here")
    payload, signature = packed[: _CARD.size], packed[_CARD.size :]
    kind, issuer, resident, serial, first, last = _CARD.unpack(payload)
    if last < first:
        raise NotOursError("expired before it begins")
    claims = Pass(
        type=PassType(kind),
        issuer=issuer,
        resident=resident.hex(),
        serial=serial,
        not_before=_day(first),
        expiry=_day(last),
    )
    return ReadPass(claims, payload, signature)


def label(number: int) -> str:
    """The eight digits of item `number` (0 to 9,999,999): seven and their check digit."""
    if not 0 <= number < 10 ** (ITEM_DIGITS - 1):
        raise ValueError(f"an item's number has at most {ITEM_DIGITS - 1} digits, not {number}")
    digits = f"{number:0{ITEM_DIGITS - 1}d}"
    return digits + str(_damm(digits))


def item_fits(digits: str) -> bool:
    """Whether these are eight digits, the last one right: what a person keys in from below the code."""
    return len(digits) == ITEM_DIGITS and digits.isascii() and digits.isdigit() and _damm(digits) == 0


def read_label(text: str) -> str:
    """The eight digits on an item's label `IT:…`; NotOursError when it is none or a digit is wrong."""
    digits = text.removeprefix(LABEL_PREFIX)
    if not text.startswith(LABEL_PREFIX) or not item_fits(digits):
        raise NotOursError("not a label, or a digit of it is wrong")
    return digits


# Damm (2004): one table of a totally anti-symmetric quasigroup. It finds every wrong digit and every swap of
# neighbours, the two slips of somebody who keys eight digits by torchlight; Luhn misses the swap of 0 and 9.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def _damm(digits: str) -> int:
    check = 0
    for digit in digits:
        check = _DAMM[check][int(digit)]
    return check


def _signed_bytes(community: str, payload: bytes) -> bytes:
    return _DOMAIN + community_hash(community) + payload


def community_hash(community: str) -> bytes:
    """SHA-256 of the community's id: what makes the next district's pass fail here."""
    return hashlib.sha256(community.encode()).digest()


def _base45(packed: bytes) -> str:
    text: bytes = base45.b45encode(packed)
    return text.decode()


def _days(day: date) -> int:
    return (day - DAY_ZERO).days


def _day(days: int) -> date:
    return DAY_ZERO + timedelta(days=days)
