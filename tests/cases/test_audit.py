"""The audit trail: append-only, chained, without values."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from cases import append_only, audit
from cases.audit import AuditDetailRefused, Verdict, Walked
from cases.models import AuditHead, AuditLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines() -> None:
    """Five lines, and triggers off: the breaks below are an attacker's who can write the database."""
    for number in range(5):
        audit.write("suzuki", "case.approved", uuid.uuid4(), count=number, field="persons.1.name")
    with connection.cursor() as cursor:
        for table, verb in [("cases_auditline", "UPDATE"), ("cases_auditline", "DELETE")]:
            on = " ON cases_auditline" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb.lower()}{on}")


def test_a_whole_chain_verifies(lines: None) -> None:
    assert audit.verify() == Verdict(5, None)
    assert list(AuditLine.objects.order_by("id").values_list("id", flat=True)) == [1, 2, 3, 4, 5]


def change_who() -> None:
    AuditLine.objects.filter(id=3).update(who="tanaka")


def change_detail() -> None:
    AuditLine.objects.filter(id=3).update(detail={"count": 9, "field": "persons.1.name"})


def change_case() -> None:
    AuditLine.objects.filter(id=3).update(case_id=uuid.uuid4())


def take_out() -> None:
    AuditLine.objects.filter(id=3).delete()


def cut_off_the_end() -> None:
    AuditLine.objects.filter(id__gte=3).delete()


def close_the_gap() -> None:
    AuditLine.objects.filter(id=3).delete()
    for old in (4, 5):
        AuditLine.objects.filter(id=old).update(id=old - 1)


def forge_a_line() -> None:
    last = AuditLine.objects.get(id=2)
    AuditLine.objects.filter(id__gte=3).delete()
    AuditLine.objects.create(
        id=3, at=last.at, who="tanaka", what="case.approved", previous_hash=last.hash, hash="0" * 64
    )
    AuditHead.objects.update(lines=3, hash="0" * 64)


@pytest.mark.parametrize(
    "tamper",
    [change_who, change_detail, change_case, take_out, cut_off_the_end, close_the_gap, forge_a_line],
)
def test_every_break_is_found_where_it_is(lines: None, tamper: Callable[[], None]) -> None:
    tamper()
    assert audit.verify().broken_at == 3


def put_in_at_the_end() -> None:
    last = AuditLine.objects.get(id=5)
    AuditLine.objects.create(
        id=6, at=last.at, who="tanaka", what="case.approved", previous_hash=last.hash, hash="0" * 64
    )


def another_head() -> None:
    AuditHead.objects.update(hash="0" * 64)


@pytest.mark.parametrize("tamper", [put_in_at_the_end, another_head, cut_off_the_end, change_who])
def test_batches_find_what_one_walk_finds(lines: None, tamper: Callable[[], None]) -> None:
    tamper()
    found: Walked | Verdict = Walked()
    while isinstance(found, Walked):
        found = audit.follow(found, most=2)
    assert found == audit.verify()
    assert found.broken_at is not None


def test_lines_may_be_written_while_the_chain_is_followed(lines: None) -> None:
    found: Walked | Verdict = audit.follow(Walked(), most=4)
    assert isinstance(found, Walked) and found.lines == 4
    audit.write("suzuki", "case.approved")
    while isinstance(found, Walked):
        found = audit.follow(found, most=1)
    assert found == Verdict(6, None)


def test_an_empty_trail_that_was_not_empty_is_noticed(lines: None) -> None:
    AuditLine.objects.all().delete()
    assert audit.verify().broken_at == 1


@pytest.mark.parametrize("verb", ["UPDATE cases_auditline SET who = 'x'", "DELETE FROM cases_auditline"])
def test_the_database_itself_refuses_to_change_a_line(verb: str) -> None:
    append_only.protect(connection)
    audit.write("suzuki", "case.approved")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb)
    assert audit.verify() == Verdict(1, None)


@pytest.mark.parametrize(
    "value",
    [
        "山田花子",
        "山田　花子",
        "983205673214",
        983205673214,
        "042-754-1111",
        "a b",
        "x" * 101,
        ["ok", "山田"],
        None,
    ],
)
def test_a_value_is_refused_and_not_quoted(value: object) -> None:
    with pytest.raises(AuditDetailRefused) as caught:
        audit.write("suzuki", "value.given", field=value)
    assert str(value) not in str(caught.value)
    assert not AuditLine.objects.exists()


def test_a_kind_is_a_code() -> None:
    with pytest.raises(AuditDetailRefused):
        audit.write("suzuki", "山田花子を承認")


def test_a_line_and_its_move_fall_together() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.write("suzuki", "case.approved")
        raise RuntimeError
    audit.write("suzuki", "case.claimed")
    assert audit.verify() == Verdict(1, None)


def test_writing_takes_few_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    audit.write("suzuki", "case.claimed")
    with django_assert_max_num_queries(8):
        audit.write("suzuki", "case.claimed")
