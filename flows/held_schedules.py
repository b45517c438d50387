"""What Prefect holds of each task, for the desk: the switch, the next runs, the last. It counts."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from desk.ports import Held, HeldRun
from flows.prefect_api import ENTER, MOST, ROUND, Api, ServerAway, here
from flows.runner import OwnProcess

logger = logging.getLogger("tenki.schedules")

SHOWN_NEXT, SHOWN_LAST = 5, 5
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


class HeldSchedules:
    """Asks the server anew whenever a page is drawn."""

    def of_all(self, tasks: Sequence[str]) -> Mapping[str, Held] | None:
        """None when no server answers."""
        try:
            return _all(here(), tasks)
        except ServerAway as error:
            logger.info("%s", error)
            return None

    def switch(self, task: str, on: bool) -> bool:
        """Pause or resume the task's rounds in Prefect; False when no server answers or it has none."""
        try:
            api = here()
            held = api.deployment(ROUND, task)
            if held is None:
                return False
            api.ask("POST", f"deployments/{held['id']}/{'resume' if on else 'pause'}_deployment")
        except ServerAway as error:
            logger.info("%s", error)
            return False
        return True


class Orders(OwnProcess):
    """The desk's "run now": a run of the task's deployment where someone takes it, else an own process.

    Look-ups stay with the latter: they are somebody's wish of this minute and no entry.
    """

    def run_task(self, task: str, by: str) -> None:
        """Raises RunnerUnavailableError when neither can be had."""
        try:
            if order(here(), task):
                return
        except ServerAway as error:
            logger.info("%s", error)
        super().run_task(task, by)


def order(api: Api, task: str, at: datetime | None = None, once: str | None = None) -> bool:
    """Have the task's approved cases entered, now or at a moment; False when nobody takes orders for it.

    The same word ``once`` a second time orders nothing more.
    """
    held = api.deployment(ENTER, task)
    if held is None or held.get("status") != "READY":
        return False
    details = {"scheduled_time": at.isoformat()} if at else {}
    body = {"state": {"type": "SCHEDULED", "state_details": details}, "idempotency_key": once}
    return api.ask("POST", f"deployments/{held['id']}/create_flow_run", body) is not None


def failing(api: Api, tasks: Sequence[str]) -> frozenset[str]:
    """The tasks whose last round failed or was cut off, or an entry since. Raises ServerAway.

    A round makes up for an entry that failed before it; an entry does not for a round, which reads too.
    """
    rounds, entries = _last_ends(api, ROUND, tasks), _last_ends(api, ENTER, tasks)
    began = datetime.min.replace(tzinfo=UTC)
    found = {task for task, (_, well) in rounds.items() if not well}
    for task, (at, well) in entries.items():
        if not well and at > rounds.get(task, (began, True))[0]:
            found.add(task)
    return frozenset(found)


def _last_ends(api: Api, flow: str, tasks: Sequence[str]) -> dict[str, tuple[datetime, bool]]:
    """When the last run of each task's deployment ended, and whether well."""
    held = {row["id"]: row["name"] for row in api.deployments(flow, tasks)}
    found: dict[str, tuple[datetime, bool]] = {}
    if held:
        ended = {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}
        for run in api.runs(list(held), "END_TIME_DESC", MOST, state=ended):
            end = run["end_time"] or run["expected_start_time"]
            found.setdefault(held[run["deployment_id"]], (_moment(end), run["state_type"] == "COMPLETED"))
    return found


def _all(api: Api, tasks: Sequence[str]) -> dict[str, Held]:
    rows = api.deployments(ROUND, tasks)
    ids = [row["id"] for row in rows]
    if not ids:
        return {}
    coming, gone = defaultdict[str, list[Any]](list), defaultdict[str, list[Any]](list)
    for run in api.runs(ids, "EXPECTED_START_TIME_ASC", MOST, state={"type": {"any_": ["SCHEDULED"]}}):
        coming[run["deployment_id"]].append(run)
    ended = {"any_": [*ENDED, "RUNNING"]}
    for run in api.runs(ids, "EXPECTED_START_TIME_DESC", MOST, state={"type": ended}):
        gone[run["deployment_id"]].append(run)
    return {
        row["name"]: Held(
            paused=bool(row["paused"]),
            watched=row.get("status") == "READY",
            coming=tuple(_moment(run["expected_start_time"]) for run in coming[row["id"]][:SHOWN_NEXT]),
            last=tuple(_run(run) for run in gone[row["id"]][:SHOWN_LAST]),
        )
        for row in rows
    }


def _run(run: Mapping[str, Any]) -> HeldRun:
    began = run.get("start_time") or run["expected_start_time"]
    return HeldRun(
        _moment(began), _moment(run["end_time"]) if run.get("end_time") else None, run["state_type"]
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
