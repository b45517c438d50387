"""What the correction screen shows, hides and folds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases import claims, review
from cases.models import Case
from desk.geometry import share_of
from desk.screen import Screen, Standing, screen_of
from forms.definition import Box
from forms.facts import Route
from tests.desk.sheets import PX_PER_MM, make_case

MY_NUMBER = "983205673214"
RAWS = {
    "notice_type": "転入",
    "notified_on": "令和8年11月10日",
    "new_address": "神奈川県相模原市中央区中史2-11-15",
    "persons.1.name": "山田　一郎",
    "persons.1.birth_date": "昭和60年13月17日",
    "persons.1.sex": "男",
    "persons.1.my_number": MY_NUMBER,
    "persons.2.kana": "ヤマダ　ハナコ",
}
ROUTES = {
    "new_address": Route.CHECK,
    "persons.1.birth_date": Route.CHECK,
    "persons.1.my_number": Route.BLIND,
    "persons.2.kana": Route.BLIND,
}
ALTERNATIVES = {"new_address": ("神奈川県相模原市中央区中央2-11-15", "神奈川県相模原市中央区中史2-11-15")}


@pytest.fixture
def case(tasks: None, people: Mapping[str, User], tmp_path: Path) -> Case:
    made = make_case(tmp_path, "ido_todoke", RAWS, ROUTES, ALTERNATIVES)
    return claims.claim(made.pk, people["operator"])


@pytest.fixture
def screen(case: Case) -> Screen:
    return screen_of(case)


@pytest.mark.parametrize(
    ("field_id", "state", "text"),
    [
        ("new_address", Standing.OPEN, "神奈川県相模原市中央区中史2-11-15"),
        ("notified_on", Standing.ACCEPTED, "令和8年11月10日"),
        ("persons.1.birth_date", Standing.OPEN, "昭和60年13月17日"),
        ("persons.1.my_number", Standing.OPEN, ""),
        ("persons.2.kana", Standing.OPEN, ""),
        ("persons.3.name", Standing.ACCEPTED, ""),
    ],
)
def test_what_stands_in_the_input(field_id: str, state: Standing, text: str, screen: Screen) -> None:
    row = screen.row(field_id)
    assert (row.state, row.text) == (state, text)


def test_an_alternative_that_says_the_same_is_left_out(screen: Screen) -> None:
    shown = [alternative.value for alternative in screen.row("new_address").alternatives]
    assert shown == ["神奈川県相模原市中央区中央2-11-15"]


def test_empty_rows_of_persons_are_folded(screen: Screen) -> None:
    folded = {section.title: section.folded for section in screen.sections if section.title[-1].isdigit()}
    assert list(folded.values()) == [False, False, True, True, True]


def test_what_the_office_fills_in_stands_last_and_folded(screen: Screen) -> None:
    assert [section.office for section in screen.sections].count(True) == 1
    assert screen.sections[-1].office
    assert screen.sections[-1].folded


def test_a_label_does_not_repeat_its_section(screen: Screen) -> None:
    assert screen.row("persons.2.kana").label == "フリガナ"


def test_a_blind_field_shows_neither_reading_nor_remark_of_it(case: Case, people: Mapping[str, User]) -> None:
    client = Client()
    client.force_login(people["operator"])
    page = client.get(f"/cases/{case.pk}/correct").content.decode()
    assert RAWS["persons.1.name"] in page
    assert RAWS["persons.2.kana"] not in page
    assert MY_NUMBER not in page


def test_a_my_number_stays_masked_after_it_was_typed(case: Case, people: Mapping[str, User]) -> None:
    review.give_value(case, people["operator"], "persons.1.my_number", MY_NUMBER)
    client = Client()
    client.force_login(people["operator"])
    pages = [client.get(f"/cases/{case.pk}{way}").content.decode() for way in ("", "/correct")]
    assert all("********3214" in page for page in pages)
    assert not [page for page in pages if MY_NUMBER in page]


def test_a_box_lies_on_the_picture_where_the_form_says(case: Case) -> None:
    share = share_of(case, Box(x_mm=21, y_mm=29.7, width_mm=42, height_mm=59.4))
    assert share is not None
    found = (share.x, share.y, share.width, share.height)
    width_mm, height_mm = case.page.width_px / PX_PER_MM, case.page.height_px / PX_PER_MM
    wanted = (21 / width_mm, 29.7 / height_mm, 42 / width_mm, 59.4 / height_mm)
    assert found == pytest.approx(wanted)


def test_a_case_without_a_picture_has_no_places(case: Case) -> None:
    case.page.delete()
    again = Case.objects.get(pk=case.pk)
    assert share_of(again, Box(x_mm=1, y_mm=1, width_mm=1, height_mm=1)) is None
    assert not screen_of(again).has_picture
