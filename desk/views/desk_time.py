"""How long a sheet takes at the desk, by task and step, with and without idle time; never by person."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases import access
from desk.desk_time import rows
from desk.effects import year_of
from desk.roles import EVERYONE, person, serves


@require_safe
@serves(EVERYONE)
def desk_time(request: HttpRequest) -> HttpResponse:
    """The fiscal year so far, of the tasks that the person may see."""
    year = year_of(timezone.localdate())
    context = {
        "rows": rows(access.tasks_of(person(request)), year.first_day),
        "idle_seconds": int(settings.SITE.idle_seconds),
        "first_day": year.first_day,
    }
    return render(request, "desk/savings/desk_time.html", context)
