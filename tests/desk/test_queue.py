"""The case list: search by name for those who may read values, paging, and what it says when empty."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import AuditLine, Case
from cases.states import State
from desk.queue import PAGE_LENGTH
from tests.desk.conftest import InBrowser
from tests.desk.sheets import make_case

NAMES = {"髙橋　健一": "タカハシ　ケンイチ", "相模　花": "サガミ　ハナ"}


@pytest.fixture
def cases(tasks: None, people: Mapping[str, User], tmp_path: Path) -> list[Case]:
    fields = ("persons.1.name", "persons.1.kana")
    return [
        make_case(tmp_path, "ido_todoke", dict(zip(fields, names, strict=True))) for names in NAMES.items()
    ]


def signed_in(people: Mapping[str, User], name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def numbers(html: str, cases: list[Case]) -> list[int]:
    return [index for index, case in enumerate(cases) if f'data-case-number="{case.number}"' in html]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"name": "相模"}, [1]),
        ({"name": "サガミハナ"}, [1]),
        ({"name": "髙橋", "state": "ENTERED"}, []),
        ({"name": "", "q": "26-"}, [0, 1]),
        ({"name": "高橋"}, []),
    ],
)
def test_a_name_finds_its_cases(
    asked: dict[str, str], found: list[int], cases: list[Case], people: Mapping[str, User]
) -> None:
    page = signed_in(people, "operator").post("/queue", asked).content.decode()
    assert numbers(page, cases) == found


def test_a_name_stands_in_no_address_and_no_audit_line(cases: list[Case], people: Mapping[str, User]) -> None:
    asked = {"name": "相模", "state": "NEEDS_REVIEW"}
    answer = signed_in(people, "department").post("/queue", asked, headers={"HX-Request": "true"})
    assert answer.headers["HX-Push-Url"] == "/queue?state=NEEDS_REVIEW&page=1"
    line = AuditLine.objects.get(what="search.by_name")
    assert (line.who, line.detail) == ("department", {"hits": 1})
    by_address = signed_in(people, "operator").get("/queue", {"name": "相模"}).content.decode()
    assert numbers(by_address, cases) == [0, 1]


@pytest.mark.parametrize("role", ["ict", "auditor"])
def test_who_may_not_read_values_cannot_search_for_them(
    role: str, cases: list[Case], people: Mapping[str, User]
) -> None:
    client = signed_in(people, role)
    assert 'name="name"' not in client.get("/queue").content.decode()
    assert client.post("/queue", {"name": "相模"}).status_code == 403
    assert client.post("/queue", {"q": cases[0].number}).status_code == 200


def test_thousands_are_paged_newest_first_and_the_waiting_oldest_first(
    tasks: None, people: Mapping[str, User]
) -> None:
    now = timezone.now()
    states = {False: State.ENTERED, True: State.NEEDS_REVIEW}
    Case.objects.bulk_create(
        Case(number=f"T26-{n:06d}", task_id="ido", state=states[n % 4 == 0], created_at=now, updated_at=now)
        for n in range(1, 2001)
    )
    client = signed_in(people, "operator")
    first, last = (client.get("/queue", {"page": page}).content.decode() for page in ("1", "40"))
    assert first.count("<tr data-case-number=") == last.count("<tr data-case-number=") == PAGE_LENGTH
    assert first.index("T26-002000") < first.index("T26-001999")
    assert "全2000件のうち 1951〜2000件目" in last
    waiting = client.get("/queue", {"state": "NEEDS_REVIEW"}).content.decode()
    assert waiting.index("T26-000004") < waiting.index("T26-000008")


@pytest.mark.parametrize(("asked", "said"), [("", "案件はまだありません"), ("T99", "条件をすべて解除")])
def test_an_empty_list_says_why(asked: str, said: str, tasks: None, people: Mapping[str, User]) -> None:
    assert said in signed_in(people, "operator").get("/queue", {"q": asked}).content.decode()


def test_names_and_pages_work_in_the_browser(operator: InBrowser, cases: list[Case]) -> None:
    now = timezone.now()
    Case.objects.bulk_create(
        Case(number=f"T25-{n:06d}", task_id="ido", state=State.ENTERED, created_at=now, updated_at=now)
        for n in range(PAGE_LENGTH)
    )

    def work(page: Page) -> tuple[list[str], str]:
        page.goto("/queue")
        rows = page.locator("tr[data-case-number]")
        page.locator("[data-action=next-page]").click()
        expect(rows).to_have_count(2)
        page.locator("#name").fill("サガミ")
        page.keyboard.press("Enter")
        expect(rows).to_have_count(1)
        found = rows.evaluate_all("rows => rows.map(row => row.dataset.caseNumber)")
        page.locator("[data-action=open]").click()
        expect(page.locator("body[data-page=case]")).to_be_visible()
        page.go_back()
        expect(page.locator("h1")).to_have_text("案件一覧")
        return found, page.url

    found, address = operator(work)
    assert found == [cases[1].number]
    assert "%E3%82%B5" not in address
    assert AuditLine.objects.filter(what="search.by_name").count() == 1
    assert operator.trouble == []
