"""Workers on other machines, as Prefect sees them: one pool, a queue for each task and kind of work.

An order is a run that any worker of the queue takes. What it does there is decided in the database: files and
cases are claimed by lease, so that an order too many finds nothing to do, and one too few only takes longer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from flows import prefect_api
from flows.prefect_api import Api

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

logger = logging.getLogger("tenki.hands")

POOL = "tenki"
READ, ENTER = "read", "enter"
KINDS = (READ, ENTER)
"""What a worker can do for a task: read what was handed in, enter what is approved."""

FLOWS = {READ: "intake", ENTER: "enter"}


def queue(kind: str, task: str) -> str:
    return f"{kind}-{task}"


def prepare(tasks: Iterable[str], kinds: Sequence[str]) -> tuple[str, ...]:
    """Have the pool and the deployments of these tasks there; the queues that a worker listens to."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    with get_client(sync_client=True) as client:
        try:
            client.create_work_pool(WorkPoolCreate(name=POOL, type="process", base_job_template=template))
        except ObjectAlreadyExists:
            logger.debug("the pool is there")
    wanted = [(kind, task) for task in tasks for kind in kinds]
    for kind, task in wanted:
        _deployment(kind, task).apply(work_pool_name=POOL)
    return tuple(queue(kind, task) for kind, task in wanted)


def call(task: str, kinds: Sequence[str] = KINDS) -> int:
    """Order runs so that every worker of the pool that is online may lend a hand; how many were ordered.

    None where no worker ever listened to the task. Orders that nobody has taken yet count, so that they do
    not pile up. Raises ServerAway.
    """
    api = prefect_api.here()
    workers = api.ask("POST", f"work_pools/{POOL}/workers/filter", {}) or ()
    online = sum(worker.get("status") == "ONLINE" for worker in workers)
    return sum(_order(api, kind, task, online) for kind in kinds)


def _order(api: Api, kind: str, task: str, online: int) -> int:
    deployment = api.deployment(FLOWS[kind], _name(task))
    if deployment is None:
        return 0
    # Those that run are not counted: a worker that died leaves its run behind as running.
    state = {"type": {"any_": ["SCHEDULED"]}}
    waiting = api.runs([deployment["id"]], "EXPECTED_START_TIME_ASC", 200, state=state)
    missing = max(0, online - len(waiting))
    for _ in range(missing):
        api.ask("POST", f"deployments/{deployment['id']}/create_flow_run", {})
    return missing


def _deployment(kind: str, task: str) -> RunnerDeployment:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.types.entrypoint import EntrypointType

    from flows.entry import enter
    from flows.intake import intake

    return RunnerDeployment.from_flow(
        intake if kind == READ else enter,
        _name(task),
        parameters={"task": task},
        entrypoint_type=EntrypointType.MODULE_PATH,
        work_queue_name=queue(kind, task),
    )


def _name(task: str) -> str:
    """The deployment's name; the task's own name is that of the first machine's."""
    return f"{task}-workers"
