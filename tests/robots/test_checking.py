"""A definition proven against live screens without writing, and a dry run that stops before the submit."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from forms.definition import FormDefinition
from rehearsal.target.faults import Fault
from rehearsal.target.proof import registered
from robots.checking import Lack, Misfit
from robots.client import RobotProcess
from robots.definition import TargetDefinition
from robots.errors import FaultError, UnavailableError
from robots.prints import Change, ScreenPrint, Thing, differences
from robots.specimen import specimen
from tests.robots.conftest import OPERATOR
from tests.target_process import RunningTarget

Forms = dict[str, FormDefinition]


def test_the_shipped_definition_passes(robot: RobotProcess, target: RunningTarget) -> None:
    seen = robot.examine()
    assert seen.misfits == []
    assert [one.screen for one in seen.screens] == ["search", "found", "menu", "ido_1", "kofu_1"]
    assert all(one.picture for one in seen.screens)
    names = {thing.name for one in seen.screens for thing in one.things}
    assert {"受付番号で照会", "異動届入力", "届出年月日の元号", "請求者区分"} <= names


@pytest.mark.parametrize(
    ("text", "new_text", "found"),
    [
        ("請求者電話番号", "連絡先", Misfit(Lack.MISSING, "kofu_1", "label 請求者電話番号", "0")),
        ("請求者カナ氏名", "請求者氏名", Misfit(Lack.AMBIGUOUS, "kofu_1", "label 請求者氏名", "2")),
    ],
)
def test_every_place_that_does_not_fit_is_named(
    robot: RobotProcess, target: RunningTarget, text: str, new_text: str, found: Misfit
) -> None:
    target.arm(Fault.RENAMED_LABEL, times=0, text=text, new_text=new_text)
    assert found in robot.examine().misfits


def test_a_choice_that_is_not_offered(
    definition: TargetDefinition, target: RunningTarget, forms: Forms
) -> None:
    data = definition.model_dump(by_alias=True, mode="json", exclude_none=True)
    relation = data["forms"]["juminhyo_kofu"]["pages"][0]["fields"]["applicant_relation"]
    relation["options"] = {}
    del data["forms"]["ido_todoke"]
    with RobotProcess(TargetDefinition.model_validate(data), forms.values(), OPERATOR) as other:
        misfits = other.examine().misfits
    assert misfits == [Misfit(Lack.OPTION, "kofu_1", "label 請求者区分", "同一世帯員")]


def test_a_target_that_is_down_is_not_a_changed_screen(robot: RobotProcess, target: RunningTarget) -> None:
    target.stop()
    try:
        with pytest.raises(UnavailableError, match=r"target\.connection"):
            robot.examine()
    finally:
        target.start()


@pytest.mark.parametrize("form", ["ido_todoke", "juminhyo_kofu"])
def test_a_dry_run_registers_nothing(
    robot: RobotProcess, target: RunningTarget, forms: Forms, form: str
) -> None:
    record = specimen(forms[form], "DRY-1", "tester")
    run = robot.dry_run(record)
    assert [check.field for check in run.checks if not check.same] == []
    assert [page.misfits for page in run.pages] == [()] * len(run.pages)
    assert run.pages[-1].acts == ("button 登録",)
    assert red(run.pages[0].picture) > 1000
    assert list(registered(target.database, "DRY-1", forms)) == []


def red(png: bytes) -> int:
    """How many pixels have the colour of the frames around what is used."""
    colours: Any = Image.open(io.BytesIO(png)).convert("RGB").getcolors(1 << 22)
    return sum(count for count, colour in colours if colour == (0xD4, 0x35, 0x1C))


def test_a_dry_run_stops_at_a_changed_screen(
    robot: RobotProcess, target: RunningTarget, forms: Forms
) -> None:
    target.arm(Fault.RENAMED_LABEL, times=0, text="使用目的(その他)", new_text="その他")
    with pytest.raises(FaultError, match=r"使用目的\(その他\)"):
        robot.dry_run(specimen(forms["juminhyo_kofu"], "DRY-2", "tester"))


def box(name: str, left: int = 0, **more: Any) -> Thing:
    return Thing("box", name, box_px=(left, 0, 100, 20), **more)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ([box("氏名")], [box("氏名", 5)], []),
        ([box("氏名")], [box("氏名", 40)], [(Change.MOVED, "氏名", "", "")]),
        ([box("氏名")], [box("名前")], [(Change.GONE, "氏名", "", ""), (Change.NEW, "名前", "", "")]),
        ([box("氏名"), box("氏名", 300)], [box("氏名")], [(Change.GONE, "氏名", "", "")]),
        (
            [box("区分", options=("甲", "乙"))],
            [box("区分", options=("甲", "丙"))],
            [(Change.OPTIONS, "区分", "乙", "丙")],
        ),
        ([box("氏名", longest=20)], [box("氏名", longest=10)], [(Change.LENGTH, "氏名", "20", "10")]),
        ([box("氏名")], [box("氏名", required=True)], [(Change.REQUIRED, "氏名", "False", "True")]),
    ],
)
def test_what_differs_between_two_prints(
    before: list[Thing], after: list[Thing], changes: list[tuple[Change, str, str, str]]
) -> None:
    found = differences(ScreenPrint("s", tuple(before)), ScreenPrint("s", tuple(after)))
    assert [(one.change, one.name, one.before, one.after) for one in found] == changes


def test_a_specimen_is_canonical_and_no_two_values_of_a_kind_are_alike(forms: Forms) -> None:
    from forms.kinds import parse

    for form in forms.values():
        record = specimen(form, "X", "tester")
        texts = [value for name, value in record.values.items() if not form.field(name).options]
        assert [n for n, v in record.values.items() if parse(form.field(n), v).value != v] == []
        alike = {value for value in texts if texts.count(value) > 1 and len(value) > 2}
        assert alike <= {"世帯主"}
