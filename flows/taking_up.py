"""What a killed runner has left: its runs are released, and what they were about goes on at once, one time.

There is one runner for each server (``state_files.held``), and its supervisor has ended its whole process
group, so that nobody works on these runs any more. What they had in hand lies in the database.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from flows import prefect_house
from flows.prefect_api import ENTER, ROUND, Api

logger = logging.getLogger("tenki.deployments")

AGAIN = "again"
"""Tag of a run that goes on with a killed one. It is not ordered once more: it may be what kills."""


def take_up(api: Api, tasks: Sequence[str]) -> tuple[str, ...]:
    """Release the runs and order those of tasks again; the ids of the new ones. Raises ServerAway."""
    found = list[str]()
    for flow in (ROUND, ENTER):
        held = {row["id"]: row["name"] for row in api.deployments(flow, tasks)}
        for run in prefect_house.release_left(api, held):
            logger.warning("task %s: a run was cut off", held[run["deployment_id"]])
            if AGAIN not in run["tags"]:
                found.append(_ordered_again(api, run))
    return tuple(found)


def _ordered_again(api: Api, run: dict[str, Any]) -> str:
    body = {"state": {"type": "SCHEDULED"}, "tags": [AGAIN], "idempotency_key": f"{AGAIN}-{run['id']}"}
    made: dict[str, Any] = api.ask("POST", f"deployments/{run['deployment_id']}/create_flow_run", body)
    return str(made["id"])
