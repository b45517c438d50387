"""Timing the old way with a stopwatch or from Excel, and short logs of work away from the screen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import BadRequest
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import access, logs, timing
from cases.days import Work
from cases.errors import CaseError
from cases.logs import Log
from cases.models import BaselineSample, Task, TimeEvent
from cases.signed import StepLog
from cases.timing import TIMERS, Run, works_of
from desk import refusal_words
from desk.roles import person, serves, task_for
from desk.whole import decimal_of, whole_of
from savings import collect, timestudy
from savings.timestudy import StudyRow, StudyUnreadable

SHOWN = 20
STEPS_OF_OLD = "用紙を見る、入力する、読み合わせる"
METHOD = "紙を見て入力し、読み合わせるまでをストップウォッチで計測"
KEPT = ("task", "kind", "timed_by", "method", "sheets", "steps", "step", "worked_by")
"""What a form keeps for the next row."""

STUDY_SALT = "tenki.time-study"
STUDY_AGE_S = 3600
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@serves(TIMERS)
def stopwatch(request: HttpRequest) -> HttpResponse:
    """Time one way of working, case by case or in bundles; each run is stored as soon as it ends."""
    if request.method == "POST":
        return _store_run(request)
    tasks = access.tasks_of(person(request))
    chosen = _chosen(request, tasks)
    kind = _kind(request.GET.get("kind") or BaselineSample.Kind.STAFF_BEFORE)
    newest = F("noted_at").desc(nulls_last=True)
    runs = BaselineSample.objects.filter(task=chosen, kind=kind).order_by(newest, "-timed_on", "-pk")
    context = {
        "tasks": tasks,
        "chosen": chosen,
        "kinds": BaselineSample.Kind.choices,
        "kind": kind,
        "timed_by": request.GET.get("timed_by") or _own_name(request),
        "method": request.GET.get("method") or METHOD,
        "sheets": request.GET.get("sheets") or "1",
        "steps": request.GET.get("steps") or STEPS_OF_OLD,
        "runs": runs[:SHOWN],
        "undoable": next((run for run in runs[:SHOWN] if _is_own(run, request)), None),
        "baseline": collect.baseline(chosen, kind),
        "idle_limit_s": int(settings.SITE.idle_seconds),
    }
    return render(request, "desk/savings/stopwatch.html", context)


def _store_run(request: HttpRequest) -> HttpResponse:
    posted = request.POST
    try:
        work = Work(
            posted.get("timed_by", "").strip() or _own_name(request),
            timezone.localdate(),
            decimal_of(posted["minutes"]),
            timing.clock(posted.get("starts", "")),
            timing.clock(posted.get("ends", "")),
            whole_of(posted.get("sheets") or "1"),
        )
        laps = json.loads(posted.get("laps") or "[]")
        steps = [(str(name)[:40], decimal_of(str(minutes))) for name, minutes in laps]
        elapsed = decimal_of(posted["elapsed_minutes"]) if posted.get("elapsed_minutes") else None
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise BadRequest("the run's figures cannot be read") from error
    method = posted.get("method", "").strip() or METHOD
    run = Run(
        _task(request),
        work,
        method[:200],
        tuple(steps),
        _kind(posted.get("kind", "")),
        elapsed_minutes=None if elapsed is None else max(elapsed, work.minutes),
    )
    _try(request, lambda: timing.note(run, person(request)), _("計時を記録しました。"), "timed")
    return redirect(f"{reverse('stopwatch')}?{_kept(posted)}")


@require_POST
@serves(TIMERS)
def withdraw_timing(request: HttpRequest, timing_id: int) -> HttpResponse:
    """Take a run back, with a reason; undoing one's own last run says so itself."""
    task_for(request, get_object_or_404(BaselineSample, pk=timing_id).task_id)
    reason = request.POST.get("reason", "")
    _try(request, lambda: timing.withdraw(timing_id, person(request), reason), _("計時を取り消しました。"))
    return redirect(f"{reverse('stopwatch')}?{_kept(request.POST)}")


@require_http_methods(["GET", "HEAD", "POST"])
@serves(TIMERS)
def study(request: HttpRequest) -> HttpResponse:
    """Take in a time study from Excel: first all conflicts, then, when there is none, the rows."""
    context: dict[str, object] = {}
    if request.method == "POST" and request.POST.get("rows"):
        return _store_study(request)
    if request.method == "POST":
        context = _checked(request)
    return render(request, "desk/savings/study.html", context)


def _checked(request: HttpRequest) -> dict[str, object]:
    uploaded = request.FILES.get("file")
    if uploaded is None:
        return {"unreadable": _("ファイルを選んでください。")}
    tasks = {key: task.name for task in access.tasks_of(person(request)) for key in (task.title, task.name)}
    try:
        found = timestudy.read(uploaded.read(), tasks)
    except StudyUnreadable as error:
        return {"unreadable": str(error)}
    conflicts = timestudy.conflicts(
        found,
        works_of,
        lambda row: timing.was_imported(_run(_plain(row))),
        timezone.localdate(),
        refusal_words.refusal,
    )
    titles = dict(Task.objects.values_list("name", "title"))
    return {
        "conflicts": conflicts,
        "found": [(row, titles[row.task]) for row in found.rows],
        "rows": "" if conflicts else signing.dumps([_plain(row) for row in found.rows], salt=STUDY_SALT),
    }


