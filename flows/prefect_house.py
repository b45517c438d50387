"""Keeping a self-hosted Prefect in order, through its API: runs of dead workers, missed schedules."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from flows import hands
from flows.prefect_api import Api

DEAD_AFTER = timedelta(minutes=5)
"""Ten heartbeats that did not come: ``flows.environment`` sets one for every 30 s."""

STUCK_AFTER = timedelta(minutes=15)
"""How long a run may be about to begin, or about to be cancelled."""

LATE_AFTER = timedelta(minutes=5)
PAGE_LENGTH = 200

UNDER_WAY = {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}
"""Prefect's filter of the states in which somebody should be working on a run."""


def release_dead(api: Api, now: datetime, apart_from: str = "") -> tuple[str, ...]:
    """Set runs that nobody works on any more to CRASHED, which frees their slots; their ids.

    A running one is dead when neither its state nor a heartbeat is younger than ``DEAD_AFTER``. Raises
    ServerAway.
    """
    under_way = _runs(api, state=UNDER_WAY)
    # All of them first: a run that is released would shift the pages that are still to come.
    dead = [run for run in list(under_way) if run["id"] != apart_from and _is_dead(api, run, now)]
    return tuple(run["id"] for run in dead if _released(api, run))


def release_left(api: Api, deployments: Collection[str]) -> tuple[dict[str, Any], ...]:
    """Release the runs of these deployments that are under way, of which their runner knows that nobody works
    on them. Raises ServerAway.
    """
    if not deployments:
        return ()
    left = [run for run in _runs(api, state=UNDER_WAY) if run["deployment_id"] in deployments]
    return tuple(run for run in left if _released(api, run))


def missed(api: Api, now: datetime) -> dict[str, float]:
    """Tasks with a run that should have begun, and for how many minutes. Raises ServerAway."""
    before = {"before_": (now - LATE_AFTER).isoformat()}
    late = _runs(api, state={"type": {"any_": ["SCHEDULED"]}}, next_scheduled_start_time=before)
    found: dict[str, float] = {}
    for run in late:
        task = str(run["parameters"].get("task", ""))
        minutes = (now - _time(run["next_scheduled_start_time"])) / timedelta(minutes=1)
        # What a worker was asked for is done by the others, too: no round was missed.
        if task and run.get("work_pool_name") != hands.POOL:
            found[task] = max(found.get(task, 0), round(minutes))
    return found


def _runs(api: Api, **wanted: object) -> Iterator[dict[str, Any]]:
    offset = 0
    while True:
        body = {"flow_runs": wanted, "limit": PAGE_LENGTH, "offset": offset, "sort": "ID_DESC"}
        page = api.ask("POST", "flow_runs/filter", body) or []
        yield from page
        if len(page) < PAGE_LENGTH:
            return
        offset += PAGE_LENGTH


def _is_dead(api: Api, run: dict[str, Any], now: datetime) -> bool:
    quiet = now - _time(run["state"]["timestamp"])
    if run["state_type"] != "RUNNING":
        return quiet > STUCK_AFTER
    return quiet > DEAD_AFTER and not _beats(api, run["id"], now)


def _beats(api: Api, run_id: str, now: datetime) -> bool:
    wanted = {
        "filter": {
            "occurred": {"since": (now - DEAD_AFTER).isoformat(), "until": (now + DEAD_AFTER).isoformat()},
            "event": {"name": ["prefect.flow-run.heartbeat"]},
            "resource": {"id": [f"prefect.flow-run.{run_id}"]},
        },
        "limit": 1,
    }
    return bool((api.ask("POST", "events/filter", wanted) or {}).get("events"))


def _released(api: Api, run: dict[str, Any]) -> bool:
    """By the server's rules, which free the run's slots; False where they refuse."""
    cancelling = run["state_type"] == "CANCELLING"
    state = {
        "type": "CANCELLED" if cancelling else "CRASHED",
        "name": "Cancelled" if cancelling else "Crashed",
        "message": "No sign of life: its worker is gone.",
    }
    answer = api.ask("POST", f"flow_runs/{run['id']}/set_state", {"state": state})
    return bool(answer and answer["status"] == "ACCEPT")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
