"""Month sums of minutes and volumes: counted once when a month is over, the running month every time.

Rules: a case counts as received in the month of its arrival, and as entered in the month of the first
receipt that proves it; one that a person found in the target has no receipt, so its last move counts.
Months follow the site's time zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Sum
from django.utils import timezone

from cases.models import Case, Receipt, TimeEvent
from cases.signed import MonthSummary
from cases.states import State

PROOFS = ("entered", "already_there")
"""Outcomes of a receipt that prove that the record stands in the target."""

STANDING = (State.ENTERED, State.ENTERED_WRONG)
Row = Sequence[Any]


@dataclass(frozen=True)
class MinuteSum:
    """Seconds of one step of a task in one month from one source, over ``n`` events."""

    month: date
    task: str
    step: str
    source: str
    seconds: float
    n: int


@dataclass(frozen=True)
class VolumeSum:
    """Sheets received and cases entered of a task in one month."""

    month: date
    task: str
    received: int
    entered: int


def minute_sums(months: Iterable[date]) -> tuple[MinuteSum, ...]:
    """The minutes of these months (first days), by task, step and source."""
    found = _rows(MonthSummary.Kind.MINUTES, months, _count_minutes)
    return tuple(MinuteSum(month, *row) for month, rows in found.items() for row in rows)


def volume_sums(months: Iterable[date]) -> tuple[VolumeSum, ...]:
    """The volumes of these months, by task."""
    found = _rows(MonthSummary.Kind.VOLUMES, months, _count_volumes)
    return tuple(VolumeSum(month, *row) for month, rows in found.items() for row in rows)


def limits(month: date) -> tuple[datetime, datetime]:
    """First moment of a month and of the next one."""
    zone = timezone.get_current_timezone()
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return datetime.combine(month, time(), zone), datetime.combine(after, time(), zone)


def _rows(
    kind: MonthSummary.Kind, months: Iterable[date], count: Callable[[datetime, datetime], list[Row]]
) -> dict[date, list[Row]]:
    """Rows by month: those kept, and what is counted now. In months to come nothing has happened."""
    now = timezone.now()
    wanted = [month for month in sorted(months) if limits(month)[0] <= now]
    kept = dict(MonthSummary.objects.filter(kind=kind, month__in=wanted).values_list("month", "rows"))
    return {month: kept[month] if month in kept else _counted(kind, month, now, count) for month in wanted}


def _counted(
    kind: MonthSummary.Kind, month: date, now: datetime, count: Callable[[datetime, datetime], list[Row]]
) -> list[Row]:
    begins, ends = limits(month)
    if now < ends:
        return count(begins, ends)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            # Writers hold this table until they commit (their trigger does), so that none is missed here.
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE cases_monthsummary IN EXCLUSIVE MODE")
        rows = count(begins, ends)
        MonthSummary.objects.update_or_create(
            kind=kind, month=month, defaults={"begins": begins, "ends": ends, "rows": rows}
        )
    return rows


def _count_minutes(begins: datetime, ends: datetime) -> list[Row]:
    return [
        list(row)
        for row in TimeEvent.objects.filter(at__gte=begins, at__lt=ends)
        .values_list("task", "step", "source")
        .annotate(seconds_sum=Sum("seconds"), count=Count("pk"))
        .order_by("task", "step", "source")
    ]


def _count_volumes(begins: datetime, ends: datetime) -> list[Row]:
    received = _by_task(Case.objects.filter(created_at__gte=begins, created_at__lt=ends), "task")
    proofs = Receipt.objects.filter(outcome__in=PROOFS).order_by()
    earlier = proofs.filter(case=OuterRef("case"), finished_at__lt=begins)
    first = proofs.filter(finished_at__gte=begins, finished_at__lt=ends, case__state__in=STANDING)
    proven = _by_task(first.filter(~Exists(earlier)), "case__task", "case")
    unproven = ~Exists(proofs.filter(case=OuterRef("pk")))
    standing = Case.objects.filter(state__in=STANDING, updated_at__gte=begins, updated_at__lt=ends)
    found = _by_task(standing.filter(unproven), "task")
    tasks = sorted(received.keys() | proven.keys() | found.keys())
    return [[task, received.get(task, 0), proven.get(task, 0) + found.get(task, 0)] for task in tasks]


def _by_task(rows: Any, task: str, counted: str = "pk") -> dict[str, int]:
    return dict(rows.values_list(task).annotate(count=Count(counted, distinct=True)).order_by())
