"""Files that scanners, copies and people produce, good and bad; each is made here, none is shipped."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

from ocr import errors
from ocr.load import MAX_PAGE_PIXELS, PAGES_AT_A_TIME, pages


def sheet(number: int = 0, size: tuple[int, int] = (620, 877)) -> Image.Image:
    """A grey page that says by its darkest square which one it is."""
    pixels = np.full((size[1], size[0]), 255, np.uint8)
    pixels[10 : 20 + number, 10 : 20 + number] = 0
    pixels[100:300] = np.random.default_rng(number).integers(0, 256, (200, size[0]), np.uint8)
    return Image.fromarray(pixels)


def tiff(path: Path, count: int) -> bytes:
    sheet(0).save(path, "TIFF", save_all=True, append_images=[sheet(n) for n in range(1, count)])
    return path.read_bytes()


def pdf(path: Path, count: int, **options: float) -> bytes:
    sheet(0).save(path, "PDF", save_all=True, append_images=[sheet(n) for n in range(1, count)], **options)
    return path.read_bytes()


@pytest.mark.parametrize(("kind", "count"), [("PNG", 1), ("JPEG", 1), ("TIFF", 3), ("PDF", 3)])
def test_every_kind_by_content_not_by_name(tmp_path: Path, kind: str, count: int) -> None:
    path = tmp_path / "named.wrong"
    more = {"save_all": True, "append_images": [sheet(n) for n in range(1, count)]} if count > 1 else {}
    sheet(0).save(path, kind, **more)
    found = list(pages(path))
    assert [page.index for page in found] == list(range(count))
    assert all(page.problem is None for page in found)
    assert all(page.image.dtype == np.uint8 for page in found)


def test_a_pdf_is_read_to_its_end_however_often_it_is_opened_anew(tmp_path: Path) -> None:
    """Each page's square is a pixel larger, so that pages in a wrong order show."""
    pdf(tmp_path / "long.pdf", 2 * PAGES_AT_A_TIME + 3, resolution=72.0)
    widths = [int((page.image[14, 5:70] < 128).any(axis=-1).sum()) for page in pages(tmp_path / "long.pdf")]
    assert widths == [10 + number for number in range(2 * PAGES_AT_A_TIME + 3)]


def test_a_pdf_of_a_scan_keeps_the_scans_resolution(tmp_path: Path) -> None:
    pdf(tmp_path / "scan.pdf", 1, resolution=72.0)
    (page,) = pages(tmp_path / "scan.pdf")
    assert page.image.shape[:2] == (877, 620)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", errors.FileEmpty),
        ("住民異動届".encode() * 100, errors.NotAnImage),
        (b"PK\x03\x04 a spreadsheet", errors.NotAnImage),
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", errors.FileTruncated),
        (b"\x89PNG\r\n\x1a\n", errors.FileTruncated),
        (b"\xff\xd8\xff\xe0", errors.FileTruncated),
        (b"II*\0\xff\xff\xff\x0f", errors.FileTruncated),
    ],
)
def test_refused_by_content(tmp_path: Path, content: bytes, error: type[errors.FileProblem]) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(content)
    with pytest.raises(error) as caught:
        list(pages(path))
    assert str(caught.value).endswith(error.remedy)
    assert "scan.pdf" not in str(caught.value)


