"""A department makes a task, changes it, and sees what was changed when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import task_changes, task_versions
from cases.errors import CaseError
from cases.library import forms_library
from cases.models import Task
from cases.policy import Decider, may_be_checked, policy_of
from cases.roles import Role
from cases.schedule import Days, Limits, Schedule, WhenClosed
from cases.task_changes import CHANGERS, Signature, Wanted
from cases.task_table import TaskVersion
from desk import ports, refusal_words, schedule, schedule_words, task_words
from desk.ports import TargetView
from desk.roles import person, roles_of, serves, task_for
from desk.task_form import Box, as_posted, initial, read, read_limits, read_policy, read_schedule
from desk.views.tasks import READERS

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,49}")
TAKEN_BY_PAGES = frozenset({"new", "preview"})


@require_http_methods(["GET", "HEAD", "POST"])
@serves(CHANGERS)
def new(request: HttpRequest) -> HttpResponse:
    """Make a task; its policy is the strictest until the department signs another."""
    if request.method != "POST":
        return _form(request, None, initial({}))
    box, by = Box(request.POST), person(request)
    name, department = box.text("name"), box.text("department")
    if not NAME.fullmatch(name) or name in TAKEN_BY_PAGES:
        box.errors["name"] = _("半角の英字で始め、英数字・_・- で50字までにしてください（例：koseki）。")
    if not department or len(department) > 200:
        box.errors["department"] = _("所管課を書いてください。")
    wanted, introduced_on = _wanted(box), _day(box, "introduced_on")
    if wanted is not None and introduced_on is not None and not box.errors:
        try:
            task_changes.create(name, department, introduced_on, wanted, by)
        except CaseError as error:
            box.errors["name"] = refusal_words.refusal(error.code)
        else:
            messages.success(request, _("事業を作りました。"), extra_tags="task-created")
            return redirect("task", task=name)
    return _form(request, None, as_posted(request.POST), box)


@require_http_methods(["GET", "HEAD", "POST"])
@serves(CHANGERS)
def change(request: HttpRequest, task: str) -> HttpResponse:
    """Change a task. With ``?from=3`` the boxes hold version 3, so that one can go back to it."""
    found = task_for(request, task)
    if request.method != "POST":
        return _form(request, found, initial(_definition(request, found)))
    box = Box(request.POST)
    wanted, signature = _wanted(box, found), _signature(request, box, found)
    if wanted is not None and not box.errors:
        try:
            made = task_changes.change(found, wanted, person(request), _seen(request), signature)
        except CaseError as error:
            messages.error(request, refusal_words.task_refusal(error.code), extra_tags=error.code)
        else:
            said = (
                _("変更を保存しました。予定は数秒で切り替わります。")
                if made
                else _("変更はありませんでした。")
            )
            messages.success(request, said, extra_tags="task-changed" if made else "task-unchanged")
            return redirect("task-versions", task=task)
    return _form(request, found, as_posted(request.POST), box)


@require_POST
@serves(CHANGERS)
def preview(request: HttpRequest) -> HttpResponse:
    """What the schedule in the boxes comes to: in words, the next five runs, and a small calendar."""
    box = Box(request.POST)
    wanted, limits = read_schedule(box), read_limits(box)
    context: dict[str, object] = {"errors": list(box.errors.values())}
    if wanted is not None and limits is not None and not box.errors:
        now = timezone.now()
        coming, months = schedule.picture(_coming(wanted, box.text("target"), limits), now)
        context |= {
            "told": schedule_words.told(wanted),
            "coming": coming,
            "months": months,
            "weekday_names": schedule_words.week(),
        }
    return render(request, "desk/task_preview.html", context)


@require_safe
@serves(READERS)
def versions(request: HttpRequest, task: str) -> HttpResponse:
    """Every version with who, when and what differs from the one before."""
    found = task_for(request, task)
    context = {
        "task": found,
        "versions": task_words.views(task_versions.versions(found)),
        "may_change": bool(roles_of(person(request)) & CHANGERS),
        "may_move": Role.ICT in roles_of(person(request)),
    }
    return render(request, "desk/task_versions.html", context)


@require_POST
@serves(frozenset({Role.ICT}))
def move(request: HttpRequest, task: str) -> HttpResponse:
    """Give the task to another department from the first of a month on."""
    found, box = task_for(request, task), Box(request.POST)
    since, department = _day(box, "since"), box.text("department")
    if since is None or not 0 < len(department) <= 200:
        messages.error(request, refusal_words.refusal("signing.bad_move"), extra_tags="signing.bad_move")
        return redirect("task-versions", task=task)
    try:
        task_changes.move(found, department, since, person(request))
    except CaseError as error:
        messages.error(request, refusal_words.refusal(error.code), extra_tags=error.code)
    else:
        messages.success(request, _("所管課を変更しました。"), extra_tags="task-moved")
    return redirect("task-versions", task=task)


def _form(
    request: HttpRequest, task: Task | None, values: Mapping[str, Any], box: Box | None = None
) -> HttpResponse:
    library, by = forms_library(), person(request)
    version = task_versions.newest(task) if task else None
    own_roles = roles_of(by)
    context = {
        "task": task,
        "values": values,
        "errors": box.errors if box else {},
        "version": version.version if version else 0,
        "from_version": request.GET.get("from", "") if task else "",
        "all_forms": [library.get(name) for name in library.names()],
        "targets": _targets(task),
        "departments": sorted(task_changes.departments_of(by)),
        "any_department": Role.ICT in own_roles,
        "today": timezone.localdate().isoformat(),
        "may_sign": task is not None and Role.DEPARTMENT in own_roles,
        "policy_version": policy_of(task).version if task else 1,
        "days": [(one.value, schedule_words.DAYS[one]) for one in Days],
        "weekdays": [(one.value, name) for one, name in schedule_words.WEEKDAYS.items()],
        "whens": [(one.value, schedule_words.WHEN_CLOSED[one]) for one in WhenClosed],
        "deciders": [(one.value, task_words.DECIDERS[one.value]) for one in Decider],
    }
    status = 400 if box is not None and box.errors else 200
    return render(request, "desk/task_edit.html", context, status=status)


def _targets(task: Task | None) -> list[TargetView]:
    """Those that the site knows; where nobody tells, the one that the task has."""
    port = ports.current().targets
    known = list(port.known()) if port is not None else []
    if task is not None and task.target not in {one.name for one in known}:
        known.append(TargetView(task.target, task.target, tuple(task.forms)))
    return known


def _wanted(box: Box, task: Task | None = None) -> Wanted | None:
    """What the boxes say, if all of it makes sense and comes to a run at least once."""
    known = forms_library().names()
    wanted = read(box, _targets(task), known)
    if wanted is None or wanted.schedule is None:
        return wanted
    if next(_coming(wanted.schedule, wanted.target, wanted.limits), None) is None:
        box.errors["kind"] = _(
            "この予定では1回も実行されません。業務システムの受付時間と、1回の上限の時刻を確かめてください。"
        )
        return None
    return wanted


def _coming(wanted: Schedule, target: str, limits: Limits) -> Iterator[datetime]:
    known = {one.name for one in _targets(None)}
    return schedule.reckoned(wanted, target if target in known else None, limits, timezone.now())


def _signature(request: HttpRequest, box: Box, task: Task) -> Signature | None:
    """None where the policy was not shown to be changed, or stays as it is."""
    if "policy_version" not in request.POST or Role.DEPARTMENT not in roles_of(person(request)):
        return None
    now = policy_of(task)
    library = forms_library()
    chosen = [library.get(name) for name in box.posted.getlist("forms") if name in library.names()]
    wanted = read_policy(box, now, may_be_checked(chosen))
    if wanted is None or wanted == now:
        return None
    if not box.text("reason"):
        box.errors["reason"] = _("方針を変えるには、理由を書いて署名してください。")
    return Signature(wanted, box.text("reason"), _number(request.POST["policy_version"]))


def _definition(request: HttpRequest, task: Task) -> Mapping[str, Any]:
    """The task as it is, or as the version asked for had it."""
    asked = request.GET.get("from", "")
    if not asked:
        return task_versions.definition_of(task)
    row = get_object_or_404(TaskVersion, task=task, version=_number(asked))
    return dict(row.definition)


def _seen(request: HttpRequest) -> int:
    return _number(request.POST.get("version", ""))


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadRequest("a version is a number")
    return int(text)


def _day(box: Box, name: str) -> date | None:
    try:
        return date.fromisoformat(box.text(name))
    except ValueError:
        box.errors[name] = _("日付を選んでください。")
        return None