def _store_study(request: HttpRequest) -> HttpResponse:
    """The rows as they were checked: signed by us, so that nothing was slipped in between."""
    try:
        rows = signing.loads(request.POST["rows"], salt=STUDY_SALT, max_age=STUDY_AGE_S)
    except signing.BadSignature as error:
        raise BadRequest("the checked rows are too old or were changed") from error
    runs = [_run(row) for row in rows]
    said = _("%(n)d行を取り込みました。") % {"n": len(runs)}
    _try(request, lambda: timing.note_all(runs, person(request)), said, "imported")
    return redirect("study")


def _plain(row: StudyRow) -> dict[str, Any]:
    return {
        "starts": row.starts.isoformat() if row.starts else "",
        "ends": row.ends.isoformat() if row.ends else "",
        "task": row.task,
        "day": row.timed_on.isoformat(),
        "by": row.timed_by,
        "minutes": row.minutes,
        "method": row.method[:200],
        "sheets": row.sheets,
        "kind": row.kind,
        "steps": row.steps,
    }


def _run(row: Mapping[str, Any]) -> Run:
    starts, ends = (time.fromisoformat(row[name]) if row[name] else None for name in ("starts", "ends"))
    day = date.fromisoformat(row["day"])
    work = Work(row["by"], day, row["minutes"], starts, ends, row["sheets"])
    steps = tuple((str(name), float(minutes)) for name, minutes in row["steps"])
    return Run(row["task"], work, row["method"], steps, BaselineSample.Kind(row["kind"]))


@require_safe
@serves(TIMERS)
def study_template(request: HttpRequest) -> HttpResponse:
    """An empty time study to fill in."""
    titles = access.tasks_of(person(request)).values_list("title", flat=True)
    response = HttpResponse(timestudy.template(titles), content_type=XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="time-study.xlsx"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@serves(TIMERS)
def step_log(request: HttpRequest) -> HttpResponse:
    """Note minutes of a step away from the screen; a form of one line, kept for the next."""
    if request.method == "POST":
        return _store_log(request)
    context = {
        "tasks": access.tasks_of(person(request)),
        "chosen": request.GET.get("task", ""),
        "steps": [choice for choice in TimeEvent.Step.choices if choice[0] != TimeEvent.Step.ROBOT],
        "step": request.GET.get("step", ""),
        "worked_by": request.GET.get("worked_by") or _own_name(request),
        "today": timezone.localdate(),
        "rows": StepLog.objects.filter(task__in=access.tasks_of(person(request)))
        .select_related("task")
        .order_by("-pk")[:SHOWN],
    }
    return render(request, "desk/savings/log.html", context)


def _store_log(request: HttpRequest) -> HttpResponse:
    posted = request.POST
    try:
        work = Work(
            posted.get("worked_by", "").strip() or _own_name(request),
            date.fromisoformat(posted["day"]),
            decimal_of(posted["minutes"]),
            timing.clock(posted.get("starts", "")),
            timing.clock(posted.get("ends", "")),
        )
        step = TimeEvent.Step(posted["step"])
        sheets = whole_of(posted["sheets"]) if posted.get("sheets") else None
    except (KeyError, ValueError):
        messages.error(request, _("日付・分・枚数を数字で書いてください（例：2026-11-24、15、20）。"))
        return redirect(f"{reverse('step-log')}?{_kept(posted)}")
    if step is TimeEvent.Step.ROBOT:
        raise BadRequest("robot time is never noted by hand")
    log = Log(_task(request), step, work, sheets)
    _try(request, lambda: logs.note(log, person(request)), _("記録しました。"), "logged")
    return redirect(f"{reverse('step-log')}?{_kept(posted)}")


@require_POST
@serves(TIMERS)
def withdraw_log(request: HttpRequest, log_id: int) -> HttpResponse:
    task_for(request, get_object_or_404(StepLog, pk=log_id).task_id)
    reason = request.POST.get("reason", "")
    _try(request, lambda: logs.withdraw(log_id, person(request), reason), _("記録を取り消しました。"))
    return redirect("step-log")


def _try(request: HttpRequest, work: Any, said: str, tag: str = "done") -> None:
    """Do it and say so, or say why it was refused."""
    try:
        work()
    except CaseError as error:
        messages.error(request, refusal_words.refusal(error.code), extra_tags=error.code)
    else:
        messages.success(request, said, extra_tags=tag)


def _task(request: HttpRequest) -> str:
    """A task of the person's own; no other can be timed."""
    name = str(request.POST.get("task", ""))
    if not access.may_see(person(request), name):
        raise BadRequest("no such task")
    return name


def _chosen(request: HttpRequest, tasks: QuerySet[Task]) -> str:
    """The task that was asked for, if it is one of them, else the first."""
    names = [task.name for task in tasks]
    asked = request.GET.get("task", "")
    return asked if asked in names else next(iter(names), "")


def _kind(text: str) -> BaselineSample.Kind:
    if text not in BaselineSample.Kind.values:
        raise BadRequest("no such kind of timing")
    return BaselineSample.Kind(text)


def _own_name(request: HttpRequest) -> str:
    user = person(request)
    return user.get_full_name() or user.get_username()


def _is_own(run: BaselineSample, request: HttpRequest) -> bool:
    return run.withdrawn_at is None and run.noted_by == person(request).get_username()


def _kept(posted: Mapping[str, Any]) -> str:
    return urlencode({name: posted[name] for name in KEPT if posted.get(name)})
