"""What goes wrong on the day: parts and runs are killed, the target goes away; and who looks after it."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

VICTIMS = {"run": 4, "robot": 3, "browser": 2, "watcher": 1, "desk": 1, "runner": 1, "server": 1}
"""How often which is killed, among each other. ``run``: a round or an entry."""

WORDS = {"run": "prefect.engine", "robot": "robots.process", "browser": "/chromium/chromium "}
"""What stands in the command lines of those that no part of ``tenki up`` is."""


@dataclass
class Tally:
    """What was killed, and what a person had to do."""

    kills: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    away_s: float = 0.0


class Killer(threading.Thread):
    """Kills one of the processes below ``tenki up`` now and then, with signal 9."""

    def __init__(self, up: int, every_s: float, seed: int, tally: Tally) -> None:
        super().__init__(daemon=True)
        self._up, self._every_s, self._chance, self._tally = up, every_s, random.Random(seed), tally
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(self._chance.uniform(0.5, 1.5) * self._every_s):
            (kind,) = self._chance.choices(list(VICTIMS), list(VICTIMS.values()))
            if found := victims(self._up, kind):
                with suppress(ProcessLookupError):
                    os.kill(self._chance.choice(found), signal.SIGKILL)
                    self._tally.kills[kind] += 1

    def end(self) -> None:
        self._ended.set()
        self.join()


def victims(up: int, kind: str) -> list[int]:
    """The processes of a kind below ``tenki up``; nobody else's."""
    below = descendants(up)
    if kind in WORDS:
        return [pid for pid in below if WORDS[kind] in command_of(pid)]
    from flows import state_files

    said = state_files.read(f"part-{kind}") or {}
    return [said["pid"]] if said.get("pid") in below else []


def descendants(root: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                stat = (entry / "stat").read_text(encoding="utf-8", errors="replace")
                parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found, fresh = list[int](), {root}
    while fresh:
        fresh = {pid for pid, parent in parents.items() if parent in fresh}
        found += fresh
    return found


def command_of(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def open_gate(tally: Tally, ict: str) -> None:
    """What the ICT section does at the desk when a robot has stopped a target for a fault."""
    from django.contrib.auth.models import User

    from cases import gates

    gate = gates.gate("rehearsal")
    if gate.position is gates.Position.STOPPED:
        gates.open_again("rehearsal", User.objects.get(username=ict))
        tally.opened[gate.reason] += 1
