"""The three places for sealed files behave alike; a desk gives its keys once and deletes nothing needed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from cases import files, stores, tokens, vault
from cases.files import FileKind, FileMissing
from cases.models import AuditLine, SourceFile
from cases.stores import Desk, Folder, Remote, Store, StoreUnavailable
from cases.tokens import Scope
from config.site import SiteSettingWrong
from tests.desk.test_api_live import PROJECT

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = os.urandom(3 << 20)


@pytest.fixture
def token(db: None) -> str:
    return tokens.make("test", "worker", [Scope.WORKER], [])[1]


@pytest.fixture(params=["folder", "desk", "fsspec"])
def store(request: pytest.FixtureRequest, tmp_path: Path, desk_url: str, token: str) -> Store:
    made: dict[str, Callable[[], Store]] = {
        "folder": lambda: Folder(tmp_path / "files"),
        "desk": lambda: Desk(desk_url, token, tmp_path / "scratch"),
        "fsspec": lambda: Remote((tmp_path / "share").as_uri(), tmp_path / "scratch"),
    }
    return made[request.param]()


def put(store: Store, name: str, content: bytes) -> None:
    beginning = store.beginning(name)
    beginning.parent.mkdir(parents=True, exist_ok=True)
    beginning.write_bytes(content)
    store.keep(beginning, name)
    assert not beginning.exists()


def test_every_store_keeps_replaces_and_tells(store: Store) -> None:
    name, began_ns = f"originals/{uuid.uuid4()}", time.time_ns()
    assert store.stat(name) is None
    with pytest.raises(FileNotFoundError), store.open(name):
        pass
    store.delete(name)
    for content in (CONTENT, b"newer"):
        put(store, name, content)
        with store.open(name) as file:
            assert file.read() == content
        seen = store.stat(name)
        assert seen is not None
        assert seen.size_bytes == len(content)
        assert abs(seen.changed_ns - began_ns) < 60e9
    store.delete(name)
    assert store.stat(name) is None


@pytest.mark.parametrize("where", ["desk", "fsspec"])
def test_what_a_worker_seals_is_opened_elsewhere(
    where: str, settings: Settings, tmp_path: Path, desk_url: str, token: str
) -> None:
    page, home = uuid.uuid4(), settings.VAR
    worker = tmp_path / "worker"
    for key in vault.Key:
        copy = worker / "keys" / vault.key_path(key).name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(vault.read_key(key))
        copy.chmod(0o600)
    stores.token_path(worker).write_text(token)
    stores.token_path(worker).chmod(0o600)
    url = desk_url if where == "desk" else (tmp_path / "share").as_uri()
    settings.VAR, settings.FILES_URL = worker, url
    stored = files.write(FileKind.PAGE, page, [CONTENT])
    assert stored.size_bytes == len(CONTENT)
    assert files.read_bytes(FileKind.PAGE, page) == CONTENT
    with files.opened(FileKind.PAGE, page) as path:
        assert path.read_bytes() == CONTENT
    with pytest.raises(FileMissing):
        files.read_bytes(FileKind.PAGE, uuid.uuid4())
    assert not list((worker / "files").glob("**/*")), "nothing of it stays on the worker"
    assert not [path for path in (worker / "scratch").iterdir() if path.is_file()]
    settings.VAR, settings.FILES_URL = home, "" if where == "desk" else url
    assert files.read_bytes(FileKind.PAGE, page) == CONTENT
    plain = [path for path in tmp_path.rglob("*") if path.is_file() and CONTENT[:64] in path.read_bytes()]
    assert plain == []


def test_the_desk_deletes_nothing_that_is_needed(
    desk_url: str, token: str, tmp_path: Path, tasks: None
) -> None:
    store = Desk(desk_url, token, tmp_path)
    source = SourceFile.objects.create(
        sha256="0" * 64, size_bytes=1, received_at="2026-01-01T00:00:00Z", received_by="x", task_id="ido"
    )
    for name in (f"originals/{source.pk}", f"pages/{uuid.uuid4()}"):
        put(store, name, b"needed")
        with pytest.raises(StoreUnavailable, match="409"):
            store.delete(name)
        assert store.stat(name) is not None


@pytest.mark.parametrize("name", ["keys/mynumber", "originals/..%2Fkeys", "originals/x.y", "elsewhere/1"])
def test_no_name_leads_out_of_the_store(desk_url: str, token: str, tmp_path: Path, name: str) -> None:
    store = Desk(desk_url, token, tmp_path)
    assert store.stat(name) is None
    with pytest.raises(FileNotFoundError):
        put(store, name, b"x")


def test_a_token_of_another_scope_opens_no_file(desk_url: str, tmp_path: Path, tasks: None) -> None:
    _, secret = tokens.make("test", "other", set(Scope) - {Scope.WORKER}, ["ido"])
    with pytest.raises(StoreUnavailable, match="token"):
        put(Desk(desk_url, secret, tmp_path), f"pages/{uuid.uuid4()}", b"x")


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("http://tenki.city.example", True),
        ("http://10.0.0.3:8460", True),
        ("https://tenki.city.example", False),
        ("http://127.0.0.1:8460", False),
    ],
)
def test_nothing_goes_without_tls(url: str, refused: bool, tmp_path: Path) -> None:
    if not refused:
        Desk(url, "t", tmp_path)
        return
    with pytest.raises(SiteSettingWrong, match="https"):
        Desk(url, "t", tmp_path)


def joined(var: Path, desk_url: str, token: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TENKI_")}
    return subprocess.run(
        [sys.executable, "-m", "flows", "worker", "join", desk_url],
        cwd=PROJECT,
        env={**environment, "TENKI_VAR": str(var)},
        input=token,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_keys_are_given_once(desk_url: str, token: str, tmp_path: Path) -> None:
    done = joined(tmp_path / "one", desk_url, token)
    assert done.returncode == 0, done.stderr
    for key in vault.Key:
        path = tmp_path / "one" / "keys" / vault.key_path(key).name
        assert path.read_bytes() == vault.read_key(key)
        assert path.stat().st_mode & 0o777 == 0o600
    assert stores.token_path(tmp_path / "one").read_text() == token
    assert token not in done.stdout + done.stderr
    assert AuditLine.objects.latest("pk").what == "worker.keys_given"
    again = joined(tmp_path / "two", desk_url, token)
    assert (again.returncode, "token.keys_given" in again.stderr) == (2, True), again.stderr
    over = joined(tmp_path / "one", desk_url, token)
    assert (over.returncode, "already" in over.stderr) == (2, True), over.stderr
    assert (joined(tmp_path / "two", desk_url, "tenki_no")).returncode == 2
    assert not {vault.key_path(key).name for key in vault.Key} & {
        path.name for path in (tmp_path / "two").rglob("*.key")
    }
