"""The watcher: every task's inbox is looked into, what is seen is written down and told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from cases import gates, seed
from cases.models import Case, SourceFile, Task
from cases.notice_table import Notice
from cases.roles import Role, add_user
from cases.states import State
from config.site import Site
from flows import checks, state_files
from flows.inbox_folder import folder_of
from flows.machine import Machine
from flows.watching import Watcher
from tests.flows.receivers import web_server

QUICK = Site(settle_seconds=0.1, inbox_look_seconds=0.1)


@pytest.fixture
def watcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[Watcher]:
    monkeypatch.setenv("TENKI_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    seed.seed()
    watcher = Watcher(QUICK)
    yield watcher
    watcher.stop()


def until(watcher: Watcher, seen: Callable[[], object]) -> None:
    ends_s = time.monotonic() + 20
    while not seen():
        assert time.monotonic() < ends_s
        watcher.step()
        time.sleep(0.05)


def standing() -> set[tuple[str, str]]:
    return set(Notice.objects.filter(solved_at=None).values_list("cause", "subject"))


def test_every_inbox_is_watched_and_what_is_wrong_is_told_until_it_is_over(watcher: Watcher) -> None:
    watcher.step()
    assert set(watcher.watches) == set(Task.objects.values_list("name", flat=True))
    for name in ("ido", "kofu"):
        folder_of(name).ready()
        (folder_of(name).path / "a.pdf").write_bytes(name.encode())
    until(watcher, lambda: SourceFile.objects.count() == 2)
    folder = folder_of("ido").path
    hidden = folder.rename(folder.with_name("away"))
    folder.write_text("a file where the folder was")
    until(watcher, standing)
    assert standing() == {("inbox.gone", "ido")}
    inboxes = Machine().now().inboxes
    assert inboxes is not None and inboxes["ido"].gone and not inboxes["kofu"].gone
    folder.unlink()
    hidden.rename(folder)
    (folder / "b.pdf").write_bytes(b"after it")
    until(watcher, lambda: SourceFile.objects.count() == 3 and not standing())


def test_who_watches_no_more_is_not_believed(watcher: Watcher) -> None:
    watcher.step()
    assert Machine().now().inboxes is not None
    said = state_files.read("watcher")
    for beat_s in (said["beat_s"] - 100, said["beat_s"] + 10_000):
        state_files.write("watcher", {**said, "beat_s": beat_s})
        assert Machine().now().inboxes is None


@pytest.fixture
def ict(db: None) -> User:
    seed.seed()
    return add_user("sato", "naka-no-kotoba-12", [Role.ICT], by="test")


def test_gates_that_a_fault_or_the_breaker_closed_are_told(ict: User) -> None:
    gates.stop_by_person("rehearsal", ict)
    checks.run(Site())
    assert standing() == set(), "who stopped it knows"
    gates.open_again("rehearsal", ict)
    gates.stop("rehearsal", "robot-1", "screen.changed")
    checks.run(Site())
    assert standing() == {("gate.stopped", "rehearsal")}
    gates.open_again("rehearsal", ict)
    gates.shut("rehearsal", "robot-1", "target.unavailable", 60)
    checks.run(Site())
    assert standing() == {("gate.shut", "rehearsal")}


@pytest.mark.parametrize(
    ("state", "hours", "told"),
    [
        (State.NEEDS_REVIEW, 25, True),
        (State.NEEDS_REVIEW, 23, False),
        (State.OUTCOME_UNKNOWN, 25, True),
        (State.APPROVED, 99, False),
        (State.RETURNED, 99, False),
    ],
)
def test_cases_that_wait_for_long_are_told(db: None, state: State, hours: int, told: bool) -> None:
    task = seed.seed()[0]
    at = timezone.now() - timedelta(hours=hours)
    Case.objects.create(number="T26-000001", task=task, state=state, created_at=at, updated_at=at)
    checks.run(Site())
    assert standing() == ({("cases.waiting", task.name)} if told else set())
    checks.run(replace(Site(), waiting_hours=0))
    assert standing() == set()


def test_a_server_that_does_not_answer_is_told(
    db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TENKI_VAR", str(tmp_path))
    with web_server() as server:
        monkeypatch.setenv("PREFECT_API_URL", server.address.replace("/notices", "/api"))
        checks.run(Site())
        assert standing() == {("server.gone", "")}, "it knows no GET, and 501 is no answer"
        state_files.write("part-server", {"being": "starting"})
        checks.run(Site())
        assert standing() == set(), "our own is on its way"
        state_files.remove("part-server")
        checks.run(Site())
        assert standing() == {("server.gone", "")}
    monkeypatch.setenv("PREFECT_API_URL", "")
    checks.run(Site())
    assert standing() == set()
