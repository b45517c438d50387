"""What every program that we start finds in its environment.

Prefect reads its settings when it is imported, so `prepare` comes first in every entry point.
"""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

NO_TELEMETRY = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
"""Nothing leaves the building (design, law 7)."""

QUIET = {
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    # What a flow returns lies in nobody's store (law 5).
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_LOGGING_LOG_PRINTS": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_CLI_PROMPT": "false",
    # By its heartbeat a run whose worker was killed is told from one that works (``flows.prefect_house``).
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    # Without a server Prefect would start one by itself, open to everybody on the machine.
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    # One recognition session uses both cores already; OpenMP's own threads only get in its way.
    "OMP_THREAD_LIMIT": "1",
}


def prepare(var: Path | None = None) -> Path:
    """Set what this process and its children need; answers the folder in which the program writes.

    With ``var`` everything goes there, whatever the caller's environment says. What the caller has set
    otherwise stays, except that nothing switches telemetry on.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    os.environ |= NO_TELEMETRY
    folder = (var or Path(os.environ.get("TENKI_VAR", PROJECT / "var"))).resolve()
    os.environ["TENKI_VAR"] = str(folder)
    if var is not None:
        os.environ["PREFECT_HOME"] = str(folder / "prefect")
    os.environ.setdefault("PREFECT_HOME", str(folder / "prefect"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    return folder
