"""The layout's critic: silent about the shipped forms, clear about spoiled ones."""

from __future__ import annotations

from typing import Any

import pytest

from forms.definition import Box, FormDefinition
from forms.library import FormLibrary
from forms.lint import lint


@pytest.mark.parametrize("name", ["ido_todoke", "juminhyo_kofu"])
def test_the_shipped_forms_pass(library: FormLibrary, name: str) -> None:
    assert lint(library.get(name)) == ()


def form(field: dict[str, Any] | None = None, **more: Any) -> FormDefinition:
    """A form with one good field that a test spoils."""
    good = {"id": "who", "kind": "name", "label": "氏名", "box": [40, 40, 60, 8]}
    base = {
        "form": "small",
        "version": 1,
        "title": "小",
        "title_en": "Small",
        "fields": [good | (field or {})],
    }
    return FormDefinition.model_validate(base | more)


SECOND = {"id": "other", "kind": "name", "label": "別", "box": [90, 44, 60, 8]}
GOOD = {"id": "who", "kind": "name", "label": "氏名", "box": [40, 40, 60, 8]}
OPTION = {"value": "甲", "label": "甲", "box": [50, 41, 3, 3]}


@pytest.mark.parametrize(
    ("spoiled", "code"),
    [
        (form({"box": [180, 40, 60, 8]}), "box.outside"),
        (form({"box": [40, 290, 60, 8]}), "box.outside"),
        (form({"box": [40, 40, 60, 6]}), "height.small"),
        (form({"kind": "digits", "comb": {"cells": 14}}), "comb.narrow"),
        (form({"kind": "ticks", "options": [OPTION]}), "option.small"),
        (form({"kind": "circle", "options": [OPTION]}), "option.small"),
        (form(fields=[GOOD, SECOND]), "boxes.overlap"),
        (form(print={"cells": [[39.9, 39, 70, 10]]}), "ruling.near"),
        (form(print={"lines": [[30, 44, 120, 44]]}), "ruling.near"),
        (form(print={"texts": [{"text": "氏名", "at": [41, 45]}]}), "text.over"),
        (form(print={"labels": [{"text": "氏名", "box": [30, 35, 15, 12]}]}), "text.over"),
        (form(print={"texts": [{"text": "題名", "at": [8, 10]}]}), "mark.collision"),
        (form(page={"qr": [100, 20, 14, 14]}, print={"cells": [[90, 25, 20, 8]]}), "mark.collision"),
        (form(print={"texts": [{"text": "小", "at": [40, 60], "size_pt": 4}]}), "type.small"),
        (form(page={"qr": [184, 2, 14, 14]}), "mark.collision"),
        (form({"box": [8, 10, 60, 8]}), "mark.collision"),
        (form({"kind": "digits", "comb": {"cells": 6}}), "comb.open"),
        (form({"kind": "digits", "comb": {"cells": 6}}, print={"cells": [[30, 39, 90, 10]]}), "comb.open"),
        (form(page={"qr": [100, 20, 9, 9]}), "qr.small"),
        (form(page={"qr": [100, 20, 14, 9]}), "qr.small"),
        (form(page={"marks": None}), "page.anonymous"),
        (form(print={"texts": [{"text": "🏠", "at": [40, 60]}]}), "type.no_glyph"),
    ],
)
def test_spoiled_layouts(spoiled: FormDefinition, code: str) -> None:
    assert lint(form()) == ()
    assert code in {complaint.code for complaint in lint(spoiled)}
    assert all(
        complaint.sentence.endswith("。") or "ください" in complaint.sentence for complaint in lint(spoiled)
    )


def test_boxes_on_different_pages_do_not_overlap() -> None:
    second = SECOND | {"page": 2}
    assert lint(form(fields=[GOOD, second])) == ()
    assert Box.model_validate([1, 2, 3, 4]).bottom_mm == 6
