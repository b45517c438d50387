"""The shipped dozen fits the forms as they are today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from forms.kinds import parse
from forms.library import FormLibrary
from rehearsal.shipped import FILES, LAYOUTS, SHEETS, File, layout


def truth(file: File) -> dict[str, Any]:
    text = (SHEETS / file.name).with_suffix(".truth.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def page_count(path: Path) -> int:
    if path.suffix == ".pdf":
        return len(pypdfium2.PdfDocument(path))
    with Image.open(path) as image:
        return int(getattr(image, "n_frames", 1))


def test_a_dozen_in_four_kinds_of_files_within_three_megabytes() -> None:
    forms = [file.form for file in FILES for _ in file.pages]
    assert (forms.count("ido_todoke"), forms.count("juminhyo_kofu")) == (7, 5)
    assert {Path(file.name).suffix for file in FILES} == {".pdf", ".tiff", ".png", ".jpg"}
    assert sum(path.stat().st_size for path in SHEETS.iterdir()) <= 3_000_000


def test_nothing_else_lies_there_and_the_readme_tells_of_each() -> None:
    expected = {"README.md", LAYOUTS}
    for file in FILES:
        expected |= {file.name, Path(file.name).with_suffix(".truth.json").name}
    assert {path.name for path in SHEETS.iterdir()} == expected
    readme = (SHEETS / "README.md").read_text(encoding="utf-8")
    assert all(f"`{file.name}`" in readme for file in FILES)


@pytest.mark.parametrize("name", ["ido_todoke", "juminhyo_kofu"])
def test_they_were_filled_on_the_layout_of_today(library: FormLibrary, name: str) -> None:
    made_on = json.loads((SHEETS / LAYOUTS).read_text(encoding="utf-8"))
    assert made_on[name] == layout(library.get(name)), (
        "run `python -m rehearsal.shipped` (its README says how)"
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_truth_fits_definition_and_pages(library: FormLibrary, file: File) -> None:
    pages = truth(file)["pages"]
    assert len(pages) == len(file.pages) == page_count(SHEETS / file.name)
    for page, recipe in zip(pages, file.pages, strict=True):
        form = library.get(file.form)
        assert (page["form"], page["version"], page["expect"]) == (form.form, form.version, "read")
        assert list(page["values"]) == [field.id for field in form.fields]
        assert page["mistakes"] == ([recipe.mistake] if recipe.mistake else [])
        for field in form.fields:
            assert parse(field, page["values"][field.id]).value == page["values"][field.id]


def test_the_dozen_holds_what_a_demo_needs() -> None:
    pages = [page for file in FILES for page in truth(file)["pages"]]
    assert any(page["scan"]["upside_down"] for page in pages)
    assert any(page["scan"]["mode"] == "fax" for page in pages)
    assert len({page["hand"].rsplit("-", 1)[0] for page in pages}) >= 4
    assert any(page["values"].get("persons.1.residence_card") for page in pages)
    recipes = [page for file in FILES for page in file.pages]
    assert any(page.incidents.struck for page in recipes)
    assert any(page.incidents.sealed for page in recipes)
    assert any(page.mistake for page in recipes)
