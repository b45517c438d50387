"""The desk's "run now": work is started outside the desk's own process."""

from __future__ import annotations

import os
import subprocess
import sys

from desk.ports import RunnerUnavailableError
from flows import wiring


class OwnProcess:
    """Starts ``tenki enter TASK`` beside the desk. Two at a time do no harm: one of them claims a case."""

    def run_task(self, task: str, by: str) -> None:
        """Start the entry of a task and return at once; ``by`` is in the desk's audit line."""
        self._start(task)

    def look_up(self, task: str) -> None:
        """The same for what waits for proof: nothing is entered."""
        self._start(task, "--look-ups")

    def _start(self, task: str, *options: str) -> None:
        log = wiring.var() / "logs" / f"enter-{task}.log"
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with log.open("ab") as file:
                subprocess.Popen(
                    [sys.executable, "-m", "flows", "enter", task, *options],
                    env=dict(os.environ),
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise RunnerUnavailableError(f"entry could not be started: {error.strerror}") from error
