"""Retention, for the ICT section and the auditor: what is due, what is held back, and the proofs of deletion.

Numbers of cases and kinds of data only; nothing of a resident is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import audit, erasing
from cases.erased import Erasure, Hold
from cases.errors import CaseError
from cases.library import forms_library
from cases.numbers import as_number
from cases.retention import Due, amounts, due, hold, lift
from cases.roles import Role
from desk import refusal_words, words
from desk.naming import title_of
from desk.roles import person, roles_of, serves
from forms.retention import Kept

READERS = frozenset({Role.ICT, Role.AUDITOR})
HOLDERS = frozenset({Role.AUDITOR})
PAGE_LENGTH = 30


@dataclass(frozen=True)
class Row:
    """What is due of one form and kind, in words."""

    form: str
    kind: str
    cases: int
    since: datetime


@require_safe
@serves(READERS)
def retention(request: HttpRequest) -> HttpResponse:
    """What the next run deletes, holds, and the records so far, newest first."""
    found, overdue = due()
    context = {
        "due": _rows(found),
        "overdue": overdue,
        "forms": forms_library().newest(),
        "kinds": [(kind, words.kept(kind)) for kind in Kept],
        "holds": Hold.objects.filter(lifted_at__isnull=True).select_related("case").order_by("-at"),
        "may_hold": bool(roles_of(person(request)) & HOLDERS),
        "page": Paginator(Erasure.objects.order_by("-pk"), PAGE_LENGTH).get_page(request.GET.get("page")),
    }
    return render(request, "desk/retention.html", context)


@require_safe
@serves(READERS)
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """One record: every case with what went, looked at again."""
    found = get_object_or_404(Erasure, pk=record_id)
    left = {(one.number, one.kind) for one in erasing.left(found)}
    rows = [
        (
            pk,
            number,
            [words.kept(Kept(kind)) for kind in kinds],
            [words.kept(Kept(k)) for k in kinds if (number, k) in left],
        )
        for pk, number, kinds in found.cases
    ]
    return render(request, "desk/retention_record.html", {"record": found, "rows": rows, "left": len(left)})


@require_POST
@serves(READERS)
def verify(request: HttpRequest) -> HttpResponse:
    """Follow the chain of records; the verdict is itself an audit line."""
    verdict = erasing.verify()
    audit.write(
        person(request).get_username(), "retention.verified", lines=verdict.lines, whole=verdict.whole
    )
    if verdict.whole:
        said = _("消去の証明 %(n)d件のつながりを確かめました。改変・欠落はありません。") % {
            "n": verdict.lines
        }
        messages.success(request, said, extra_tags="whole")
    else:
        said = _("%(n)d件目で消去の証明のつながりが切れています。改変または欠落の疑いがあります。") % {
            "n": verdict.broken_at
        }
        messages.error(request, said, extra_tags="broken")
    return redirect("retention")


@require_POST
@serves(HOLDERS)
def hold_case(request: HttpRequest) -> HttpResponse:
    """差止め of one case by its number."""
    typed = request.POST.get("number", "")
    try:
        held = hold(as_number(typed) or typed.strip()[:20], request.POST.get("reason", ""), person(request))
    except CaseError as error:
        messages.error(request, refusal_words.refusal(error.code), extra_tags=error.code)
    else:
        said = _("%(number)s の消去を差し止めました。") % {"number": held.case.number}
        messages.success(request, said, extra_tags="held")
    return redirect("retention")


@require_POST
@serves(HOLDERS)
def lift_hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    try:
        lift(hold_id, person(request))
    except CaseError as error:
        messages.error(request, refusal_words.refusal(error.code), extra_tags=error.code)
    else:
        messages.success(
            request,
            _("差止めを解除しました。期限が来ていれば、次の実行で消去します。"),
            extra_tags="lifted",
        )
    return redirect("retention")


def _rows(found: tuple[Due, ...]) -> list[Row]:
    titles = {form.form: title_of(form) for form in forms_library().newest()}
    return [
        Row(titles.get(one.form, one.form) or _("判別できず"), words.kept(one.kind), one.cases, one.since)
        for one in amounts(found)
    ]
