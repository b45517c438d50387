"""How the programs are, gathered from what they have written down: for the desk, and for ``tenki state``."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from desk.state_ports import InboxState, MachineState, PartState
from flows import state_files, wiring
from flows.parts import BEAT_MOST_S, NAMES
from flows.server import ADDRESS

OLD_S = 30.0
"""A supervisor writes every few seconds; one that has not written for so long is gone."""


class Machine:
    """Fills in what the desk asks for."""

    def now(self) -> MachineState:
        room = shutil.disk_usage(wiring.var())
        up = state_files.read("up")
        address = wiring.var() / "prefect" / ADDRESS
        return MachineState(
            parts=tuple(_part(name) for name in NAMES),
            inboxes=_inboxes(),
            disk_free=room.free,
            disk_size=room.total,
            ready_s=up["ready_s"] if up else None,
            prefect_url=address.read_text(encoding="utf-8") if address.exists() else "",
        )


def _part(name: str) -> PartState:
    said = state_files.read(f"part-{name}")
    if not said:
        return PartState(name, "absent")
    old = state_files.age_s(f"part-{name}") > OLD_S
    heard = timedelta(seconds=time.monotonic() - said["heard_s"]) if said["heard_s"] else None
    return PartState(
        name,
        "gone" if old else said["being"],
        _time(said["since"]),
        said["restarts"],
        said["last_exit"],
        datetime.now(UTC) - heard if heard is not None and heard >= timedelta(0) else None,
    )


def _inboxes() -> dict[str, InboxState] | None:
    said = state_files.read("watcher")
    if not said or state_files.age_s("watcher") > BEAT_MOST_S:
        return None
    return {task: _inbox(one) for task, one in said["inboxes"].items()}


def _inbox(said: Any) -> InboxState:
    return InboxState(**{**said, "at": _time(said["at"])})


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
