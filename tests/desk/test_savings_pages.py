"""The savings pages: results, stopwatch, time study, logs, signatures, what-if, the public result."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from cases import access, errors, history, roles
from cases.models import BaselineSample, Case, Receipt, Task, TimeEvent
from cases.roles import Role
from cases.signed import Candidate, HalfClosing, HistoryCorrection, PlanStep, StepLog
from cases.states import State
from desk import refusal_words
from savings.collect import task_minutes
from savings.frozen import figures_of
from savings.periods import Half
from savings.timestudy import template

pytestmark = pytest.mark.usefixtures("tasks", "people")
NAME = "相模　計子"


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def client_of(people: Mapping[str, User], name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def text(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def time_old_way(task: Task, *minutes: float, by: str = NAME) -> None:
    BaselineSample.objects.bulk_create(
        BaselineSample(
            task=task, minutes=each, timed_on=date(2026, 2, 3), timed_by=by, method="計測", source="measured"
        )
        for each in minutes
    )


def worked(task: Task, at: datetime, minutes: float, count: int = 1) -> None:
    """Cases entered at that moment, each with minutes of a first correction."""
    for _ in range(count):
        number = f"T26-{Case.objects.count():06d}"
        case = Case.objects.create(
            task=task, number=number, state=State.ENTERED, created_at=at, updated_at=at
        )
        Receipt.objects.create(case=case, outcome="entered", started_at=at, finished_at=at)
        TimeEvent.objects.create(
            task=task, case=case, step="first_correction", seconds=minutes * 60, source="measured", at=at
        )


@pytest.fixture
def ido() -> Task:
    return Task.objects.get(name="ido")


@pytest.fixture
def last_half(today: date) -> Half:
    """The half-year before the running one, in which ido was in use."""
    first = Half.of(today).first_day
    Task.objects.filter(name="ido").update(introduced_on=(first - timedelta(days=400)).replace(day=1))
    return Half.of(first - timedelta(days=1))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_current_timezone())


def test_the_board_says_what_is_missing_when_nothing_was_measured(people: Mapping[str, User]) -> None:
    page = text(client_of(people, "auditor").get("/savings"))
    assert "まだ数値がありません" in page
    assert "導入前の計時がありません" in page


def test_the_board_shows_negative_rates_and_the_plan(people: Mapping[str, User], ido: Task) -> None:
    time_old_way(ido, 1.0, 1.2, 0.8)
    worked(ido, timezone.now(), 3.0, 4)
    page = text(client_of(people, "operator").get("/savings"))
    assert "−200.0 %" in page
    assert 'data-result="average" data-mark="×"' in page
    assert "削減率を足して業務数で割ったもの" in page
    assert NAME not in page


def test_a_task_answers_the_four_questions(people: Mapping[str, User], ido: Task) -> None:
    time_old_way(ido, 9.0, 10.0, 11.0)
    worked(ido, timezone.now(), 2.0, 3)
    page = text(client_of(people, "auditor").get("/savings/tasks/ido"))
    for word in ("何時間か", "何と比べたか", "どう計ったか", "誰が計ったか", NAME, "10.00分", "80.0 %"):
        assert word in page
    assert client_of(people, "auditor").get("/savings/tasks/nowhere").status_code == 404


def test_who_timed_is_not_for_everybody(people: Mapping[str, User], ido: Task) -> None:
    time_old_way(ido, 9.0, 10.0)
    for name, seen in (("operator", False), ("department", True), ("second_checker", False)):
        page = text(client_of(people, name).get("/savings/tasks/ido"))
        assert "1人" in page or seen
        assert (NAME in page) is seen
    access.assign(people["department"], by="test", tasks=["kofu"])
    assert NAME not in text(client_of(people, "department").get("/savings/tasks/ido"))


@pytest.mark.parametrize("fy", ["soon", "20260", "-1"])
def test_a_year_that_is_none_is_refused(fy: str, people: Mapping[str, User]) -> None:
    assert client_of(people, "auditor").get(f"/savings?fy={fy}").status_code == 400


def test_a_pilot_that_costs_more_is_flagged_on_every_page(people: Mapping[str, User], ido: Task) -> None:
    ido.introduced_on = timezone.localdate() + timedelta(days=30)
    ido.save()
    time_old_way(ido, 1.0, 1.1)
    worked(ido, timezone.now(), 3.0, 30)
    assert 'data-stop-loss="stop"' in text(client_of(people, "operator").get("/"))
    for address in ("/savings", "/savings/tasks/ido"):
        page = text(client_of(people, "operator").get(address))
        assert 'data-stop-loss="stop"' in page
        assert "最も時間がかかっている工程は「確認・訂正」（3.00 分）です。1.05 分以下" in page
    assert 'data-task="ido"' not in text(client_of(people, "operator").get("/savings"))


def test_the_council_gets_its_workbook(people: Mapping[str, User], ido: Task) -> None:
    time_old_way(ido, 9.0, 10.0)
    worked(ido, timezone.now(), 2.0)
    response = client_of(people, "auditor").get("/savings/workbook")
    assert "総括" in load_workbook(io.BytesIO(response.content)).sheetnames
    assert client_of(people, "operator").get("/savings/workbook").status_code == 403


@pytest.mark.parametrize("address", ["/savings/result", "/savings/result.html", "/savings/result.pdf"])
def test_the_public_result_names_nobody(address: str, people: Mapping[str, User], ido: Task) -> None:
    time_old_way(ido, 9.0, 10.0)
    worked(ido, timezone.now(), 2.0)
    response = client_of(people, "department").get(address)
    assert response.status_code == 200
    page = response.content.decode(errors="ignore")
    if address.endswith("pdf"):
        document = pypdfium2.PdfDocument(response.content)
        assert len(document) == 1
        page = document[0].get_textpage().get_text_range()
    assert "住民異動届の入力" in page
    assert "78.9 %" in page
    assert NAME not in page


def test_the_public_file_loads_nothing(people: Mapping[str, User]) -> None:
    page = text(client_of(people, "ict").get("/savings/result.html"))
    assert "<style>" in page
    assert not any(word in page for word in ("<script", "src=", "href=", "url("))
    assert client_of(people, "ict").get("/savings/result.doc").status_code == 404


RUN = {
    "task": "ido",
    "kind": "staff_before",
    "timed_by": NAME,
    "method": "手入力",
    "sheets": "1",
    "steps": "入力",
}


def test_a_run_is_stored_with_its_steps_and_undone(people: Mapping[str, User]) -> None:
    client = client_of(people, "operator")
    laps = json.dumps([["入力", 2.5], ["照合", 0.5]])
    page = text(client.post("/savings/stopwatch", {**RUN, "minutes": "3.0", "laps": laps}, follow=True))
    run = BaselineSample.objects.get()
    assert (run.minutes, run.timed_by, run.steps) == (3.0, NAME, [["入力", 2.5], ["照合", 0.5]])
    assert 'data-action="undo"' in page
    address = f"/savings/timings/{run.pk}/withdraw"
    client.post(address, {"reason": "押し間違い", "task": "ido"})
    run.refresh_from_db()
    assert run.withdrawn_for == "押し間違い"
    assert "すでに取り消されています" in text(client.post(address, {"reason": "再度"}, follow=True))


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"minutes": "-1"}, 200), ({"minutes": "2000"}, 200), ({"minutes": "soon"}, 400), ({"task": "x"}, 400)],
)
def test_an_impossible_run_is_refused(
    changed: dict[str, str], status: int, people: Mapping[str, User]
) -> None:
    client = client_of(people, "operator")
    response = client.post("/savings/stopwatch", {**RUN, "minutes": "3", **changed}, follow=True)
    assert response.status_code == status
    assert not BaselineSample.objects.exists()


def study_file(*rows: tuple[object, ...]) -> SimpleUploadedFile:
    book = Workbook()
    for row in (("業務", "計時日", "計時者", "方法", "分"), *rows):
        book.worksheets[0].append(list(row))
    raw = io.BytesIO()
    book.save(raw)
    return SimpleUploadedFile("study.xlsx", raw.getvalue())


def test_a_time_study_is_checked_first_and_then_taken_in_whole(people: Mapping[str, User]) -> None:
    client = client_of(people, "department")
    good = ("住民異動届の入力", "令和8年2月3日", NAME, "手入力", 9.5)
    bad = ("住民異動届の入力", "2027-02-29", NAME, "手入力", 9.5)
    page = text(client.post("/savings/study", {"file": study_file(good, bad)}))
    assert 'data-conflict="3"' in page
    assert 'data-action="import"' not in page
    response = client.post("/savings/study", {"file": study_file(good, good)})
    rows = response.context["rows"]
    assert not BaselineSample.objects.exists()
    assert "2行を取り込みました" in text(client.post("/savings/study", {"rows": rows}, follow=True))
    assert [row.origin for row in BaselineSample.objects.all()] == ["import", "import"]
    assert client.post("/savings/study", {"rows": rows + "x"}).status_code == 400
    assert "すでに取り込まれています" in text(client.post("/savings/study", {"rows": rows}, follow=True))
    again = text(client.post("/savings/study", {"file": study_file(good)}))
    assert 'data-conflict="2"' in again
    assert BaselineSample.objects.count() == 2


def test_a_file_that_is_no_workbook_is_said_so(people: Mapping[str, User]) -> None:
    client = client_of(people, "department")
    broken = SimpleUploadedFile("study.xlsx", b"PK broken")
    assert "開けません" in text(client.post("/savings/study", {"file": broken}))
    assert "ファイルを選んでください" in text(client.post("/savings/study"))
    given = client.get("/savings/study/template").content
    assert given[:2] == template([])[:2]


LOG = {"task": "ido", "step": "scan", "worked_by": NAME, "minutes": "12.5", "sheets": "40"}


def test_a_log_is_noted_and_withdrawn(people: Mapping[str, User], today: date) -> None:
    client = client_of(people, "operator")
    page = text(client.post("/savings/log", {**LOG, "day": today.isoformat()}, follow=True))
    log = StepLog.objects.get()
    assert f'data-log="{log.pk}"' in page
    assert TimeEvent.objects.get().seconds == 750
    client.post(f"/savings/logs/{log.pk}/withdraw", {"reason": "別の業務"})
    assert not TimeEvent.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"minutes": "-5"}, "時間が正しくありません"),
        ({"minutes": "たくさん"}, "数字で書いてください"),
        ({"day": "2027-02-29"}, "数字で書いてください"),
        ({"day": "2999-01-01"}, "先の日付"),
        ({"starts": "09:00", "ends": "09:05"}, "時間が正しくありません"),
    ],
)
def test_an_impossible_log_is_refused_in_words(
    changed: dict[str, str], said: str, people: Mapping[str, User], today: date
) -> None:
    posted = {**LOG, "day": today.isoformat(), **changed}
    assert said in text(client_of(people, "operator").post("/savings/log", posted, follow=True))
    assert not StepLog.objects.exists()


def test_robot_time_is_never_noted_by_hand(people: Mapping[str, User], today: date) -> None:
    posted = {**LOG, "day": today.isoformat(), "step": "robot"}
    assert client_of(people, "operator").post("/savings/log", posted).status_code == 400


def sign(client: Client, kind: str, **more: str) -> str:
    posted = {"fy": str(Half.of(timezone.localdate()).year.year), "half": "0", "kind": kind, **more}
    return text(client.post("/savings/plan/ido/sign", posted, follow=True))


def test_the_four_steps_are_signed_in_their_order(people: Mapping[str, User]) -> None:
    head = roles.add_user("kacho", "kacho-2026-nagai", [Role.DEPARTMENT], by="test")
    access.assign_everything(head, by="test")
    department, ict = client_of(people, "department"), client_of(people, "ict")
    assert "判定" in sign(department, "report")
    assert not PlanStep.objects.exists()
    sign(department, "report", mark="△", sentence="確認に時間がかかった。")
    assert "別の人が承認" in sign(department, "approval")
    sign(client_of({"kacho": head}, "kacho"), "approval")
    sign(ict, "instruction", sentence="様式を見直すこと。")
    page = sign(department, "improvement", sentence="桁枠にした。")
    assert [step.kind for step in PlanStep.objects.order_by("pk")] == [
        "report",
        "approval",
        "instruction",
        "improvement",
    ]
    assert "確認に時間がかかった。" in page and "桁枠にした。" in page
    assert 'data-due="report"' in page


def test_a_half_year_is_closed_and_corrected_by_signature(
    people: Mapping[str, User], ido: Task, last_half: Half
) -> None:
    ict, year = client_of(people, "ict"), last_half.year.year
    time_old_way(ido, 10.0, 10.0)
    worked(ido, noon(last_half.first_day), 2.0)
    closing = {"fy": str(year), "half": str(last_half.number)}
    page = text(ict.post("/savings/plan/ido/close", closing, follow=True))
    assert f"{last_half.label}を締めました" in page
    worked(ido, noon(last_half.first_day), 5.0)
    (before,) = [task for task in task_minutes(last_half.year) if task.name == "ido"]
    assert before.within(last_half.months).after_minutes == pytest.approx(2.0)
    correction = {"task": "ido", "month": last_half.first_day.isoformat(), "what": "scan", "amount": "1.5"}
    ict.post("/savings/plan/correct", {**correction, "reason": ""})
    assert not HistoryCorrection.objects.exists()
    ict.post("/savings/plan/correct", {**correction, "reason": "記入漏れ"})
    (after,) = [task for task in task_minutes(last_half.year) if task.name == "ido"]
    assert after.within(last_half.months).after_minutes == pytest.approx(3.5)
    shown = text(client_of(people, "auditor").get(f"/savings/tasks/ido?fy={year}"))
    assert "締め後訂正" in shown and "記入漏れ" in shown


def test_what_cannot_be_closed_says_why(people: Mapping[str, User], ido: Task, last_half: Half) -> None:
    closing = {"fy": str(last_half.year.year), "half": str(last_half.number)}
    page = text(client_of(people, "ict").post("/savings/plan/ido/close", closing, follow=True))
    assert "先に計時してください" in page
    assert (
        client_of(people, "ict").post("/savings/plan/ido/close", {"fy": "2026", "half": "3"}).status_code
        == 400
    )


def test_a_forged_closing_is_shown_in_red(people: Mapping[str, User], ido: Task, last_half: Half) -> None:
    time_old_way(ido, 10.0, 10.0)
    worked(ido, noon(last_half.first_day), 2.0)
    (minutes,) = [task for task in task_minutes(last_half.year) if task.name == "ido"]
    row = history.close(
        ido,
        history.Period(last_half.year.year, last_half.number),
        figures_of(minutes, last_half),
        people["ict"],
    )
    forged = HalfClosing(
        **{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    )
    forged.pk, forged.half, forged.seal = None, 3 - row.half, "0" * 64
    forged.save(force_insert=True)
    page = text(client_of(people, "auditor").get(f"/savings?fy={last_half.year.year}"))
    assert "署名後に書き換えられた記録" in page


CANDIDATE = {
    "title": "児童手当の現況届",
    "department": "こども家庭課",
    "annual_volume": "6000",
    "minutes_each": "5",
    "straight_through": "50",
    "asked_minutes": "2",
    "handling_minutes": "1",
}


def test_candidates_are_ranked_by_what_they_would_save(people: Mapping[str, User]) -> None:
    client = client_of(people, "department")
    client.post("/savings/what-if", CANDIDATE)
    client.post("/savings/what-if", {**CANDIDATE, "title": "小さい業務", "annual_volume": "60"})
    page = text(client.get("/savings/what-if?better=30&faster=50"))
    assert page.index("児童手当の現況届") < page.index("小さい業務")
    assert "300.0 時間" in page
    assert "＋60.0 時間" in page and "＋50.0 時間" in page
    client.post("/savings/what-if", {"drop": str(Candidate.objects.get(title="小さい業務").pk)})
    assert "小さい業務" not in text(client.get("/savings/what-if"))


def test_impossible_estimates_are_refused(people: Mapping[str, User]) -> None:
    client = client_of(people, "department")
    for wrong in ({"straight_through": "120"}, {"annual_volume": "-1"}, {"minutes_each": "たくさん"}):
        assert "数字で書いてください" in text(
            client.post("/savings/what-if", {**CANDIDATE, **wrong}, follow=True)
        )
    assert not Candidate.objects.exists()
    assert client_of(people, "auditor").post("/savings/what-if", CANDIDATE).status_code == 302
    assert not Candidate.objects.exists()


def test_every_refusal_of_the_savings_has_words() -> None:
    classes = [*errors.MeasureRefused.__subclasses__(), *errors.SigningRefused.__subclasses__()]
    assert len(classes) > 12
    assert not [kind.code for kind in classes if kind.code in refusal_words.refusal(kind.code)]


def test_the_pages_name_no_address_outside(people: Mapping[str, User]) -> None:
    found = [path.read_text(encoding="utf-8") for path in Path("desk/templates/desk/savings").glob("*.html")]
    assert found and not any("://" in page for page in found)
