"""Help for each role, and the tour of the first visit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cases.people import Account
from cases.roles import Role
from desk import people_words
from desk.guide import STEPS
from desk.roles import EVERYONE, person, roles_of, serves


@require_safe
@serves(EVERYONE)
def help_page(request: HttpRequest) -> HttpResponse:
    """The steps of the person's own roles first, the others below."""
    own = roles_of(person(request))
    parts = [(people_words.role(role), STEPS[role], role in own) for role in Role]
    return render(request, "desk/help.html", {"parts": sorted(parts, key=lambda part: not part[2])})


@require_POST
@serves(EVERYONE)
def toured(request: HttpRequest) -> HttpResponse:
    """The tour was seen or put away, and does not come by itself again; ``again`` brings it back once."""
    Account.objects.update_or_create(user=person(request), defaults={"toured": "again" not in request.POST})
    return redirect("board")
