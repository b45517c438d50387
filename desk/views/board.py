"""The board: what waits, what needs a person, and what it has saved."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import audit
from cases.people import Account
from cases.roles import Role
from cases.switching import SWITCHERS
from desk import ports
from desk.guide import STEPS
from desk.queue import boards
from desk.roles import EVERYONE, person, roles_of, serves, task_for
from desk.saved import saved_by_task

RUNNERS = SWITCHERS


@require_safe
@serves(EVERYONE)
def board(request: HttpRequest) -> HttpResponse:
    """What waits in each task; the first task on which somebody can begin has the keyboard."""
    saved, found = saved_by_task(), boards(person(request))
    context: dict[str, object] = {
        "tasks": [
            (item, saved.tasks.get(item.task.name), saved.pilots.get(item.task.name)) for item in found
        ],
        "first_waiting": next((item.task for item in found if item.waiting), None),
        "saved": saved,
        "may_run": ports.current().runner is not None and bool(roles_of(person(request)) & RUNNERS),
    }
    if Account.objects.filter(user=person(request), toured=False).exists():
        own = roles_of(person(request))
        context["tour"] = [step for role in Role if role in own for step in STEPS[role]]
    return render(request, "desk/board.html", context)


@require_POST
@serves(RUNNERS)
def run_now(request: HttpRequest, task: str) -> HttpResponse:
    """Ask the orchestrator to enter the task's approved cases now."""
    found = task_for(request, task)
    runner, by = ports.current().runner, person(request).username
    try:
        if runner is None:
            raise ports.RunnerUnavailableError
        runner.run_task(found.name, by)
    except ports.RunnerUnavailableError:
        messages.error(request, _("自動入力を開始できませんでした。情報政策課に連絡してください。"))
    else:
        audit.write(by, "task.run", task=found.name)
        messages.success(request, _("自動入力を開始しました。"), extra_tags="run-started")
    return redirect("board")
