"""What other systems are told of a case. Each showing of a value is an audit line, as at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cases import audit
from cases.errors import CaseError
from cases.models import Case, Receipt
from cases.states import State
from cases.values import Contents, contents, masked, seal_of
from forms.definition import Kind

READY = frozenset({State.APPROVED, State.ENTERING, State.ENTERED})
"""States in which a case's values are those that were approved."""


class RecordNotReady(CaseError):
    """Nothing is approved, or what was approved is no longer what the case says."""

    code = "record.not_ready"


@dataclass(frozen=True)
class ApprovedRecord:
    """Every field of the sheet as it was approved, by field id in canonical text; "" is blank."""

    values: Mapping[str, str]
    approved_by: str
    approved_at: datetime
    by_policy: bool


@transaction.atomic
def approved_record(case: Case, who: str, *, my_number: bool) -> ApprovedRecord:
    """The record of an approved case; My Numbers masked unless ``my_number``. Raises RecordNotReady."""
    approval = case.approvals.order_by("id").last()
    if case.state not in READY or approval is None or approval.values_seal != seal_of(case):
        raise RecordNotReady(f"case {case.number} is {case.state}: nothing approved to be fetched")
    sheet = contents(case)
    secret = _my_numbers(sheet)
    values = {
        name: value if my_number or name not in secret else masked(value)
        for name, value in sheet.plain.items()
    }
    if my_number and secret:
        audit.write(who, "my_number.shown", case.pk, fields=sorted(secret))
    audit.write(who, "record.shown", case.pk, fields=len(values))
    return ApprovedRecord(values, approval.by, approval.at, approval.kind == "policy")


@transaction.atomic
def receipts(case: Case, who: str) -> tuple[Receipt, ...]:
    """What robots brought back, oldest first."""
    found = tuple(case.receipts.order_by("started_at"))
    audit.write(who, "receipt.shown", case.pk, receipts=len(found))
    return found


def _my_numbers(sheet: Contents) -> set[str]:
    """The fields in which a My Number stands."""
    return {field.id for field in sheet.form.fields if field.kind is Kind.MY_NUMBER and sheet.plain[field.id]}
