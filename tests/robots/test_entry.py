"""A real Chromium types into the real rehearsal target; the proof is what its own database then holds."""

from __future__ import annotations

import io
import threading
import time
from dataclasses import replace

import pytest
from PIL import Image

from forms.definition import FormDefinition
from forms.facts import Record
from rehearsal.target.faults import Fault
from rehearsal.target.proof import registered
from rehearsal.target.store import Store
from robots.client import RobotProcess
from robots.definition import TargetDefinition
from robots.receipt import Outcome, Receipt
from tests.robots.conftest import OPERATOR
from tests.robots.records import ido, kofu
from tests.target_process import RunningTarget

Forms = dict[str, FormDefinition]
SUBMIT = "/entry/kofu/submit"


@pytest.fixture(scope="module")
def entered(robot: RobotProcess) -> tuple[Record, Receipt]:
    """An application that was entered, for the tests that need one there already."""
    record = kofu()
    return record, robot.enter(record)


def in_target(target: RunningTarget, record: Record, forms: Forms) -> list[dict[str, str]]:
    return list(registered(target.database, record.reception_number, forms))


def test_a_household_arrives_as_it_was_approved(
    robot: RobotProcess, target: RunningTarget, forms: Forms
) -> None:
    record = ido(5)
    proven(robot.enter(record), record)
    assert in_target(target, record, forms) == [dict(record.values)]


def test_an_application_arrives_as_it_was_approved(
    target: RunningTarget, forms: Forms, entered: tuple[Record, Receipt]
) -> None:
    record, receipt = entered
    proven(receipt, record)
    assert in_target(target, record, forms) == [dict(record.values)]


def proven(receipt: Receipt, record: Record) -> None:
    assert (receipt.outcome, receipt.code) == (Outcome.ENTERED, "")
    assert receipt.receipt_number.startswith("R")
    assert all(check.same for check in receipt.checks)
    assert {check.field for check in receipt.checks} >= set(record.values)


def test_a_second_attempt_finds_the_first(
    robot: RobotProcess, target: RunningTarget, forms: Forms, entered: tuple[Record, Receipt]
) -> None:
    record, first = entered
    for again in (robot.enter(record), robot.resolve(record)):
        assert (again.outcome, again.receipt_number) == (Outcome.ALREADY_THERE, first.receipt_number)
        assert not any(step.step.startswith("type") for step in again.steps)
    assert len(in_target(target, record, forms)) == 1


def test_a_hit_with_other_contents_goes_to_a_person(
    robot: RobotProcess, target: RunningTarget, forms: Forms, entered: tuple[Record, Receipt]
) -> None:
    record, _ = entered
    receipt = robot.enter(replace(record, values={**record.values, "copies_household": "3"}))
    assert (receipt.outcome, receipt.code) == (Outcome.UNKNOWN, "read_back.differs")
    assert [(c.field, c.expected, c.seen) for c in receipt.checks if not c.same] == [
        ("copies_household", "3", "1")
    ]
    assert len(in_target(target, record, forms)) == 1


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (kofu(applicant_name="𠮷田　涼子"), "「請求者氏名」に使用できない文字「𠮷」が含まれています。"),
        (ido(1, notified_on="2026-02-00"), "「届出年月日」の日付が正しくありません。"),
    ],
    ids=["character", "date"],
)
def test_the_words_of_a_refusal_come_back(
    robot: RobotProcess, target: RunningTarget, forms: Forms, record: Record, words: str
) -> None:
    receipt = robot.enter(record)
    assert receipt.outcome is Outcome.REFUSED
    assert words in receipt.message
    assert in_target(target, record, forms) == []


@pytest.mark.parametrize(
    ("fault", "outcome", "times_there"),
    [
        (Fault.DROP_AFTER_SUBMIT, Outcome.ALREADY_THERE, 1),
        (Fault.ERROR_AFTER_SUBMIT, Outcome.ALREADY_THERE, 1),
        (Fault.LATE_SUBMIT, Outcome.ALREADY_THERE, 1),
        (Fault.DROP_BEFORE_SUBMIT, Outcome.UNAVAILABLE, 0),
    ],
)
def test_a_broken_submit_is_looked_up_and_never_repeated(
    robot: RobotProcess,
    target: RunningTarget,
    forms: Forms,
    fault: Fault,
    outcome: Outcome,
    times_there: int,
) -> None:
    record = kofu()
    target.arm(fault, seconds=0.4)
    receipt = robot.enter(record)
    assert receipt.outcome is outcome
    assert len(in_target(target, record, forms)) == times_there


