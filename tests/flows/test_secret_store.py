"""Secrets of targets: the places in which they may be kept, each with the real thing."""

from __future__ import annotations

import ctypes
import os
import platform
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.private_files import SecretFileExposed
from flows import wiring
from flows.secret_store import CALLS, KeyringUnavailable, known
from robots.errors import MissingCredentialError

NAMES = ("REHEARSAL_OPERATOR", "REHEARSAL_PASSWORD")
ADD_KEY = {"x86_64": 248, "aarch64": 217}
UNLINK, USER_RING = 9, -4


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*NAMES, "TENKI_SECRETS_FILE", "TENKI_KEYRING", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text('REHEARSAL_OPERATOR = "K1"\nREHEARSAL_PASSWORD = "from the file"\n', encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("TENKI_SECRETS_FILE", str(file))
    monkeypatch.setenv("REHEARSAL_OPERATOR", "K2")
    assert known(NAMES) == {"REHEARSAL_OPERATOR": "K2", "REHEARSAL_PASSWORD": "from the file"}
    file.chmod(0o644)
    with pytest.raises(SecretFileExposed):
        known(NAMES)


def test_systemd_hands_them_to_the_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in zip(NAMES, ("K3", "from systemd"), strict=True):
        path = tmp_path / name
        path.write_text(f"{text}\n", encoding="utf-8")
        path.chmod(0o400)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert known((*NAMES, "../secret")) == {"REHEARSAL_OPERATOR": "K3", "REHEARSAL_PASSWORD": "from systemd"}


@pytest.fixture
def in_kernel() -> Iterator[None]:
    """Both secrets in the user's own keyring of the kernel."""
    call = ctypes.CDLL(None, use_errno=True).syscall
    machine = platform.machine()
    keys = []
    for name, text in zip(NAMES, (b"K4", "鍵束から".encode()), strict=True):
        keys.append(call(ADD_KEY[machine], b"user", f"tenki:{name}".encode(), text, len(text), USER_RING))
    if min(keys) < 0:
        pytest.skip(f"the kernel has no keyring for us here: {os.strerror(ctypes.get_errno())}")
    yield
    for key in keys:
        call(CALLS[machine], UNLINK, key, USER_RING)


@pytest.mark.usefixtures("in_kernel")
def test_the_kernels_keyring_is_asked_where_the_site_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert known(NAMES) == {}
    monkeypatch.setenv("TENKI_KEYRING", "kernel")
    assert known(NAMES) == {"REHEARSAL_OPERATOR": "K4", "REHEARSAL_PASSWORD": "鍵束から"}


@pytest.mark.parametrize(
    ("ring", "words"), [("ring", "one of kernel, secret-service"), ("secret-service", "libsecret-tools")]
)
def test_a_keyring_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, ring: str, words: str) -> None:
    monkeypatch.setenv("TENKI_KEYRING", ring)
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(KeyringUnavailable, match=words):
        known(NAMES)


def test_a_robot_without_secrets_says_which_it_lacks() -> None:
    with (
        pytest.raises(MissingCredentialError, match="REHEARSAL_OPERATOR and REHEARSAL_PASSWORD"),
        wiring.robot("rehearsal"),
    ):
        pass
