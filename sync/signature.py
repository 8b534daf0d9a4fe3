"""This file knows how things are signed: Ed25519 keys, and the seal on a message of the wire.

The only home of `cryptography`. Pure: a key's randomness is given, and nothing is read or written.

A sealed message is one JSON object whose last key is `sig`. The signed bytes are
`"locker-wire-v1" NUL topic NUL nonce-as-hex NUL body`, where body is the same object without `sig`: cut, never
re-encoded.
"""

import base64
import binascii

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_BYTES = 32
SIGNATURE_BYTES = 64
_DOMAIN = b"locker-wire-v1"
_MARK = b',"sig":"'


class KeyUnusableError(ValueError):
    """These bytes are no Ed25519 key in PEM."""


class ForgedError(ValueError):
    """The seal is missing, malformed, or another key's."""


class PublicKey:
    """Anybody's key to check a signature with (54 to 160 us a check)."""

    def __init__(self, raw: bytes) -> None:
        """Take the 32 raw bytes; ValueError for any other length."""
        self._key = Ed25519PublicKey.from_public_bytes(raw)
        self.raw = raw

    @classmethod
    def from_pem(cls, pem: bytes) -> "PublicKey":
        """Read SubjectPublicKeyInfo PEM; KeyUnusableError otherwise."""
        try:
            key = serialization.load_pem_public_key(pem)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise KeyUnusableError("not a public key in PEM") from error
        if not isinstance(key, Ed25519PublicKey):
            raise KeyUnusableError("a public key, but not Ed25519")
        return cls(key.public_bytes_raw())

    def to_pem(self) -> bytes:
        """Write SubjectPublicKeyInfo PEM, as openssl does."""
        return self._key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether this key's owner signed exactly this message."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class SigningKey:
    """A private key; its bytes never leave it save as PEM for its owner's file."""

    def __init__(self, seed: bytes) -> None:
        """Take 32 random bytes; ValueError for any other length."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(self._key.public_key().public_bytes_raw())

    @classmethod
    def from_pem(cls, pem: bytes) -> "SigningKey":
        """Read unencrypted PKCS#8 PEM; KeyUnusableError otherwise."""
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyUnusableError("not an unencrypted private key in PEM") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyUnusableError("a private key, but not Ed25519")
        return cls(key.private_bytes_raw())

    def to_pem(self) -> bytes:
        """Write PKCS#8 PEM without a password: the file's mode guards it."""
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature."""
        return self._key.sign(message)


def _signed_bytes(topic: str, nonce: str, body: bytes) -> bytes:
    return b"\0".join((_DOMAIN, topic.encode(), nonce.encode(), body))


def seal(body: bytes, key: SigningKey, topic: str, nonce: str = "") -> bytes:
    """Add `sig` as the last key of a non-empty JSON object, bound to the topic and the connection's nonce (hex)."""
    signature = base64.b64encode(key.sign(_signed_bytes(topic, nonce, body)))
    return body[:-1] + _MARK + signature + b'"}'


def unseal(sealed: bytes, key: PublicKey, topic: str, nonce: str = "") -> bytes:
    """The body that was sealed; ForgedError when key, topic, nonce or any byte differs."""
    body, mark, rest = sealed.rpartition(_MARK)
    if not mark or not rest.endswith(b'"}'):
        raise ForgedError("no signature at the end of the message")
    try:
        signature = base64.b64decode(rest[:-2], validate=True)
    except binascii.Error as error:
        raise ForgedError("the signature is not base64") from error
    if base64.b64encode(signature) != rest[:-2]:  # spare bits of base64 would make two messages out of one
        raise ForgedError("the signature is not canonical base64")
    whole = body + b"}"
    if len(signature) != SIGNATURE_BYTES or not key.signed(_signed_bytes(topic, nonce, whole), signature):
        raise ForgedError("the signature does not fit this key, topic and connection")
    return whole
