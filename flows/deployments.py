"""``python -m flows.deployments``: takes orders from the Prefect server, each run in its own process.

Flows are deployed by module path: Prefect's loader by file path would put ``flows/`` first in ``sys.path``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from flows import environment, wiring

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment


def serve_tasks(every: timedelta | None) -> None:
    """Serve one deployment of ``round`` and one of ``enter`` for each task until told to stop."""
    wiring.start_django("INFO")
    from prefect import serve

    from cases.models import Task

    names = list(Task.objects.values_list("name", flat=True))
    serve(*(deployment for name in names for deployment in of_task(name, every)))


def of_task(task: str, every: timedelta | None) -> Iterator[RunnerDeployment]:
    """What the desk and the schedule may order for a task. One round at a time: it owns the inbox."""
    from prefect.deployments.runner import RunnerDeployment
    from prefect.types.entrypoint import EntrypointType

    from flows.entry import enter
    from flows.round import work_round

    parameters, module = {"task": task}, EntrypointType.MODULE_PATH
    yield RunnerDeployment.from_flow(enter, task, parameters=parameters, entrypoint_type=module)
    yield RunnerDeployment.from_flow(
        work_round,
        task,
        parameters=parameters,
        interval=every,
        entrypoint_type=module,
        concurrency_limit=1,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m flows.deployments", description=__doc__)
    parser.add_argument(
        "--every-minutes", type=float, default=0, help="how often a round is made; 0: on demand"
    )
    minutes = parser.parse_args().every_minutes
    environment.prepare()
    serve_tasks(timedelta(minutes=minutes) if minutes else None)


if __name__ == "__main__":
    main()
