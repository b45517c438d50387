"""Making and changing a task at the desk: mistakes are named, changes are versions, policies are signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases import access
from cases.models import AuditLine, Case, Task
from cases.sampled import PolicyVersion
from cases.schedule import IsOpen
from cases.task_table import TaskVersion
from desk import ports
from desk.ports import Ports, TargetView
from tests.desk.sheets import DEPARTMENT, make_case

BOXES = {
    "version": "0",
    "title": "住民異動届の入力",
    "forms": ["ido_todoke"],
    "target": "rehearsal",
    "annual_volume": "",
    "kind": "at",
    "at": "９：００ 13:30",
    "days": "business",
    "when_closed": "skip",
    "sheets_per_run": "200",
    "latest": "16:30",
}
POLICY = {
    "policy_version": "1",
    "max_wrong": "0.1",
    "sample_share": "2",
    "second_check": "my_number",
    "second_check_decides": "third",
    "approve_unasked": "on",
}


class DayTargets:
    """One target that takes notices of moving, open in the daytime."""

    def known(self) -> Sequence[TargetView]:
        return (TargetView("rehearsal", "住民記録システム", ("ido_todoke",), "8:30–17:15"),)

    def is_open(self, target: str) -> IsOpen:
        def tell(at: datetime) -> bool:
            return time(8, 30) <= at.time() < time(17, 15)

        return tell


@pytest.fixture
def department(tasks: None, people: Mapping[str, User]) -> Iterator[Client]:
    ports.fill(Ports(targets=DayTargets()))
    client = Client()
    client.force_login(people["department"])
    yield client
    ports.fill(Ports())


def ido() -> Task:
    return Task.objects.get(pk="ido")


def test_a_change_is_a_version_with_its_differences(department: Client) -> None:
    assert department.post("/tasks/ido/change", BOXES).status_code == 302
    assert ido().schedule == {"at": ["09:00", "13:30"]}
    assert ido().limits == {"sheets_per_run": 200, "latest": "16:30"}
    again = {
        **BOXES,
        "version": "1",
        "kind": "every",
        "every_minutes": "30",
        "from": "9:00",
        "until": "17:00",
    }
    department.post("/tasks/ido/change", again)
    page = department.get("/tasks/ido/versions").content.decode()
    assert "開庁日の 9:00、13:30" in page and "9:00～17:00に30分ごと" in page
    assert [row.kinds for row in TaskVersion.objects.order_by("version")] == [[], ["schedule"]]
    (line,) = AuditLine.objects.filter(what="task.changed")
    assert (line.who, line.detail) == ("department", {"task": "ido", "version": 2, "kinds": ["schedule"]})

    boxes = department.get("/tasks/ido/change?from=1").content.decode()
    assert 'value="09:00 13:30"' in boxes and 'data-message="from-version"' in boxes
    department.post("/tasks/ido/change", {**BOXES, "version": "2"})
    assert ido().schedule == {"at": ["09:00", "13:30"]}
    assert TaskVersion.objects.count() == 3
    department.post("/tasks/ido/change", {**BOXES, "version": "3"})
    assert TaskVersion.objects.count() == 3, "nothing was different"


@pytest.mark.parametrize(
    ("boxes", "wrong"),
    [
        ({"title": " "}, {"title"}),
        ({"forms": []}, {"forms"}),
        ({"forms": ["juminhyo_kofu"]}, {"forms"}),
        ({"forms": ["nothing"]}, {"forms"}),
        ({"target": "juki"}, {"target"}),
        ({"kind": "never"}, {"kind"}),
        ({"at": ""}, {"at"}),
        ({"at": "9時"}, {"at"}),
        ({"at": "18:00"}, {"kind"}),
        ({"at": "17:00"}, {"kind"}),
        ({"kind": "every", "every_minutes": "3", "from": "9:00", "until": "17:00"}, {"every_minutes"}),
        ({"kind": "every", "every_minutes": "", "from": "9:00", "until": "17:00"}, {"every_minutes"}),
        ({"kind": "every", "every_minutes": "10", "from": "17:00", "until": "9:00"}, {"until"}),
        ({"kind": "every", "every_minutes": "10", "from": "nine", "until": "17:00"}, {"from"}),
        ({"kind": "cron", "cron": "at nine"}, {"cron"}),
        ({"days": "weekdays"}, {"days"}),
        ({"days": "weekdays", "weekday": ["mon"], "when_closed": "maybe"}, {"when_closed"}),
        (
            {"annual_volume": "many", "sheets_per_run": "0", "latest": "25:00"},
            {"annual_volume", "sheets_per_run", "latest"},
        ),
        ({**POLICY, "max_wrong": "100"}, {"max_wrong"}),
        ({**POLICY, "max_wrong": "much"}, {"max_wrong"}),
        ({**POLICY, "sample_share": "90"}, {"sample_share"}),
        ({**POLICY, "second_check_decides": "me"}, {"second_check_decides"}),
        ({**POLICY, "second_check": "my_number, my_nummer", "reason": "x"}, {"second_check"}),
        ({"annual_volume": "9" * 5000}, {"annual_volume"}),
        (POLICY, {"reason"}),
    ],
)
def test_what_makes_no_sense_is_named_and_nothing_is_changed(
    department: Client, boxes: dict[str, object], wrong: set[str]
) -> None:
    before = Task.objects.filter(pk="ido").values().get()
    answer = department.post("/tasks/ido/change", {**BOXES, **boxes})
    assert answer.status_code == 400
    assert set(answer.context["errors"]) == wrong
    assert Task.objects.filter(pk="ido").values().get() == before
    assert not TaskVersion.objects.exists()


def test_a_policy_is_changed_by_signature_only(department: Client, people: Mapping[str, User]) -> None:
    department.post("/tasks/ido/change", {**BOXES, **POLICY, "reason": "標本を取るため"})
    (row,) = PolicyVersion.objects.all()
    assert (row.version, row.reason, row.signed_by) == (2, "標本を取るため", "department")
    assert ido().policy["second_check"] == ["my_number"] and ido().policy["approve_unasked"] is True
    assert ido().policy["signed_by"] == "department"

    ict = Client()
    ict.force_login(people["ict"])
    assert "policy_version" not in ict.get("/tasks/ido/change").content.decode()
    forged = {**BOXES, **POLICY, "version": "2", "policy_version": "2", "sample_share": "9", "reason": "x"}
    ict.post("/tasks/ido/change", forged)
    assert PolicyVersion.objects.count() == 1
    stale = {**BOXES, **POLICY, "version": "2", "policy_version": "1", "sample_share": "9", "reason": "x"}
    page = department.post("/tasks/ido/change", stale).content.decode()
    assert "その間にほかの人が変更しました" in page
    assert PolicyVersion.objects.count() == 1


def test_a_target_stays_while_records_may_stand_in_it(
    department: Client, people: Mapping[str, User], tmp_path: Path
) -> None:
    """A look-up asks the target that the record went to."""
    case = make_case(tmp_path, "ido_todoke", {})
    Task.objects.filter(pk="ido").update(target="before")
    Case.objects.filter(pk=case.pk).update(state="OUTCOME_UNKNOWN")
    page = department.post("/tasks/ido/change", BOXES).content.decode()
    assert 'data-message="task.target_in_use"' in page and ido().target == "before"
    Case.objects.filter(pk=case.pk).update(state="APPROVED")
    assert department.post("/tasks/ido/change", BOXES).status_code == 302
    assert ido().target == "rehearsal"


def test_of_two_at_once_the_second_is_told(department: Client) -> None:
    department.post("/tasks/ido/change", BOXES)
    page = department.post("/tasks/ido/change", {**BOXES, "title": "別の題名"}).content.decode()
    assert "その間にほかの人が変更しました" in page and "別の題名" in page
    assert ido().title != "別の題名"


def test_a_department_makes_a_task_of_its_own(department: Client, people: Mapping[str, User]) -> None:
    boxes = {**BOXES, "name": "koseki", "title": "戸籍届", "introduced_on": "2026-12-01"}
    refused = department.post("/tasks/new", {**boxes, "department": "財政局"})
    assert refused.status_code == 400 and not Task.objects.filter(pk="koseki").exists()
    assert department.post("/tasks/new", {**boxes, "department": DEPARTMENT}).status_code == 302
    made = Task.objects.get(pk="koseki")
    assert made.policy["approve_unasked"] is False and made.policy["signed_by"] == "department"
    assert access.may_see(people["department"], "koseki")
    assert department.get("/tasks/koseki").status_code == 200
    for name in ("koseki", "new", "2つめ", ""):
        again = department.post("/tasks/new", {**boxes, "name": name, "department": DEPARTMENT})
        assert set(again.context["errors"]) == {"name"}


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        ({}, "開庁日の 9:00、13:30"),
        ({"kind": "none"}, "この事業だけの予定はありません"),
        ({"at": "20:00"}, "1回も実行されません"),
        ({"at": "x"}, "8:30 のように"),
        ({"target": "nowhere"}, "開庁日の"),
    ],
)
def test_the_preview_tells_what_a_schedule_comes_to(
    department: Client, boxes: dict[str, str], said: str
) -> None:
    page = department.post("/tasks/preview", {**BOXES, **boxes}).content.decode()
    assert said in page
    if "開庁日の" in said:
        assert page.count("</li>") == 5 and "month" in page and page.count(' next"') >= 2


def test_the_ict_section_moves_a_task(department: Client, people: Mapping[str, User]) -> None:
    ict = Client()
    ict.force_login(people["ict"])
    ict.post("/tasks/ido/move", {"department": "南区役所", "since": "2027-04-15"})
    assert ido().department == DEPARTMENT
    ict.post("/tasks/ido/move", {"department": "南区役所", "since": "2027-04-01"})
    assert ido().department == "南区役所"
    assert (
        department.post("/tasks/ido/move", {"department": DEPARTMENT, "since": "2027-05-01"}).status_code
        == 403
    )
