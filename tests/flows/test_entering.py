"""Approved cases into the rehearsal target, through every fault it has: right state, right words, once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from cases import gates, roles
from cases.gates import Position
from cases.models import Case, Receipt
from cases.roles import Role
from flows import targets, wiring
from flows.entering import Robots, enter_all
from rehearsal.target.faults import Fault
from rehearsal.target.proof import registered
from robots.client import RobotProcess
from robots.credentials import Credentials
from robots.definition import load_target
from tests.desk.sheets import make_task
from tests.flows.approved import approved, quick_target
from tests.target_process import RunningTarget, running

pytestmark = pytest.mark.django_db(transaction=True)
OPERATOR = Credentials("K0123", "himitsu-7")
Runs = Callable[[], list[str]]


@pytest.fixture(scope="module")
def shared_target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTarget]:
    folder = tmp_path_factory.mktemp("target")
    with running(RunningTarget(folder / "target.sqlite3", "K0123", "himitsu-7", "control")) as target:
        yield target


@pytest.fixture(scope="module")
def shared_robot(
    shared_target: RunningTarget, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RobotProcess]:
    """One robot for all runs that need no other definition: starting a browser is most of a short run."""
    config = tmp_path_factory.mktemp("config")
    quick_target(config, shared_target.url)
    definition = load_target(config / "targets" / "rehearsal.yaml")
    with RobotProcess(definition, wiring.form_library().newest(), OPERATOR) as process:
        yield process


@pytest.fixture
def ran(shared_robot: RobotProcess) -> Runs:
    """Makes a run with the shared robot; the states of the cases that it moved, in its order."""
    return lambda: [state.value for _, state in enter_all("kofu", 0, lent(shared_robot))]


def lent(robot: RobotProcess) -> Robots:
    @contextmanager
    def lend(_target: str, keep: Callable[[], None]) -> Iterator[RobotProcess]:
        robot.keep = keep
        try:
            yield robot
        finally:
            robot.keep = None

    return lend


@pytest.fixture
def target(shared_target: RunningTarget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunningTarget:
    """The rehearsal target without a fault, and a task that enters into it."""
    shared_target.disarm_all()
    with closing(sqlite3.connect(shared_target.database)) as database, database:
        # Case numbers begin anew in every test.
        database.executescript("DELETE FROM item; DELETE FROM registration;")
    quick_target(tmp_path / "config", shared_target.url)
    for name, text in {
        "TENKI_CONFIG": str(tmp_path / "config"),
        "TENKI_VAR": str(tmp_path / "var"),
        "REHEARSAL_OPERATOR": "K0123",
        "REHEARSAL_PASSWORD": "himitsu-7",
    }.items():
        monkeypatch.setenv(name, text)
    make_task("kofu", "住民票の写し等交付申請の受付", ["juminhyo_kofu"])
    return shared_target


@pytest.fixture
def ict(db: None) -> User:
    roles.create_groups()
    return roles.add_user("ict", "johoseisaku-2026", [Role.ICT], by="test")


def ran_alone() -> list[str]:
    """A run with a robot of its own, as the program makes it."""
    return [state.value for _, state in enter_all("kofu", sign_in_wait_s=0)]


def there(target: RunningTarget, case: Case) -> int:
    forms = {form.form: form for form in wiring.form_library().newest()}
    return len(registered(target.database, case.number, forms))


FAULTS: list[tuple[Fault, dict[str, Any], str, str, str, int]] = [
    (Fault.SLOW, {"seconds": 1, "path": "/entry/kofu/2"}, "ENTERED", "", "", 1),
    (Fault.DROP_AFTER_SUBMIT, {}, "ENTERED", "", "", 1),
    (Fault.ERROR_AFTER_SUBMIT, {}, "ENTERED", "", "", 1),
    (Fault.LATE_SUBMIT, {"seconds": 0.4}, "ENTERED", "", "", 1),
    (Fault.DROP_BEFORE_SUBMIT, {}, "APPROVED", "submit.not_arrived", "", 0),
    (Fault.SESSION_EXPIRED, {"path": "/entry/kofu/2"}, "ENTERED", "", "", 1),
    (Fault.VALIDATION_CHANGE, {"times": 0, "text": "請求者氏名"}, "REFUSED", "target.refused", "E012", 0),
    (Fault.MOVED_FIELD, {"times": 0, "text": "請求者氏名"}, "ENTERED", "", "", 1),
    (Fault.DUPLICATE_WARNING, {}, "APPROVED", "submit.not_arrived", "", 0),
    (Fault.MAINTENANCE, {"path": "/entry/kofu/2"}, "APPROVED", "target.server_error", "", 0),
    (Fault.SERVER_ERROR, {"path": "/entry/kofu/3"}, "APPROVED", "target.server_error", "", 0),
    (
        Fault.RENAMED_LABEL,
        {"times": 0, "text": "使用目的(", "new_text": "("},
        "APPROVED",
        "screen.changed",
        "",
        0,
    ),
]
"""Fault, how it is armed, what it leaves: state, reason, part of the message, how often it is in the
target. The last one stops the queue."""


def test_every_fault_leaves_its_case_where_it_belongs(
    target: RunningTarget, shared_robot: RobotProcess, ran: Runs, ict: User, tmp_path: Path
) -> None:
    quick_target(tmp_path / "config", target.url, retry={"waits_s": [], "breaker": 99})
    run, cases, left = None, [], []
    for fault, how, *_ in FAULTS:
        # The newest has no reason yet, so that it comes before those that wait for another attempt.
        cases.append(approved(tmp_path))
        target.arm(fault, **how)
        run = run or enter_all("kofu", 0, lent(shared_robot))
        case_id, state = next(run)
        assert case_id == str(cases[-1].pk)
        cases[-1].refresh_from_db()
        left.append((fault, state.value, cases[-1].reason, there(target, cases[-1])))
        target.disarm_all()
    assert left == [(fault, state, code, times) for fault, _, state, code, _, times in FAULTS]
    messages = [Receipt.objects.filter(case=case).earliest("started_at").message for case in cases]
    assert [
        words for (*_, words, _), message in zip(FAULTS, messages, strict=True) if words not in message
    ] == []
    assert list(run or ()) == []
    assert gates.gate("rehearsal").position is Position.STOPPED
    gates.open_again("rehearsal", ict)
    assert ran() == ["ENTERED"] * sum(state == "APPROVED" for _, _, state, *_ in FAULTS)
    refused = [fault for fault, case in zip(FAULTS, cases, strict=True) if there(target, case) != 1]
    assert [fault for fault, *_ in refused] == [Fault.VALIDATION_CHANGE]


def test_a_queue_waits_and_tries_again_by_itself(target: RunningTarget, ran: Runs, tmp_path: Path) -> None:
    case = approved(tmp_path)
    target.arm(Fault.SERVER_ERROR, path="/entry/kofu/1")
    assert ran() == ["APPROVED", "ENTERED"]
    assert there(target, case) == 1
    assert gates.gate("rehearsal").failures == 0


def test_the_breaker_shuts_the_queue_and_the_others_stay_approved(
    target: RunningTarget, ran: Runs, ict: User, tmp_path: Path
) -> None:
    cases = [approved(tmp_path) for _ in range(3)]
    target.arm(Fault.SERVER_ERROR, times=0, path="/entry/kofu/1")
    assert ran() == ["APPROVED", "APPROVED"]
    gate = gates.gate("rehearsal")
    assert (gate.position, gate.reason) == (Position.SHUT, "target.server_error")
    target.disarm_all()
    assert ran() == []
    gates.open_again("rehearsal", ict)
    assert ran() == ["ENTERED"] * 3
    assert [there(target, case) for case in cases] == [1, 1, 1]


def test_a_changed_screen_stops_the_target_before_anything_is_typed(
    target: RunningTarget, ran: Runs, ict: User, tmp_path: Path
) -> None:
    case = approved(tmp_path)
    other = approved(tmp_path)
    assert ran() == ["ENTERED"] * 2
    third = approved(tmp_path)
    target.arm(Fault.RENAMED_LABEL, times=0, text="請求者電話番号", new_text="連絡先")
    assert ran() == []
    gate = gates.gate("rehearsal")
    assert (gate.position, gate.reason) == (Position.STOPPED, "screen.changed")
    assert "「請求者電話番号」の欄が見つかりません" in gate.detail
    changed = [one for one in targets.comparisons(wiring.target("rehearsal")) if one.differences]
    assert [(one.screen, [d.name for d in one.differences]) for one in changed] == [
        ("kofu_1", ["請求者電話番号", "連絡先"])
    ]
    assert [there(target, one) for one in (case, other, third)] == [1, 1, 0]
    assert not Receipt.objects.filter(case=third).exists()


def test_the_kill_switch_lets_the_record_under_way_end(
    target: RunningTarget, shared_robot: RobotProcess, ran: Runs, ict: User, tmp_path: Path
) -> None:
    for _ in range(3):
        approved(tmp_path)
    run = enter_all("kofu", 0, lent(shared_robot))
    assert next(run)[1].value == "ENTERED"
    gates.stop_by_person("rehearsal", ict)
    assert list(run) == []
    assert sorted(Case.objects.values_list("state", flat=True)) == ["APPROVED", "APPROVED", "ENTERED"]
    assert ran() == []


def test_a_second_robot_of_the_account_stays_away(target: RunningTarget, ran: Runs, tmp_path: Path) -> None:
    approved(tmp_path)
    assert gates.sign_in("rehearsal", "robot-elsewhere")
    assert ran() == []
    gates.sign_out("rehearsal", "robot-elsewhere")
    assert ran() == ["ENTERED"]
    assert gates.gate("rehearsal").robot == ""


def test_outside_its_hours_nothing_is_tried(target: RunningTarget, ran: Runs, tmp_path: Path) -> None:
    approved(tmp_path)
    now = wiring.now()
    closed = {"opens": "00:00", "closes": "00:01"} if now.hour else {"opens": "23:58", "closes": "23:59"}
    quick_target(tmp_path / "config", target.url, hours=closed)
    assert ran() == []
    assert Case.objects.get().state == "APPROVED"


def test_a_wrong_password_is_tried_once_and_stops_the_target(
    target: RunningTarget, ict: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(tmp_path)
    monkeypatch.setenv("REHEARSAL_PASSWORD", "wrong")
    assert ran_alone() == ran_alone() == []
    gate = gates.gate("rehearsal")
    assert (gate.position, gate.reason) == (Position.STOPPED, "sign_in.refused")
    assert gate.detail == "E101 職員番号またはパスワードが違います。"
    monkeypatch.setenv("REHEARSAL_PASSWORD", "himitsu-7")
    gates.open_again("rehearsal", ict)
    assert ran_alone() == ["ENTERED"]


def test_a_target_that_is_down_at_the_start_counts_as_unavailable(
    target: RunningTarget, ran: Runs, tmp_path: Path
) -> None:
    case = approved(tmp_path)
    target.stop()
    try:
        assert ran() == []
        assert gates.gate("rehearsal").failures == 1
        assert ran() == []
        assert gates.gate("rehearsal").position is Position.SHUT
    finally:
        target.start()
    assert there(target, case) == 0


def test_several_are_entered_side_by_side(target: RunningTarget, tmp_path: Path) -> None:
    quick_target(tmp_path / "config", target.url, contexts=3)
    cases = [approved(tmp_path) for _ in range(5)]
    assert ran_alone() == ["ENTERED"] * 5
    assert [there(target, case) for case in cases] == [1] * 5


def address_by_popup() -> dict[str, Any]:
    steps = [
        {"click": {"button": "請求者住所の検索"}, "opens": "window"},
        {"arrive": "address"},
        {"fill": {"label": "住所"}, "with": "value"},
        {"click": {"button": "決定"}},
        {"arrive": "kofu_1"},
    ]
    return {"steps": steps, "shown": "請求者住所", "as": "full_width"}


def test_an_address_from_a_pop_up_window(target: RunningTarget, ict: User, tmp_path: Path) -> None:
    shipped = wiring.target("rehearsal").model_dump(by_alias=True, mode="json", exclude_none=True)
    shipped["forms"]["juminhyo_kofu"]["pages"][0]["fields"]["applicant_address"] = address_by_popup()
    screens = {**shipped["screens"], "address": {"heading": "住所検索"}}
    quick_target(tmp_path / "config", target.url, forms=shipped["forms"], screens=screens, step_timeout_s=3)
    case = approved(tmp_path)
    target.arm(Fault.POPUP_BLOCKED, times=0)
    with wiring.robot("rehearsal") as robot:
        run = [state.value for _, state in enter_all("kofu", 0, lent(robot))]
        assert run == ["APPROVED"]
        gate = gates.gate("rehearsal")
        assert (gate.position, gate.reason) == (Position.STOPPED, "window.blocked")
        assert there(target, case) == 0
        target.disarm_all()
        gates.open_again("rehearsal", ict)
        run = [state.value for _, state in enter_all("kofu", 0, lent(robot))]
    assert run == ["ENTERED"]
    assert there(target, case) == 1