def test_encrypted_pdf(tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    paper = canvas.Canvas(str(path), encrypt=StandardEncryption("pass"))
    paper.drawString(10, 10, "invented")
    paper.save()
    with pytest.raises(errors.FileEncrypted):
        list(pages(path))


def test_pdf_without_pages(tmp_path: Path) -> None:
    document = pdfium.PdfDocument.new()
    document.save(tmp_path / "none.pdf")
    with pytest.raises(errors.NoPages):
        list(pages(tmp_path / "none.pdf"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_a_file_that_breaks_off(tmp_path: Path, kind: str, share: float) -> None:
    whole = io.BytesIO()
    sheet().save(whole, kind)
    path = tmp_path / "half"
    path.write_bytes(whole.getvalue()[: int(len(whole.getvalue()) * share)])
    if kind == "TIFF":
        outcomes = _outcomes(path)
        assert set(outcomes) == {"file.truncated"}
    else:
        with pytest.raises(errors.FileTruncated):
            list(pages(path))


def _outcomes(path: Path) -> list[str]:
    found: list[str] = []
    try:
        found.extend(page.problem.code if page.problem else "read" for page in pages(path))
    except errors.FileProblem as problem:
        found.append(problem.code)
    return found


def test_truncated_multi_page_tiff_gives_the_pages_before(tmp_path: Path) -> None:
    path = tmp_path / "cut.tif"
    content = tiff(path, 4)
    path.write_bytes(content[: int(len(content) * 0.6)])
    outcomes = _outcomes(path)
    assert outcomes[:2] == ["read", "read"]
    assert outcomes[-1] == "file.truncated"


def test_a_damaged_page_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    path = tmp_path / "damaged.tif"
    frames = [sheet(n) for n in range(3)]
    frames[0].save(path, "TIFF", compression="tiff_deflate", save_all=True, append_images=frames[1:])
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = b"\x00" * 2000
    path.write_bytes(bytes(content))
    outcomes = _outcomes(path)
    assert outcomes == ["read", "file.truncated", "read"]


def test_an_undecodable_picture_in_a_pdf_is_not_taken_for_a_blank_sheet(tmp_path: Path) -> None:
    path = tmp_path / "damaged.pdf"
    content = bytearray(pdf(path, 3))
    pictures = [n for n in range(len(content)) if content.startswith(b"\xff\xd8\xff", n)]
    content[pictures[1] : pictures[1] + 600] = b"\x00" * 600
    path.write_bytes(bytes(content))
    assert _outcomes(path) == ["read", "file.truncated", "read"]


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PDF"])
def test_a_huge_page_is_refused_before_it_is_decoded(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "huge"
    Image.new("1", (20_000, 20_000)).save(path, kind, **({"compression": "group4"} if kind == "TIFF" else {}))
    assert MAX_PAGE_PIXELS < 20_000 * 20_000
    assert _outcomes(path) == ["file.too_large"]


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root can become another user to try it as one.")
def test_no_permission_as_an_unprivileged_user(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    sheet().save(path)
    path.chmod(0o000)
    script = (
        "import os, sys; from pathlib import Path; from ocr.load import pages\n"
        f"path = os.open({str(tmp_path)!r}, os.O_RDONLY); os.fchdir(path); os.setuid(65534)\n"
        "from ocr.errors import NoPermission\n"
        "try: list(pages(Path('secret.png')))\n"
        "except NoPermission as error: print(error.code)\n"
    )
    tmp_path.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "file.no_permission"


def test_a_file_that_is_still_being_copied(tmp_path: Path) -> None:
    path = tmp_path / "growing.tif"
    content = tiff(path, 3)
    path.write_bytes(content[: len(content) * 2 // 3])
    reading = pages(path)
    next(reading)
    with path.open("ab") as stream:
        stream.write(b"\0" * 10)
    with pytest.raises(errors.FileIncomplete):
        list(reading)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_pixel_mode_gives_dark_ink_on_white(tmp_path: Path, mode: str) -> None:
    kind = "PNG" if mode != "CMYK" else "TIFF"
    base = sheet()
    picture = (
        Image.fromarray(np.asarray(base).astype(np.uint16) * 257) if mode == "I;16" else base.convert(mode)
    )
    picture.save(tmp_path / "page", kind)
    (page,) = pages(tmp_path / "page")
    assert page.image[15, 15].max() < 40
    assert page.image[500, 500].min() > 215


def test_transparent_paper_is_white(tmp_path: Path) -> None:
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    (page,) = pages(tmp_path / "clear.png")
    assert page.image.min() == 255
