"""Look-alikes differ from our forms in what they say and in nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp

from forms.definition import FormDefinition
from forms.lint import lint
from rehearsal.lookalikes import fewer_rows, without_marks
from rehearsal.paper import PX_PER_MM, blank_paper
from rehearsal.scanners import Quality
from rehearsal.specimens import make_sheet
from rehearsal.stories import NoStoryError, story


def test_a_row_less_moves_up_what_is_below(moving: FormDefinition) -> None:
    other = fewer_rows(moving)
    pitch_mm = moving.tables[0].pitch_mm
    assert other.form == "ido_todoke__4_rows"
    assert {f.id for f in moving.fields} - {f.id for f in other.fields} == {
        f"persons.5.{f.id}" for f in moving.tables[0].fields
    }
    assert other.field("persons.4.name").box == moving.field("persons.4.name").box
    for field_id in ("notifier_name", "office_received"):
        assert other.field(field_id).box.y_mm == pytest.approx(moving.field(field_id).box.y_mm - pitch_mm)
    (capacity, before) = (form.field("notifier_capacity").options[0].box for form in (other, moving))
    assert capacity.y_mm == pytest.approx(before.y_mm - pitch_mm)


def test_its_layout_is_as_good_as_the_original(moving: FormDefinition) -> None:
    assert {c.code for c in lint(fewer_rows(moving))} <= {c.code for c in lint(moving)}


def test_without_marks_nothing_stands_in_the_corners(moving: FormDefinition) -> None:
    pixels = blank_paper(without_marks(moving)).pixels
    assert zxingcpp.read_barcodes(pixels) == []
    for x_mm, y_mm in moving.page.mark_centres_mm():
        x, y = round(x_mm * PX_PER_MM), round(y_mm * PX_PER_MM)
        assert (pixels[y - 40 : y + 40, x - 40 : x + 40] == 255).all()
    assert [f.box for f in without_marks(moving).fields] == [f.box for f in moving.fields]


def test_a_form_without_enough_rows_is_refused(moving: FormDefinition, copy: FormDefinition) -> None:
    with pytest.raises(ValueError, match="juminhyo_kofu"):
        fewer_rows(copy)
    with pytest.raises(ValueError, match="more than 5"):
        fewer_rows(moving, 5)


def test_stories_are_told_on_them(moving: FormDefinition) -> None:
    other = fewer_rows(moving, 3)
    for seed in range(30):
        told = story(other, np.random.default_rng(seed))
        whole = story(moving, np.random.default_rng(seed))
        assert told.values == {f.id: whole.values[f.id] for f in other.fields}
    with pytest.raises(NoStoryError, match="kokuho"):
        story(moving.model_copy(update={"form": "kokuho__4_rows"}), np.random.default_rng(1))


def test_a_sheet_of_one_is_made(moving: FormDefinition) -> None:
    specimen = make_sheet(without_marks(fewer_rows(moving)), 3, quality=Quality.CLEAN)
    assert specimen.truth.form == "ido_todoke__4_rows__unmarked"
    assert specimen.truth.scan["quality"] == "clean"
