"""``python -m flows.deployments``: keeps Prefect's deployments as the tasks are, and takes their orders, each
run in its own process.

Flows are deployed by module path: Prefect's loader by file path would put ``flows/`` first in ``sys.path``.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flows import environment, state_files, task_book, wiring
from flows.prefect_api import ROUND, ServerAway, here
from flows.processes import POLL_S, answers
from flows.taking_up import take_up

if TYPE_CHECKING:
    from prefect.client.schemas.schedules import SCHEDULE_TYPES
    from prefect.deployments.runner import RunnerDeployment
    from prefect.runner import Runner

    from cases.models import Task

logger = logging.getLogger("tenki.deployments")

LOOK_EVERY_S = 5.0
"""How often it is looked whether a task has changed."""

RENEW_AFTER = timedelta(hours=12)
HELD_DAYS = 62
HELD_AT_LEAST, HELD_RUNS = 5, 380
"""Prefect takes 6,500 characters of a recurrence rule; a moment in it has 16."""

QUIET_BEFORE_A_RUN = timedelta(minutes=1)
"""A schedule that is due for renewal and not changed is left alone so shortly before its next run."""


def serve_tasks(every: timedelta | None) -> None:
    """Serve one deployment of ``round`` and one of ``enter`` for each task until told to stop."""
    wiring.start_django("INFO")
    # Prefect takes seconds to import; the server, which starts beside us, comes up meanwhile.
    from prefect.runner import Runner

    wait_for_server()
    with state_files.held("runner", "the runner of flows"):
        # A pause on shut-down would forget which rounds were missed meanwhile; they are made up for, once.
        asyncio.run(_Served(Runner(name="tenki", pause_on_shutdown=False), every).serve())


def wait_for_server() -> None:
    """Return when the server that we are told of answers; whoever started us ends us when it never does."""
    url, auth = os.environ.get("PREFECT_API_URL", ""), os.environ.get("PREFECT_API_AUTH_STRING", "")
    while url and not answers(f"{url}/health", auth):
        time.sleep(POLL_S)


class _Served:
    """The deployments as they were last written; those whose task has changed are written again."""

    def __init__(self, runner: Runner, every: timedelta | None) -> None:
        self._runner, self._every = runner, every
        self._written: dict[str, tuple[object, datetime]] = {}

    async def serve(self) -> None:
        from flows import house_flow

        for deployment in house_flow.deployments():
            await self._runner.aadd_deployment(deployment)
        await self._renew()
        await asyncio.to_thread(lambda: take_up(here(), list(self._written)))
        watching = asyncio.create_task(self._watch())
        try:
            await self._runner.start()
        finally:
            watching.cancel()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self._renew()
            except (ServerAway, OSError) as error:
                # The database or the server is away for a moment; the next look comes in seconds.
                logger.warning("the tasks could not be looked at: %s", type(error).__name__)

    async def _renew(self) -> None:
        for task, mark in await asyncio.to_thread(self._due):
            for deployment in of_task(task, self._every):
                await self._runner.aadd_deployment(deployment)
            if task.name not in self._written:
                await asyncio.to_thread(make_up, task.name)
            self._written[task.name] = mark, wiring.now()
            logger.info("task %s: deployed", task.name)

    def _due(self) -> list[tuple[Task, object]]:
        """The tasks whose definition or switch has changed, and those whose list of moments runs out."""
        from django.db import close_old_connections

        from cases.models import Task
        from cases.task_versions import state_mark

        close_old_connections()
        marks = {mark[0]: mark for mark in state_mark()}
        found = list[tuple[Task, object]]()
        for task in Task.objects.filter(pk__in=marks):
            mark, (old, written) = marks[task.name], self._written.get(task.name, (None, None))
            if mark != old or (written and wiring.now() - written > RENEW_AFTER and not _soon(task)):
                found.append((task, mark))
        close_old_connections()
        return found


def of_task(task: Task, every: timedelta | None) -> Iterator[RunnerDeployment]:
    """What the desk and the schedule may order for a task. One of each at a time: a second is not begun."""
    from prefect.deployments.runner import RunnerDeployment
    from prefect.types.entrypoint import EntrypointType

    from flows.entry import enter
    from flows.house_flow import ONE_AT_A_TIME
    from flows.round import work_round

    common: dict[str, Any] = {
        "parameters": {"task": task.name},
        "entrypoint_type": EntrypointType.MODULE_PATH,
        "concurrency_limit": ONE_AT_A_TIME,
    }
    yield RunnerDeployment.from_flow(enter, task.name, **common)
    kept = schedule(task, every)
    yield RunnerDeployment.from_flow(
        work_round,
        task.name,
        schedules=[kept] if kept is not None else [],
        paused=not task.enabled,
        **common,
    )


def schedule(task: Task, every: timedelta | None) -> SCHEDULE_TYPES | None:
    """The moments of the task's next rounds, or the site's interval where it has no schedule of its own.

    A list of moments, since no rule of Prefect knows Japan's holidays, the office's closing days and a
    target's hours; what Prefect shows as next is then what will be.
    """
    from prefect.client.schemas.schedules import IntervalSchedule, RRuleSchedule

    if not task.schedule:
        return IntervalSchedule(interval=every) if every else None
    moments = _moments(task)
    if not moments:
        logger.warning("task %s: its schedule comes to no round", task.name)
        return None
    listed = ",".join(f"{at:%Y%m%dT%H%M%S}" for at in moments)
    return RRuleSchedule(rrule=f"RDATE:{listed}", timezone=wiring.site().time_zone)


def _moments(task: Task) -> list[datetime]:
    """As many as fit of the next two months, and five at least."""
    now, found = wiring.now(), list[datetime]()
    for at in task_book.coming(task, now):
        far = at - now > timedelta(days=HELD_DAYS)
        if len(found) == HELD_RUNS or (far and len(found) >= HELD_AT_LEAST):
            break
        found.append(at)
    return found


def _soon(task: Task) -> bool:
    following = task_book.next_runs(task, 1)
    return bool(following) and following[0] - wiring.now() < QUIET_BEFORE_A_RUN


def make_up(task: str) -> None:
    """Of the rounds that fell due while nobody was there the newest is made now, the others never."""
    api = here()
    held = api.deployment(ROUND, task)
    if held is None:
        return
    due = {"before_": wiring.now().isoformat()}
    missed = api.runs(
        [held["id"]],
        "EXPECTED_START_TIME_DESC",
        200,
        state={"type": {"any_": ["SCHEDULED"]}},
        expected_start_time=due,
    )
    for run in missed[1:]:
        api.ask("DELETE", f"flow_runs/{run['id']}")
    if missed:
        logger.warning("task %s: %d rounds were missed; one is made now", task, len(missed))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m flows.deployments", description=__doc__)
    parser.add_argument(
        "--every-minutes",
        type=float,
        default=0,
        help="how often a round is made of tasks without a schedule of their own; 0: on demand",
    )
    minutes = parser.parse_args().every_minutes
    environment.prepare()
    serve_tasks(timedelta(minutes=minutes) if minutes else None)


if __name__ == "__main__":
    main()
