"""How the programs are, as the desk shows it; ``flows`` knows and fills it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class InboxState:
    """A task's inbox as the watcher saw it last. Counts of files."""

    left: int = 0
    unfinished: int = 0
    stuck: int = 0
    full: bool = False
    gone: bool = False
    at: datetime | None = None


@dataclass(frozen=True)
class PartState:
    """One program of ``tenki up``. ``being``: waiting, starting, running, failing, gone, or absent."""

    name: str
    being: str
    since: datetime | None = None
    restarts: int = 0
    last_exit: int | None = None
    heard_at: datetime | None = None
    """When it answered last."""


@dataclass(frozen=True)
class MachineState:
    """The machine and the programs on it. Sizes in bytes."""

    parts: tuple[PartState, ...] = ()
    inboxes: Mapping[str, InboxState] | None = None
    """By task; None when nobody watches."""

    disk_free: int = 0
    disk_size: int = 0
    ready_s: float | None = None
    """How long ``tenki up`` took until all its parts answered."""

    prefect_url: str = ""


class StateSource(Protocol):
    def now(self) -> MachineState:
        """As things are; nothing here waits for another program."""
