"""What the desk asks of the rooms above it; ``flows`` fills it in when it starts the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, cast

from django.apps import apps

if TYPE_CHECKING:
    # Models cannot be imported before the applications are ready, and this module is part of one.
    from cases.pages import PageLoader
    from cases.schedule import IsOpen
    from desk.apps import DeskConfig
    from desk.state_ports import StateSource


class TaskRunner(Protocol):
    """Starts work outside the desk's own process."""

    def run_task(self, task: str, by: str) -> None:
        """Have a task's approved cases entered now. Returns at once; what comes of it shows on the board.

        Raises RunnerUnavailableError when nobody is there to run it.
        """

    def look_up(self, task: str) -> None:
        """Have what waits for proof looked up now, and nothing entered. Else like ``run_task``."""


@dataclass(frozen=True)
class ScreenView:
    """One screen of a target: whether it is known and was seen now, and what changed, in words."""

    name: str
    title: str
    known: bool
    seen: bool
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScreenReport:
    """How the screens of a target looked when they were last compared with its definition."""

    target: str
    title: str
    seen_at: datetime | None = None
    misfits: tuple[str, ...] = ()
    screens: tuple[ScreenView, ...] = ()

    @property
    def changed(self) -> int:
        return sum(bool(screen.changes) for screen in self.screens)


class ScreenReports(Protocol):
    """What is kept of the targets' screens; no value of any record is in it."""

    def report(self, target: str) -> ScreenReport | None:
        """None when the target has no definition here or was never looked at."""

    def picture(self, target: str, which: str, screen: str) -> bytes | None:
        """A masked PNG of a screen as it was ``known`` or is ``seen`` now."""


@dataclass(frozen=True)
class HeldRun:
    """One round as the orchestrator tells of it; ``state`` in its own word, ``COMPLETED`` or ``FAILED`` …"""

    began: datetime
    ended: datetime | None
    state: str


@dataclass(frozen=True)
class Held:
    """What the orchestrator holds of a task's rounds."""

    paused: bool
    watched: bool
    """Whether a program is there that takes the runs when they are due."""

    coming: tuple[datetime, ...] = ()
    last: tuple[HeldRun, ...] = ()


class Schedules(Protocol):
    """The orchestrator's schedules: it holds them, the desk shows them."""

    def of_all(self, tasks: Sequence[str]) -> Mapping[str, Held] | None:
        """By task name, without those that it does not know. None when it cannot be reached."""

    def switch(self, task: str, on: bool) -> bool:
        """Pause or resume a task's rounds there; False when it is away or does not know the task."""


@dataclass(frozen=True)
class TargetView:
    """A target that a task may name: its title, its forms, its hours in words where it has some."""

    name: str
    title: str
    forms: tuple[str, ...]
    hours: str = ""


class Targets(Protocol):
    """The targets that this site knows, of which the desk knows nothing itself."""

    def known(self) -> Sequence[TargetView]:
        """All of them that can be used, by name."""

    def is_open(self, target: str) -> IsOpen:
        """Whether robots may work there at a moment, by its definition's hours."""


class RunnerUnavailableError(Exception):
    """The orchestrator did not take the order; nothing was started."""


@dataclass(frozen=True)
class Ports:
    """What ``flows`` has filled in. A port that is None is not offered on the pages."""

    runner: TaskRunner | None = None
    screens: ScreenReports | None = None
    schedules: Schedules | None = None
    targets: Targets | None = None
    state: StateSource | None = None
    page_loader: PageLoader | None = None
    """Opens a page of an original, for showing a My Number as it was written."""


def fill(ports: Ports) -> None:
    """Join the desk to the rooms above, once, at start."""
    _desk().ports = ports


def current() -> Ports:
    """The ports as filled in; all empty when the desk runs on its own."""
    return _desk().ports


def _desk() -> DeskConfig:
    return cast("DeskConfig", apps.get_app_config("desk"))
