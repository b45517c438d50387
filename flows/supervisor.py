"""Keeps the parts of ``tenki up`` running, says what happens in a line each, and writes down how they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from signal import Signals

from flows import state_files, wiring
from flows.kept_part import Being, Kept, Part, Policy

STEP_S = 0.1
BEAT_S = 2.0
"""How often it is written down how the parts are, besides whenever something changes."""


@dataclass(frozen=True)
class Facts:
    """What is said of a part: a line is due when one of these differs."""

    being: Being = Being.WAITING
    restarts: int = 0


class Supervisor:
    """All parts, looked at in turn. Programs are started from the thread that calls ``step``: the kernel
    ends them with that thread.
    """

    def __init__(
        self,
        parts: Iterable[Part],
        say: Callable[[str], None],
        policy: Policy | None = None,
        began_s: float | None = None,
    ) -> None:
        self.kept = {part.name: Kept(part, policy or Policy()) for part in parts}
        self.ready_s: float | None = None
        self._say = say
        self._said = dict.fromkeys(self.kept, Facts())
        self._began_s = time.monotonic() if began_s is None else began_s
        self._beat_s = 0.0

    @property
    def failing(self) -> frozenset[str]:
        """Parts that ended so often that a person has to know."""
        return frozenset(name for name, kept in self.kept.items() if kept.being is Being.FAILING)

    def runs(self, name: str) -> bool:
        """Whether a part works; one that is not ours to keep does."""
        return name not in self.kept or self.kept[name].being is Being.RUNNING

    def start_early(self, name: str) -> None:
        """Start one part before the others may be."""
        if name in self.kept:
            self.kept[name].step(may_start=True)

    def step(self) -> None:
        """One look at every part."""
        changed = False
        for name, kept in self.kept.items():
            kept.step(may_start=all(self.runs(other) for other in kept.part.after))
            now = Facts(kept.being, kept.restarts)
            if now != self._said[name]:
                self._tell(kept, self._said[name])
                self._said[name], changed = now, True
        if self.ready_s is None and all(map(self.runs, self.kept)):
            self.ready_s, changed = time.monotonic() - self._began_s, True
            self._line("tenki", f"ready in {self.ready_s:.1f} s")
        if changed or time.monotonic() - self._beat_s > BEAT_S:
            self._write()

    def end(self) -> None:
        """All parts in order, the last first: nothing is begun any more when the server goes."""
        for name, kept in reversed(self.kept.items()):
            if kept.process is not None:
                began_s = time.monotonic()
                kept.end()
                self._line(name, f"ended after {time.monotonic() - began_s:.1f} s")
            state_files.remove(f"part-{name}")
        state_files.remove("up")

    def _tell(self, kept: Kept, before: Facts) -> None:
        if kept.restarts != before.restarts:
            wait = f"starts again in {kept.starts_in_s:.0f} s"
            told = "; ended so often that somebody is told" if kept.being is Being.FAILING else ""
            self._line(kept.part.name, f"{ending(kept.last_exit)}, {wait}{told}")
        if kept.being is Being.STARTING and kept.process is not None:
            self._line(kept.part.name, f"starts (process {kept.process.pid}, log {kept.part.program.log})")
        elif kept.being is Being.RUNNING:
            self._line(kept.part.name, f"runs {kept.part.says}".rstrip())

    def _line(self, name: str, text: str) -> None:
        self._say(f"{wiring.now():%H:%M:%S} {name:<8} {text}")

    def _write(self) -> None:
        self._beat_s = time.monotonic()
        for name, kept in self.kept.items():
            state_files.beat(
                f"part-{name}",
                {
                    "being": kept.being.value,
                    "since": kept.started_at.isoformat() if kept.started_at else None,
                    "restarts": kept.restarts,
                    "last_exit": kept.last_exit,
                    "heard_s": kept.answered_s,
                    "pid": kept.process.pid if kept.process else None,
                    "beat_s": self._beat_s,
                },
            )
        state_files.beat("up", {"ready_s": self.ready_s, "beat_s": self._beat_s})


def ending(status: int | None) -> str:
    """How a program ended, in words."""
    if status is None or status >= 0:
        return f"ended with status {status}"
    known = {one.value: one.name for one in Signals}
    return f"was ended by {known.get(-status, f'signal {-status}')}"
