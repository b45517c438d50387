"""What waits where: the selections behind the board and the case list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from cases import access, searching
from cases.models import Case, Reading, Task
from cases.states import State
from desk import words
from forms.facts import Route

PAGE_LENGTH = 50
SHOWN_EXCEPTIONS = 5
WAITING = (State.NEEDS_REVIEW, State.SECOND_CHECK, State.DISAGREED)
LEFT_TO_A_PERSON = (Route.CHECK.value, Route.BLIND.value)


@dataclass(frozen=True)
class Pile:
    """How many cases of a task stand in one state."""

    state: State
    count: int


@dataclass(frozen=True)
class TaskBoard:
    """One task on the board: its piles, and the cases that need a person outside the usual way."""

    task: Task
    piles: tuple[Pile, ...]
    exceptions: tuple[Case, ...]
    exception_count: int
    waiting: int
    """Cases that wait for a correction or a second check."""


@dataclass(frozen=True)
class Search:
    """What the case list is narrowed to; empty means everything."""

    task: str = ""
    state: str = ""
    number: str = ""
    form: str = ""
    day: date | None = None
    name: str = ""
    """Part of a name or its kana; for those who may read values."""

    def cases(self, by: User) -> QuerySet[Case]:
        """Matching cases: those that wait in the order of their arrival, otherwise the newest first."""
        found = searching.search(
            by, number=self.number, name=self.name, task=self.task, form=self.form, day=self.day
        )
        if self.state:
            found = found.filter(state=self.state)
        if self.state in WAITING:
            found = found.order_by("created_at", "number")
        return found


def page_of(cases: QuerySet[Case], asked: str | None) -> tuple[Page[UUID], list[Case]]:
    """One page of the list. Its ids come out of an index; whole rows are read for these few only."""
    page = Paginator(cases.values_list("pk", flat=True), PAGE_LENGTH).get_page(asked)
    ids = list(page)
    rows = {case.pk: case for case in Case.objects.select_related("task").filter(pk__in=ids)}
    return page, [rows[pk] for pk in ids if pk in rows]


def uncertain(cases: Iterable[Case]) -> dict[UUID, int]:
    """Fields that the reader left to a person, by case, whether or not somebody has looked at them since.

    Counted for the cases of one page: over all of them it would be millions of readings.
    """
    waiting = [case.pk for case in cases if case.state == State.NEEDS_REVIEW]
    asked = Reading.objects.filter(case__in=waiting, route__in=LEFT_TO_A_PERSON)
    return dict(asked.values_list("case").annotate(Count("field_id", distinct=True)))


def boards(user: User) -> tuple[TaskBoard, ...]:
    """The person's tasks with their piles, by title."""
    counted = Case.objects.values("task_id", "state").annotate(n=Count("pk"))
    counts = {(row["task_id"], State(row["state"])): row["n"] for row in counted}
    return tuple(_board(task, counts) for task in access.tasks_of(user))


def board_of(task: Task) -> TaskBoard:
    """One task with its piles."""
    counted = Case.objects.filter(task=task).values("state").annotate(n=Count("pk"))
    return _board(task, {(task.name, State(row["state"])): row["n"] for row in counted})


def _board(task: Task, counts: dict[tuple[str, State], int]) -> TaskBoard:
    def count(states: Sequence[State]) -> int:
        return sum(counts.get((task.name, state), 0) for state in states)

    odd = Case.objects.filter(task=task, state__in=words.EXCEPTIONS).order_by("updated_at")
    odd_count = count(words.EXCEPTIONS)
    return TaskBoard(
        task=task,
        piles=tuple(Pile(state, counts.get((task.name, state), 0)) for state in words.QUEUES),
        exceptions=tuple(odd[:SHOWN_EXCEPTIONS]) if odd_count else (),
        exception_count=odd_count,
        waiting=count(WAITING),
    )
