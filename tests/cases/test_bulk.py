"""Bulk check: what comes onto the wall, what a page confirms, and that claims hold."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from cases import bulk, claims, review
from cases.models import Case, Entry
from cases.values import current
from forms.facts import Route
from tests.cases.conftest import MY_NUMBER, NAME, NewCase, sheet

pytestmark = pytest.mark.django_db
ASKED = {"name": Route.CHECK, "note": Route.CHECK}


@pytest.fixture
def cases(new_case: NewCase) -> list[Case]:
    names = [NAME, "佐藤　次郎", NAME, "青木　三郎"]
    return [new_case(sheet(ASKED, name=name)) for name in names]


def held(user: User, most: int = 10) -> list[tuple[str, str]]:
    return [(tile.case.number, tile.value) for tile in bulk.hold(user, "shiken", "shiken", "name", most)]


def test_the_columns_are_what_has_to_be_compared(cases: list[Case], aoki: User) -> None:
    found = {column.field.id: column.count for column in bulk.columns(aoki, "shiken")}
    assert found == {"name": 4, "note": 4}, "no blind field, nothing accepted; a blank one may be compared"


def test_like_values_stand_together_and_the_oldest_come_first(cases: list[Case], aoki: User) -> None:
    assert [value for _, value in held(aoki)] == sorted([NAME, "佐藤　次郎", NAME, "青木　三郎"])
    bulk.let_go(aoki, "shiken", [case.pk for case in cases])
    assert {number for number, _ in held(aoki, 2)} == {case.number for case in cases[:2]}


def test_what_somebody_else_holds_is_not_on_the_wall(cases: list[Case], aoki: User, baba: User) -> None:
    claims.claim(cases[1].pk, baba)
    assert cases[1].number not in dict(held(aoki))
    assert held(baba) == [(cases[1].number, "佐藤　次郎")], "the others are aoki's now"
    assert claims.next_case(baba) == cases[1]


def test_a_page_confirms_as_that_person_and_frees_the_sheets(
    cases: list[Case], aoki: User, baba: User
) -> None:
    tiles = bulk.hold(aoki, "shiken", "shiken", "name", 10)
    done = bulk.confirm(aoki, "shiken", "name", [(tile.case.pk, tile.value) for tile in tiles[:3]])
    bulk.let_go(aoki, "shiken", [tile.case.pk for tile in tiles])
    assert (set(done.confirmed), done.skipped) == ({tile.case.pk for tile in tiles[:3]}, {})
    entries = Entry.objects.filter(field_id="name")
    assert {(entry.how, entry.by.get_username()) for entry in entries} == {("confirmed", "aoki")}
    assert held(baba) == [(tiles[3].case.number, tiles[3].value)], "the ticked one is still asked"


def test_what_changed_meanwhile_is_left_out_and_named(cases: list[Case], aoki: User, baba: User) -> None:
    tiles = bulk.hold(aoki, "shiken", "shiken", "name", 10)
    lost, changed, *rest = [tile.case for tile in tiles]
    Case.objects.filter(pk=lost.pk).update(lease_owner="baba")
    review.give_value(changed, aoki, "name", "高木　四郎")
    seen = [(tile.case.pk, tile.value) for tile in tiles]
    done = bulk.confirm(aoki, "shiken", "name", [*seen, (uuid4(), NAME)])
    assert done.skipped == {lost.number: "case.not_claimed", changed.number: "case.not_asked"}
    assert set(done.confirmed) == {case.pk for case in rest}
    assert current(Case.objects.get(pk=changed.pk))["name"] == "高木　四郎"


def test_what_was_called_wrong_is_neither_shown_nor_counted(cases: list[Case], aoki: User) -> None:
    marked = {("shiken", "name"): [cases[0].pk, cases[2].pk]}
    found = {column.field.id: column.count for column in bulk.columns(aoki, "shiken", marked)}
    assert found == {"name": 2, "note": 4}
    tiles = bulk.hold(aoki, "shiken", "shiken", "name", 10, marked["shiken", "name"])
    assert {tile.case.pk for tile in tiles} == {cases[1].pk, cases[3].pk}


@pytest.mark.parametrize(("field", "right"), [("my_number", MY_NUMBER), ("name", NAME)])
def test_a_guess_tells_nothing_of_a_value(
    field: str, right: str, cases: list[Case], aoki: User, baba: User
) -> None:
    def told(value: str, task: str = "shiken") -> dict[str, str]:
        return dict(bulk.confirm(baba, task, field, [(cases[0].pk, value)]).skipped)

    not_held = {cases[0].number: "case.not_claimed"}
    assert (told(right), told("123456789018")) == (not_held, not_held)
    assert told(right, "another") == {}, "a sheet of another task is not spoken of"
    claims.claim(cases[0].pk, baba)
    if field == "my_number":
        not_asked = {cases[0].number: "case.not_asked"}
        assert (told(right), told("123456789018")) == (not_asked, not_asked)
    bulk.let_go(baba, "another", [cases[0].pk])
    assert Case.objects.get(pk=cases[0].pk).lease_owner == "baba"
    assert not Entry.objects.exists()


def test_a_page_can_be_taken_back_but_not_over_somebody_else(
    cases: list[Case], aoki: User, baba: User
) -> None:
    tiles = bulk.hold(aoki, "shiken", "shiken", "name", 10)
    done = bulk.confirm(aoki, "shiken", "name", [(tile.case.pk, tile.value) for tile in tiles])
    worked_on = claims.claim(tiles[0].case.pk, baba)
    back = bulk.take_back(aoki, "shiken", "name", done.confirmed)
    assert back.skipped == {worked_on.number: "case.changed"}
    assert len(back.confirmed) == 3
    assert len(held(aoki)) == 3, "they are asked again"


def test_what_was_not_read_has_to_be_typed(new_case: NewCase, aoki: User) -> None:
    case = new_case(sheet(ASKED))
    case.readings.filter(field_id="name").delete()
    case.readings.create(
        attempt=2,
        field_id="name",
        raw="?",
        value="",
        confidence=0.1,
        blank=False,
        route="check",
        reader="ppocr",
        box_px=[[0, 0], [1, 0], [1, 1], [0, 1]],
    )
    assert held(aoki) == []
