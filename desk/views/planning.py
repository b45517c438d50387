"""Judging the plan, closing half-years, correcting what was closed, and trying out what might come next."""

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import candidates, history, judging
from cases.errors import CaseError
from cases.history import Period
from cases.judging import Judged
from cases.models import Task
from cases.roles import Role
from cases.signed import Candidate, HalfClosing, PlanStep
from desk import words
from desk.effects import report_of
from desk.roles import READERS_OF_SAVINGS, person, roles_of, serves
from savings import whatif
from savings import words as savings_words
from savings.collect import task_minutes
from savings.errors import SavingsError
from savings.frozen import figures_of
from savings.indicators import Step, TaskMinutes
from savings.periods import FiscalYear, Half
from savings.plan import Goal
from savings.report import Report

PROPOSERS = candidates.PROPOSERS
DEFAULT_BETTER = 0.2
"""By how much more of the sheets going straight through is tried out."""

SCREEN_STEPS = (Step.FIRST_CORRECTION, Step.SECOND_CHECK)


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
        "whats": savings_words.WHATS.items(),
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
        if half.first_day <= today
    ]


@require_POST
@serves(frozenset({Role.DEPARTMENT, Role.ICT}))
def sign_plan(request: HttpRequest, name: str) -> HttpResponse:
    """Sign the step that is due for a task's period."""
    task, posted = get_object_or_404(Task, pk=name), request.POST
    year, half = _number(posted, "fy"), _number(posted, "half")
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
        messages.error(request, words.refusal(error.code), extra_tags=error.code)
    else:
        messages.success(request, _("署名しました。"), extra_tags="signed")
    return redirect(f"{reverse('plan')}?fy={year}#{name}")


@require_POST
@serves(frozenset({Role.ICT}))
def close_half(request: HttpRequest, name: str) -> HttpResponse:
    """Sign a task's half-year with the figures as they are counted now."""
    task, posted = get_object_or_404(Task, pk=name), request.POST
    year, number = _number(posted, "fy"), _number(posted, "half")
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
        messages.error(request, words.refusal(error.code), extra_tags=error.code)
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
        month, amount = date.fromisoformat(posted["month"]), float(posted["amount"])
    except (KeyError, ValueError) as error:
        raise BadRequest("month or amount cannot be read") from error
    try:
        history.correct(
            task, month, posted.get("what", ""), amount, posted.get("reason", ""), person(request)
        )
    except CaseError as error:
        messages.error(request, words.refusal(error.code), extra_tags=error.code)
    else:
        messages.success(request, _("訂正を署名して記録しました。"), extra_tags="corrected")
    return redirect(f"{reverse('plan')}?fy={FiscalYear.of(month).year}#closings")


@dataclass(frozen=True)
class Trial:
    """A candidate with what a better policy and a better form would bring a year, in minutes."""

    pk: int | None
    candidate: whatif.Candidate
    by_policy: float
    by_form: float


@require_http_methods(["GET", "HEAD", "POST"])
@serves(READERS_OF_SAVINGS)
def what_if(request: HttpRequest) -> HttpResponse:
    """Which task to take next, and what a better form or policy would bring. Nothing here is a result."""
    if request.method == "POST":
        return _propose(request)
    found = report_of(request)
    better = _share(request.GET.get("better", ""), DEFAULT_BETTER)
    faster = _share(request.GET.get("faster", ""), DEFAULT_BETTER)
    rows = [(row.pk, _candidate(row)) for row in Candidate.objects.all()]
    order = {one: number for number, one in enumerate(whatif.ranked(one for _pk, one in rows))}
    context = {
        "report": found,
        "trials": [
            _trial(pk, one, better, faster) for pk, one in sorted(rows, key=lambda row: order[row[1]])
        ],
        "running": [
            _trial(None, one, better, faster) for one in map(_running, found.all.counted) if one is not None
        ],
        "better": f"{better * 100:g}",
        "faster": f"{faster * 100:g}",
        "may_propose": bool(roles_of(person(request)) & PROPOSERS),
    }
    return render(request, "desk/savings/what_if.html", context)


def _trial(pk: int | None, one: whatif.Candidate, better: float, faster: float) -> Trial:
    straight = min(1.0, one.straight_through + better)
    return Trial(
        pk,
        one,
        whatif.gain(one, straight_through=straight),
        whatif.gain(one, asked_minutes=one.asked_minutes * (1 - faster)),
    )


def _candidate(row: Candidate) -> whatif.Candidate:
    return whatif.Candidate(
        row.title,
        row.department,
        row.annual_volume,
        row.minutes_each,
        row.straight_through,
        row.asked_minutes,
        row.handling_minutes,
    )


def _running(task: TaskMinutes) -> whatif.Candidate | None:
    """A task in use as it was measured: every sheet is looked at for as long as the average sheet was."""
    if not task.entered or task.baseline is None:
        return None
    screen = sum(task.step_minutes(step) for step in SCREEN_STEPS)
    return whatif.Candidate(
        task.title,
        task.department,
        task.entered,
        task.baseline.mean_minutes,
        0.0,
        screen / task.entered,
        max(0.0, task.after_minutes - screen) / task.entered,
    )


def _propose(request: HttpRequest) -> HttpResponse:
    posted, by = request.POST, person(request)
    try:
        if posted.get("drop"):
            candidates.drop(int(posted["drop"]), by)
            return redirect("what-if")
        estimates = whatif.Candidate(
            posted.get("title", "").strip()[:200] or _("名称未定"),
            posted.get("department", "").strip()[:200],
            int(posted["annual_volume"]),
            float(posted["minutes_each"]),
            float(posted["straight_through"]) / 100,
            float(posted["asked_minutes"]),
            float(posted["handling_minutes"]),
        )
        columns = {name: value for name, value in vars(estimates).items() if name != "title"}
        candidates.propose(estimates.title, columns, by)
    except (KeyError, ValueError):
        messages.error(request, _("件数・分・割合を数字で書いてください。割合は0〜100です。"))
    except CaseError as error:
        messages.error(request, words.refusal(error.code), extra_tags=error.code)
    else:
        messages.success(request, _("候補を記録しました。"), extra_tags="proposed")
    return redirect("what-if")


def _share(text: str, default: float) -> float:
    try:
        return min(1.0, max(0.0, float(text) / 100))
    except ValueError:
        return default


def _number(posted: Mapping[str, str], name: str) -> int:
    try:
        return int(posted.get(name, ""))
    except ValueError as error:
        raise BadRequest(f"{name} is no number") from error
