"""Several at once, on the real database: one claimant wins, numbers and audit lines stay whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import TypeVar

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from cases import access, audit, claims, entry, intake, review, roles, summary
from cases.errors import CaseChanged
from cases.models import Approval, Case, NumberSequence, SourceFile, Task, TimeEvent
from cases.numbers import fiscal_year, next_number
from cases.roles import Role
from cases.signed import MonthSummary
from cases.states import State
from tests.cases.conftest import NewCase, unasked

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 6
Result = TypeVar("Result")


def at_once(work: Callable[[int], Result], count: int = AT_ONCE) -> list[Result]:
    """The work in several threads that start together, each with a connection of its own."""
    start = threading.Barrier(count)

    def one(number: int) -> Result:
        try:
            start.wait()
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_of_several_claimants_exactly_one_wins(new_case: NewCase, aoki: User, baba: User) -> None:
    for _ in range(4):
        case_id = new_case().pk

        def claim(number: int, case_id: object = case_id) -> str:
            user = (aoki, baba)[number % 2]
            try:
                return claims.claim(str(case_id), user).lease_owner
            except CaseChanged:
                return ""

        owners = set(at_once(claim)) - {""}
        assert owners == {Case.objects.get(pk=case_id).lease_owner}


def test_several_robots_get_different_records(approved: NewCase) -> None:
    cases = {str(approved(unasked()).pk) for _ in range(4)}
    records = at_once(lambda number: entry.begin_next("shiken", f"robot-{number}"))
    given = [record.case_id for record in records if record]
    assert sorted(given) == sorted(cases)


def test_numbers_are_given_once_and_without_gaps(task: Task) -> None:
    def take(_: int) -> list[str]:
        numbers = []
        for _ in range(5):
            with transaction.atomic():
                numbers.append(next_number())
        return numbers

    numbers = sorted(number for taken in at_once(take) for number in taken)
    assert [int(number[-6:]) for number in numbers] == list(range(1, AT_ONCE * 5 + 1))


def test_a_rolled_back_number_leaves_no_gap(task: Task) -> None:
    with transaction.atomic():
        first = next_number()
        transaction.set_rollback(True)
    with transaction.atomic():
        assert next_number() == first
    assert NumberSequence.objects.get().last == 1


@pytest.mark.parametrize(
    ("day", "year"), [(date(2027, 3, 31), 2026), (date(2027, 4, 1), 2027), (date(2026, 12, 31), 2026)]
)
def test_a_fiscal_year_begins_in_april(day: date, year: int) -> None:
    assert fiscal_year(day) == year


def test_one_page_becomes_one_case_even_when_opened_at_once(task: Task, new_case: NewCase) -> None:
    source = SourceFile.objects.get(pk=new_case().source_id)
    opened = {intake.open_case(source, 7).pk for _ in range(2)}
    opened |= set(at_once(lambda _: intake.open_case(source, 8).pk))
    assert len(opened) == 2
    assert Case.objects.filter(source=source).count() == 3


def test_the_audit_chain_holds_under_several_writers(task: Task) -> None:
    before = audit.verify().lines

    def write(number: int) -> None:
        for _ in range(5):
            audit.write(f"user-{number}", "case.claimed")

    at_once(write)
    assert audit.verify() == audit.Verdict(before + AT_ONCE * 5, None)


def test_no_event_slips_past_a_months_sum(task: Task) -> None:
    """Half the threads write into a month that is over, half sum it up; at the end nothing is missing."""
    month = date(2025, 5, 1)
    at = datetime(2025, 5, 12, tzinfo=UTC)

    def work(number: int) -> None:
        for _ in range(10):
            if number % 2:
                summary.minute_sums([month])
                continue
            with transaction.atomic():
                TimeEvent.objects.create(task=task, step="scan", seconds=1, source="measured", at=at)
                time.sleep(0.002)

    at_once(work)
    assert [row.seconds for row in summary.minute_sums([month])] == [10 * AT_ONCE / 2]
    kept = MonthSummary.objects.get(month=month).rows
    assert kept == [["shiken", "scan", "measured", 10 * AT_ONCE / 2, 10 * AT_ONCE // 2]]


TWENTY = 20
SHEETS_OF_ALL = 24


def test_twenty_operators_at_once_lose_and_double_nothing(new_case: NewCase, task: Task, aoki: User) -> None:
    """Each takes the next sheet and approves it until none is left, all at the same moment."""
    numbers = {new_case(unasked()).number for _ in range(SHEETS_OF_ALL)}
    people = [User.objects.create(username=f"op{number:02d}") for number in range(TWENTY)]
    for user in people:
        roles.give(user, [Role.OPERATOR], by="test")
        access.assign_everything(user, by="test")

    def work(number: int) -> list[str]:
        done = []
        while (case := claims.next_case(people[number])) is not None:
            review.approve(case, people[number])
            done.append(case.number)
        return done

    worked = at_once(work, TWENTY)
    assert sorted(number for done in worked for number in done) == sorted(numbers)
    assert Approval.objects.count() == SHEETS_OF_ALL
    assert not Case.objects.exclude(state=State.APPROVED).exists()
    audit.verify()
