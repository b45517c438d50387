"""The concurrency limit of a target's account, which Prefect holds and shows.

The gate in the database (``cases.gates``) stays the law, since robots also run where no Prefect server is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

logger = logging.getLogger("tenki.entry")

ROBOTS = 1
"""At one account at a time. Somebody who sets it to 0 in Prefect keeps robots away."""

LEASE_S = 60.0
"""A robot that was killed holds its place no longer than about that."""


def limit_name(target: str) -> str:
    return f"target-{target}"


@contextmanager
def place(target: str, wait_s: float) -> Iterator[bool]:
    """A place at the target's account for as long as the block lasts; False when none came free in time."""
    from prefect.concurrency.sync import concurrency

    _have_limit(target)
    with ExitStack() as stack:
        try:
            stack.enter_context(
                concurrency(
                    limit_name(target),
                    timeout_seconds=wait_s,
                    lease_duration=LEASE_S,
                    strict=True,
                    # Records under way are brought to their end; the gate in the database guards them.
                    raise_on_lease_renewal_failure=False,
                )
            )
        except TimeoutError:
            logger.warning("target %s: another run has its account", target)
            yield False
            return
        yield True


def _have_limit(target: str) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
    from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

    with get_client(sync_client=True) as client:
        try:
            client.read_global_concurrency_limit_by_name(limit_name(target))
        except ObjectNotFound:
            try:
                client.create_global_concurrency_limit(
                    GlobalConcurrencyLimitCreate(name=limit_name(target), limit=ROBOTS)
                )
            except ObjectAlreadyExists:
                logger.debug("another run was faster")
