"""Keys and seals: what must not be read in the database or on the disk is encrypted here (AES-256-GCM, law
5).

Three keys lie in ``var/keys``, 32 random bytes each with mode 0600. My Number and the original scans, which
show it, have one of their own, so that it can be kept apart from everything else.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from config import private_files

KEY_BYTES = 32
NONCE_BYTES = 12
SEAL_VERSION = b"\x01"


class Key(enum.Enum):
    """What a key protects; the value is its file's name in ``var/keys``."""

    FILES = "files"
    """Working pages and pictures of target screens, both without My Number, and the secrets of second
    factors.
    """

    MY_NUMBER = "mynumber"
    """My Numbers in the database, and the original scans."""

    AUDIT = "audit"
    """Binds the audit lines and the approved values: who can write the database cannot forge them without
    it.
    """


class SealBroken(Exception):
    """Sealed bytes were changed, moved to another place, or sealed under another key."""


def key_path(key: Key) -> Path:
    return Path(settings.VAR) / "keys" / f"{key.value}.key"


class KeysLost(Exception):
    """A store in use lacks a key: what was sealed under it can be opened only with the key from a backup."""


def ready_keys(*, in_use: bool) -> tuple[Key, ...]:
    """Make the keys of a new store; the ones that were made. KeysLost when a store in use lacks one."""
    lost = [str(key_path(key)) for key in Key if not key_path(key).exists()]
    if in_use and lost:
        raise KeysLost(
            f"the keys of this database are not there: restore {', '.join(lost)} from the backup, "
            "or on a worker's machine `tenki worker join`"
        )
    return create_keys()


def create_keys() -> tuple[Key, ...]:
    """Make the keys that are missing and say which. An existing key is never replaced: its data would be
    lost.
    """
    return tuple(key for key in Key if private_files.create(key_path(key), secrets.token_bytes(KEY_BYTES)))


def read_key(key: Key) -> bytes:
    """The key's 32 bytes. Raises SecretFileMissing, or SecretFileExposed when others may read the file."""
    return private_files.read(key_path(key))


def seal(key: Key, plain: bytes, place: str) -> bytes:
    """Encrypt a value for one place (``<case id>/<field id>``): moved to another place it does not open."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return SEAL_VERSION + nonce + AESGCM(read_key(key)).encrypt(nonce, plain, place.encode())


def unseal(key: Key, sealed: bytes, place: str) -> bytes:
    """What was sealed for that place. Raises SealBroken."""
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if sealed[:1] != SEAL_VERSION or len(nonce) != NONCE_BYTES:
        raise SealBroken(f"the sealed value of {place} is of an unknown make: restore it from a backup")
    try:
        return AESGCM(read_key(key)).decrypt(nonce, body, place.encode())
    except InvalidTag as error:
        raise SealBroken(
            f"the sealed value of {place} does not open: it was changed, or {key_path(key)} is not its key"
        ) from error


def digest(key: Key, data: bytes) -> str:
    """HMAC-SHA256 in hex: compares data without keeping it, and cannot be made without the key."""
    return digests(key)(data)


def digests(key: Key) -> Callable[[bytes], str]:
    """The same for many pieces of data: the key is read once."""
    secret = read_key(key)
    return lambda data: hmac.new(secret, data, hashlib.sha256).hexdigest()
