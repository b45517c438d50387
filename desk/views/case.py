"""The page of one case: what happened, what was read and given, what the robot brought, and the ways on."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import audit, claims, entry, proving, ways
from cases.errors import CaseError
from cases.library import form_of, forms_library
from cases.models import Case
from cases.roles import Role
from cases.states import MOVES, State
from desk import ports, refusal_words, words
from desk.history import attempts, compared, history, times
from desk.roles import EVERYONE, READERS_OF_VALUES, case_for, person, roles_of, serves
from forms.retention import Kept

Move = Callable[[Case, User, str], None]

WAYS: Mapping[str, Move] = {
    "reopen": lambda case, user, note: ways.reopen(case, user),
    "key-in": lambda case, user, form: ways.key_in(case, user, form),
    "read-again": lambda case, user, note: ways.read_again(case, user),
    "cancel": ways.cancel,
    "arrived": lambda case, user, note: entry.resolve(case, user, State.ENTERED, note),
    "not-arrived": lambda case, user, note: entry.resolve(case, user, State.APPROVED, note),
    "prove": lambda case, user, note: proving.ask(case, user),
    "vouch": proving.vouch,
    "wrong": lambda case, user, note: entry.resolve(case, user, State.ENTERED_WRONG, note),
}
"""The ways on from a case that nobody reviews. The text is a note, or for ``key-in`` a form's name."""


WITHOUT_NOTE = frozenset({"key-in", "prove", "read-again", "reopen"})


@require_safe
@serves(EVERYONE)
def case_page(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Values are shown to those who may read them; the others see states, times and proofs only."""
    case = case_for(request, case_id)
    roles, state = roles_of(person(request)), State(case.state)
    ways = _ways(case, person(request)) if Role.OPERATOR in roles else ()
    context: dict[str, object] = {
        "case": case,
        "form": form_of(case) if case.form else None,
        "history": history(case),
        "times": times(case),
        "attempts": attempts(case),
        "ways": ways,
        "simple_ways": [way for way in ways if way in WITHOUT_NOTE],
        "noted_ways": [way for way in ways if way not in WITHOUT_NOTE],
        "wanted": state in words.EXCEPTIONS,
        "other_ways": words.other_ways(state),
        "reviewable": claims.ROLE_FOR.get(state) in roles,
        "has_picture": hasattr(case, "page"),
        "erased": [words.kept(Kept(kind)) for kind in case.erased.values_list("kind", flat=True)],
        "held": case.holds.filter(lifted_at__isnull=True).exists(),
        "forms": [forms_library().get(name) for name in case.task.forms if name in forms_library().names()],
    }
    if roles & READERS_OF_VALUES:
        context["compared"] = compared(case)
    return render(request, "desk/case.html", context)


@require_POST
@serves(frozenset({Role.OPERATOR}))
def move(request: HttpRequest, case_id: uuid.UUID, way: str) -> HttpResponse:
    """Send a case another way; ``cases`` refuses what its state does not allow."""
    case = case_for(request, case_id)
    if way not in WAYS:
        raise BadRequest("an unknown way")
    try:
        WAYS[way](case, person(request), request.POST.get("note", "").strip())
    except CaseError as error:
        messages.error(request, refusal_words.refusal(error.code), extra_tags=error.code)
    else:
        if way == "prove":
            _look_up_now(request, case)
            return redirect("case", case_id=case_id)
        said = _("「%(state)s」にしました。") % {"state": State(case.state).label}
        messages.success(request, said, extra_tags="moved")
        if way == "key-in":
            return redirect("correct", case_id=case_id)
    return redirect("case", case_id=case_id)


def _look_up_now(request: HttpRequest, case: Case) -> None:
    """Have a robot look at once; where none can be started now, the next run of the task does."""
    runner = ports.current().runner
    try:
        if runner is None:
            raise ports.RunnerUnavailableError
        runner.look_up(case.task_id)
    except ports.RunnerUnavailableError:
        said = _("照合を受け付けました。次の自動入力のときに、ロボットが照合します。")
    else:
        audit.write(person(request).get_username(), "task.looked_up", case.pk, task=case.task_id)
        said = _("照合を始めました。結果はこの画面に出ます。少し待って再読み込みしてください。")
    messages.success(request, said, extra_tags="proof-asked")


def _ways(case: Case, user: User) -> tuple[str, ...]:
    """The ways that the case's state leaves open, in the order in which they are offered."""
    state = State(case.state)
    if state in claims.REVIEWED:
        return ()
    open_ways = {
        State.UNREADABLE: ("key-in", "read-again"),
        State.OUTCOME_UNKNOWN: ("prove", "arrived", "not-arrived", "wrong"),
        State.ENTERED: ("wrong",),
        State.ENTERED_WRONG: ("prove", "vouch") if proving.may_vouch(case, user) else ("prove",),
    }.get(state, ())
    back = ("reopen",) if State.NEEDS_REVIEW in MOVES[state] and state is not State.UNREADABLE else ()
    # A case that has not been read yet is not keyed in: the reader is still at it.
    back = () if state is State.RECEIVED else back
    return (*open_ways, *back, *(("cancel",) if State.CANCELLED in MOVES[state] else ()))
