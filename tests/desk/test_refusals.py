"""Every address against every role, and what is sent in bad faith: a clear page and an audit line."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, reverse

from cases import access
from cases.models import AuditLine, Case
from cases.roles import Role
from desk.urls import urlpatterns
from tests.desk.sheets import make_case

OPEN = {"sign-in", "sign-in-code", "healthz", "healthz-live", "metrics", "look", "openapi", "api"}
WORDS = {
    "what": "lock",
    "case_id": "",
    "refusal_id": "00000000-0000-4000-8000-000000000001",
    "delivery_id": "00000000-0000-4000-8000-000000000001",
    "task": "ido",
    "name": "ido",
    "field_id": "new_head",
    "way": "reopen",
    "kind": "pdf",
}
"""What stands in an address for each of its parts; numbers are 1."""

ABOUT_A_TASK = {"case_id", "task"}
PATTERNS = [pattern for pattern in urlpatterns if pattern.name not in OPEN]


def address(pattern: URLPattern, case: Case) -> str:
    parts = pattern.pattern.converters
    given = {**WORDS, "case_id": str(case.pk)}
    return reverse(str(pattern.name), kwargs={part: given.get(part, "1") for part in parts})


def client_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture
def case(tasks: None, people: Mapping[str, User], tmp_path: Path) -> Case:
    return make_case(tmp_path, "ido_todoke", {"new_head": "髙橋　健一"})


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_every_other_role_is_refused(pattern: URLPattern, case: Case, people: Mapping[str, User]) -> None:
    served = pattern.callback.roles  # type: ignore[attr-defined]  # set by ``serves``
    url = address(pattern, case)
    for role in (*set(Role) - served, "nobody"):
        client = client_of(people[role])
        codes = {client.get(url).status_code, client.post(url).status_code}
        assert codes <= {403, 405} and 403 in codes, (role, codes)
        line = AuditLine.objects.latest("pk")
        assert (line.who, line.what, line.detail["view"]) == (role, "access.refused", pattern.name)


@pytest.mark.parametrize(
    "pattern",
    [one for one in PATTERNS if ABOUT_A_TASK & set(one.pattern.converters)],
    ids=lambda pattern: pattern.name,
)
def test_the_right_role_of_another_task_is_refused(
    pattern: URLPattern, case: Case, people: Mapping[str, User]
) -> None:
    """The roles fit, but the task is another department's."""
    stranger = people["nobody"]
    stranger.groups.set(people["operator"].groups.all() | people["second_checker"].groups.all())
    stranger.groups.add(*people["department"].groups.all())
    access.assign(stranger, by="test", tasks=["kofu"])
    if not {Role.OPERATOR, Role.SECOND_CHECKER, Role.DEPARTMENT} & pattern.callback.roles:  # type: ignore[attr-defined]
        pytest.skip("only for the ICT section or the auditor, who see all tasks")
    client, url = client_of(stranger), address(pattern, case)
    codes = {client.get(url).status_code, client.post(url).status_code}
    assert codes <= {403, 405} and 403 in codes
    assert AuditLine.objects.filter(who="nobody", what="access.refused").exists()


def test_lists_hold_the_own_tasks_only(case: Case, people: Mapping[str, User]) -> None:
    stranger = people["operator"]
    access.assign(stranger, by="test", tasks=["kofu"])
    client = client_of(stranger)
    assert "住民異動届の入力" not in client.get("/").content.decode()
    for found in (client.get("/queue"), client.post("/queue", {"name": "髙橋", "task": "ido"})):
        assert case.number not in found.content.decode()
    client.post("/next", {"task": "ido"})
    case.refresh_from_db()
    assert case.lease_owner == ""
    assert case.number in client_of(people["ict"]).get("/queue").content.decode()


