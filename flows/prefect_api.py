"""Plain questions and orders to a Prefect server, without importing Prefect, which takes seconds.

For processes that only look, such as the desk. Nothing but names of tasks, times and states goes either way.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import httpx

from flows import server, wiring

ANSWER_TIMEOUT_S = 3.0
BUSY_WAITS_S = (0.1, 0.3, 0.9)
"""Before each further try: 503 is a server whose SQLite another writer has locked, and nothing was done."""

MOST = 200
"""Rows that a Prefect server answers at once."""

ROUND, ENTER = "round", "enter"
"""The flows of which each task has a deployment by its own name."""


class ServerAway(Exception):
    """No Prefect server is known here, or it does not answer as it should."""


@dataclass(frozen=True)
class Api:
    """One server; ``url`` without ``/api``, ``auth`` as ``user:password`` or empty."""

    url: str
    auth: str = ""
    timeout_s: float = ANSWER_TIMEOUT_S

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer as plain values, None where there is nothing of that name. Raises ServerAway."""
        user, _, password = self.auth.partition(":")
        try:
            # No proxy of the environment: the server is in the building, and its answers are for us alone.
            with httpx.Client(
                base_url=f"{self.url}/api/",
                auth=(user, password) if user else None,
                timeout=self.timeout_s,
                trust_env=False,
                verify=_trust(self.url),
            ) as client:
                answer = client.request(method, path, json=body)
                for wait_s in BUSY_WAITS_S:
                    if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                        break
                    time.sleep(wait_s)
                    answer = client.request(method, path, json=body)
                if answer.status_code == httpx.codes.NOT_FOUND:
                    return None
                answer.raise_for_status()
                return answer.json() if answer.content else None
        except (httpx.HTTPError, ValueError) as error:
            raise ServerAway(
                f"the Prefect server at {self.url} does not answer: is `tenki up` running?"
            ) from error

    def deployments(self, flow: str, tasks: Collection[str]) -> list[dict[str, Any]]:
        """Those of a flow that are named for one of the tasks."""
        body = {"flows": {"name": {"any_": [flow]}}, "limit": MOST}
        rows = self.ask("POST", "deployments/filter", body) or ()
        return [row for row in rows if row["name"] in tasks]

    def deployment(self, flow: str, task: str) -> dict[str, Any] | None:
        """None where the server has no deployment of that task."""
        found = self.ask("GET", f"deployments/name/{flow}/{task}")
        return found if isinstance(found, dict) else None

    def runs(
        self, deployments: list[str], sort: str, limit: int, **flow_runs: object
    ) -> list[dict[str, Any]]:
        """Flow runs of these deployments, narrowed further by a filter of Prefect's own."""
        body = {
            "deployments": {"id": {"any_": deployments}},
            "flow_runs": flow_runs,
            "sort": sort,
            "limit": limit,
        }
        return list(self.ask("POST", "flow_runs/filter", body) or ())


def _trust(url: str) -> ssl.SSLContext | bool:
    """The machine's own authorities, or those of SSL_CERT_FILE; httpx would trust those of its package."""
    return ssl.create_default_context() if url.startswith("https:") else True


def here() -> Api:
    """The server that this machine's programs report to. Raises ServerAway when none is known."""
    found = server.located(wiring.var() / "prefect")
    if found is None:
        raise ServerAway("no Prefect server is known here: start `tenki up`")
    return Api(*found)
