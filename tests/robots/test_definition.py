"""Target definitions: what a file may say, and how a mistake in it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.definition import FormDefinition
from forms.errors import DefinitionError
from robots.credentials import from_environment
from robots.definition import TargetDefinition, load_target
from robots.errors import MissingCredentialError
from robots.plan import gaps
from tests.robots.conftest import CONFIG

SHIPPED = (CONFIG / "targets" / "rehearsal.yaml").read_text(encoding="utf-8")


def test_the_shipped_definition_fits_the_shipped_forms(forms: dict[str, FormDefinition]) -> None:
    target = load_target(CONFIG / "targets" / "rehearsal.yaml")
    assert [gap for form in forms.values() for gap in gaps(target, form)] == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("step_timeout_s: 15", "step_timeout_s: soon", "unable to parse string as a number"),
        ("settle_s: 3", "settle_s: -1", "greater than or equal to 0"),
        ("title: 住民記録システム(研修環境)", "titel: 住民記録システム", "Field required"),
        ("click: {button: ログイン}", "push: {button: ログイン}", "unknown step push; a step is one of open"),
        ("{click: {button: ログイン}}", "{arrive: nowhere}", "no such screen: nowhere"),
        ("{fill: {label: 職員番号}, with: operator}", "{fill: {label: 職員番号}}", "fill says with what"),
        ("with: operator}", "with: name}", "sign_in cannot fill with name"),
        ("{open: login.do}", "{open: login.do, arrive: menu}", "a step is exactly one of"),
        ("{label: 職員番号}, {label", "{label: 職員番号, button: 送信}, {label", "name exactly one of label"),
        (
            "moved_on: {date: 異動年月日}",
            "moved_on: {date: 異動年月日, text: 日}",
            "a field goes to exactly one",
        ),
        ('at: "-", shown: 新住所郵便番号}', "shown: 新住所郵便番号}", "split also needs `at`"),
        ("as: half_kana", "as: romaji", "Input should be 'plain', 'full_width', 'half_width'"),
        ("          reception_number: {text: 受付番号}\n", "", "no entry carries reception_number"),
        ("target: rehearsal\n", "target: [rehearsal\n", "expected"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in SHIPPED
    path = tmp_path / "broken.yaml"
    path.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as raised:
        load_target(path)
    assert problem in str(raised.value)
    assert str(raised.value).startswith(f"broken.yaml, line {raised.value.line}")


def test_the_line_is_the_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(SHIPPED.replace("as: half_kana", "as: romaji", 1), encoding="utf-8")
    line = next(n for n, text in enumerate(SHIPPED.splitlines(), start=1) if "half_kana" in text)
    with pytest.raises(DefinitionError) as raised:
        load_target(path)
    assert raised.value.line == line


def test_a_definition_that_forgets_a_field_is_told(forms: dict[str, FormDefinition]) -> None:
    data = load_target(CONFIG / "targets" / "rehearsal.yaml").model_dump(by_alias=True)
    pages = data["forms"]["juminhyo_kofu"]["pages"]
    pages[1]["fields"]["subject_nickname"] = pages[1]["fields"].pop("subject_head")
    forgetful = TargetDefinition.model_validate(data)
    assert gaps(forgetful, forms["juminhyo_kofu"]) == (
        "juminhyo_kofu: subject_head has no place in rehearsal",
        "juminhyo_kofu: subject_nickname is not a field of the form",
    )


def test_credentials_come_from_the_variables_that_the_definition_names() -> None:
    target = load_target(CONFIG / "targets" / "rehearsal.yaml")
    given = {"REHEARSAL_OPERATOR": "K0123", "REHEARSAL_PASSWORD": "himitsu"}
    credentials = from_environment(target, given)
    assert (credentials.operator, credentials.password) == ("K0123", "himitsu")
    assert "himitsu" not in repr(credentials)
    with pytest.raises(MissingCredentialError, match="REHEARSAL_PASSWORD"):
        from_environment(target, {"REHEARSAL_OPERATOR": "K0123", "REHEARSAL_PASSWORD": ""})
