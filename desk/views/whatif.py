"""Trying out what might come next: candidates, and what a better form or policy would bring."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import candidates
from cases.errors import CaseError
from cases.signed import Candidate
from desk import refusal_words
from desk.effects import report_of
from desk.roles import READERS_OF_SAVINGS, person, roles_of, serves
from desk.whole import decimal_of, whole_of
from savings import whatif
from savings.indicators import Step, TaskMinutes

PROPOSERS = candidates.PROPOSERS
DEFAULT_BETTER = 0.2
"""By how much more of the sheets going straight through is tried out."""

SCREEN_STEPS = (Step.FIRST_CORRECTION, Step.SECOND_CHECK)


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
            candidates.drop(whole_of(posted["drop"]), by)
            return redirect("what-if")
        estimates = whatif.Candidate(
            posted.get("title", "").strip()[:200] or _("名称未定"),
            posted.get("department", "").strip()[:200],
            whole_of(posted["annual_volume"]),
            decimal_of(posted["minutes_each"]),
            decimal_of(posted["straight_through"]) / 100,
            decimal_of(posted["asked_minutes"]),
            decimal_of(posted["handling_minutes"]),
        )
        columns = {name: value for name, value in vars(estimates).items() if name != "title"}
        candidates.propose(estimates.title, columns, by)
    except (KeyError, ValueError):
        messages.error(request, _("件数・分・割合を数字で書いてください。割合は0〜100です。"))
    except CaseError as error:
        messages.error(request, refusal_words.refusal(error.code), extra_tags=error.code)
    else:
        messages.success(request, _("候補を記録しました。"), extra_tags="proposed")
    return redirect("what-if")


def _share(text: str, default: float) -> float:
    try:
        return min(1.0, max(0.0, decimal_of(text) / 100))
    except ValueError:
        return default
