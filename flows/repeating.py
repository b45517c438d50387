"""A thread that does the same again and again beside the others, until it is told to end."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod

END_WITHIN_S = 2.0
"""Waited for at least, however short the rounds are."""


class Repeating(threading.Thread, ABC):
    """Calls ``round`` every few seconds. A database connection is not kept between two rounds."""

    def __init__(self, name: str, every_s: float) -> None:
        super().__init__(name=name, daemon=True)
        self.stopped = threading.Event()
        self._every_s = every_s

    @abstractmethod
    def round(self) -> None:
        """One round."""

    def run(self) -> None:
        from django.db import close_old_connections

        while not self.stopped.wait(self._every_s):
            self.round()
            close_old_connections()

    def end(self) -> None:
        """Ask it to end; what is under way is left to itself when it does not in time."""
        self.stopped.set()
        self.join(timeout=max(self._every_s, END_WITHIN_S))
