"""Specimen sheets are the same for the same seed and come with a full truth."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from forms.definition import FormDefinition
from rehearsal.files import FileKind, write_pages
from rehearsal.hands import hand
from rehearsal.incidents import Incidents
from rehearsal.paper import PX_PER_MM, blank_paper
from rehearsal.scanners import Mode, Scan
from rehearsal.sheets import fill
from rehearsal.specimens import make_sheet, write_specimen
from rehearsal.stories import story

PLAIN = Scan(dpi=200, noise=1.0, specks=0)
FAX = Scan(dpi=200, mode=Mode.FAX)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("kind", list(FileKind))
def test_the_same_seed_gives_the_same_bytes(copy: FormDefinition, tmp_path: Path, kind: FileKind) -> None:
    paths = [tmp_path / f"{name}.{kind}" for name in ("first", "again")]
    for path in paths:
        write_specimen(path, [make_sheet(copy, 5, scan=PLAIN)], 5)
    assert digest(paths[0]) == digest(paths[1])
    assert digest(tmp_path / "first.truth.json") == digest(tmp_path / "again.truth.json")


def test_another_seed_gives_another_sheet(copy: FormDefinition) -> None:
    five, six = (make_sheet(copy, seed, scan=PLAIN) for seed in (5, 6))
    assert five.truth.values != six.truth.values
    assert five.image.tobytes() != six.image.tobytes()


def test_another_process_makes_the_same_bytes(copy: FormDefinition, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "rehearsal.specimens",
        "--form",
        "juminhyo_kofu",
        "--count",
        "1",
        "--seed",
        "4",
    ]
    subprocess.run([*command, "--kind", "png", "--out", str(tmp_path)], check=True)
    write_specimen(tmp_path / "here.png", [make_sheet(copy, 4)], 4)
    assert digest(tmp_path / "juminhyo_kofu-00004.png") == digest(tmp_path / "here.png")


def test_the_command_refuses_an_unknown_form(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rehearsal.specimens", "--form", "haunted", "--out", str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "haunted" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_truth_names_every_field(moving: FormDefinition, tmp_path: Path) -> None:
    specimen = make_sheet(moving, 11, scan=PLAIN, mistake="my_number.check_digit")
    write_specimen(tmp_path / "sheet.png", [specimen], 11)
    truth = json.loads((tmp_path / "sheet.truth.json").read_text(encoding="utf-8"))
    (page,) = truth["pages"]
    assert truth["seed"] == 11
    assert set(page) == {"form", "version", "values", "hand", "scan", "mistakes", "expect"}
    assert (page["form"], page["version"], page["expect"]) == ("ido_todoke", moving.version, "read")
    assert list(page["values"]) == [field.id for field in moving.fields]
    assert page["mistakes"] == ["my_number.check_digit"]
    assert page["scan"]["dpi"] == 200


@pytest.mark.parametrize(("how", "compression"), [(FAX, "group4"), (PLAIN, "tiff_lzw")])
def test_a_tiff_holds_its_pages_and_resolution(
    copy: FormDefinition, tmp_path: Path, how: Scan, compression: str
) -> None:
    write_pages(tmp_path / "two.tiff", [make_sheet(copy, seed, scan=how).page for seed in (1, 2)])
    with Image.open(tmp_path / "two.tiff") as image:
        assert getattr(image, "n_frames", 1) == 2
        assert image.info["compression"] == compression
        assert image.info["dpi"] == (200, 200)


def test_each_page_of_a_pdf_keeps_its_own_size(copy: FormDefinition, tmp_path: Path) -> None:
    scans = (PLAIN, Scan(dpi=300), FAX)
    write_pages(tmp_path / "three.pdf", [make_sheet(copy, 1, scan=how).page for how in scans])
    document = pypdfium2.PdfDocument(tmp_path / "three.pdf")
    assert len(document) == 3
    for page in document:
        assert page.get_size() == pytest.approx((595, 842), abs=2)


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_two_pages_do_not_go_into_a_file_for_one(copy: FormDefinition, tmp_path: Path, ending: str) -> None:
    page = make_sheet(copy, 1, scan=FAX).page
    with pytest.raises(ValueError, match="2 pages"):
        write_pages(tmp_path / f"two.{ending}", [page, page])


def _inked(form: FormDefinition, incidents: Incidents, seed: int = 16, least: int = 60) -> np.ndarray:
    """Where a filled sheet is darker than the blank by more than ``least`` of 255."""
    told = story(form, np.random.default_rng(seed))
    filled = fill(form, told, hand(3), hand(4), np.random.default_rng(seed), incidents)
    difference = np.abs(filled.pixels.astype(int) - blank_paper(form).pixels).max(axis=2)
    return np.asarray(difference > least)


def test_ink_stands_in_filled_fields_and_nowhere_else(moving: FormDefinition) -> None:
    told = story(moving, np.random.default_rng(16))
    ink = _inked(moving, Incidents())
    for field in moving.fields:
        box = field.box
        rows = slice(round(box.y_mm * PX_PER_MM) + 8, round(box.bottom_mm * PX_PER_MM) - 8)
        columns = slice(round(box.x_mm * PX_PER_MM) + 8, round(box.right_mm * PX_PER_MM) - 8)
        covered = float(ink[rows, columns].mean())
        assert (covered > 0.002) == bool(told.values[field.id]), (field.id, covered)


@pytest.mark.parametrize(
    "incidents",
    [
        Incidents(struck="applicant_name"),
        Incidents(sealed="applicant_name"),
        Incidents(struck="applicant_address"),
    ],
)
def test_incidents_leave_more_ink(copy: FormDefinition, incidents: Incidents) -> None:
    assert np.count_nonzero(_inked(copy, incidents)) > np.count_nonzero(_inked(copy, Incidents())) + 1000


def test_what_was_erased_is_still_faintly_there(copy: FormDefinition) -> None:
    incidents = Incidents(erased="applicant_name")
    faint = np.count_nonzero(_inked(copy, incidents, least=10)) - np.count_nonzero(
        _inked(copy, Incidents(), least=10)
    )
    dark = np.count_nonzero(_inked(copy, incidents)) - np.count_nonzero(_inked(copy, Incidents()))
    assert faint > 800 > dark


def test_the_struck_entry_is_not_in_the_truth(copy: FormDefinition) -> None:
    incidents = (Incidents(), Incidents(struck="applicant_name"))
    plain, struck = (make_sheet(copy, 16, scan=PLAIN, mistake="", incidents=i) for i in incidents)
    assert plain.truth.values == struck.truth.values
    assert plain.image.tobytes() != struck.image.tobytes()
