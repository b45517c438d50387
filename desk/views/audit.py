"""The audit trail, for the ICT section and the auditor: who did what and when, and whether it is whole."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import audit
from cases.audit import Walked
from cases.models import AuditLine, Case
from cases.roles import Role
from desk import people_words
from desk.roles import person, serves

READERS = frozenset({Role.ICT, Role.AUDITOR})
PAGE_LENGTH = 100
WALK = "audit_walk"
"""In a session: how far the chain was followed."""


@require_safe
@serves(READERS)
def audit_page(request: HttpRequest) -> HttpResponse:
    """Lines, newest first, narrowed by person, kind, day and case number."""
    asked = {name: request.GET.get(name, "").replace("\0", "").strip() for name in ("who", "what", "q")}
    days = [_day(request.GET.get(name, "")) for name in ("first", "last")]
    page = Paginator(_lines(asked, days), PAGE_LENGTH).get_page(request.GET.get("page"))
    shown = [line.case_id for line in page if line.case_id]
    numbers = dict(Case.objects.filter(pk__in=shown).values_list("pk", "number"))
    narrowed = request.GET.copy()
    narrowed.pop("page", None)
    context = {
        "rows": [(line, numbers.get(line.case_id) if line.case_id else None) for line in page],
        "page": page,
        "asked": {**asked, "first": days[0], "last": days[1]},
        "kinds": people_words.kinds_of_lines(),
        "query": narrowed.urlencode(),
        "walked": request.session.get(WALK, [0])[0],
    }
    return render(request, "desk/audit.html", context)


def _lines(asked: dict[str, str], days: list[date | None]) -> QuerySet[AuditLine]:
    lines = AuditLine.objects.order_by("-id")
    if asked["who"]:
        lines = lines.filter(who=asked["who"])
    if asked["what"]:
        lines = lines.filter(what__startswith=asked["what"])
    if asked["q"]:
        lines = lines.filter(
            case_id__in=list(Case.objects.filter(number=asked["q"]).values_list("pk", flat=True))
        )
    first, last = (timezone.make_aware(datetime.combine(day, time.min)) if day else None for day in days)
    if first:
        lines = lines.filter(at__gte=first)
    return lines.filter(at__lt=last + timedelta(days=1)) if last else lines


@require_POST
@serves(READERS)
def verify(request: HttpRequest) -> HttpResponse:
    """Follow the chain by one batch of lines, or on from where it was left; the verdict is itself a line."""
    kept = request.session.pop(WALK, None)
    verdict = audit.follow(Walked(*kept) if kept and "go_on" in request.POST else Walked())
    if isinstance(verdict, Walked):
        request.session[WALK] = [verdict.lines, verdict.hash]
        return _answer(request, {"lines": verdict.lines, "total": audit.written()})
    audit.write(person(request).get_username(), "audit.verified", lines=verdict.lines, whole=verdict.whole)
    if verdict.whole:
        said = _("監査記録 %(n)d行のつながりを確かめました。改変・欠落はありません。") % {"n": verdict.lines}
        messages.success(request, said, extra_tags="whole")
    else:
        said = _("%(n)d行目で監査記録のつながりが切れています。改変または欠落の疑いがあります。") % {
            "n": verdict.broken_at
        }
        messages.error(request, said, extra_tags="broken")
    return _answer(request, {"go": reverse("audit")})


def _answer(request: HttpRequest, said: dict[str, object]) -> HttpResponse:
    """Facts for the page's script; without one the page itself, on which the next batch is a button away."""
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse(said)
    return redirect("audit")


def _day(text: str) -> date | None:
    """A day of a form; what is none counts as not given."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
