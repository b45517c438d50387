"""The third view of a second check: two values side by side, and a person who decides between them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import claims, review, undoing
from cases.errors import CaseError, NotAsShown
from cases.library import form_of
from cases.models import Case
from cases.questions import mark_of, open_questions
from cases.states import State
from cases.values import contents
from desk import refusal_words
from desk.disputes import disputed
from desk.naming import told
from desk.roles import WORKERS, case_for, person, serves
from desk.whole import whole
from desk.working import counted
from forms.definition import Kind


@require_safe
@serves(WORKERS)
def decide(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Claim the case and show what two persons gave; one that waits for no decision has its own page."""
    case = case_for(request, case_id)
    if case.state != State.DISAGREED:
        return redirect("case", case_id=case_id)
    try:
        case = claims.claim(case_id, person(request))
    except CaseError as error:
        messages.warning(request, refusal_words.refusal(error.code), extra_tags=error.code)
        return redirect("case", case_id=case_id)
    form, fields, sheet = form_of(case), disputed(case), contents(case)
    questions = open_questions(case, sheet)
    ids = {one.field.id for one in fields}
    asking = {question.field_id for question in questions if question.finding is not None}
    context = {
        "case": case,
        "form": form,
        "fields": fields,
        "current": next((one.field.id for one in fields if not one.decided), ""),
        "open_count": len(questions),
        "idle_limit_s": int(settings.SITE.idle_seconds),
        "others": [
            (question, told(question.finding, form))
            for question in questions
            if question.finding is not None and question.field_id not in ids
        ],
        "shown": {name: mark_of(case, sheet, questions, name) for name in asking},
    }
    return render(request, "desk/decide.html", context)


@require_POST
@serves(WORKERS)
def give(request: HttpRequest, case_id: uuid.UUID, field_id: str) -> HttpResponse:
    """Store what was decided, confirm what a rule says of it, or take the newest decision back."""
    case, user = case_for(request, case_id), person(request)
    try:
        with counted(request, case):
            if "undo" in request.POST:
                _undo(request, case)
            elif "confirm" in request.POST:
                review.confirm_shown(case, user, field_id, request.POST.get("shown", ""))
            else:
                _store(request, case, field_id)
    except CaseError as error:
        messages.warning(request, refusal_words.refusal(error.code), extra_tags=error.code)
    return redirect(reverse("decide", kwargs={"case_id": case_id}) + "#next")


def _undo(request: HttpRequest, case: Case) -> None:
    """Take back the newest decision of the page that was shown."""
    if whole(request.POST.get("revision", "")) != case.revision:
        raise NotAsShown(f"case {case.number} was changed since it was shown: look again")
    undoing.undo(case, person(request))


def _store(request: HttpRequest, case: Case, field_id: str) -> None:
    values, secret = request.POST.getlist("value"), _is_secret(case, field_id)
    if secret and len(set(values)) != 1:
        said = _("2回の入力が一致しません。もう一度入力してください。")
        messages.warning(request, said, extra_tags="typed-twice")
        return
    text = values[0] if secret else ",".join(value for value in values if value)
    given = review.give_value(case, person(request), field_id, text)
    if not given.kept:
        said = " ".join(told(finding, form_of(case)) for finding in given.findings)
        messages.warning(request, said, extra_tags="not-kept")


def _is_secret(case: Case, field_id: str) -> bool:
    return any(field.id == field_id and field.kind is Kind.MY_NUMBER for field in form_of(case).fields)
