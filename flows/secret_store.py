"""Where ids and passwords of targets are kept: never in a definition, asked for by name when a robot starts.

In this order: the environment, the credentials that systemd gives to a service, the kernel's keyring, the
desktop's keyring (Secret Service), the file TENKI_SECRETS_FILE. The first that knows a name wins.
"""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from config import private_files

CALLS = {"x86_64": 250, "aarch64": 219}
"""Number of the system call ``keyctl`` by machine."""

SEARCH, READ = 10, 11
RINGS = (-3, -4)
"""The keyrings of the session and of the user (keyrings(7))."""

LONGEST_BYTES = 4096
ASK_TIMEOUT_S = 10


class KeyringUnavailable(Exception):
    """The keyring that TENKI_KEYRING names cannot be asked; the message says why and what to do."""


class Store(Protocol):
    """One place in which secrets are kept."""

    def find(self, name: str) -> str | None:
        """The secret of that name; None when this place does not know it."""


class InEnvironment:
    def find(self, name: str) -> str | None:
        return os.environ.get(name)


class FromSystemd:
    """``LoadCredential=`` or ``LoadCredentialEncrypted=`` of the unit: files that only the service sees."""

    def find(self, name: str) -> str | None:
        folder = os.environ.get("CREDENTIALS_DIRECTORY")
        path = Path(folder or "/nonexistent") / name
        return path.read_text(encoding="utf-8").rstrip("\n") if folder and path.is_file() else None


class InKernel:
    """The kernel's keyring: ``keyctl padd user tenki:NAME @u``. Nothing of it is ever on a disk."""

    def find(self, name: str) -> str | None:
        number = CALLS.get(platform.machine())
        if number is None:
            raise KeyringUnavailable(f"the kernel's keyring is not known on {platform.machine()}")
        call = ctypes.CDLL(None, use_errno=True).syscall
        for ring in RINGS:
            key = call(number, SEARCH, ring, b"user", f"tenki:{name}".encode(), 0)
            if key > 0:
                held = ctypes.create_string_buffer(LONGEST_BYTES)
                length = call(number, READ, key, held, LONGEST_BYTES)
                if not 0 < length <= LONGEST_BYTES:
                    raise KeyringUnavailable(
                        f"the kernel holds {name}, but does not let this account read it"
                    )
                return held.raw[:length].decode()
        return None


class InSecretService:
    """The desktop's keyring (GNOME, KDE), asked through ``secret-tool`` of libsecret."""

    def find(self, name: str) -> str | None:
        command = ["secret-tool", "lookup", "service", "tenki", "name", name]
        try:
            asked = subprocess.run(  # The system's own program, wherever it lies.
                command, capture_output=True, text=True, timeout=ASK_TIMEOUT_S, check=False
            )
        except (FileNotFoundError, subprocess.TimeoutExpired) as error:
            raise KeyringUnavailable(
                "secret-tool does not answer: install libsecret-tools and unlock the keyring"
            ) from error
        return asked.stdout.rstrip("\n") if asked.returncode == 0 and asked.stdout else None


class InFile:
    """TENKI_SECRETS_FILE: ``NAME = "…"`` in TOML. SecretFileExposed when others can read it."""

    def find(self, name: str) -> str | None:
        file = os.environ.get("TENKI_SECRETS_FILE")
        if not file:
            return None
        text = tomllib.loads(private_files.read(Path(file)).decode()).get(name)
        return None if text is None else str(text)


KEYRINGS: Mapping[str, type[InKernel] | type[InSecretService]] = {
    "kernel": InKernel,
    "secret-service": InSecretService,
}


def stores() -> Iterator[Store]:
    """Every place that is asked, in its order. Raises KeyringUnavailable for a name that is none."""
    yield InEnvironment()
    yield FromSystemd()
    wanted = os.environ.get("TENKI_KEYRING")
    if wanted:
        if wanted not in KEYRINGS:
            raise KeyringUnavailable(f"TENKI_KEYRING is {wanted!r}; it is one of {', '.join(KEYRINGS)}")
        yield KEYRINGS[wanted]()
    yield InFile()


def known(names: tuple[str, ...]) -> dict[str, str]:
    """The secrets of these names as far as any place knows them."""
    found = {name: _first(name) for name in names}
    return {name: text for name, text in found.items() if text}


def _first(name: str) -> str | None:
    return next((text for store in stores() if (text := store.find(name))), None)
