"""Which sheet a person let go as the last one, so that one key can bring it back."""

from __future__ import annotations

from django.http import HttpRequest

from cases.models import Case
from cases.undoing import TAKEN_BACK_FROM

KEPT_AS = "let_go"


def note_let_go(request: HttpRequest, case: Case) -> None:
    """Remember the case and the revision with which it left; one that cannot come back is not remembered."""
    if case.state in TAKEN_BACK_FROM:
        request.session[KEPT_AS] = [str(case.pk), case.revision, case.state]
    else:
        forget_let_go(request)


def last_let_go(request: HttpRequest) -> tuple[str, int] | None:
    """The case's id and revision."""
    found = request.session.get(KEPT_AS)
    return (str(found[0]), int(found[1])) if found else None


def forget_let_go(request: HttpRequest) -> None:
    request.session.pop(KEPT_AS, None)
