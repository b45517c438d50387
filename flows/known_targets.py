"""The targets as the desk may know them: names, forms and hours."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from desk.ports import TargetView
from flows import task_book, wiring
from forms.errors import DefinitionError

if TYPE_CHECKING:
    from cases.schedule import IsOpen

logger = logging.getLogger("tenki.targets")


class KnownTargets:
    """Read anew for each page: the files are few and small."""

    def known(self) -> Sequence[TargetView]:
        """One that cannot be used is left out and logged."""
        found = []
        for name in wiring.target_names():
            try:
                target = task_book.known_target(name)
            except DefinitionError as error:
                logger.warning("target %s cannot be used: %s", name, error)
                continue
            hours = target.hours
            words = f"{hours.opens:%H:%M}–{hours.closes:%H:%M}" if hours else ""
            found.append(TargetView(name, target.title, tuple(target.forms), words))
        return found

    def is_open(self, target: str) -> IsOpen:
        return task_book.is_open(target)
