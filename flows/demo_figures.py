"""The demonstration's figures: what was read and how well, who had to look, what it saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flows import wiring
from flows.console import table

if TYPE_CHECKING:
    from rich.table import Table

    from cases.models import Case
    from flows.demo_proof import Proof
    from forms.definition import FormDefinition
    from rehearsal.operator import Sheet, Truths
    from savings.indicators import TaskMinutes


@dataclass
class FormFigures:
    """One form's sheets. Fields count where something was written or read; ``wrong`` is against the truth."""

    title: str
    sheets: int = 0
    routes: Counter[str] = field(default_factory=Counter)
    accepted_wrong: int = 0
    blanks_accepted: int = 0
    entered: int = 0
    proven: int = 0


def add_sample_minutes() -> None:
    """Give each sheet that went over the desk the time that a person needs for it, from the sample file.

    The scripted operator's own seconds are no person's; every figure that rests on this is labelled 見本値.
    """
    from cases import minutes
    from cases.models import Case, TimeEvent
    from savings.plan import load_corrections

    sample = load_corrections(wiring.config_file("samples/correction_seconds.yaml"))
    for case in Case.objects.filter(readings__isnull=False).distinct():
        asked = case.readings.exclude(route="accept").count()
        step, source = TimeEvent.Step.FIRST_CORRECTION, TimeEvent.Source.SAMPLE
        minutes.add(case.task, step, sample.seconds(asked), source, case=case)


def summary(proof: Proof, truth_folders: Sequence[Path]) -> Table:
    """The closing table: one column per form, so that it fits a narrow terminal."""
    from flows.savings_log import year_report
    from rehearsal.operator import Truths

    minutes = {task.name: task for task in year_report().tasks}
    forms = _by_task(proof, Truths(truth_folders))
    columns = [_measures(figures, minutes[task]) for task, figures in forms.items()]
    rows = [[name, *(column[name] for column in columns)] for name in (columns[0] if columns else ())]
    return table("", ["", *(figures.title for figures in forms.values())], rows)


def _measures(figures: FormFigures, saved: TaskMinutes) -> dict[str, str]:
    """What is shown of one form, by the name of its row."""
    from savings.words import labelled, percent

    sample = saved.rests_on_samples
    return {
        "sheets read": str(figures.sheets),
        "fields accepted without a look": str(figures.routes["accept"]),
        "  of these wrong against the truth": str(figures.accepted_wrong),
        "fields sent to a person": str(figures.routes["check"]),
        "fields typed blind": str(figures.routes["blind"]),
        "blank fields passed over": str(figures.blanks_accepted),
        "cases entered": str(figures.entered),
        "  verified in the target's own database": str(figures.proven),
        "staff minutes before": labelled(_minutes(saved.before_minutes), sample=sample),
        "staff minutes after": labelled(_minutes(saved.after_minutes), sample=sample),
        "reduction rate": labelled(percent(saved.rate), sample=sample),
    }


def explanations(proof: Proof) -> Iterator[str]:
    """Lines below the table: what waits for a person and why, and what the labels mean."""
    from cases.models import Case
    from cases.states import State

    waiting = Case.objects.exclude(state=State.ENTERED).order_by("number")
    for case in waiting:
        yield f"  {case.number} waits for a person: {case.state} {case.reason}"
    yield "  見本値 (sample values): people's times come from config/samples, not from a clock."
    if proof.unexplained:
        yield f"  the target holds {proof.unexplained} registrations that no entered case explains"


def as_expected(proof: Proof) -> bool:
    """Whether every sheet is entered and proven, or waits for a reason that somebody gave."""
    from cases.models import Case
    from cases.states import State
    from flows.reading import READER_FAULT

    stated = Case.objects.exclude(reason__in=("", READER_FAULT))
    waiting = stated.filter(state__in=(State.RETURNED, State.UNREADABLE, State.REFUSED)).count()
    entered = Case.objects.filter(state=State.ENTERED).count()
    return proof.complete and waiting + entered == Case.objects.count()


def _by_task(proof: Proof, truths: Truths) -> dict[str, FormFigures]:
    from cases.library import form_of
    from cases.models import Case

    proven = {case.case_id: case.proven for case in proof.cases}
    figures: dict[str, FormFigures] = {}
    for case in Case.objects.filter(readings__isnull=False).distinct().order_by("number"):
        form = form_of(case)
        row = figures.setdefault(case.task_id, FormFigures(form.title))
        row.sheets += 1
        row.entered += str(case.pk) in proven
        row.proven += proven.get(str(case.pk), False)
        if case.source is not None:
            _count_fields(case, form, truths.of(case.source.original_name, case.page_index), row)
    return figures


def _count_fields(case: Case, form: FormDefinition, truth: Sheet, row: FormFigures) -> None:
    from cases.values import reading_value, readings

    for field_id, reading in readings(case).items():
        if form.field(field_id).office:
            continue
        value, true_value = reading_value(reading), truth.values.get(field_id, "")
        written = bool(value or true_value or reading.route != "accept")
        row.routes[reading.route] += written
        row.blanks_accepted += not written
        row.accepted_wrong += reading.route == "accept" and value != true_value


def _minutes(minutes: float | None) -> str:
    return "–" if minutes is None else f"{minutes:.1f}"
