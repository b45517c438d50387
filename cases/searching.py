"""Lists, counts and search over cases, for the desk and the command."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.utils import timezone

from cases import access, audit
from cases.found import SheetNames, without_spaces
from cases.models import Case
from cases.numbers import as_number
from cases.states import State


def queue(task: str | None = None, states: tuple[State, ...] = ()) -> QuerySet[Case]:
    """Cases oldest first, of one task or all, in these states or all."""
    cases = Case.objects.select_related("task").order_by("created_at", "number")
    if task:
        cases = cases.filter(task=task)
    return cases.filter(state__in=states) if states else cases


def counts(task: str | None = None) -> dict[State, int]:
    """How many cases stand in each state, zeros included."""
    found = dict(queue(task).order_by().values_list("state").annotate(Count("pk")))
    return {state: found.get(state.value, 0) for state in State}


MANY = 500
"""With no more hits than this their ids are named; the database then reads nothing twice."""


def search(
    by: User,
    *,
    number: str = "",
    name: str = "",
    form: str = "",
    task: str = "",
    states: tuple[State, ...] = (),
    day: date | None = None,
) -> QuerySet[Case]:
    """Cases of the person's tasks that fit every condition given, newest first.

    ``number`` may be a part of it, ``name`` a part of any name or its kana on the sheet, spaces aside;
    ``day`` is the day of receipt. A search by name is logged, without the name.
    """
    own = access.tasks_of(by).values_list("pk", flat=True)
    found = queue(task or None, states).filter(task__in=list(own)).order_by("-created_at", "-number")
    if number:
        found = found.filter(number__icontains=number.strip())
    if form:
        found = found.filter(form=form)
    if day:
        start = timezone.make_aware(datetime.combine(day, time.min))
        found = found.filter(created_at__gte=start, created_at__lt=start + timedelta(days=1))
    if name.strip():
        found = found.filter(_named(without_spaces(name)))
        audit.write(by.get_username(), "search.by_name", hits=found.count())
    return found


def by_number(by: User, text: str) -> Case | None:
    """The case of a number as it stands on the paper, typed or scanned; None where there is none."""
    number = as_number(text)
    return queue().filter(number=number, task__in=access.tasks_of(by)).first() if number else None


def _named(wanted: str) -> Q:
    """Cases with that text in a name. Found as bytes: LIKE would fold the case of every letter it passes."""
    found = SheetNames.objects.annotate(place=StrIndex("text", Value(wanted))).filter(place__gt=0)
    ids = list(found.values_list("pk", flat=True)[: MANY + 1])
    return Q(pk__in=ids) if len(ids) <= MANY else Q(pk__in=found.values("pk"))
