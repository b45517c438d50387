"""A department's tasks: schedule, switch, runs, piles, exceptions, and what was saved."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import access, rounds, switching
from cases.library import forms_library
from cases.roles import Role
from cases.switching import SWITCHERS
from cases.task_changes import CHANGERS
from desk import ports, schedule
from desk.queue import board_of
from desk.roles import person, roles_of, serves, task_for
from desk.running import running
from desk.saved import saved_by_task

SHOWN_ROUNDS = 7
READERS = frozenset({Role.DEPARTMENT, Role.ICT, Role.AUDITOR})


@require_safe
@serves(READERS)
def tasks(request: HttpRequest) -> HttpResponse:
    """Every task of the person's on one line each."""
    found = list(access.tasks_of(person(request)))
    schedules = schedule.views(found)
    rows = [(task, board_of(task), running(task), schedules[task.name]) for task in found]
    may_make = bool(roles_of(person(request)) & CHANGERS)
    return render(request, "desk/tasks.html", {"rows": rows, "saved": saved_by_task(), "may_make": may_make})


@require_safe
@serves(READERS)
def task_page(request: HttpRequest, task: str) -> HttpResponse:
    """One task, with all that steers it."""
    found, saved, library = task_for(request, task), saved_by_task(), forms_library()
    context = {
        "task": found,
        "item": board_of(found),
        "running": running(found),
        "schedule": schedule.views([found])[found.name],
        "rounds": rounds.newest(found, SHOWN_ROUNDS),
        "forms": [library.get(name) for name in found.forms if name in library.names()],
        "saved": saved,
        "minutes": saved.tasks.get(found.name),
        "pilot": saved.pilots.get(found.name),
        "may_switch": bool(roles_of(person(request)) & SWITCHERS),
        "may_run": ports.current().runner is not None and bool(roles_of(person(request)) & SWITCHERS),
    }
    return render(request, "desk/task.html", context)


@require_POST
@serves(SWITCHERS)
def switch(request: HttpRequest, task: str) -> HttpResponse:
    """Pause or resume the task's robot."""
    found, to = task_for(request, task), request.POST.get("to", "")
    if to not in {"on", "off"}:
        raise BadRequest("a switch is on or off")
    switching.switch(found, person(request), to == "on")
    schedules = ports.current().schedules
    if schedules is not None:
        # Where it cannot be reached now, it takes the switch over when it is back.
        schedules.switch(found.name, to == "on")
    said = (
        _("自動入力を再開しました。")
        if to == "on"
        else _("自動入力を停止しました。確認・訂正は続けられます。")
    )
    messages.success(request, said, extra_tags=f"switched-{to}")
    return redirect("task", task=task)
