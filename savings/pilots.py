"""What the pilots have measured: tasks before their day of going live, judged by the stop-loss."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db.models import Count, Sum

from cases.library import forms_library
from cases.models import Case, Reading, Task, TimeEvent
from forms.errors import FormError
from forms.facts import Route
from savings.collect import baseline
from savings.indicators import STAFF_STEPS, Step
from savings.plan import Plan
from savings.stoploss import Pilot, StopLoss, judge


def pilots(plan: Plan, today: date) -> tuple[StopLoss, ...]:
    """Every task that is still to go live, by title."""
    tasks = Task.objects.filter(introduced_on__gt=today).order_by("title")
    return tuple(judge(_pilot(task, plan.stop_loss_sheets), plan.stop_loss_sheets) for task in tasks)


def _pilot(task: Task, wanted: int) -> Pilot:
    """The first sheets on which staff worked at the screen, with their share of the work away from it."""
    worked = task.cases.filter(times__step__in=STAFF_STEPS).distinct()
    first = list(worked.order_by("created_at", "number").values_list("pk", flat=True)[:wanted])
    return Pilot(
        name=task.name,
        title=task.title,
        baseline=baseline(task.name),
        sheets=len(first),
        minutes=_minutes(task, first),
        asked=_asked(first),
    )


def _minutes(task: Task, cases: list[UUID]) -> Mapping[Step, float]:
    """Minutes by step: measured on these sheets, and their share of what was logged for all sheets."""
    events = TimeEvent.objects.filter(task=task).values_list("step").order_by()
    measured = events.filter(case__in=cases).annotate(seconds_sum=Sum("seconds"))
    found: dict[Step, float] = defaultdict(float)
    for step, seconds in measured:
        found[Step(step)] += seconds / 60
    received = max(1, Case.objects.filter(task=task).count())
    logged = {step: seconds / 60 for step, seconds in events.filter(case=None).annotate(total=Sum("seconds"))}
    for step in {*logged, *task.steps}:
        each = logged[step] / received if step in logged else float(task.steps[step]["minutes"])
        found[Step(step)] += each * len(cases)
    return found


def _asked(cases: list[UUID]) -> Mapping[str, int]:
    """How often a person was asked, by kind of field; the kind says whether digit boxes would help."""
    rows = (
        Reading.objects.filter(case__in=cases, route__in=(Route.CHECK.value, Route.BLIND.value))
        .values_list("case__form", "case__form_version", "field_id")
        .annotate(count=Count("pk"))
        .order_by()
    )
    found: Counter[str] = Counter()
    for form, version, field, count in rows:
        try:
            found[forms_library().get(form, version).field(field).kind.value] += count
        except (FormError, KeyError):
            # A form that is no longer kept says nothing about its fields.
            continue
    return found
