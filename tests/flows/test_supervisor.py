"""The supervisor: what dies comes back, what hangs is ended, all ends in order, and somebody is told."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from cases.notice_table import Notice
from config.site import Site
from flows import state_files
from flows.kept_part import Being, Part, Policy
from flows.machine import Machine
from flows.notifying import Message
from flows.parts import POLL_MOST_S, RunnerPulse
from flows.prefect_api import ServerAway
from flows.processes import Program
from flows.supervisor import Supervisor, ending
from flows.telling import Clock, Room, Teller

QUICK = Policy(first_s=0.05, most_s=0.2, told_after=3, starts_within_s=20, silent_s=0.3, asked_every_s=0.02)
STAYS = "import time; time.sleep(60)"


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENKI_VAR", str(tmp_path))
    return tmp_path


@dataclass
class Up:
    """A supervisor of small programs, and what it said."""

    folder: Path
    said: list[str] = field(default_factory=list)
    supervisor: Supervisor | None = None

    def start(self, **programs: tuple[str, Callable[[int], bool | None], tuple[str, ...]]) -> Supervisor:
        every = [
            Part(name, Program(name, [sys.executable, "-c", code], self.folder / name), answers, after)
            for name, (code, answers, after) in programs.items()
        ]
        self.supervisor = Supervisor(every, self.said.append, QUICK)
        return self.supervisor

    def until(self, seen: Callable[[], object], within_s: float = 20) -> None:
        assert self.supervisor is not None
        ends_s = time.monotonic() + within_s
        while not seen():
            assert time.monotonic() < ends_s, self.said
            self.supervisor.step()
            time.sleep(0.01)


@pytest.fixture
def up(var: Path) -> Iterator[Up]:
    started = Up(var)
    yield started
    if started.supervisor is not None:
        started.supervisor.end()


def yes(pid: int) -> bool:
    return True


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_what_is_killed_comes_back_and_the_others_stay(up: Up) -> None:
    supervisor = up.start(server=(STAYS, yes, ()), desk=(STAYS, yes, ("server",)))
    up.until(lambda: supervisor.ready_s is not None)
    server, desk = (supervisor.kept[name].process for name in ("server", "desk"))
    assert server is not None and desk is not None
    os.kill(server.pid, signal.SIGKILL)
    up.until(lambda: supervisor.kept["server"].restarts == 1 and supervisor.runs("server"))
    assert supervisor.kept["desk"].process is desk and alive(desk.pid)
    assert supervisor.kept["server"].last_exit == -signal.SIGKILL
    assert any("server" in line and "was ended by SIGKILL" in line for line in up.said)
    assert supervisor.failing == frozenset()


def test_one_that_needs_another_waits_for_its_answer(up: Up) -> None:
    works = False
    supervisor = up.start(server=(STAYS, lambda pid: works, ()), runner=(STAYS, yes, ("server",)))
    up.until(lambda: supervisor.kept["server"].being is Being.STARTING)
    supervisor.step()
    assert supervisor.kept["runner"].process is None and supervisor.ready_s is None
    works = True
    up.until(lambda: supervisor.ready_s is not None)
    assert up.said[-1].split(maxsplit=1)[1].startswith("tenki    ready in ")


def test_what_dies_again_and_again_is_told_and_still_tried(up: Up) -> None:
    supervisor = up.start(desk=("raise SystemExit(3)", lambda pid: False, ()))
    up.until(lambda: supervisor.failing)
    deaths = supervisor.kept["desk"].restarts
    assert deaths == QUICK.told_after
    up.until(lambda: supervisor.kept["desk"].restarts > deaths)
    assert any("ended with status 3" in line and "somebody is told" in line for line in up.said)
    assert [part.being for part in Machine().now().parts if part.name == "desk"] in (
        ["failing"],
        ["starting"],
    )


def test_what_hangs_is_ended_and_started_again(up: Up) -> None:
    hangs: list[int] = []
    supervisor = up.start(desk=(STAYS, lambda pid: pid not in hangs, ()))
    up.until(lambda: supervisor.ready_s is not None)
    process = supervisor.kept["desk"].process
    assert process is not None
    hangs.append(process.pid)
    up.until(lambda: supervisor.kept["desk"].restarts == 1 and supervisor.runs("desk"))
    assert not alive(process.pid)


def test_all_end_the_last_first_and_leave_no_state(up: Up) -> None:
    supervisor = up.start(server=(STAYS, yes, ()), desk=(STAYS, yes, ()))
    up.until(lambda: supervisor.ready_s is not None)
    assert {part.name: part.being for part in Machine().now().parts} == {
        "server": "running",
        "desk": "running",
        "watcher": "absent",
        "runner": "absent",
    }
    assert Machine().now().ready_s == supervisor.ready_s
    pids = [kept.process.pid for kept in supervisor.kept.values() if kept.process]
    supervisor.end()
    assert not any(map(alive, pids))
    assert [line.split()[1] for line in up.said if "ended after" in line] == ["desk", "server"]
    assert {part.being for part in Machine().now().parts} == {"absent"}


@pytest.mark.parametrize(("deaths", "wait_s"), [(0, 1), (1, 1), (2, 2), (3, 4), (7, 60), (100, 60)])
def test_waits_grow_up_to_a_minute(deaths: int, wait_s: float) -> None:
    assert Policy().wait_s(deaths) == wait_s


@pytest.mark.parametrize(("status", "said"), [(0, "status 0"), (-9, "SIGKILL"), (-64, "SIGRTMAX")])
def test_how_a_program_ended(status: int, said: str) -> None:
    assert said in ending(status)


def test_one_at_a_time(var: Path) -> None:
    with (
        state_files.held("up", "tenki up"),
        pytest.raises(state_files.RunsAlready, match=f"process {os.getpid()}"),
        state_files.held("up", "tenki up"),
    ):
        pass


def test_a_beat_that_has_no_room_is_written_over_the_last(var: Path) -> None:
    """A folder at a new file's name stands for the full disk; root may write where rights forbid it."""
    assert state_files.age_s("watcher") == float("inf")
    state_files.beat("watcher", {"beat_s": time.monotonic() - 500, "pid": 1, "inboxes": {"ido": "long"}})
    assert 499 < state_files.age_s("watcher") < 510
    (var / "state" / f".watcher.{os.getpid()}").mkdir()
    state_files.beat("watcher", {"beat_s": time.monotonic()})
    assert state_files.age_s("watcher") < 10
    state_files.beat("watcher", {"beat_s": time.monotonic() + 10_000})
    assert state_files.age_s("watcher") == float("inf"), "of another run of the machine"


