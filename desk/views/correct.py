"""The correction screen: show, save each field at once, undo, approve, or send the case another way."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import claims, review, undoing, ways
from cases.errors import CaseError, NotAsShown, NotClaimed, NothingToUndo
from cases.models import Case
from cases.states import State
from cases.values import keep_readings
from desk import refusal_words, words
from desk.letting_go import forget_let_go, last_let_go, note_let_go
from desk.roles import WORKERS, case_for, person, serves
from desk.screen import screen_of
from desk.whole import whole
from desk.working import count, counted, step_of, worked
from forms.facts import Finding

WAYS: Mapping[str, Callable[[Case, User, str], None]] = {
    "return": ways.return_to_resident,
    "wrong-sheet": ways.mark_wrong_sheet,
    "unreadable": ways.mark_unreadable,
    "cancel": ways.cancel,
}


@require_safe
@serves(WORKERS)
def correct(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Claim the case and show it; what cannot be claimed is shown as a case page that says why."""
    if case_for(request, case_id).state == State.DISAGREED:
        return redirect("decide", case_id=case_id)
    try:
        case = claims.claim(case_id, person(request))
    except CaseError as error:
        messages.warning(request, refusal_words.refusal(error.code), extra_tags=error.code)
        return redirect("case", case_id=case_id)
    return render(request, "desk/correct.html", {"screen": screen_of(case)})


@require_POST
@serves(WORKERS)
def give_value(request: HttpRequest, case_id: uuid.UUID, field_id: str) -> HttpResponse:
    """Store a field, confirm what a rule found in it, or note that nobody can read it; all remarks renew."""
    case = case_for(request, case_id)
    keep_readings(case)
    refused: dict[str, Sequence[Finding]] = {}
    try:
        if request.POST.get("confirm"):
            review.confirm_shown(case, person(request), field_id, request.POST.get("shown", ""))
        elif request.POST.get("illegible"):
            review.mark_illegible(case, person(request), field_id)
        else:
            given = review.give_value(case, person(request), field_id, request.POST.get("value", ""))
            refused = {} if given.kept else {field_id: given.findings}
    except CaseError as error:
        if isinstance(error, NotAsShown):
            # The page is loaded again and then says why.
            messages.warning(request, refusal_words.refusal(error.code), extra_tags=error.code)
        return _refusal(error, case)
    return _saved(case, field_id, refused)


