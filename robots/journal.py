"""What a robot did, step by step and without values: the log, the times, and the receipt at the end."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from robots.errors import RobotError
from robots.picture import beside
from robots.receipt import FieldCheck, Outcome, Receipt, StepTime

logger = logging.getLogger("tenki.robots")


class Journal:
    """The steps of one attempt at one record."""

    def __init__(self, case_id: str, target: str) -> None:
        self._case_id = case_id
        self._target = target
        self._started_at = datetime.now(UTC)
        self._steps: list[StepTime] = []
        self.before: bytes | None = None
        """The masked picture of what was about to be registered."""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step; a RobotError that passes is logged by its code."""
        begun_s = time.perf_counter()
        try:
            yield
        except RobotError as error:
            logger.warning("case %s: %s stopped, %s", self._case_id, name, error)
            raise
        finally:
            seconds = time.perf_counter() - begun_s
            self._steps.append(StepTime(name, round(seconds, 4)))
            logger.info("case %s: %s took %.3f s", self._case_id, name, seconds)

    def receipt(
        self,
        outcome: Outcome,
        *,
        code: str = "",
        detail: str = "",
        receipt_number: str = "",
        message: str = "",
        checks: tuple[FieldCheck, ...] = (),
        picture: bytes | None = None,
    ) -> Receipt:
        """The end of the attempt."""
        logger.info("case %s: %s %s", self._case_id, outcome.value, code)
        return Receipt(
            case_id=self._case_id,
            target=self._target,
            outcome=outcome,
            started_at=self._started_at,
            finished_at=datetime.now(UTC),
            code=code,
            detail=detail,
            receipt_number=receipt_number,
            message=message,
            checks=checks,
            steps=tuple(self._steps),
            picture=beside(self.before, picture),
        )
