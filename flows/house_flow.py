"""Housekeeping as a flow, so that its schedules stand beside the others."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from prefect import flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import SCHEDULE_TYPES, CronSchedule, IntervalSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

from flows import wiring
from flows.guard import sealed
from flows.housekeeping import keep_house

ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
"""While one run of a deployment is under way a second is not begun."""

QUICK_EVERY = timedelta(minutes=15)
NIGHTLY = "30 2 * * *"


@flow(name="housekeeping", persist_result=False)
def housekeeping(thorough: bool = False) -> dict[str, int]:
    """Keep house; how many findings there were of each code."""
    with sealed():
        wiring.start_django("INFO")
        found = keep_house(thorough)
    return dict(Counter(one.code.value for one in found))


def deployments() -> tuple[RunnerDeployment, ...]:
    """Its schedules, one run at a time of each."""
    schedules: dict[str, SCHEDULE_TYPES] = {
        "quick": IntervalSchedule(interval=QUICK_EVERY),
        "nightly": CronSchedule(cron=NIGHTLY, timezone=wiring.site().time_zone),
    }
    return tuple(
        RunnerDeployment.from_flow(
            housekeeping,
            name,
            parameters={"thorough": name == "nightly"},
            schedules=[schedule],
            entrypoint_type=EntrypointType.MODULE_PATH,
            concurrency_limit=ONE_AT_A_TIME,
        )
        for name, schedule in schedules.items()
    )