Row = dict[str, Any]


def test_the_runner_works_while_it_asks_for_work() -> None:
    clock, rows = [0.0], list[Row]()
    pulse = RunnerPulse("", "", ask=lambda: rows, clock_s=lambda: clock[0])
    rows[:] = [{"last_polled": "2026-11-25T00:00:00Z"}, {"last_polled": None}]
    assert pulse(7) is False, "that was another process"
    rows[1] = {"last_polled": "2026-11-25T09:00:00Z"}
    assert pulse(7) is True
    clock[0] = POLL_MOST_S + 1
    assert pulse(7) is False, "it has not asked for long"
    rows[0] = {"last_polled": "2026-11-25T09:02:00Z"}
    assert pulse(7) is True
    assert pulse(8) is False, "a new process"

    def away() -> Any:
        raise ServerAway

    assert RunnerPulse("", "", ask=away)(7) is None


@pytest.mark.parametrize(
    ("moved", "jumps"),
    [
        ((0.0, 0.0), [None, None, None]),
        ((20.0, 0.0), [None, None, None]),
        ((3600.0, 0.0), [None, 3600, 3600]),
        ((-90.0, 0.0), [None, -90, -90]),
        ((0.0, -86400.0), [None, None, -86400]),
    ],
)
def test_a_moved_calendar_is_seen(moved: tuple[float, float], jumps: list[int | None]) -> None:
    running, offset = [0.0], [1e9]
    clock = Clock(lambda: running[0] + offset[0], lambda: running[0])
    seen = [clock.jump()]
    for by in moved:
        running[0], offset[0] = running[0] + 5, offset[0] + by
        seen.append(clock.jump())
    assert seen == jumps
    running[0] += 4000
    assert clock.jump() is None, "it has run evenly since"


def test_little_room_is_told_until_there_is_well_more() -> None:
    free = [6_000]
    room = Room(5_000, lambda: free[0] * 1_000_000)
    seen = []
    for mb in (6_000, 4_990, 4_400, 5_100, 5_600, 5_100):
        free[0] = mb
        seen.append(room.left_mb())
    assert seen == [None, 4_500, 4_000, 5_000, None, None]
    assert Room(0, lambda: 0).left_mb() is None, "0: never"


def teller(failing: set[str], sent: list[Message]) -> Teller:
    ways: Mapping[str, Callable[[Message], None]] = {"mail": sent.append}
    return Teller(Site(disk_low_mb=0), lambda: failing, ways, Clock(lambda: 0.0, lambda: 0.0))


@pytest.mark.django_db
def test_who_dies_again_and_again_is_told_and_sent() -> None:
    failing, sent = {"runner"}, list[Message]()
    one = teller(failing, sent)
    one.round()
    assert [(row.cause, row.subject) for row in Notice.objects.all()] == [("part.failing", "runner")]
    assert [(message.cause, message.over) for message in sent] == [("part.failing", False)]
    failing.clear()
    one.round()
    assert Notice.objects.get().solved_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_database_that_fails_is_told_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.telling.DATABASE_PATIENCE_S", 0.0)
    sent = list[Message]()
    one = teller(set(), sent)
    rename("cases_notice", "cases_notice_away")
    try:
        one.round()
        one.round()
    finally:
        rename("cases_notice_away", "cases_notice")
    assert [(message.cause, message.over) for message in sent] == [("database.gone", False)]
    one.round()
    assert [(message.cause, message.over) for message in sent[1:]] == [("database.gone", True)]


def rename(old: str, new: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")
