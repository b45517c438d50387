"""The printed blank: the same bytes every time, true to the definition, readable by machine and by people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pypdfium2
import pytest
import zxingcpp

from forms.definition import FormDefinition
from forms.errors import MissingFontError
from forms.library import FormLibrary
from forms.pen import register_font
from forms.printing import blank_pdf

DPI = 200
PX_PER_MM = DPI / 25.4
Grey = npt.NDArray[np.uint8]


def rendered(form: FormDefinition) -> Grey:
    """The blank at 200 dpi as grey values, height × width."""
    with pypdfium2.PdfDocument(blank_pdf(form)) as pdf:
        return np.asarray(pdf[0].render(scale=DPI / 72).to_pil().convert("L"))


@pytest.fixture(scope="module", params=["ido_todoke", "juminhyo_kofu"])
def form(request: pytest.FixtureRequest, library: FormLibrary) -> FormDefinition:
    return library.get(request.param)


@pytest.fixture(scope="module")
def picture(form: FormDefinition) -> Grey:
    return rendered(form)


def around(picture: Grey, x_mm: float, y_mm: float, half_mm: float) -> Grey:
    left, right = round((x_mm - half_mm) * PX_PER_MM), round((x_mm + half_mm) * PX_PER_MM)
    top, bottom = round((y_mm - half_mm) * PX_PER_MM), round((y_mm + half_mm) * PX_PER_MM)
    return picture[top:bottom, left:right]


def test_the_same_definition_gives_the_same_bytes(form: FormDefinition) -> None:
    first = blank_pdf(form)
    assert first == blank_pdf(form)
    assert b"/FontFile2" in first


def test_the_page_is_a4(form: FormDefinition) -> None:
    with pypdfium2.PdfDocument(blank_pdf(form)) as pdf:
        assert len(pdf) == 1
        assert pdf[0].get_size() == pytest.approx((595.28, 841.89), abs=0.01)


def test_the_qr_code_names_form_and_version(form: FormDefinition, picture: Grey) -> None:
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == form.qr_payload


def test_marks_stand_where_the_definition_says(form: FormDefinition, picture: Grey) -> None:
    assert form.page.marks is not None
    half_mm = form.page.marks.size_mm / 2
    for number, (x_mm, y_mm) in enumerate(form.page.mark_centres_mm()):
        assert (around(picture, x_mm, y_mm, 1).mean() > 250) == (number == 0)
        mark = around(picture, x_mm, y_mm, half_mm - 0.2) < 128
        assert mark[:5].all()
        assert mark[:, :5].all()
        window = around(picture, x_mm, y_mm, half_mm + 0.8) < 128
        assert not window[0].any()
        assert not window[:, 0].any()


def test_writing_areas_are_white(form: FormDefinition, picture: Grey) -> None:
    """Nothing but comb dividers may stand where people write."""
    for field in form.fields:
        boxes = tuple(field.parts.values()) or field.cell_boxes or (() if field.options else (field.box,))
        for box in boxes:
            left, right = round((box.x_mm + 0.3) * PX_PER_MM), round((box.right_mm - 0.3) * PX_PER_MM)
            top, bottom = round(box.y_mm * PX_PER_MM) + 1, round(box.bottom_mm * PX_PER_MM) - 1
            assert picture[top:bottom, left:right].min() > 240, field.id


def test_every_option_is_printed(form: FormDefinition, picture: Grey) -> None:
    for field in form.fields:
        for option in field.options:
            x_mm, y_mm = option.box.x_mm, option.box.y_mm
            ink = around(picture, x_mm + option.box.width_mm / 2, y_mm + option.box.height_mm / 2, 2.8) < 160
            assert ink.any(), f"{field.id} {option.value}"


def test_title_labels_and_hints_are_text_of_the_pdf(form: FormDefinition) -> None:
    with pypdfium2.PdfDocument(blank_pdf(form)) as pdf:
        words = pdf[0].get_textpage().get_text_range().replace(" ", "").replace("\u3000", "")
    assert form.title in words
    assert "太枠の中を黒のボールペンでご記入ください" in words
    assert "本人確認書類" in words
    assert f"{form.form}第{form.version}版" in words


def test_a_missing_font_names_its_package(tmp_path: Path) -> None:
    with pytest.raises(MissingFontError, match="fonts-ipaexfont"):
        register_font(tmp_path / "ipaexg.ttf")
