"""The case list, and the way to the next case that waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import access, claims
from cases.library import forms_library
from cases.states import State
from desk.naming import title_of
from desk.queue import Search, page_of, uncertain
from desk.roles import EVERYONE, READERS_OF_VALUES, WORKERS, person, roles_of, serves


@require_http_methods(["GET", "HEAD", "POST"])
@serves(EVERYONE)
def queue(request: HttpRequest) -> HttpResponse:
    """Cases by task, state, number and, posted, by name. With htmx only the table is sent."""
    search = _search(request)
    asked = request.POST if request.method == "POST" else request.GET
    page, rows = page_of(search.cases(person(request)), asked.get("page"))
    context = {
        "search": search,
        "rows": rows,
        "page": page,
        "uncertain": uncertain(rows),
        "tasks": access.tasks_of(person(request)),
        "states": State,
        "forms": _forms(),
        "narrowed": search != Search(),
    }
    if not request.headers.get("HX-Request"):
        return render(request, "desk/queue.html", context)
    response = render(request, "desk/queue_table.html", context)
    # The browser's address bar and history follow the search, but never hold a name (law 5).
    plain = {
        "task": search.task,
        "state": search.state,
        "form": search.form,
        "day": search.day.isoformat() if search.day else "",
        "q": search.number,
        "page": str(page.number),
    }
    response.headers["HX-Push-Url"] = (
        f"{reverse('queue')}?{urlencode({name: value for name, value in plain.items() if value})}"
    )
    return response


def _forms() -> list[tuple[str, str]]:
    """Name and title of every form."""
    library = forms_library()
    return [(name, title_of(library.get(name))) for name in library.names()]


def _search(request: HttpRequest) -> Search:
    """What is looked for. A name comes by POST only: addresses stand in histories and logs."""
    name = _text(request.POST, "name")
    if name and not roles_of(person(request)) & READERS_OF_VALUES:
        raise PermissionDenied("a search by name serves those who may read values")
    asked = request.POST if request.method == "POST" else request.GET
    return Search(
        task=_text(asked, "task"),
        state=_text(asked, "state"),
        number=_text(asked, "q"),
        form=_text(asked, "form"),
        day=_day(asked),
        name=name,
    )


def _day(asked: Mapping[str, str]) -> date | None:
    """The day of receipt; what is none counts as not asked for."""
    try:
        return date.fromisoformat(_text(asked, "day"))
    except ValueError:
        return None


def _text(asked: Mapping[str, str], name: str) -> str:
    """PostgreSQL takes no NUL in a text, and no name or number has one."""
    return asked.get(name, "").replace("\0", "").strip()


@require_POST
@serves(WORKERS)
def open_next(request: HttpRequest) -> HttpResponse:
    """Claim the case that has waited longest and open it; back to the board when nothing waits."""
    case = claims.next_case(person(request), request.POST.get("task") or None)
    if case is None:
        messages.info(request, _("確認を待っている案件はありません。"), extra_tags="nothing-waiting")
        return redirect("board")
    return redirect("correct", case_id=case.pk)
