"""What a robot does when it cannot sign in, cannot reach the target, or dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from forms.definition import FormDefinition
from rehearsal.target.faults import Fault
from rehearsal.target.proof import registered
from rehearsal.target.store import Store
from robots.browser import BrowserSettings
from robots.client import RobotProcess
from robots.definition import TargetDefinition
from robots.messages import Start, line, record_to_json, start_to_json, used_forms
from robots.receipt import Outcome
from tests.leaks import find, plant
from tests.robots.conftest import OPERATOR
from tests.robots.records import ido, kofu
from tests.target_process import RunningTarget

Forms = dict[str, FormDefinition]


def failures(target: RunningTarget) -> int:
    store = Store(target.database)
    try:
        return store.failures(OPERATOR.operator)
    finally:
        store.close()


def test_a_wrong_password_is_tried_once(
    target: RunningTarget, definition: TargetDefinition, forms: Forms
) -> None:
    wrong = replace(OPERATOR, password="wrong")
    with RobotProcess(definition, forms.values(), wrong) as robot:
        first, second = robot.enter(kofu()), robot.enter(kofu())
    assert (first.outcome, first.code) == (Outcome.FAULT, "sign_in.refused")
    assert first.message == "E101 職員番号またはパスワードが違います。"
    assert (second.outcome, second.code) == (Outcome.FAULT, "sign_in.refused")
    assert failures(target) == 1


def test_a_target_that_is_down_is_unavailable(
    robot: RobotProcess, target: RunningTarget, forms: Forms
) -> None:
    record = kofu()
    target.stop()
    try:
        receipt = robot.enter(record)
    finally:
        target.start()
    assert (receipt.outcome, receipt.code) == (Outcome.UNAVAILABLE, "target.connection")
    robot.check()
    assert list(registered(target.database, record.reception_number, forms)) == []


def test_a_browser_that_is_not_there_is_our_fault(definition: TargetDefinition, forms: Forms) -> None:
    nowhere = BrowserSettings("/nonexistent/chromium")
    with RobotProcess(definition, forms.values(), OPERATOR, nowhere) as robot:
        receipt = robot.enter(kofu())
    assert (receipt.outcome, receipt.code) == (Outcome.FAULT, "browser.start")
    assert receipt.detail == "could not start /nonexistent/chromium"


def test_a_robot_killed_after_the_submit_leaves_no_double(
    robot: RobotProcess, target: RunningTarget, forms: Forms
) -> None:
    """The answer to the submit is held back; meanwhile the registration is there and the robot dies."""
    record = kofu()
    target.arm(Fault.SLOW, path="/entry/kofu/receipt", seconds=3)
    is_there: Callable[[], bool] = lambda: bool(registered(target.database, record.reception_number, forms))  # noqa: E731
    killing = threading.Thread(target=kill_when, args=(robot, is_there))
    killing.start()
    receipt = robot.enter(record)
    killing.join()
    assert receipt.outcome is Outcome.ALREADY_THERE
    assert list(registered(target.database, record.reception_number, forms)) == [dict(record.values)]


def test_a_robot_ends_with_the_one_who_asked(
    target: RunningTarget, definition: TargetDefinition, forms: Forms
) -> None:
    """The caller is killed while the robot types: nobody would hear the outcome, so it stops."""
    record = kofu()
    target.arm(Fault.SLOW, path="/entry/kofu/1", seconds=2)
    start = Start(definition, used_forms(definition, forms.values()), OPERATOR, BrowserSettings())
    process = subprocess.Popen(
        [sys.executable, "-m", "robots.process"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(line(start_to_json(start)))
    process.stdin.write(line({"do": "enter", "record": record_to_json(record)}))
    process.stdin.flush()
    while target.armed():
        time.sleep(0.02)
    process.stdin.close()
    assert process.wait(timeout=10) == 0
    assert list(registered(target.database, record.reception_number, forms)) == []


def kill_when(robot: RobotProcess, ready: Callable[[], bool]) -> None:
    ends_s = time.monotonic() + 20
    while not ready() and time.monotonic() < ends_s:
        time.sleep(0.02)
    assert robot.pid is not None
    os.kill(robot.pid, signal.SIGKILL)


def test_nothing_that_was_typed_stands_in_the_log(
    robot: RobotProcess, target: RunningTarget, log: Path, tmp_path: Path
) -> None:
    """Where error texts could hold values: refused, connection dropped, a label gone on the last page."""
    records = [kofu(applicant_name="𠮷村　理恵"), kofu(), ido(1)]
    target.arm(Fault.DROP_AFTER_SUBMIT)
    target.arm(Fault.RENAMED_LABEL, times=0, text="届出人氏名", new_text="氏名")
    receipts = [robot.enter(record) for record in records]
    outcomes = (Outcome.REFUSED, Outcome.ALREADY_THERE, Outcome.FAULT)
    assert tuple(receipt.outcome for receipt in receipts) == outcomes
    details = [receipt.detail for receipt in receipts]
    typed = {value for record in records for value in record.values.values() if len(value) > 3}
    (tmp_path / "details").write_text("\n".join(details), encoding="utf-8")
    (tmp_path / "robot.log").write_bytes(log.read_bytes())
    planted = plant(tmp_path / "planted", "大山　誠司")
    assert {leak.path for leak in find(tmp_path, typed)} == set(planted)
    assert "submit took" in log.read_text(encoding="utf-8")
