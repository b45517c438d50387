"""Notices: what needs a person now, who sees to it, and what is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cases import notices
from cases.models import Task
from cases.notice_table import Notice
from cases.notices import SEERS, TASK_CAUSES
from desk import notice_words
from desk.roles import person, serves

OVER_SHOWN = 50
"""So many of those that are over are shown, the newest first."""


@dataclass(frozen=True)
class Told:
    """A notice in words."""

    row: Notice
    title: str
    seen: str
    remedy: str


@require_safe
@serves(SEERS)
def notices_page(request: HttpRequest) -> HttpResponse:
    """What stands, the unacknowledged first, then what is over."""
    rows = Notice.objects.filter(notices.visible_to(person(request)))
    standing = rows.filter(solved_at=None).order_by("acknowledged_at", "-told_at")
    over = rows.exclude(solved_at=None).order_by("-solved_at")[:OVER_SHOWN]
    return render(request, "desk/notices.html", {"standing": _told(standing), "over": _told(over)})


@require_POST
@serves(SEERS)
def acknowledge(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Somebody sees to it."""
    notices.acknowledge(notice_id, person(request))
    return redirect("notices")


def _told(rows: Iterable[Notice]) -> list[Told]:
    titles = dict(Task.objects.values_list("name", "title"))
    return [
        Told(
            row,
            notice_words.title(row.cause),
            notice_words.seen(row.cause, row.subject, row.detail, _name(row, titles)),
            notice_words.remedy(row.cause),
        )
        for row in rows
    ]


def _name(row: Notice, titles: dict[str, str]) -> str:
    return titles.get(row.subject, "") if row.cause in TASK_CAUSES else ""
