"""Definitions are read with a clear word about every fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.errors import DefinitionError, UnknownFormError
from forms.library import FormLibrary, load_form

SMALL = """\
form: small
version: 1
title: 小さな様式
title_en: Small form
fields:
  - id: who
    kind: name
    label: 氏名
    box: [20, 30, 60, 8]
  - id: day
    kind: date
    label: 日付
    box: [20, 40, 60, 8]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    return tmp_path


def test_the_shipped_forms_load(library: FormLibrary) -> None:
    assert library.names() == ("ido_todoke", "juminhyo_kofu")
    assert library.get("ido_todoke").qr_payload == "TENKI:ido_todoke:1"


def test_the_newest_version_is_the_default_and_older_ones_stay(folder: Path) -> None:
    (folder / "small_2.yaml").write_text(SMALL.replace("version: 1", "version: 2"), encoding="utf-8")
    library = FormLibrary(folder)
    assert library.versions("small") == (1, 2)
    assert library.get("small").version == 2
    assert library.get("small", 1).version == 1
    assert [form.version for form in library.newest()] == [2]


def test_two_files_of_one_version_are_refused(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"already defined in small\.yaml.*Raise the version"):
        FormLibrary(folder)


def test_a_sites_own_file_wins(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    site = tmp_path_factory.mktemp("site")
    (site / "ours.yaml").write_text(SMALL.replace("小さな様式", "市の様式"), encoding="utf-8")
    assert FormLibrary(folder, site).get("small").title == "市の様式"


@pytest.mark.parametrize(("name", "version"), [("smal", None), ("small", 7)])
def test_an_unknown_form_names_the_known_ones(folder: Path, name: str, version: int | None) -> None:
    with pytest.raises(UnknownFormError, match=r"Known (forms: small|versions: 1)\."):
        FormLibrary(folder).get(name, version)


@pytest.mark.parametrize(
    ("old", "new", "line", "where", "remedy"),
    [
        ("kind: name", "kind: nmae", 7, "fields.1.kind", "Use one of the words named."),
        ("box: [20, 30, 60, 8]", "box: [20, 30, -6, 8]", 9, "fields.1.box.width_mm", "Give a larger number."),
        ("box: [20, 30, 60, 8]", "box: [20, 30, 60]", 9, "fields.1.box", "Correct the value"),
        ("label: 氏名", "label: 氏名\n    required: はい", 9, "fields.1.required", "Write true or false."),
        ("label: 日付", "labell: 日付", 10, "fields.2.label", "Add the missing entry."),
        ("version: 1", "version: one", 2, "version", "Give a whole number."),
        ("title_en", "titel_en", 1, "title_en", "Add the missing entry."),
        ("id: day", "id: who", 1, "", "Correct the value"),
        ("label: 日付", "label: 日付\n    rules: [not_futur]", 13, "field day", "Known rules: exact_length"),
        ("form: small", "rules:\n  - rule: postal\nform: small", 2, "rules", "Known rules: agent_letter"),
        ("title: 小", "title: [小", 3, "", "Correct indentation, brackets or quotes."),
    ],
)
def test_a_wrong_file_names_line_field_and_remedy(
    folder: Path, old: str, new: str, line: int, where: str, remedy: str
) -> None:
    path = folder / "small.yaml"
    path.write_text(SMALL.replace(old, new), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_form(path)
    assert caught.value.where == where
    assert abs(caught.value.line - line) <= 1
    assert remedy in caught.value.remedy
    assert str(caught.value).startswith(f"small.yaml, line {caught.value.line}")


def test_a_file_that_is_not_utf8_or_not_a_definition_is_refused(tmp_path: Path) -> None:
    sjis = tmp_path / "sjis.yaml"
    sjis.write_bytes("form: 様式".encode("shift_jis"))
    with pytest.raises(DefinitionError, match="Save it as UTF-8"):
        load_form(sjis)
    empty = tmp_path / "empty.yaml"
    empty.write_text("", encoding="utf-8")
    with pytest.raises(DefinitionError, match="holds no definition"):
        load_form(empty)


def test_table_rows_lie_one_pitch_apart(library: FormLibrary) -> None:
    form = library.get("ido_todoke")
    pitch_mm = form.tables[0].pitch_mm
    first, fifth = form.row("persons", 1)["birth_date"], form.row("persons", 5)["birth_date"]
    assert fifth.id == "persons.5.birth_date"
    assert fifth.parts["year"].y_mm - first.parts["year"].y_mm == pytest.approx(4 * pitch_mm)
    assert fifth.options[0].box.y_mm - first.options[0].box.y_mm == pytest.approx(4 * pitch_mm)
    printed = form.tables[0].row_print(5)
    assert printed.labels[0].text == "5"
    assert printed.labels[0].box.y_mm - form.tables[0].print.labels[0].box.y_mm == pytest.approx(4 * pitch_mm)


def test_comb_cells_fill_the_box_and_leave_the_gap(library: FormLibrary) -> None:
    field = library.get("ido_todoke").field("new_postal_code")
    cells = field.cell_boxes
    assert len(cells) == 7
    assert cells[3].x_mm - cells[2].right_mm == pytest.approx(3)
    assert cells[-1].right_mm == pytest.approx(field.box.right_mm)
