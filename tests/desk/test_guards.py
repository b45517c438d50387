"""Every page serves only the roles that it names, and every answer carries safe headers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases import access
from cases.models import Case, Task
from cases.roles import Role
from cases.timing import TIMERS
from desk import ports
from desk.ports import Ports
from desk.roles import EVERYONE, READERS_OF_SAVINGS, READERS_OF_VALUES, ROBOT_READERS, WORKERS
from desk.urls import urlpatterns
from tests.desk.sheets import make_case

OPEN_TO_ALL = {"sign-in", "sign-in-code", "healthz", "healthz-live", "metrics", "look", "openapi", "api"}
GET_PAGES = [
    ("/tasks/ido/workbook", {Role.OPERATOR}),
    ("/labels", EVERYONE),
    ("/cases/{case}/label", EVERYONE),
    ("/residual/ido", EVERYONE),
    ("/help", EVERYONE),
    ("/account", EVERYONE),
    ("/tasks", {Role.DEPARTMENT, Role.ICT, Role.AUDITOR}),
    ("/tasks/ido", {Role.DEPARTMENT, Role.ICT, Role.AUDITOR}),
    ("/tasks/new", {Role.DEPARTMENT, Role.ICT}),
    ("/tasks/ido/change", {Role.DEPARTMENT, Role.ICT}),
    ("/tasks/ido/versions", {Role.DEPARTMENT, Role.ICT, Role.AUDITOR}),
    ("/account/second-factor", EVERYONE),
    ("/people", {Role.ICT}),
    ("/audit", {Role.ICT, Role.AUDITOR}),
    ("/audit/retention", {Role.ICT, Role.AUDITOR}),
    ("/outside", {Role.ICT}),
    ("/outside/webhooks", {Role.ICT}),
    ("/tasks/ido/wall", {Role.OPERATOR}),
    ("/", EVERYONE),
    ("/queue", EVERYONE),
    ("/cases/{case}", EVERYONE),
    ("/cases/{case}/page", READERS_OF_VALUES),
    ("/cases/{case}/fields/new_head/crop", WORKERS),
    ("/cases/{case}/ahead", WORKERS),
    ("/robots", ROBOT_READERS),
    ("/inbox", WORKERS | {Role.DEPARTMENT, Role.ICT}),
    ("/notices", {Role.ICT, Role.DEPARTMENT}),
    ("/state", {Role.ICT, Role.DEPARTMENT}),
    ("/savings", EVERYONE),
    ("/savings/tasks/ido", EVERYONE),
    ("/savings/result", EVERYONE),
    ("/savings/result.pdf", READERS_OF_SAVINGS),
    ("/savings/workbook", READERS_OF_SAVINGS),
    ("/savings/plan", READERS_OF_SAVINGS),
    ("/savings/what-if", READERS_OF_SAVINGS),
    ("/savings/stopwatch", TIMERS),
    ("/savings/study", TIMERS),
    ("/savings/study/template", TIMERS),
    ("/savings/log", TIMERS),
]
POST_PAGES = [
    ("/audit/retention/verify", {Role.ICT, Role.AUDITOR}),
    ("/audit/retention/hold", {Role.AUDITOR}),
    ("/audit/retention/holds/1/lift", {Role.AUDITOR}),
    ("/tasks/ido/workbook", {Role.OPERATOR}),
    ("/tasks/ido/workbook/export", {Role.OPERATOR}),
    ("/residual/ido/sign", {Role.DEPARTMENT}),
    ("/tasks/ido/wall/confirm", {Role.OPERATOR}),
    ("/tasks/ido/wall/time", {Role.OPERATOR}),
    ("/next", WORKERS),
    ("/tasks/ido/run", {Role.ICT, Role.DEPARTMENT}),
    ("/tasks/ido/switch", {Role.ICT, Role.DEPARTMENT}),
    ("/tasks/new", {Role.ICT, Role.DEPARTMENT}),
    ("/tasks/preview", {Role.ICT, Role.DEPARTMENT}),
    ("/tasks/ido/change", {Role.ICT, Role.DEPARTMENT}),
    ("/tasks/ido/move", {Role.ICT}),
    ("/cases/{case}/fields/new_head", WORKERS),
    ("/cases/{case}/undo", WORKERS),
    ("/cases/{case}/approve", WORKERS),
    ("/cases/{case}/release", WORKERS),
    ("/cases/{case}/time", WORKERS),
    ("/cases/{case}/decide/new_head", WORKERS),
    ("/cases/{case}/move/reopen", {Role.OPERATOR}),
    ("/savings/timings/1/withdraw", TIMERS),
    ("/savings/logs/1/withdraw", TIMERS),
    (f"/inbox/{uuid.UUID(int=7)}/ask-back", {Role.OPERATOR, Role.DEPARTMENT, Role.ICT}),
    ("/notices/1/acknowledge", {Role.ICT, Role.DEPARTMENT}),
    ("/robots/rehearsal/stop", {Role.ICT}),
    ("/robots/rehearsal/open", {Role.ICT}),
    ("/savings/plan/ido/sign", {Role.DEPARTMENT, Role.ICT}),
    ("/savings/plan/ido/close", {Role.ICT}),
    ("/savings/plan/correct", {Role.ICT}),
]
HIDDEN_VALUES = ("髙橋", "中央2-11-15", "scan-0001.png")
RAWS = {"new_head": "髙橋　健一", "new_address": "神奈川県相模原市中央区中央2-11-15"}


@pytest.fixture
def case(tasks: None, people: Mapping[str, User], tmp_path: Path) -> Case:
    return make_case(tmp_path, "ido_todoke", RAWS)


def signed_in(people: Mapping[str, User], name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def test_every_view_names_its_roles() -> None:
    unguarded = {pattern.name for pattern in urlpatterns if not hasattr(pattern.callback, "roles")}
    assert unguarded == OPEN_TO_ALL


class Screens:
    """Has a picture of every screen of every target."""

    def report(self, target: str) -> ports.ScreenReport | None:
        return None

    def picture(self, target: str, which: str, screen: str) -> bytes | None:
        return b"picture"


@pytest.fixture
def screens() -> Iterator[None]:
    ports.fill(Ports(screens=Screens()))
    yield
    ports.fill(Ports())


def test_a_department_sees_the_targets_of_its_tasks_only(
    screens: None, tasks: None, people: Mapping[str, User]
) -> None:
    Task.objects.filter(name="kofu").update(target="elsewhere")
    access.assign(people["department"], by="test", tasks=["ido"])
    for name, seen in (("department", False), ("ict", True)):
        client = signed_in(people, name)
        page = client.get("/robots")
        assert [gate.target for gate, _, _ in page.context["targets"]] == ["elsewhere"] * seen + ["rehearsal"]
        assert client.get("/robots/elsewhere/screens/new/top.png").status_code == (200 if seen else 404)


@pytest.mark.parametrize(("address", "served"), GET_PAGES)
def test_a_page_serves_its_roles_only(
    address: str, served: frozenset[Role], case: Case, people: Mapping[str, User]
) -> None:
    url = address.format(case=case.pk)
    seen = {role: signed_in(people, role).get(url).status_code for role in Role}
    assert seen == {role: 200 if role in served else 403 for role in Role}
    assert signed_in(people, "nobody").get(url).status_code == 403


@pytest.mark.parametrize(("address", "served"), POST_PAGES)
def test_an_action_refuses_all_other_roles(
    address: str, served: frozenset[Role], case: Case, people: Mapping[str, User]
) -> None:
    url = address.format(case=case.pk)
    refused = {name for name in people if signed_in(people, name).post(url).status_code == 403}
    assert refused == {"nobody", *(role.value for role in Role if role not in served)}


def test_strangers_are_sent_to_the_sign_in_and_scripts_get_401(case: Case) -> None:
    url = f"/cases/{case.pk}"
    assert Client().get(url).headers["Location"] == f"/sign-in?next={url}"
    asked = Client().post(f"{url}/fields/new_head", headers={"X-Requested-With": "fetch"})
    assert asked.status_code == 401


@pytest.mark.parametrize("address", [address for address, _ in GET_PAGES if "{case}" in address])
def test_a_forged_id_is_not_found(address: str, case: Case, people: Mapping[str, User]) -> None:
    response = signed_in(people, "operator").get(address.format(case=uuid.uuid4()))
    assert response.status_code == 404
    assert "見つかりません" in response.content.decode()


def test_a_field_that_the_form_does_not_have_is_not_found(case: Case, people: Mapping[str, User]) -> None:
    assert signed_in(people, "operator").get(f"/cases/{case.pk}/fields/../x/crop").status_code == 404
    assert signed_in(people, "operator").get(f"/cases/{case.pk}/fields/no_such/crop").status_code == 404


def test_the_refusal_page_is_in_japanese(case: Case, people: Mapping[str, User]) -> None:
    response = signed_in(people, "auditor").get(f"/cases/{case.pk}/correct")
    assert response.status_code == 403
    assert "権限がありません" in response.content.decode()


def test_a_post_without_its_token_is_refused_in_japanese(case: Case, people: Mapping[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["operator"])
    response = client.post("/next", {"task": "ido"})
    assert response.status_code == 403
    assert "有効期限" in response.content.decode()


@pytest.mark.parametrize("role", ["ict", "auditor"])
def test_who_may_not_read_values_sees_none(role: str, case: Case, people: Mapping[str, User]) -> None:
    url = f"/cases/{case.pk}"
    planted = signed_in(people, "department").get(url).content.decode()
    assert all(value in planted for value in HIDDEN_VALUES)
    pages = [signed_in(people, role).get(address).content.decode() for address in ("/", "/queue", url)]
    assert not [value for value in HIDDEN_VALUES for page in pages if value in page]


@pytest.mark.parametrize("address", ["/sign-in", "/", "/queue", "/cases/{case}", "/nowhere"])
def test_answers_carry_safe_headers(address: str, case: Case, people: Mapping[str, User]) -> None:
    headers = signed_in(people, "operator").get(address.format(case=case.pk)).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_name_no_address_outside(case: Case, people: Mapping[str, User]) -> None:
    client = signed_in(people, "operator")
    pages = [client.get(address).content.decode() for address in ("/", "/queue", f"/cases/{case.pk}/correct")]
    assert all("/static/desk/" in page for page in pages)
    assert not [address for page in pages for address in re.findall(r"(?:https?:)?//[\w.-]+", page)]


def test_the_sign_of_life(db: None) -> None:
    response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
