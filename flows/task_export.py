"""A task's definition of now, written back as YAML: into its file where it has one, so that comments stay."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

if TYPE_CHECKING:
    from cases.models import Task

CLOCK = re.compile(r"\d\d:\d\d")
WIDTH = 200
"""Japanese sentences are not folded."""


def exported(task: Task, file: Path | None) -> str:
    """The text of the task's file as it would have to be for the task to be what it is now."""
    from cases.task_versions import definition_of

    yaml = YAML()
    yaml.width, yaml.preserve_quotes = WIDTH, True
    data = yaml.load(file.read_text(encoding="utf-8")) if file is not None else CommentedMap(name=task.name)
    before = _said(file) if file is not None else {}
    for key, value in definition_of(task).items():
        if value == before.get(key):
            continue
        if key == "policy" and isinstance(data.get(key), dict):
            _lay_over(data[key], value, before.get(key, {}))
        elif value in ({}, [], None):
            data.pop(key, None)
        else:
            data[key] = _quoted(value)
    if before and before.get("department") != task.department:
        data["department_since"] = _since(task)
    text = io.StringIO()
    yaml.dump(data, text)
    return text.getvalue()


def _said(file: Path) -> Mapping[str, Any]:
    from cases.seed import TaskFile
    from forms.library import load_definition

    return load_definition(file, TaskFile).columns()


def _lay_over(node: CommentedMap, value: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Only what differs, beside the comments that explain the rest."""
    for key, new in value.items():
        if new != before.get(key):
            node[key] = new


def _quoted(value: Any) -> Any:
    """Times of the day in quotes: older readers of YAML take 08:30 for a number."""
    if isinstance(value, dict):
        return {key: _quoted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_quoted(inner) for inner in value]
    return DoubleQuotedScalarString(value) if isinstance(value, str) and CLOCK.fullmatch(value) else value


def _since(task: Task) -> str:
    from cases.signed import Ownership

    last = Ownership.objects.filter(task=task).order_by("-since").first()
    return (last.since if last is not None else task.introduced_on).isoformat()
