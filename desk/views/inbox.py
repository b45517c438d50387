"""The inboxes: whether they can be looked into, what waits, what was refused and why, what came last."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import access, refusals
from cases.inbox_table import Refusal
from cases.models import SourceFile, Task
from cases.refusals import ASKERS
from cases.roles import Role
from desk import ports
from desk.roles import READERS_OF_VALUES, person, roles_of, serves, task_for
from desk.state_ports import InboxState

READERS = frozenset({Role.OPERATOR, Role.SECOND_CHECKER, Role.DEPARTMENT, Role.ICT})
NEWEST, REFUSED_SHOWN = 15, 100


@dataclass(frozen=True)
class Inbox:
    """One task's inbox. ``state`` is None when nobody watches it."""

    task: Task
    state: InboxState | None
    refused: list[Refusal]
    newest: list[SourceFile]
    today: int


@require_safe
@serves(READERS)
def inbox(request: HttpRequest) -> HttpResponse:
    """Every inbox of the person's tasks. Names of files are shown to those only who may read values."""
    source = ports.current().state
    seen = source.now().inboxes if source else None
    context = {
        "inboxes": [_inbox(task, (seen or {}).get(task.pk)) for task in access.tasks_of(person(request))],
        "watched": seen is not None,
        "may_read_names": bool(roles_of(person(request)) & READERS_OF_VALUES),
        "may_ask": bool(roles_of(person(request)) & ASKERS),
    }
    return render(request, "desk/inbox.html", context)


@require_POST
@serves(ASKERS)
def ask_back(request: HttpRequest, refusal_id: uuid.UUID) -> HttpResponse:
    """Have a refused file tried again; the watcher puts it back."""
    row = get_object_or_404(Refusal, pk=refusal_id, ended_at=None)
    task_for(request, row.task_id)
    refusals.ask_back(row.pk, person(request))
    messages.success(request, _("再受付を指示しました。まもなく受付フォルダーに戻して受け付けます。"))
    return redirect("inbox")


def _inbox(task: Task, state: InboxState | None) -> Inbox:
    files = SourceFile.objects.filter(task=task)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Inbox(
        task,
        state,
        list(refusals.waiting(task.pk)[:REFUSED_SHOWN]),
        list(
            files.filter(received_at__gt=timezone.now() - timedelta(days=7))
            .annotate(sheets=Count("cases"))
            .order_by("-received_at")[:NEWEST]
        ),
        files.filter(received_at__gte=today).count(),
    )
