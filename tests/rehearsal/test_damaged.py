"""Every bad input is bad in the way that it says."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from forms.definition import FormDefinition
from rehearsal.damaged import BY_NAME, DAMAGES, make_damaged


@pytest.fixture(scope="module")
def files(moving: FormDefinition, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_damaged(moving, tmp_path_factory.mktemp("damaged"))


def qr(path: Path) -> str:
    with Image.open(path) as image:
        found = zxingcpp.read_barcodes(np.asarray(image.convert("L")))
    return found[0].text if found else ""


def grey(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("L"))


def test_each_has_a_truth_that_names_its_end(files: dict[str, Path]) -> None:
    assert set(files) == set(BY_NAME)
    assert len({damage.file for damage in DAMAGES}) == len(DAMAGES)
    for name, path in files.items():
        truth = json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))
        expect = truth["pages"][0]["expect"]
        assert expect == BY_NAME[name].expect
        assert re.fullmatch(r"(file|sheet)\.[a-z_]+|read", expect)


def test_all_are_small_on_disk(files: dict[str, Path]) -> None:
    assert all(path.stat().st_size < 1_500_000 for path in files.values())


def test_the_empty_file_is_empty(files: dict[str, Path]) -> None:
    assert files["empty"].read_bytes() == b""


@pytest.mark.parametrize("name", ["text-renamed", "zero-pages", "encrypted"])
def test_pdfium_does_not_open_them(files: dict[str, Path], name: str) -> None:
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(files[name])


def test_the_encrypted_pdf_opens_with_its_password(files: dict[str, Path]) -> None:
    assert len(pypdfium2.PdfDocument(files["encrypted"], password="himitsu")) == 1


@pytest.mark.parametrize("name", ["truncated", "truncated-jpeg"])
def test_the_truncated_images_do_not_load(files: dict[str, Path], name: str) -> None:
    with pytest.raises(OSError, match=r"truncated|cannot identify"), Image.open(files[name]) as image:
        image.load()


def test_the_truncated_images_begin_as_images_do(files: dict[str, Path]) -> None:
    assert files["truncated"].read_bytes().startswith(b"II*\0")
    assert files["truncated-jpeg"].read_bytes().startswith(b"\xff\xd8\xff")


def test_the_huge_image_claims_its_size(files: dict[str, Path]) -> None:
    header = files["huge"].read_bytes()[:33]
    assert (int.from_bytes(header[16:20]), int.from_bytes(header[20:24])) == (20_000, 20_000)
    assert zlib.crc32(header[12:29]) == int.from_bytes(header[29:33])


def test_the_foreign_form_has_no_code_of_ours(files: dict[str, Path]) -> None:
    assert qr(files["foreign-form"]) == ""
    assert (grey(files["foreign-form"]) < 128).mean() > 0.01
    assert (grey(files["blank-sheet"]) < 128).mean() < 0.0001


def test_the_old_version_says_so(files: dict[str, Path], moving: FormDefinition) -> None:
    assert qr(files["old-version"]) == "TENKI:ido_todoke:0"
    assert qr(files["wrong-dpi"]) == moving.qr_payload


@pytest.mark.parametrize(
    ("name", "found"), [("mark-missing", False), ("marks-missing", False), ("wrong-dpi", True)]
)
def test_a_corner_mark_is_missing(
    files: dict[str, Path], moving: FormDefinition, name: str, found: bool
) -> None:
    picture = grey(files[name])
    x_mm, y_mm = moving.page.mark_centres_mm()[2]
    per_mm = picture.shape[1] / moving.page.width_mm
    x, y, reach = round(x_mm * per_mm), round(y_mm * per_mm), round(5 * per_mm)
    assert bool((picture[y - reach : y + reach, x - reach : x + reach] < 100).mean() > 0.1) is found


def test_the_cut_sheet_lacks_its_right_marks(files: dict[str, Path]) -> None:
    picture = grey(files["cut-off"])
    assert (picture[:, -8:] < 128).any(), "rulings run over the edge"


def test_the_wrong_tag_is_72(files: dict[str, Path]) -> None:
    with Image.open(files["wrong-dpi"]) as image:
        assert image.info["dpi"] == (72, 72)
        assert image.width > 2400


def test_one_can_be_made_alone(moving: FormDefinition, tmp_path: Path) -> None:
    assert list(make_damaged(moving, tmp_path, "empty")) == ["empty"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.pdf", "empty.truth.json"]
    with pytest.raises(KeyError):
        make_damaged(moving, tmp_path, "haunted")
