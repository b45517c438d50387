"""Seals and encrypted files: what was changed, moved, cut or sealed under another key does not open."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from cases import files, vault
from cases.files import CHUNK_BYTES, FileDamaged, FileKind, FileMissing
from cases.vault import Key, KeysLost, SealBroken
from config.private_files import SecretFileExposed, SecretFileMissing
from tests.leaks import find

NUMBER = "983205673214"


@pytest.fixture
def var(tmp_path: Path, settings: Settings) -> Path:
    """A ``var`` of its own with fresh keys."""
    settings.VAR = tmp_path
    vault.create_keys()
    return tmp_path


def test_keys_are_made_once_and_differ(var: Path) -> None:
    before = [vault.read_key(key) for key in Key]
    assert vault.create_keys() == ()
    assert [vault.read_key(key) for key in Key] == before
    assert len(set(before)) == len(Key)
    assert {len(key) for key in before} == {32}


def test_a_store_in_use_gets_no_new_key_for_a_lost_one(var: Path) -> None:
    vault.key_path(Key.MY_NUMBER).unlink()
    with pytest.raises(KeysLost, match=r"restore .*mynumber\.key"):
        vault.ready_keys(in_use=True)
    assert not vault.key_path(Key.MY_NUMBER).exists()
    assert vault.ready_keys(in_use=False) == (Key.MY_NUMBER,)
    assert vault.ready_keys(in_use=True) == ()


def test_a_key_that_others_may_read_is_not_used(var: Path) -> None:
    vault.key_path(Key.MY_NUMBER).chmod(0o640)
    with pytest.raises(SecretFileExposed, match="chmod 600"):
        vault.seal(Key.MY_NUMBER, b"x", "place")
    assert vault.unseal(Key.FILES, vault.seal(Key.FILES, b"x", "place"), "place") == b"x"


def test_without_keys_nothing_is_sealed(tmp_path: Path, settings: Settings) -> None:
    settings.VAR = tmp_path
    with pytest.raises(SecretFileMissing):
        vault.seal(Key.FILES, b"x", "place")


def test_a_seal_opens_at_its_place_only(var: Path) -> None:
    sealed = vault.seal(Key.MY_NUMBER, NUMBER.encode(), "case/1")
    assert NUMBER.encode() not in sealed
    assert vault.unseal(Key.MY_NUMBER, sealed, "case/1") == NUMBER.encode()
    assert sealed != vault.seal(Key.MY_NUMBER, NUMBER.encode(), "case/1")
    for key, changed, place in [
        (Key.MY_NUMBER, sealed, "case/2"),
        (Key.FILES, sealed, "case/1"),
        (Key.MY_NUMBER, sealed[:-1] + bytes([sealed[-1] ^ 1]), "case/1"),
        (Key.MY_NUMBER, sealed[:20], "case/1"),
        (Key.MY_NUMBER, b"\x09" + sealed[1:], "case/1"),
        (Key.MY_NUMBER, b"", "case/1"),
    ]:
        with pytest.raises(SealBroken):
            vault.unseal(key, changed, place)


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_a_file_comes_back_as_it_was(var: Path, size: int) -> None:
    content, file_id = secrets.token_bytes(size), uuid.uuid4()
    parts = [content[:10], content[10:]]
    stored = files.write(FileKind.ORIGINAL, file_id, parts)
    assert (stored.size_bytes, stored.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert files.read_bytes(FileKind.ORIGINAL, file_id) == content
    assert files.path_of(FileKind.ORIGINAL, file_id).stat().st_mode & 0o777 == 0o600


def damaged(sealed: bytes) -> Iterator[bytes]:
    """Every way to spoil a file of three chunks, the last of them short."""
    head, chunk = 38, CHUNK_BYTES + 16
    first, second = sealed[head : head + chunk], sealed[head + chunk : head + 2 * chunk]
    yield sealed[: head + 2 * chunk]  # the last chunk is cut off
    yield sealed[: head + chunk]
    yield sealed[:head] + second + first + sealed[head + 2 * chunk :]  # two chunks change places
    yield sealed[: head + chunk] + sealed[head + 2 * chunk :]  # one chunk is taken out
    yield sealed[:-1]
    yield sealed + b"x"
    yield sealed[:10] + bytes([sealed[10] ^ 1]) + sealed[11:]
    yield sealed[:head]
    yield b"%PDF-1.7 plain"
    yield b""


def test_every_spoilt_file_is_noticed(var: Path) -> None:
    file_id = uuid.uuid4()
    files.write(FileKind.PAGE, file_id, [secrets.token_bytes(2 * CHUNK_BYTES + 5)])
    path = files.path_of(FileKind.PAGE, file_id)
    for spoilt in list(damaged(path.read_bytes())):
        path.write_bytes(spoilt)
        with pytest.raises(FileDamaged, match="restore it from a backup"):
            files.read_bytes(FileKind.PAGE, file_id)


def test_a_file_opens_under_its_own_name_only(var: Path) -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    files.write(FileKind.PAGE, one, [b"content"])
    shutil.copy(files.path_of(FileKind.PAGE, one), files.path_of(FileKind.PAGE, other))
    with pytest.raises(FileDamaged):
        files.read_bytes(FileKind.PAGE, other)
    with pytest.raises(FileMissing):
        files.read_bytes(FileKind.PICTURE, one)


def test_nothing_plain_lies_on_the_disk(var: Path) -> None:
    file_id = uuid.uuid4()
    files.write(FileKind.ORIGINAL, file_id, [f"山田花子 {NUMBER}".encode() * 1000])
    assert find(var, ["山田花子", NUMBER]) == []
    with files.opened(FileKind.ORIGINAL, file_id) as path:
        assert NUMBER.encode() in path.read_bytes()
        assert path.parent.stat().st_mode & 0o777 == 0o700
    assert not path.parent.exists()


def test_a_failing_source_leaves_nothing_behind(var: Path) -> None:
    def parts() -> Iterator[bytes]:
        yield b"x" * (CHUNK_BYTES + 1)
        raise RuntimeError("the scanner went away")

    with pytest.raises(RuntimeError):
        files.write(FileKind.ORIGINAL, "one", parts())
    assert list((var / "files" / "originals").iterdir()) == []


def aged(path: Path) -> Path:
    os.utime(path, (time.time() - 3600, time.time() - 3600))
    return path


def test_what_a_killed_process_left_is_swept_and_nothing_else(var: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    files.write(FileKind.PAGE, "kept", [b"x"])
    aged(files.path_of(FileKind.PAGE, "kept"))
    pages, scratch = var / "files" / "pages", var / "scratch"
    left = [
        pages / f".{gone.pid}-a.part",
        pages / f".{os.getpid()}-b.part",
        pages / f".{gone.pid}-young.part",
    ]
    for path in left:
        path.write_bytes(b"half")
    folder = scratch / f"tenki-{gone.pid}-abc"
    folder.mkdir(parents=True)
    (folder / "plain").write_bytes(b"plain")
    for path in (left[0], left[1], folder):
        aged(path)
    assert files.sweep() >= 2
    assert not left[0].exists()
    assert not folder.exists()
    assert left[1].exists(), "its maker is at work"
    assert left[2].exists(), "it may be another machine's"
    assert files.read_bytes(FileKind.PAGE, "kept") == b"x"


def test_a_plain_copy_of_a_killed_reader_is_swept(var: Path) -> None:
    files.write(FileKind.ORIGINAL, "one", [b"plain"])
    command = (
        "import os, signal, sys\n"
        "os.environ.update(TENKI_VAR=sys.argv[1], DJANGO_SETTINGS_MODULE='config.settings')\n"
        "import django; django.setup()\n"
        "from cases import files\n"
        "with files.opened(files.FileKind.ORIGINAL, 'one') as path:\n"
        "    print(path.parent, flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", command, str(var)], capture_output=True, text=True, check=False
    )
    folder = Path(done.stdout.strip())
    assert (folder / "one").read_bytes() == b"plain"
    aged(folder)
    files.sweep()
    assert not folder.exists()


FILL = """
import os, subprocess, sys
from pathlib import Path
var = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", var], check=True)
os.environ.update(TENKI_VAR=str(var), DJANGO_SETTINGS_MODULE="config.settings")
import django; django.setup()
from cases import files, vault
vault.create_keys()
try:
    files.write(files.FileKind.ORIGINAL, "big", (b"x" * 65536 for _ in range(64)))
except files.DiskFull as error:
    print(error.code, len(list((var / "files" / "originals").iterdir())))
"""


def test_a_full_disk_is_said_and_nothing_half_written_stays(tmp_path: Path) -> None:
    """On a real file system of 2 MB, mounted in a namespace of its own."""
    may = subprocess.run(["unshare", "--map-root-user", "--mount", "true"], capture_output=True, check=False)
    if may.returncode:
        pytest.skip("this machine gives no mount namespace, so no small disk can be made")
    command = ["unshare", "--map-root-user", "--mount", sys.executable, "-c", FILL, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stdout.split() == ["file.disk_full", "0"]