@require_safe
@serves(WORKERS)
def ahead(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The picture of the sheet that probably comes next, to be loaded while this one is worked on. It stays
    out of sight until the sheet is claimed.
    """
    case = case_for(request, case_id)
    likely = claims.likely_next(person(request), case.task_id, case.pk)
    return JsonResponse({"picture": reverse("page-picture", args=[likely]) if likely else ""})


@require_POST
@serves(WORKERS)
def undo(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Take the person's newest answer back, and name its field; on an untouched sheet, go back to the one
    before.
    """
    case = case_for(request, case_id)
    try:
        field_id = undoing.undo(case, person(request))
    except NothingToUndo as error:
        return _go_back(request, case) if last_let_go(request) else _refusal(error, case)
    except CaseError as error:
        return _refusal(error, case)
    return _saved(case, field_id, {})


@require_POST
@serves(WORKERS)
def approve(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Let the record through as the person saw it, and open the next one."""
    case = case_for(request, case_id)
    seen = whole(request.POST.get("revision", ""))
    if seen is None:
        raise BadRequest("an approval names the revision that was seen")
    try:
        with counted(request, case):
            review.approve(case, person(request), seen)
    except CaseError as error:
        messages.error(request, refusal_words.refusal(error.code), extra_tags=error.code)
        return _go(request, "correct", case_id)
    said = words.let_through(State(case.state)) % {"number": case.number}
    if case.state == State.ENTERED_WRONG:
        messages.success(request, said, extra_tags="correction-approved")
        return _go(request, "case", case_id)
    return _next(request, case, said)


@require_POST
@serves(WORKERS)
def dispose(request: HttpRequest, case_id: uuid.UUID, way: str) -> HttpResponse:
    """Return to the resident, mark unreadable or cancel, with a reason; then the next case."""
    case = case_for(request, case_id)
    reason = request.POST.get("reason", "").strip()
    if way not in WAYS or not reason:
        raise BadRequest("an unknown way, or no reason")
    try:
        with counted(request, case):
            WAYS[way](case, person(request), reason)
    except CaseError as error:
        messages.error(request, refusal_words.refusal(error.code), extra_tags=error.code)
        return _go(request, "case", case_id)
    said = _("%(number)s を「%(state)s」にしました。") % {
        "number": case.number,
        "state": State(case.state).label,
    }
    return _next(request, case, said)


@require_POST
@serves(WORKERS)
def release(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Put the case back into the queue; what was given so far stays."""
    case = case_for(request, case_id)
    try:
        with counted(request, case):
            claims.release(case, person(request))
    except CaseError as error:
        messages.warning(request, refusal_words.refusal(error.code), extra_tags=error.code)
    return redirect("board")


@require_POST
@serves(WORKERS)
def working_time(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Active seconds since the last report; whoever works keeps the case, who closes its page does not."""
    case, leaving = case_for(request, case_id), "leaving" in request.POST
    try:
        (claims.leave if leaving else claims.renew)(case, person(request))
    except NotClaimed:
        # A page that closes because its sheet was let go has nothing to keep.
        return HttpResponse(status=204 if leaving else 409)
    count(case, step_of(case), worked(request))
    return HttpResponse(status=204)


def _saved(case: Case, field_id: str, refused: Mapping[str, Sequence[Finding]]) -> HttpResponse:
    screen = screen_of(case, refused)
    # Parts of a page: they need nothing of what every whole page is told.
    response = HttpResponse(render_to_string("desk/saved.html", {"screen": screen, "rows": screen.rows}))
    response.headers["X-Field"] = field_id
    return response


def _refusal(error: CaseError, case: Case) -> JsonResponse:
    """Why nothing was stored, as a sentence, and whether opening the case again can help."""
    again = isinstance(error, NotClaimed | NotAsShown) and case.state in claims.CLAIMED
    content = {"code": error.code, "message": refusal_words.refusal(error.code), "reload": again}
    return JsonResponse(content, status=409)


@require_POST
@serves(WORKERS)
def take_back(request: HttpRequest) -> HttpResponse:
    """From the board: back to the sheet that this person let go as the last one."""
    found = last_let_go(request)
    if found is None:
        return redirect("board")
    try:
        case = undoing.take_back(found[0], person(request), found[1])
    except CaseError as error:
        messages.warning(request, refusal_words.refusal(error.code), extra_tags=error.code)
        return redirect("board")
    forget_let_go(request)
    return redirect("correct", case_id=case.pk)


def _go_back(request: HttpRequest, untouched: Case) -> JsonResponse:
    """Take the sheet before back, and give the untouched one to whoever comes next."""
    case_id, revision = last_let_go(request) or ("", 0)
    try:
        case = undoing.take_back(case_id, person(request), revision)
        claims.release(untouched, person(request))
    except CaseError as error:
        return _refusal(error, untouched)
    finally:
        forget_let_go(request)
    said = _("%(number)s に戻りました。もう一度確認してください。") % {"number": case.number}
    messages.info(request, said, extra_tags="taken-back")
    return JsonResponse({"code": "case.taken_back", "go": reverse("correct", args=[case.pk])}, status=409)


def _next(request: HttpRequest, done: Case, said: str) -> HttpResponse:
    note_let_go(request, done)
    following = claims.next_case(person(request), done.task_id)
    if following is None:
        messages.success(
            request, said + _("確認を待っている案件はありません。"), extra_tags="nothing-waiting"
        )
        return _go(request, "board")
    messages.success(request, said, extra_tags="approved")
    return _go(request, "correct", following.pk)


def _go(request: HttpRequest, name: str, case_id: uuid.UUID | None = None) -> HttpResponse:
    """Where the person goes on: told to the page's script, which shows the sheet itself, or a redirect."""
    address = reverse(name, args=[case_id] if case_id else [])
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"go": address})
    return redirect(address)
