"""What a round leaves: a row for the desk, an artifact in Prefect's pages. Ids of cases, never values."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from prefect.artifacts import create_markdown_artifact

from flows import savings_log, wiring

if TYPE_CHECKING:
    from cases.round_table import RoundReport
    from cases.rounds import Saved
    from savings.report import Report

LISTED_CASES = 20


def leave(task: str, began_at: datetime, fault: str = "") -> RoundReport:
    """Count the round, keep it, and show it in Prefect."""
    from cases import rounds
    from cases.models import Task
    from desk.words import EXCEPTIONS

    row, report = Task.objects.get(pk=task), savings_log.year_report()
    kept = rounds.note(row, began_at, _saved(task, report), EXCEPTIONS, fault)
    create_markdown_artifact(
        key=savings_log.key("round", task),
        markdown=markdown(
            kept, report.targets.average_rate, rounds.open_exceptions(row, EXCEPTIONS, LISTED_CASES)
        ),
        description=f"task {task}",
    )
    return kept


def markdown(kept: RoundReport, wanted: float | None, cases: tuple[str, ...]) -> str:
    """The round as a table, with links into the desk."""
    desk, label = desk_url(), " (sample values)" if kept.sample else ""
    goal = "" if wanted is None else f" of {wanted:.0%}"
    rows = {
        "sheets": f"{kept.sheets}",
        "fields": f"{kept.fields}, of which {kept.asked} are asked",
        "files refused": f"{kept.refused}",
        "entered": f"{kept.entered}",
        "need a person": f"{kept.exceptions}",
        "minutes saved this year": "–" if kept.saved_minutes is None else f"{kept.saved_minutes:,.1f}{label}",
        "rate": "–" if kept.rate is None else f"{kept.rate:.1%}{goal}{label}",
    }
    if kept.fault:
        rows["fault"] = f"`{kept.fault}`"
    lines = ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items()), ""]
    lines.append(f"[the task at the desk]({desk}/tasks/{kept.task_id})")
    lines += [f"- [{case}]({desk}/cases/{case})" for case in cases]
    return "\n".join(lines)


def desk_url() -> str:
    """Where this site's desk is reached, as far as its settings tell."""
    here = wiring.site()
    scheme = "https" if here.desk_certificate or here.desk_https else "http"
    return f"{scheme}://{here.desk_host}:{here.desk_port}"


def _saved(task: str, report: Report) -> Saved:
    from cases.rounds import Saved

    minutes = next((row for row in report.tasks if row.name == task), None)
    if minutes is None or minutes.before_minutes is None:
        return Saved(None, None, sample=False)
    saved = minutes.before_minutes - minutes.after_minutes
    return Saved(saved, minutes.rate, minutes.rests_on_samples)
