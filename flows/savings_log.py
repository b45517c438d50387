"""What a task has saved so far, told to Prefect: a line of the run's log and an artifact. Figures only."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows import wiring

Log = logging.Logger | logging.LoggerAdapter[Any]

if TYPE_CHECKING:
    from savings.indicators import TaskMinutes
    from savings.report import Report


def publish(task: str, log: Log) -> None:
    """Log the minutes that the task has saved this year towards the plan's rate, and as an artifact."""
    report = year_report()
    minutes = next((row for row in report.tasks if row.name == task), None)
    if minutes is None:
        return
    line = sentence(minutes, report)
    log.info(line)
    create_markdown_artifact(key=key("savings", task), markdown=line, description=f"{report.year}")


def key(kind: str, task: str) -> str:
    """An artifact's name, in which Prefect allows small letters, digits and dashes only."""
    return f"{kind}-{task.lower().replace('_', '-')}"


def publish_report(report: Report) -> None:
    """The whole year as a table, one row per task."""
    rows = [{"task": row.name, **figures(row)} for row in report.tasks]
    create_table_artifact(
        key=f"report-fy{report.year.year}", table=rows, description=f"fiscal year {report.year}"
    )


def year_report(fiscal_year: int | None = None) -> Report:
    """The report of a fiscal year as of now; the running one when none is given."""
    from django.utils import timezone

    from savings.collect import report
    from savings.periods import FiscalYear

    year = FiscalYear(fiscal_year) if fiscal_year else FiscalYear.of(wiring.today())
    return report(year, wiring.plan(), timezone.now())


def sentence(minutes: TaskMinutes, report: Report) -> str:
    """``task ido: 11 entered, 112.3 → 24.7 staff minutes, 78.0 % saved of 75.0 % (sample values)``."""
    target = report.targets.average_rate
    wanted = "" if target is None else f" of {target:.1%}"
    rate = "no rate yet" if minutes.rate is None else f"{minutes.rate:.1%} saved{wanted}"
    before = "?" if minutes.before_minutes is None else f"{minutes.before_minutes:.1f}"
    label = " (sample values)" if minutes.rests_on_samples else ""
    return (
        f"task {minutes.name}: {minutes.entered} entered, "
        f"{before} → {minutes.after_minutes:.1f} staff minutes, {rate}{label}"
    )


def results(report: Report) -> dict[str, object]:
    """The result indicators against the plan, and the forecast in minutes with its methods."""
    found: dict[str, object] = {
        row.key: {"target": row.target, "seen": row.seen, "mark": row.mark.value, "unit": row.unit}
        for row in report.results
    }
    forecast = report.forecast
    methods = sorted({one.method.value for one in report.forecasts.values() if one.minutes is not None})
    found["forecast"] = {"minutes": forecast.minutes if forecast else None, "methods": methods}
    return found


def figures(minutes: TaskMinutes) -> dict[str, object]:
    return {
        "received": minutes.received,
        "entered": minutes.entered,
        "minutes_before": minutes.before_minutes,
        "minutes_after": minutes.after_minutes,
        "rate": minutes.rate,
        "robot_minutes": minutes.robot_minutes,
        "rests_on_samples": minutes.rests_on_samples,
    }
