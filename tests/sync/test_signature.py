"""Seals: nobody else's key, no other topic, no other connection, not one bit changed."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.signature import ForgedError, KeyUnusableError, PublicKey, SigningKey, seal, unseal

KEY = SigningKey(bytes(range(32)))
OTHER = SigningKey(bytes(32))
TOPIC = "locker/v1/community/00/A03/ack"
NONCE = "0123456789abcdef0123456789abcdef"
BODY = b'{"ep":"5f0c9a3e71d2b846","w":17}'
SEALED = seal(BODY, KEY, TOPIC, NONCE)
OBJECTS = st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20), min_size=1).map(
    lambda each: json.dumps(each).encode()
)


@pytest.mark.parametrize(
    ("seed", "public", "message", "signature"),
    # RFC 8032, section 7.1, tests 1 to 3.
    [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ],
)
def test_it_is_the_ed25519_of_the_standard(seed: str, public: str, message: str, signature: str) -> None:
    key = SigningKey(bytes.fromhex(seed))
    assert key.public.raw.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert PublicKey(bytes.fromhex(public)).signed(bytes.fromhex(message), bytes.fromhex(signature))


def test_a_seal_is_the_last_key_of_the_same_object() -> None:
    assert SEALED.startswith(BODY[:-1] + b',"sig":"')
    opened = json.loads(SEALED)
    signed = b"locker-wire-v1\0" + TOPIC.encode() + b"\0" + NONCE.encode() + b"\0" + BODY
    assert base64.b64decode(opened["sig"]) == KEY.sign(signed)


@given(OBJECTS, st.text(min_size=1, max_size=40), st.sampled_from(["", NONCE]))
def test_what_was_sealed_comes_back(body: bytes, topic: str, nonce: str) -> None:
    assert unseal(seal(body, KEY, topic, nonce), KEY.public, topic, nonce) == body


def forged(sealed: bytes) -> bool:
    try:
        unseal(sealed, KEY.public, TOPIC, NONCE)
    except ForgedError:
        return True
    return False


def test_no_bit_may_change() -> None:
    flipped = (int.from_bytes(SEALED) ^ 1 << bit for bit in range(8 * len(SEALED)))
    assert all(forged(bits.to_bytes(len(SEALED))) for bits in flipped)


def test_no_part_will_do() -> None:
    assert all(forged(SEALED[:cut]) for cut in range(len(SEALED)))


def test_another_key_topic_or_connection_will_not_do() -> None:
    assert unseal(SEALED, KEY.public, TOPIC, NONCE) == BODY
    for key, topic, nonce in [
        (OTHER.public, TOPIC, NONCE),
        (KEY.public, TOPIC.replace("A03", "A04"), NONCE),
        (KEY.public, TOPIC.replace("ack", "welcome"), NONCE),
        (KEY.public, TOPIC, ""),
        (KEY.public, TOPIC, NONCE[:-1] + "e"),
        (KEY.public, "", TOPIC + NONCE),
    ]:
        with pytest.raises(ForgedError):
            unseal(SEALED, key, topic, nonce)


@pytest.mark.parametrize(
    "sealed",
    [
        b"",
        b"{}",
        b',"sig":"',
        b',"sig":""}',
        b'{"a":1,"sig":"AAAA"}',
        b'{"a":1,"sig":"' + b"A" * 86 + b'=="}',
        b'{"a":1,"sig":"' + b"A" * 88 + b'"}',
        SEALED + b" ",
        SEALED.replace(b"}", b"}}"),
        SEALED[:-2] + b'\n"}',
        SEALED[:-1] + b"," + SEALED[1:],
        BODY,
    ],
)
def test_what_is_not_sealed_is_forged(sealed: bytes) -> None:
    with pytest.raises(ForgedError):
        unseal(sealed, KEY.public, TOPIC, NONCE)


@given(st.binary(max_size=300))
def test_random_bytes_are_forged_and_nothing_worse(sealed: bytes) -> None:
    with pytest.raises(ForgedError):
        unseal(sealed, KEY.public, TOPIC, NONCE)


def test_keys_come_back_from_pem() -> None:
    assert SigningKey.from_pem(KEY.to_pem()).public.raw == KEY.public.raw
    assert PublicKey.from_pem(KEY.public.to_pem()).raw == KEY.public.raw
    assert KEY.to_pem().startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert KEY.public.to_pem().startswith(b"-----BEGIN PUBLIC KEY-----\n")


P256_PRIVATE = b"""-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAQIDBAUGBwgJCgsM
-----END PRIVATE KEY-----
"""


@pytest.mark.parametrize(
    "pem", [b"", b"key", b"\xff" * 100, KEY.to_pem()[:60], KEY.to_pem()[10:], P256_PRIVATE, KEY.public.to_pem()]
)
def test_what_is_no_private_key_is_unusable(pem: bytes) -> None:
    with pytest.raises(KeyUnusableError):
        SigningKey.from_pem(pem)


@pytest.mark.parametrize("pem", [b"", b"key", b"\xff" * 100, KEY.public.to_pem()[:60], P256_PRIVATE, KEY.to_pem()])
def test_what_is_no_public_key_is_unusable(pem: bytes) -> None:
    with pytest.raises(KeyUnusableError):
        PublicKey.from_pem(pem)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_keys_have_32_bytes(size: int) -> None:
    with pytest.raises(ValueError, match=r"32|bytes"):
        SigningKey(bytes(size))
    with pytest.raises(ValueError, match=r"32|bytes"):
        PublicKey(bytes(size))


@pytest.mark.parametrize("size", [0, 63, 65])
def test_a_signature_of_another_length_is_no_signature(size: int) -> None:
    assert not KEY.public.signed(b"x", bytes(size))
