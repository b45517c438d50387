"""Every move that ``MOVES`` does not hold is refused, and every one that it holds works."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import DatabaseError, connection, transaction

from cases import review
from cases.errors import CaseChanged, MoveRefused
from cases.models import AuditLine, Case
from cases.moves import change
from cases.states import MOVES, State
from tests.cases.conftest import NewCase

pytestmark = pytest.mark.django_db


def test_all_pairs_of_states(new_case: NewCase) -> None:
    case = new_case()
    for before, after in product(State, State):
        Case.objects.update(state=before)
        case.refresh_from_db()
        lines = AuditLine.objects.count()
        if after in MOVES[before]:
            change(case, "test", "case.moved", to=after)
            assert AuditLine.objects.order_by("id").last().detail == {"before": before, "after": after}  # type: ignore[union-attr]  # a line was just written
        else:
            with pytest.raises(MoveRefused, match=f"from {before} to {after}"):
                change(case, "test", "case.moved", to=after)
            assert (Case.objects.get().state, AuditLine.objects.count()) == (before, lines)


def test_a_case_that_moved_meanwhile_is_not_written(new_case: NewCase) -> None:
    case = new_case()
    old = Case.objects.get(pk=case.pk)
    change(case, "test", "case.touched")
    with pytest.raises(CaseChanged):
        change(old, "test", "case.cancelled", to=State.CANCELLED)
    assert Case.objects.get().state == State.NEEDS_REVIEW


@pytest.mark.parametrize("table", ["reading", "entry", "approval", "receipt", "confirmation"])
def test_the_database_refuses_to_overwrite_what_was_read_given_or_proven(
    new_case: NewCase, table: str
) -> None:
    new_case()
    with connection.cursor() as cursor:
        kind = "tgrelid::regclass::text || tgname" if connection.vendor == "postgresql" else "name"
        where = "pg_trigger" if connection.vendor == "postgresql" else "sqlite_master WHERE type = 'trigger'"
        cursor.execute(f"SELECT {kind} FROM {where}")
        assert any(f"cases_{table}_no_update" in str(row) for row in cursor.fetchall())


def test_a_reading_cannot_be_overwritten_by_sql(new_case: NewCase) -> None:
    case = new_case()
    before = list(case.readings.order_by("id").values_list("value", flat=True))
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_reading SET value = 'x'")
    assert list(case.readings.order_by("id").values_list("value", flat=True)) == before


def test_names_of_the_review_are_found_in_one_place() -> None:
    assert callable(review.findings)
    assert callable(review.open_questions)
