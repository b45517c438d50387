"""Workers on other machines, as Prefect sees them: one pool, a queue for each task, kind of work and reader.

An order is a run that a worker of the queue takes. Readers have a queue each, so that one machine does not
take the orders of all; of those who enter one is enough, since a target has one account. What is done there
is decided in the database: files and cases are claimed by lease, so that an order too many finds nothing to
do, and one too few only takes longer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from flows import prefect_api
from flows.prefect_api import Api

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

POOL = "tenki"
READ, ENTER = "read", "enter"
KINDS = (READ, ENTER)
"""What a worker can do for a task: read what was handed in, enter what is approved."""

ONLINE = "ONLINE"
FLOWS = {READ: "intake", ENTER: "enter"}


def queue(kind: str, task: str, worker: str = "") -> str:
    """``worker``: the queue of that one alone."""
    return f"{kind}-{task}-{worker}" if worker else f"{kind}-{task}"


def prepare(tasks: Iterable[str], kinds: Sequence[str], worker: str) -> tuple[str, ...]:
    """Have pool, deployments and queues for these tasks; the queues that the worker listens to."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.workers.process import ProcessWorker

    wanted = [(kind, task) for task in tasks for kind in kinds]
    own = [queue(kind, task, worker) for kind, task in wanted if kind == READ]
    template = ProcessWorker.get_default_base_job_template()
    with get_client(sync_client=True) as client, suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process", base_job_template=template))
    for kind, task in wanted:
        _deployment(kind, task).apply(work_pool_name=POOL)
    api = prefect_api.here()
    known = _queues(api)
    for name in own:
        if name not in known:
            api.ask("POST", f"work_pools/{POOL}/queues", {"name": name})
    return (*(queue(kind, task) for kind, task in wanted), *own)


def call(task: str, kinds: Sequence[str] = KINDS) -> int:
    """Order runs so that every worker that is online reads, and one of them enters; how many were ordered.

    None where no worker ever listened to the task. An order that nobody has taken yet counts, so that they
    do not pile up. Raises ServerAway.
    """
    api = prefect_api.here()
    online = [row["name"] for row in workers(api) if row["status"] == ONLINE]
    if not online:
        return 0
    wanted = {READ: [queue(READ, task, name) for name in online], ENTER: [queue(ENTER, task)]}
    known = _queues(api)
    return sum(_order(api, kind, task, known.intersection(wanted[kind])) for kind in kinds)


def workers(api: Api) -> list[dict[str, str]]:
    """The workers that Prefect knows, by name. Raises ServerAway."""
    rows = api.ask("POST", f"work_pools/{POOL}/workers/filter", {"limit": 200}) or ()
    told = [
        {"name": row["name"], "status": row["status"], "heard_at": str(row["last_heartbeat_time"])}
        for row in rows
    ]
    return sorted(told, key=lambda row: row["name"])


def gone(api: Api) -> tuple[str, ...]:
    """Workers that have not been heard of for a minute and a half, and did not say that they end."""
    return tuple(row["name"] for row in workers(api) if row["status"] != ONLINE)


def forget(worker: str) -> None:
    """Nobody waits for that worker any more; what was ordered of it alone is not. Raises ServerAway."""
    api = prefect_api.here()
    api.ask("DELETE", f"work_pools/{POOL}/workers/{worker}")
    for name in _queues(api):
        if name.startswith(f"{READ}-") and name.endswith(f"-{worker}"):
            api.ask("DELETE", f"work_pools/{POOL}/queues/{name}")


def _queues(api: Api) -> set[str]:
    found = api.ask("POST", f"work_pools/{POOL}/queues/filter", {"limit": 200}) or ()
    return {row["name"] for row in found}


def _order(api: Api, kind: str, task: str, queues: Collection[str]) -> int:
    deployment = api.deployment(FLOWS[kind], _name(task))
    if deployment is None:
        return 0
    # Those that run are not counted: a worker that died leaves its run behind as running.
    state = {"type": {"any_": ["SCHEDULED"]}}
    waiting = api.runs([deployment["id"]], "EXPECTED_START_TIME_ASC", 200, state=state)
    missing = sorted(set(queues) - {run["work_queue_name"] for run in waiting})
    for name in missing:
        api.ask("POST", f"deployments/{deployment['id']}/create_flow_run", {"work_queue_name": name})
    return len(missing)


def _deployment(kind: str, task: str) -> RunnerDeployment:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.types.entrypoint import EntrypointType

    from flows.entry import enter
    from flows.intake import intake

    return RunnerDeployment.from_flow(
        intake if kind == READ else enter,
        _name(task),
        parameters={"task": task, **({"alone": True} if kind == READ else {})},
        entrypoint_type=EntrypointType.MODULE_PATH,
        work_queue_name=queue(kind, task),
    )


def _name(task: str) -> str:
    """The deployment's name; the task's own name is that of the first machine's."""
    return f"{task}-workers"
