"""Housekeeping against a real Prefect server: the dead are released, the living left, files stay small."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases import audit, intake, notices
from cases.notices import Cause, Notice
from flows import environment, hands, housekeeping, prefect_file, prefect_house
from flows.housekeeping import Code
from flows.prefect_api import Api
from flows.server import auth_string, prefect_server

SOON = timedelta(minutes=10)
"""A run that began now is dead then, unless it gives a sign of life."""


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    home = tmp_path_factory.mktemp("var") / "prefect"
    with pytest.MonkeyPatch.context() as patch:
        for name, text in environment.QUIET.items():
            patch.setenv(name, text)
        patch.setenv("PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL", "0.2")
        patch.setenv("PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS", "2")
        with prefect_server(home) as server:
            server.join()
            yield Api(server.url, auth_string(home))


def deployment(api: Api, slots: int) -> dict[str, Any]:
    flow = api.ask("POST", "flows/", {"name": f"flow-{uuid.uuid4().hex}"})
    body = {"name": "d", "flow_id": flow["id"], "concurrency_limit": slots, "enforce_parameter_schema": False}
    made: dict[str, Any] = api.ask("POST", "deployments/", body)
    return made


def new_run(api: Api, made: dict[str, Any], **more: object) -> str:
    run = api.ask("POST", f"deployments/{made['id']}/create_flow_run", {"parameters": {}, **more})
    return str(run["id"])


def move(api: Api, run_id: str, *types: str) -> str:
    """Through these states; how the server has answered the last."""
    for name in types:
        answer = api.ask("POST", f"flow_runs/{run_id}/set_state", {"state": {"type": name}})
    return str(answer["status"])


def state(api: Api, run_id: str) -> str:
    return str(api.ask("GET", f"flow_runs/{run_id}")["state_type"])


def beat(api: Api, run_id: str, at: datetime) -> None:
    event = {
        "occurred": at.isoformat(),
        "event": "prefect.flow-run.heartbeat",
        "resource": {"prefect.resource.id": f"prefect.flow-run.{run_id}"},
        "id": str(uuid.uuid4()),
    }
    api.ask("POST", "events", [event])


def test_runs_of_dead_workers_are_released_with_their_slots_and_living_ones_left(api: Api) -> None:
    one, two = deployment(api, slots=1), deployment(api, slots=9)
    dead, living, begun = new_run(api, one), new_run(api, two), new_run(api, two)
    for run_id in (dead, living):
        assert move(api, run_id, "PENDING", "RUNNING") == "ACCEPT"
    waiting = new_run(api, one)
    assert move(api, waiting, "PENDING") != "ACCEPT", "the dead one holds the only slot"
    then = datetime.now(UTC) + SOON
    beat(api, living, then - timedelta(minutes=1))
    assert prefect_house.release_dead(api, datetime.now(UTC)) == (), "nobody is dead yet"
    deadline = time.monotonic() + 20  # Events are stored a moment later.
    while not prefect_house._beats(api, living, then) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert prefect_house.release_dead(api, then) == (dead,)
    assert [state(api, run_id) for run_id in (dead, living)] == ["CRASHED", "RUNNING"]
    assert move(api, waiting, "PENDING") == "ACCEPT", "its slot is free"
    assert state(api, begun) == "SCHEDULED"


def test_a_run_that_never_begins_or_ends_is_released(api: Api) -> None:
    made = deployment(api, slots=9)
    stuck, ending = new_run(api, made), new_run(api, made)
    move(api, stuck, "PENDING")
    move(api, ending, "PENDING", "RUNNING", "CANCELLING")
    found = prefect_house.release_dead(api, datetime.now(UTC) + timedelta(minutes=16))
    assert {stuck, ending} <= set(found)
    assert [state(api, run_id) for run_id in (stuck, ending)] == ["CRASHED", "CANCELLED"]


def test_missed_rounds_are_told_by_task(api: Api) -> None:
    made = deployment(api, slots=9)
    late = (datetime.now(UTC) - timedelta(minutes=42)).isoformat()
    scheduled = {"type": "SCHEDULED", "state_details": {"scheduled_time": late}}
    new_run(api, made, parameters={"task": "kofu"}, state=scheduled)
    assert prefect_house.missed(api, datetime.now(UTC)) == {"kofu": 42}


def test_a_worker_that_is_gone_is_missed_until_it_is_forgotten_and_its_orders_are_no_round(api: Api) -> None:
    api.ask("POST", "work_pools/", {"name": hands.POOL, "type": "process"})
    own = hands.queue(hands.READ, "kofu", "worker-2")
    api.ask("POST", f"work_pools/{hands.POOL}/queues", {"name": own})
    # A worker that promised its next sign of life for a second ago is missed at once.
    for name, interval_s in (("worker-1", 30), ("worker-2", -1)):
        beat = {"name": name, "heartbeat_interval_seconds": interval_s}
        api.ask("POST", f"work_pools/{hands.POOL}/workers/heartbeat", beat)
    ends_s = time.monotonic() + 15
    while hands.gone(api) != ("worker-2",):
        assert time.monotonic() < ends_s, hands.workers(api)
        time.sleep(0.2)
    assert [row["name"] for row in hands.workers(api)] == ["worker-1", "worker-2"]

    flow = api.ask("POST", "flows/", {"name": "intake"})
    made = api.ask("POST", "deployments/", {"name": "w", "flow_id": flow["id"], "work_pool_name": hands.POOL})
    late = (datetime.now(UTC) - timedelta(minutes=42)).isoformat()
    scheduled = {"type": "SCHEDULED", "state_details": {"scheduled_time": late}}
    before = prefect_house.missed(api, datetime.now(UTC))
    new_run(api, made, parameters={"task": "ido"}, state=scheduled, work_queue_name=own)
    assert prefect_house.missed(api, datetime.now(UTC)) == before

    hands.forget("worker-2")
    assert hands.gone(api) == ()
    assert own not in {row["name"] for row in api.ask("POST", f"work_pools/{hands.POOL}/queues/filter", {})}


def test_the_server_deletes_old_runs_by_itself(api: Api) -> None:
    told = api.ask("GET", "admin/settings")["server"]
    vacuum = told["services"]["db_vacuum"]
    assert set(vacuum["enabled"]) == {"events", "flow_runs", "orphans"}
    assert vacuum["retention_period"] in (30 * 86_400, "P30D", 30 * 86_400.0)


@pytest.mark.proof
def test_a_server_deletes_old_runs_with_what_belongs_to_them_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in environment.QUIET.items():
        monkeypatch.setenv(name, text)
    home = tmp_path / "prefect"
    with prefect_server(home) as server:
        server.join()
        api = Api(server.url, server.auth)
        made = deployment(api, slots=9)
        old, new, going = (new_run(api, made) for _ in range(3))
        for run_id in (old, new, going):
            move(api, run_id, "PENDING", "RUNNING")
            line = {"name": "x", "level": 20, "message": "m", "timestamp": "2026-01-01T00:00:00Z"}
            api.ask("POST", "logs/", [{**line, "flow_run_id": run_id}])
        for run_id in (old, new):
            move(api, run_id, "COMPLETED")
    with closing(sqlite3.connect(home / prefect_file.DATABASE)) as database, database:
        for run_id, days in ((old, 31), (new, 29)):
            changed = f"UPDATE flow_run SET end_time = datetime('now', '-{days} days') WHERE id = ?"
            assert database.execute(changed, (run_id,)).rowcount == 1
    with prefect_server(home) as server:
        server.join()
        api, deadline = Api(server.url, server.auth), time.monotonic() + 60
        while api.ask("GET", f"flow_runs/{old}") is not None and time.monotonic() < deadline:
            time.sleep(0.5)
        assert api.ask("GET", f"flow_runs/{old}") is None
        assert [state(api, run_id) for run_id in (new, going)] == ["COMPLETED", "RUNNING"]
        left = {line["flow_run_id"] for line in api.ask("POST", "logs/filter", {})}
    assert left == {new, going}


def test_the_file_gives_back_what_was_freed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / prefect_file.DATABASE
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE junk (x)")
        # An older version has left it; one that is at work in it is not disturbed.
        database.execute("INSERT INTO junk VALUES (1)")
        monkeypatch.setattr(prefect_file, "LOCK_WAIT_S", 0.1)
        prefect_file.prepare_database(tmp_path)
    prefect_file.prepare_database(tmp_path)
    with closing(sqlite3.connect(path)) as database, database:
        database.executemany("INSERT INTO junk VALUES (?)", [("x" * 4000,)] * 5000)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM junk")
    before = path.stat().st_size
    given = prefect_file.give_back(tmp_path)
    assert given is not None
    assert given.given_back > 15_000_000
    assert path.stat().st_size < before / 10
    assert prefect_file.give_back(tmp_path / "elsewhere") is None


@pytest.mark.django_db(transaction=True)
def test_what_needs_a_person_is_told_until_it_is_over_and_a_failed_step_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENKI_VAR", str(tmp_path))
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    intake.sweep_orphans()  # The store is the whole run's: what other tests have left there is none of it.
    notices.tell(Cause.SCHEDULE_MISSED, "kofu", minutes=42)
    found = housekeeping.keep_house(thorough=True)
    assert [(one.code, one.subject) for one in found] == [
        (Code.FAILED, "runs"),
        (Code.ERASED, ""),
        (Code.BACKUP_OLD, ""),
    ]
    assert standing() == {("housekeeping.failed", "runs"), ("backup.old", ""), ("schedule.missed", "kofu")}

    audit.write("night", "store.backed_up", files=1, missing=0)
    monkeypatch.delenv("PREFECT_API_URL")
    assert housekeeping.keep_house(thorough=True)[0].code is Code.NO_SERVER
    assert standing() == {("schedule.missed", "kofu")}, "nobody was able to look"


def standing() -> set[tuple[str, str]]:
    return {(one.cause, one.subject) for one in Notice.objects.filter(solved_at=None)}


@pytest.mark.django_db(transaction=True)
def test_housekeeping_is_a_schedule_of_its_own_and_tells_prefect_counts_only(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENKI_VAR", str(tmp_path))
    from flows import house_flow

    made = {one.name: one for one in house_flow.deployments()}
    assert {name: one.parameters for name, one in made.items()} == {
        "quick": {"thorough": False},
        "nightly": {"thorough": True},
    }
    assert all(one.schedules and one.concurrency_limit == 1 for one in made.values())
    assert made["nightly"].entrypoint == "flows.house_flow.housekeeping"
