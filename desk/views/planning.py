"""Judging the plan, closing half-years, and correcting what was closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import history, judging
from cases.errors import CaseError
from cases.history import Period
from cases.judging import Judged
from cases.models import Task
from cases.roles import Role
from cases.signed import HalfClosing, PlanStep
from desk import refusal_words
from desk.effects import FIRST_YEAR, LAST_YEAR, report_of
from desk.roles import READERS_OF_SAVINGS, person, roles_of, serves, task_for
from desk.whole import decimal_of, whole_of
from savings import words as savings_words
from savings.collect import task_minutes
from savings.errors import SavingsError
from savings.frozen import figures_of
from savings.indicators import TaskMinutes
from savings.periods import FiscalYear, Half
from savings.plan import Goal
from savings.report import Report


@dataclass(frozen=True)
class PeriodRow:
    """One period of a task: what was signed, what is due, and whether this person may sign it."""

    judged: Judged
    label: str
    steps: tuple[PlanStep, ...]
    due: str
    due_label: str
    may_sign: bool


@dataclass(frozen=True)
class PlanRow:
    task: Task
    goal: Goal | None
    minutes: TaskMinutes | None
    periods: tuple[PeriodRow, ...]


@dataclass(frozen=True)
class ClosingRow:
    """One task's half-year: signed by whom and when, or open; ``over``: it may be signed."""

    task: TaskMinutes
    half: Half
    closing: HalfClosing | None
    over: bool


@require_safe
@serves(READERS_OF_SAVINGS)
def plan(request: HttpRequest) -> HttpResponse:
    """Goals, judgements and closings of a year."""
    found = report_of(request)
    roles = roles_of(person(request))
    context = {
        "report": found,
        "rows": [_plan_row(task, found, roles) for task in _tasks(found)],
        "closings": _closings(found),
        "may_close": Role.ICT in roles,
        "marks": PlanStep.Mark.values,
        "whats": [(code, _(name)) for code, name in savings_words.WHATS.items()],
        "months": list(found.year.months()),
    }
    return render(request, "desk/savings/plan.html", context)


def _tasks(found: Report) -> list[Task]:
    names = [task.name for task in found.tasks]
    return list(Task.objects.filter(name__in=names).order_by("department", "title"))


def _plan_row(task: Task, found: Report, roles: frozenset[Role]) -> PlanRow:
    periods = []
    for judged in judging.periods(task, found.year.year):
        due = judged.next_kind()
        label = savings_words.period(found.year, judged.half)
        may = judging.SIGNERS[due] in roles
        periods.append(PeriodRow(judged, label, judged.steps(), due.value, str(due.label), may))
    minutes = next((one for one in found.tasks if one.name == task.name), None)
    return PlanRow(task, found.plan.goal(task.name, found.year), minutes, tuple(periods))


def _closings(found: Report) -> list[ClosingRow]:
    rows = HalfClosing.objects.filter(fiscal_year=found.year.year)
    signed = {(row.task_id, row.half): row for row in rows}
    today = timezone.localdate()
    return [
        ClosingRow(task, half, signed.get((task.name, half.number)), half.last_day < today)
        for half in found.year.halves()
        for task in found.tasks
        if half.first_day <= today and task.introduced_on <= half.last_day
    ]


@require_POST
@serves(frozenset({Role.DEPARTMENT, Role.ICT}))
def sign_plan(request: HttpRequest, name: str) -> HttpResponse:
    """Sign the step that is due for a task's period."""
    task, posted = task_for(request, name), request.POST
    year, half = _year(posted), _number(posted, "half")
    if posted.get("kind") not in PlanStep.Kind.values:
        raise BadRequest("no such step")
    try:
        judging.sign_step(
            Judged(task, year, half),
            PlanStep.Kind(posted["kind"]),
            person(request),
            mark=posted.get("mark", ""),
            sentence=posted.get("sentence", ""),
        )
    except CaseError as error:
        messages.error(request, refusal_words.refusal(error.code), extra_tags=error.code)
    else:
        messages.success(request, _("署名しました。"), extra_tags="signed")
    return redirect(f"{reverse('plan')}?fy={year}#{name}")


@require_POST
@serves(frozenset({Role.ICT}))
def close_half(request: HttpRequest, name: str) -> HttpResponse:
    """Sign a task's half-year with the figures as they are counted now."""
    task, posted = get_object_or_404(Task, pk=name), request.POST
    year, number = _year(posted), _number(posted, "half")
    try:
        half = Half(FiscalYear(year), number)
    except SavingsError as error:
        raise BadRequest("a half-year is 1 or 2") from error
    minutes = next((one for one in task_minutes(half.year) if one.name == name), None)
    if minutes is None:
        raise BadRequest("the task was not in use in that year")
    try:
        history.close(task, Period(year, number), figures_of(minutes, half), person(request))
    except CaseError as error:
        messages.error(request, refusal_words.refusal(error.code), extra_tags=error.code)
    else:
        messages.success(request, _("%(half)sを締めました。") % {"half": half.label}, extra_tags="closed")
    return redirect(f"{reverse('plan')}?fy={year}#closings")


@require_POST
@serves(frozenset({Role.ICT}))
def correct_history(request: HttpRequest) -> HttpResponse:
    """Add a signed correction to a closed half-year."""
    posted = request.POST
    task = get_object_or_404(Task, pk=posted.get("task", ""))
    try:
        month, amount = date.fromisoformat(posted["month"]), decimal_of(posted["amount"])
    except (KeyError, ValueError) as error:
        raise BadRequest("month or amount cannot be read") from error
    try:
        history.correct(
            task, month, posted.get("what", ""), amount, posted.get("reason", ""), person(request)
        )
    except CaseError as error:
        messages.error(request, refusal_words.refusal(error.code), extra_tags=error.code)
    else:
        messages.success(request, _("訂正を署名して記録しました。"), extra_tags="corrected")
    return redirect(f"{reverse('plan')}?fy={FiscalYear.of(month).year}#closings")


def _number(posted: Mapping[str, str], name: str) -> int:
    try:
        return whole_of(posted.get(name, ""))
    except ValueError as error:
        raise BadRequest(f"{name} is no number") from error


def _year(posted: Mapping[str, str]) -> int:
    year = _number(posted, "fy")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadRequest("fy is a year such as 2026")
    return year
