"""From the case to the paper and back: labels with the number as QR, and the number typed or scanned."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cases import access, searching
from cases.library import forms_library
from cases.models import Case, Task
from desk.roles import EVERYONE, case_for, person, serves
from desk.whole import whole
from forms.errors import UnknownFormError
from forms.labels import qr_svg

MOST = 960


class Layout(enum.Enum):
    """A sheet of labels: how many stand on it, and its name in shops. Sizes are in ``labels.css``."""

    L24 = (24, gettext_lazy("24面（66.0×33.9mm）"))
    L12 = (12, gettext_lazy("12面（86.4×42.3mm）"))
    L44 = (44, gettext_lazy("44面（48.3×25.4mm）"))
    ONE = (1, gettext_lazy("1枚ずつ（62×29mm）"))

    @property
    def code(self) -> str:
        return self.name.lower()

    @property
    def count(self) -> int:
        return self.value[0]

    @property
    def label(self) -> str:
        return str(self.value[1])


@dataclass(frozen=True)
class Label:
    """What is printed; a used place on the sheet is a label of None."""

    number: str
    title: str
    received: datetime
    qr: str


@require_safe
@serves(EVERYONE)
def find(request: HttpRequest) -> HttpResponse:
    """The case of a number; what is no whole number becomes a search in the list."""
    text = request.GET.get("q", "").strip()
    case = searching.by_number(person(request), text)
    if case is not None:
        return redirect("case", case_id=case.pk)
    if text:
        said = _("「%(text)s」という受付番号の案件はありません。番号の一部で探しています。") % {
            "text": text[:20]
        }
        messages.info(request, said, extra_tags="no-such-number")
    return redirect(f"{reverse('queue')}?{urlencode({'q': text[:20]})}")


@require_safe
@serves(EVERYONE)
def of_case(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The label of one case, on a label of its own unless a sheet is asked for."""
    return _page(request, [case_for(request, case_id)], Layout.ONE)


@require_safe
@serves(EVERYONE)
def of_pile(request: HttpRequest) -> HttpResponse:
    """The labels of a pile in its order: all cases of one file, or of a task and a day."""
    mine = Case.objects.filter(task__in=access.tasks_of(person(request)))
    tasks = access.tasks_of(person(request))
    return _page(request, list(_pile(request, mine)[:MOST]), Layout.L24, tasks)


def _pile(request: HttpRequest, mine: QuerySet[Case]) -> QuerySet[Case]:
    source, task = request.GET.get("source", ""), request.GET.get("task", "")
    try:
        if source:
            return mine.filter(source=uuid.UUID(source)).order_by("page_index")
        day = date.fromisoformat(request.GET.get("day", "") or timezone.localdate().isoformat())
    except ValueError as error:
        raise BadRequest("no file and no day of that name") from error
    start = timezone.make_aware(datetime.combine(day, time.min))
    found = mine.filter(created_at__gte=start, created_at__lt=start + timedelta(days=1))
    return (found.filter(task=task) if task else found).order_by("number")


def _page(
    request: HttpRequest, cases: Sequence[Case], usual: Layout, tasks: QuerySet[Task] | None = None
) -> HttpResponse:
    layout = next((one for one in Layout if one.code == request.GET.get("layout")), usual)
    used = min(whole(request.GET.get("skip", "")) or 0, layout.count - 1)
    labels: list[Label | None] = [None] * used + [_label(case) for case in cases]
    sheets = [labels[place : place + layout.count] for place in range(0, len(labels), layout.count)]
    context = {
        "layout": layout,
        "layouts": tuple(Layout),
        "sheets": sheets if cases else [],
        "count": len(cases),
        "skip": used,
        "tasks": tasks,
        "task": request.GET.get("task", ""),
        "source": request.GET.get("source", ""),
        "day": request.GET.get("day", "") or timezone.localdate().isoformat(),
        "most": MOST,
    }
    return render(request, "desk/labels.html", context)


def _label(case: Case) -> Label:
    try:
        title = forms_library().get(case.form).title if case.form else case.task.title
    except UnknownFormError:
        title = case.task.title
    return Label(case.number, title, case.created_at, qr_svg(case.number))