def test_a_registration_that_arrives_while_the_robot_types_is_not_doubled(
    robot: RobotProcess, target: RunningTarget, forms: Forms
) -> None:
    """Someone else is quicker, after the look-up saw nothing. The target's warning is never confirmed."""
    record = kofu()
    target.arm(Fault.SLOW, path="/entry/kofu/2", seconds=1.5)
    someone = threading.Thread(target=register_while_slow, args=(target, record.reception_number))
    someone.start()
    receipt = robot.enter(record)
    someone.join()
    assert (receipt.outcome, receipt.code) == (Outcome.UNKNOWN, "read_back.differs")
    assert in_target(target, record, forms) == [{"copies_removed": "9"}]


def register_while_slow(target: RunningTarget, reception_number: str) -> None:
    while target.armed():
        time.sleep(0.02)
    store = Store(target.database)
    items = {"reception_number": reception_number, "copies_removed": "9"}
    store.register("kofu", reception_number, "K0999", items)
    store.close()


@pytest.mark.parametrize("path", ["/entry/kofu/2", "/detail"])
def test_a_session_that_ends_under_a_record_is_opened_again(
    robot: RobotProcess, target: RunningTarget, forms: Forms, path: str
) -> None:
    record = kofu()
    target.arm(Fault.SESSION_EXPIRED, path=path)
    receipt = robot.enter(record)
    assert receipt.outcome in {Outcome.ENTERED, Outcome.ALREADY_THERE}
    assert in_target(target, record, forms) == [dict(record.values)]


@pytest.mark.parametrize(
    ("fault", "path", "code"),
    [
        (Fault.MAINTENANCE, "/search", "target.server_error"),
        (Fault.SERVER_ERROR, "/entry/kofu/2", "target.server_error"),
    ],
)
def test_a_closed_target_is_unavailable(
    robot: RobotProcess, target: RunningTarget, forms: Forms, fault: Fault, path: str, code: str
) -> None:
    record = kofu()
    target.arm(fault, path=path)
    receipt = robot.enter(record)
    assert (receipt.outcome, receipt.code) == (Outcome.UNAVAILABLE, code)
    assert in_target(target, record, forms) == []


def test_a_changed_screen_stops_the_robot_before_it_types(
    robot: RobotProcess, target: RunningTarget, forms: Forms
) -> None:
    record = kofu()
    target.arm(Fault.RENAMED_LABEL, times=0, text="請求者電話番号", new_text="連絡先電話番号")
    receipt = robot.enter(record)
    assert (receipt.outcome, receipt.code) == (Outcome.FAULT, "screen.changed")
    assert receipt.detail == "on screen kofu_1 not found exactly once: label 請求者電話番号"
    assert in_target(target, record, forms) == []


@pytest.mark.parametrize(
    ("changed", "code", "detail"),
    [
        ({"hobby": "釣り"}, "definition.field", "no place for hobby"),
        ({"applied_on": "2026-02-30"}, "record.not_canonical", "applied_on"),
    ],
)
def test_a_record_that_does_not_fit_the_definition_stops_the_robot(
    robot: RobotProcess, changed: dict[str, str], code: str, detail: str
) -> None:
    receipt = robot.enter(kofu(**changed))
    assert (receipt.outcome, receipt.code, receipt.detail) == (Outcome.FAULT, code, detail)


def test_the_picture_shows_the_screen_and_no_value(
    robot: RobotProcess, target: RunningTarget, entered: tuple[Record, Receipt]
) -> None:
    """Records of two people leave the same picture but for number and time."""
    one, two = picture(entered[1]), picture(robot.enter(other_person()))
    assert one.size == two.size
    below_the_numbers = (0, 160, one.width, one.height)
    assert one.crop(below_the_numbers).tobytes() == two.crop(below_the_numbers).tobytes()
    assert len(one.crop(below_the_numbers).getcolors(1 << 16) or ()) > 4


def test_a_mask_that_misses_a_value_costs_the_picture(
    definition: TargetDefinition, forms: Forms, entered: tuple[Record, Receipt]
) -> None:
    careless = definition.model_copy(update={"mask": ("input",)})
    with RobotProcess(careless, forms.values(), OPERATOR) as robot:
        receipt = robot.enter(entered[0])
    assert receipt.outcome is Outcome.ALREADY_THERE
    assert receipt.picture is None


def other_person() -> Record:
    return kofu(
        applicant_kana="サイトウ　ヒロ",
        applicant_name="斎藤　広",
        applicant_birth_date="1951-03-03",
        subject_name="斎藤　道",
        subject_kana="サイトウ　ミチ",
    )


def picture(receipt: Receipt) -> Image.Image:
    assert receipt.picture is not None
    return Image.open(io.BytesIO(receipt.picture)).convert("RGB")


def test_the_definition_passes_its_own_check(robot: RobotProcess, target: RunningTarget) -> None:
    robot.check()
    assert robot.pid is not None
