"""The letter to the resident whose sheet is returned, to be printed and sent with it."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases import audit
from cases.states import State
from desk.letter import letter_of
from desk.roles import WORKERS, case_for, person, serves


@require_safe
@serves(WORKERS)
def letter(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Only a returned case has one. It names the resident, so that its showing is logged."""
    case = case_for(request, case_id)
    if case.state != State.RETURNED:
        raise Http404
    audit.write(person(request).get_username(), "case.letter_shown", case.pk)
    return render(request, "desk/letter.html", {"letter": letter_of(case)})
