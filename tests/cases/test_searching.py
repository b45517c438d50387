"""Queue, counts and search; searching for a name is logged without the name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User

from cases import claims, review, searching
from cases.models import AuditLine, Case
from cases.states import State
from tests.cases.conftest import NAME, NewCase, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(new_case: NewCase) -> list[Case]:
    made = [
        new_case(),
        new_case(sheet(name="鈴木　一郎", name_kana="スズキ　イチロウ")),
        new_case(sheet(name="")),
    ]
    Case.objects.filter(pk=made[1].pk).update(
        state=State.ENTERED, created_at=datetime(2026, 4, 1, 15, tzinfo=UTC)
    )
    return made


def test_the_queue_is_oldest_first(cases: list[Case]) -> None:
    assert list(searching.queue()) == [cases[1], cases[0], cases[2]]
    assert list(searching.queue("shiken", (State.NEEDS_REVIEW,))) == [cases[0], cases[2]]
    assert list(searching.queue("other")) == []


def test_counts_name_every_state(cases: list[Case]) -> None:
    counts = searching.counts("shiken")
    assert counts.keys() == set(State)
    assert (counts[State.NEEDS_REVIEW], counts[State.ENTERED], counts[State.CANCELLED]) == (2, 1, 0)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"name": "鈴木一郎"}, [1]),
        ({"name": "鈴木　一"}, [1]),
        ({"name": "鈴木 一郎 "}, [1]),
        ({"name": "イチロウ"}, [1]),
        ({"name": "佐藤"}, []),
        ({"name": "%"}, []),
        ({"name": "1500"}, []),
        ({"number": "-000003"}, [2]),
        ({"number": "t26-000001"}, [0]),
        ({"form": "shiken", "task": "shiken"}, [2, 0, 1]),
        ({"form": "other"}, []),
        ({"states": (State.ENTERED,)}, [1]),
        ({"day": date(2026, 4, 2)}, [1]),
        ({"day": date(2026, 4, 1)}, []),
        ({"name": "鈴木", "states": (State.NEEDS_REVIEW,)}, []),
    ],
)
def test_a_search_fits_every_condition(
    cases: list[Case], aoki: User, wanted: dict[str, Any], found: list[int]
) -> None:
    assert list(searching.search(aoki, **wanted)) == [cases[place] for place in found]


def test_a_corrected_name_is_found(cases: list[Case], aoki: User) -> None:
    case = claims.claim(cases[2].pk, aoki)
    review.give_value(case, aoki, "name", "田中　実")
    assert list(searching.search(aoki, name="田中実")) == [case]


def test_a_search_for_a_name_leaves_a_line_without_it(cases: list[Case], aoki: User) -> None:
    searching.search(aoki, name=NAME)
    searching.search(aoki, number="000001")
    line = AuditLine.objects.get(what="search.by_name")
    assert (line.who, line.detail) == ("aoki", {"hits": 1})
    assert NAME not in str(list(AuditLine.objects.values()))
