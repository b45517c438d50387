"""Approved cases of invented applications, and a target with short waits."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from ruamel.yaml import YAML

from cases import review
from cases.models import Approval, Case
from tests.desk.sheets import make_case
from tests.robots.records import KOFU

SHIPPED = Path(__file__).parents[2] / "config" / "targets" / "rehearsal.yaml"


def approved(folder: Path, **changed: str) -> Case:
    """An application for a copy of the resident record that a person let through."""
    case = make_case(folder, "juminhyo_kofu", {**KOFU, **changed})
    with transaction.atomic():
        review.let_through(case, Approval.ApproverKind.PERSON, "operator")
    return case


def quick_target(config: Path, url: str, **more: object) -> None:
    """The shipped definition in a site's own folder, with waits as short as a loopback allows."""
    yaml = YAML()
    data = yaml.load(SHIPPED.read_text(encoding="utf-8"))
    data |= {"url": url, "settle_s": 0.3, "step_timeout_s": 4, "doubt_timeout_s": 2}
    data["retry"] = {"waits_s": [0.1], "breaker": 2, "shut_s": 600}
    data |= more
    path = config / "targets" / "rehearsal.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
