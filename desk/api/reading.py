"""Calls that ask: tasks, cases, records, receipts."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.dateparse import parse_datetime

from cases import audit, outside
from cases.models import Case, Task
from cases.states import NEEDS_PERSON, State
from cases.tokens import Scope
from desk import reason_words
from desk.api import shapes
from desk.api.calls import Call, told
from desk.api.problems import Problem

PAGE_LENGTH = 100
LONGEST_PAGE = 500


def me(call: Call) -> HttpResponse:
    token = call.token
    return told(
        shapes.Me(
            name=token.name,
            scopes=token.scopes,
            tasks=token.tasks,
            calls_per_minute=token.per_minute,
            expires_at=token.expires_at,
        )
    )


def tasks(call: Call) -> HttpResponse:
    rows = Task.objects.filter(pk__in=call.token.tasks).order_by("name")
    return told(
        shapes.Tasks(
            tasks=[
                shapes.Task(name=row.name, title=row.title, department=row.department, forms=row.forms)
                for row in rows
            ]
        )
    )


def cases(call: Call) -> HttpResponse:
    """In the order of their last moves, so that a caller who keeps ``next`` is told every change."""
    length = _length(call)
    found = list(_narrowed(call).order_by("updated_at", "id")[: length + 1])
    page = found[:length]
    if page:
        audit.write(call.who, "api.cases_listed", cases=len(page))
    last = f"{page[-1].updated_at.isoformat()}_{page[-1].pk}" if len(found) > length else None
    return told(shapes.Cases(cases=[told_of(case) for case in page], next=last))


def case(call: Call, case_id: uuid.UUID) -> HttpResponse:
    found = case_for(call, case_id)
    audit.write(call.who, "api.case_shown", found.pk)
    return told(told_of(found))


def record(call: Call, case_id: uuid.UUID) -> HttpResponse:
    found = case_for(call, case_id)
    clear = Scope.MY_NUMBER_READ in call.token.scopes
    approved = outside.approved_record(found, call.who, my_number=clear)
    return told(
        shapes.Record(
            case=found.pk,
            number=found.number,
            form=found.form,
            form_version=found.form_version,
            values=dict(approved.values),
            my_number_masked=not clear,
            approved_by=approved.approved_by,
            approved_at=approved.approved_at,
            by_policy=approved.by_policy,
        )
    )


def receipts(call: Call, case_id: uuid.UUID) -> HttpResponse:
    found = case_for(call, case_id)
    return told(
        shapes.Receipts(
            case=found.pk,
            receipts=[
                shapes.Receipt(
                    id=row.pk,
                    target=row.target,
                    outcome=row.outcome,
                    receipt_number=row.receipt_number,
                    started_at=row.started_at,
                    finished_at=row.finished_at,
                    fields=[shapes.Check(field=one["field"], same=one["same"]) for one in row.read_back],
                )
                for row in outside.receipts(found, call.who)
            ],
        )
    )


def case_for(call: Call, case_id: uuid.UUID) -> Case:
    """The case, if it is of a task of the token's; nobody learns that there is another."""
    found = Case.objects.filter(pk=case_id, task__in=call.token.tasks).first()
    if found is None:
        raise Problem("call.not_found")
    return found


def told_of(case: Case) -> shapes.Case:
    state = State(case.state)
    return shapes.Case(
        id=case.pk,
        number=case.number,
        task=case.task_id,
        file=case.source_id,
        page=case.page_index,
        form=case.form,
        form_version=case.form_version,
        state=state.value,
        state_label=str(state.label),
        needs_person=state in NEEDS_PERSON,
        reason=case.reason,
        reason_text=reason_words.reason(case.reason),
        created_at=case.created_at,
        updated_at=case.updated_at,
    )


def _narrowed(call: Call) -> QuerySet[Case]:
    asked = call.request.GET
    if any("\0" in value for value in asked.values()):
        raise Problem("call.parameter")
    found = Case.objects.filter(task__in=call.token.tasks)
    if task := asked.get("task"):
        found = found.filter(task=task)
    if states := [state for state in asked.get("state", "").split(",") if state]:
        if set(states) - set(State.values):
            raise Problem("call.parameter")
        found = found.filter(state__in=states)
    if since := asked.get("changed_since"):
        found = found.filter(updated_at__gte=_instant(since))
    if after := asked.get("after"):
        at, _, case_id = after.rpartition("_")
        found = found.filter(
            Q(updated_at__gt=_instant(at)) | Q(updated_at=_instant(at), pk__gt=_uuid(case_id))
        )
    return found


def _length(call: Call) -> int:
    asked = call.request.GET.get("limit", str(PAGE_LENGTH))
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 6 and 1 <= int(asked) <= LONGEST_PAGE):
        raise Problem("call.parameter")
    return int(asked)


def _instant(text: str) -> datetime:
    try:
        # A plus sign that was not escaped arrives as a space.
        at = parse_datetime(text.replace(" ", "+"))
    except ValueError as error:
        raise Problem("call.parameter") from error
    if at is None or at.tzinfo is None:
        raise Problem("call.parameter")
    return at


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Problem("call.parameter") from error
