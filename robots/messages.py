"""What the robot process and its client say to each other: one JSON object a line.

To the process: first ``{"target", "forms", "credentials", "browser"}``, then commands
``{"id", "do", "record"?}``. From it: ``{"ready"}`` or ``{"failed"}``, then for each id ``{"receipt"}``,
``{"seen"}`` of a check, ``{"run"}`` of a dry run, ``{"trouble"}`` of either, or ``{"browser_gone"}`` when the
browser has ended and nothing was done.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from forms.definition import FormDefinition
from forms.facts import Approval, Record
from robots.browser import BrowserSettings
from robots.credentials import Credentials
from robots.definition import TargetDefinition


@dataclass(frozen=True)
class Start:
    """Everything that a robot process needs to know before its first command."""

    target: TargetDefinition
    forms: tuple[FormDefinition, ...]
    credentials: Credentials
    browser: BrowserSettings
    downloads: Path | None = None

    def by_name(self) -> Mapping[tuple[str, int], FormDefinition]:
        return {(form.form, form.version): form for form in self.forms}


def start_to_json(start: Start) -> dict[str, Any]:
    return {
        "target": start.target.model_dump(mode="json", by_alias=True, exclude_none=True),
        "forms": [form.model_dump(mode="json", by_alias=True) for form in start.forms],
        "credentials": asdict(start.credentials),
        "browser": asdict(start.browser),
        "downloads": str(start.downloads) if start.downloads else None,
    }


def start_from_json(data: Mapping[str, Any]) -> Start:
    return Start(
        TargetDefinition.model_validate(data["target"]),
        tuple(FormDefinition.model_validate(form) for form in data["forms"]),
        Credentials(**data["credentials"]),
        BrowserSettings(**data["browser"]),
        Path(data["downloads"]) if data.get("downloads") else None,
    )


def record_to_json(record: Record) -> dict[str, Any]:
    approval = {**asdict(record.approval), "at": record.approval.at.isoformat()}
    return {**asdict(record), "values": dict(record.values), "approval": approval}


def record_from_json(data: Mapping[str, Any]) -> Record:
    approval = data["approval"]
    signed = Approval(approval["kind"], approval["by"], datetime.fromisoformat(approval["at"]))
    return Record(**{**data, "approval": signed})


def line(message: Mapping[str, Any]) -> bytes:
    """One message as it travels."""
    return json.dumps(message, ensure_ascii=True).encode("ascii") + b"\n"


def used_forms(target: TargetDefinition, forms: Iterable[FormDefinition]) -> tuple[FormDefinition, ...]:
    """The definitions, in all versions, of the forms that the target takes."""
    return tuple(form for form in forms if form.form in target.forms)