@pytest.mark.parametrize("pattern", [one for one in PATTERNS if "case_id" in one.pattern.converters])
def test_forged_ids_are_not_found(pattern: URLPattern, case: Case, people: Mapping[str, User]) -> None:
    everybody = people["nobody"]
    for name in Role:
        everybody.groups.add(*people[name].groups.all())
    client, url = client_of(everybody), address(pattern, case).replace(str(case.pk), str(uuid.uuid4()))
    codes = {client.get(url).status_code, client.post(url).status_code}
    assert codes <= {404, 405} and 404 in codes
    assert AuditLine.objects.latest("pk").what == "access.not_found"


def test_a_post_from_another_site_is_refused(case: Case, people: Mapping[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["operator"])
    page = client.post("/next", {"task": "ido"}, headers={"Origin": "https://elsewhere.example"})
    assert (page.status_code, AuditLine.objects.latest("pk").what) == (403, "access.foreign_form")
    assert "有効期限" in page.content.decode()
    stranger = Client(enforce_csrf_checks=True)
    before = AuditLine.objects.count()
    for _ in range(3):
        assert stranger.post("/sign-in", {"username": "operator"}).status_code == 403
    assert AuditLine.objects.count() == before + 1


MB = 1024 * 1024


@pytest.mark.parametrize(
    ("url", "length"),
    [
        ("/savings/study", str(64 * MB + 1)),
        ("/savings/study", "9" * 30),
        ("/savings/study", "many"),
        ("/savings/study", str(5 * MB)),
        ("/next", str(5 * MB)),
        ("/nowhere", str(5 * MB)),
        ("/tasks/ido/workbook", str(31 * MB)),
    ],
)
def test_a_huge_upload_is_refused_unread(url: str, length: str, people: Mapping[str, User]) -> None:
    client = client_of(people["department"])
    page = client.post(url, {"file": b"x"}, CONTENT_LENGTH=length)
    assert page.status_code == 413
    assert "大きすぎます" in page.content.decode()
    assert AuditLine.objects.latest("pk").what == "access.too_large"


def test_a_file_is_taken_where_files_are_sent(tasks: None, people: Mapping[str, User]) -> None:
    page = client_of(people["operator"]).post("/tasks/ido/workbook", {"file": io.BytesIO(b"x" * 5 * MB)})
    assert (page.status_code, "として読めません" in page.content.decode()) == (200, True)


@pytest.mark.parametrize(
    ("method", "url", "data"),
    [
        ("post", "/cases/{case}/approve", {"revision": "drop table"}),
        ("post", "/cases/{case}/move/nowhere", {}),
        ("post", "/cases/{case}/release", {"active_seconds": "1e9"}),
        ("post", "/savings/stopwatch", {"task": "ido", "minutes": "NaN-ish"}),
        ("post", "/look", {"theme": "<b>"}),
        ("post", "/savings/stopwatch", {"task": "ido", "minutes": "1", "sheets": "9" * 30}),
        ("post", "/savings/stopwatch", {"task": "ido", "minutes": "inf"}),
        ("get", "/savings?fy=0000", {}),
    ],
)
def test_nonsense_is_refused_with_a_page(
    method: str, url: str, data: Mapping[str, str], case: Case, people: Mapping[str, User]
) -> None:
    page = getattr(client_of(people["operator"]), method)(url.format(case=case.pk), data)
    assert page.status_code == 400
    assert "受け付けられません" in page.content.decode()
    assert AuditLine.objects.filter(what="access.not_understood", who="operator").exists()


@pytest.mark.parametrize("bad", ["\x00", "<script>alert(1)</script>", "' OR 1=1 --", "%", "あ" * 5000])
def test_search_takes_any_text_for_what_it_is(bad: str, case: Case, people: Mapping[str, User]) -> None:
    client = client_of(people["operator"])
    for page in (client.get("/queue", {"q": bad, "page": bad}), client.post("/queue", {"name": bad})):
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()


def test_a_script_as_a_name_is_only_a_name(case: Case, people: Mapping[str, User]) -> None:
    operator = people["operator"]
    operator.last_name = "<script>alert(1)</script>"
    operator.save()
    page = client_of(operator).get("/").content.decode()
    assert "&lt;script&gt;" in page and "<script>alert" not in page
