"""What goes wrong on a sheet is seen on it, stays out of the values, and is told in the truth."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from forms.definition import Box, FormDefinition
from rehearsal.hands import hand
from rehearsal.incidents import ACCIDENTS, Incidents, Stamping, asks, graded_incidents, strayed
from rehearsal.paper import PX_PER_MM, blank_paper
from rehearsal.pens import Ring, Tick
from rehearsal.scanners import Mode, Quality, Scan
from rehearsal.sheets import fill
from rehearsal.specimens import make_sheet
from rehearsal.stories import Story, story

SEED = 16
PLAIN = Scan(dpi=200, noise=1.0, specks=0)
COLOUR = Scan(dpi=300, mode=Mode.COLOUR, noise=0, specks=0)


def told(form: FormDefinition) -> Story:
    return story(form, np.random.default_rng(SEED))


def filled(form: FormDefinition, field_id: str, incidents: Incidents, seed: int = SEED) -> np.ndarray:
    """Where a sheet on which only that field is filled is darker than the blank."""
    whole = told(form)
    values = dict.fromkeys(whole.values, "") | {field_id: whole.values[field_id]}
    paper = fill(
        form, replace(whole, values=values), hand(3), hand(4), np.random.default_rng(seed), incidents
    )
    return np.asarray(cv2.absdiff(paper.pixels, blank_paper(form).pixels)[..., 1] > 60)


def within(ink: np.ndarray, box: Box, beyond_mm: float = 0) -> np.ndarray:
    rows = slice(round((box.y_mm - beyond_mm) * PX_PER_MM), round((box.bottom_mm + beyond_mm) * PX_PER_MM))
    columns = slice(round((box.x_mm - beyond_mm) * PX_PER_MM), round((box.right_mm + beyond_mm) * PX_PER_MM))
    return ink[rows, columns]


def ticked(form: FormDefinition, ink: np.ndarray, field_id: str) -> dict[str, int]:
    """Ink in and around each little square of a field."""
    return {option.value: int(within(ink, option.box, 1).sum()) for option in form.field(field_id).options}


def test_a_corrected_tick_marks_two_boxes_and_means_one(moving: FormDefinition) -> None:
    for seed in range(5):
        happened = Incidents(corrected="notice_type")
        ink = ticked(moving, filled(moving, "notice_type", happened, seed), "notice_type")
        marked = [value for value, dots in ink.items() if dots > 100]
        assert len(marked) == 2
        assert told(moving).values["notice_type"] in marked
        wrong = next(value for value in marked if value != told(moving).values["notice_type"])
        assert ink[wrong] > 1.3 * ink[told(moving).values["notice_type"]]


def test_a_sloppy_tick_half_misses_its_box_and_no_other_is_hit(moving: FormDefinition) -> None:
    value = told(moving).values["notice_type"]
    box = next(option.box for option in moving.field("notice_type").options if option.value == value)
    shares = []
    for seed in range(8):
        ink = filled(moving, "notice_type", Incidents(sloppy=("notice_type",)), seed)
        around = ticked(moving, ink, "notice_type")
        assert max(around, key=lambda option: around[option]) == value
        shares.append(within(ink, box).sum() / within(ink, box, 4).sum())
    assert 0.1 < np.mean(shares) < 0.75


@pytest.mark.parametrize("habit", list(Tick))
def test_all_boxes_are_ticked_in_the_asked_way(moving: FormDefinition, habit: Tick) -> None:
    ink = ticked(moving, filled(moving, "notice_type", Incidents(ticks=habit)), "notice_type")
    assert (ink[told(moving).values["notice_type"]] > 1200) is (habit is Tick.FILLED)


@pytest.mark.parametrize("stamps", list(Stamping))
def test_stamps_are_missing_pale_or_over_the_edge(moving: FormDefinition, stamps: Stamping) -> None:
    plain, odd = (
        make_sheet(moving, 7, scan=COLOUR, mistake="", incidents=Incidents(stamps=how))
        for how in (None, stamps)
    )
    box = Box(x_mm=156.1, y_mm=261.6, width_mm=11.4, height_mm=14.6)
    assert box == moving.field("office_received").box
    red = []
    for sheet in (plain, odd):
        colours = within(np.asarray(sheet.image), box).astype(int)
        red.append((colours[..., 0] - colours[..., 1]).clip(0).sum())
    assert (odd.truth.values["office_received"] == "") is (stamps is Stamping.ABSENT)
    most = {Stamping.ABSENT: 0.05, Stamping.PALE: 0.5, Stamping.OVERLAPPING: 0.85}[stamps]
    assert red[1] < most * red[0]


@pytest.mark.parametrize(
    ("happened", "differs"),
    [
        ({"patched": "applicant_name"}, "applicant_name"),
        ({"two_lines": "applicant_address"}, "applicant_address"),
        ({"squeezed": "applicant_address"}, "applicant_address"),
        ({"vertical": "applicant_name"}, "applicant_name"),
    ],
)
def test_an_entry_goes_wrong_in_its_own_box(
    copy: FormDefinition, happened: dict[str, Any], differs: str
) -> None:
    plain, odd = (filled(copy, differs, how) for how in (Incidents(), Incidents(**happened)))
    box = copy.field(differs).box
    assert (within(plain, box) ^ within(odd, box)).sum() > 500
    assert within(odd, box).sum() > 300


def test_large_writing_reaches_over_the_rulings(copy: FormDefinition) -> None:
    box = copy.field("applicant_name").box
    beside = []
    for happened in (Incidents(), Incidents(reaching="applicant_name")):
        ink = filled(copy, "applicant_name", happened)
        beside.append(within(ink, box, 1.5).sum() - within(ink, box).sum())
    assert beside[1] > beside[0] + 100


def test_a_strayed_entry_stands_where_there_is_room(moving: FormDefinition) -> None:
    for seed in range(30):
        story_of = told(moving)
        happened = strayed(moving, story_of, np.random.default_rng(seed))
        field, (dx_mm, dy_mm) = moving.field(happened["strayed"]), happened["strayed_mm"]
        assert 1.5 <= max(abs(dx_mm) / 2, abs(dy_mm)) <= 4
        moved = field.box.moved(dx_mm, dy_mm)
        for other in moving.fields:
            apart = (
                moved.right_mm <= other.box.x_mm
                or other.box.right_mm <= moved.x_mm
                or moved.bottom_mm <= other.box.y_mm
                or other.box.bottom_mm <= moved.y_mm
            )
            assert apart or other.id == field.id or not story_of.values[other.id]


@pytest.mark.parametrize(
    ("happened", "asked"),
    [
        (Incidents(), ()),
        (Incidents(strayed="new_head", strayed_mm=(0, 2)), ()),
        (Incidents(strayed="new_head", strayed_mm=(0, 3.9)), ("new_head", "old_address")),
        (Incidents(strayed="new_head", strayed_mm=(7, 0)), ()),
        (Incidents(vertical="notifier_name"), ("notifier_name", "notifier_address", "office_identity")),
        (Incidents(corrected="notice_type", rings=Ring.OPEN), ()),
    ],
)
def test_a_person_is_asked_where_the_box_does_not_tell(
    moving: FormDefinition, happened: Incidents, asked: tuple[str, ...]
) -> None:
    long_name = replace(told(moving), values=told(moving).values | {"notifier_name": "長谷川\u3000健一"})
    assert set(asks(moving, long_name, happened)) == set(asked)


def test_one_graded_sheet_in_seven_has_an_accident(moving: FormDefinition) -> None:
    counts = dict.fromkeys(ACCIDENTS, 0)
    for seed in range(500):
        rng = np.random.default_rng(seed)
        happened = graded_incidents(moving, story(moving, rng), rng).facts()
        for name in set(ACCIDENTS) & set(happened):
            counts[name] += 1
    assert 45 < sum(counts.values()) < 100
    assert min(counts.values()) >= 1


def test_a_graded_truth_tells_what_happened(moving: FormDefinition) -> None:
    happened = Incidents(corrected="notice_type", strayed="new_head", strayed_mm=(0, 3.9))
    graded = make_sheet(moving, 3, mistake="", scan=PLAIN, incidents=happened, quality=Quality.OFFICE)
    facts = graded.truth.facts()
    assert facts["incidents"] == {
        "corrected": "notice_type", "strayed": "new_head", "strayed_mm": [0, 3.9]
    }  # fmt: skip
    assert facts["asks"][0] == "new_head"
    plain = make_sheet(moving, 3, mistake="", scan=PLAIN, incidents=Incidents()).truth.facts()
    assert not {"incidents", "asks"} & set(plain)


@pytest.mark.parametrize("pale", ["pale_print", "pale_pen"])
def test_faint_sheets_are_lighter(copy: FormDefinition, pale: str) -> None:
    plain, faint = (
        fill(copy, told(copy), hand(3), hand(4), np.random.default_rng(SEED), Incidents(**{pale: much}))
        for much in (0, 0.5)
    )
    assert cv2.mean(faint.pixels)[0] > cv2.mean(plain.pixels)[0] + 0.2
