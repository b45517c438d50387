"""Files to pages, one page in memory at a time.

What a file is, is decided by its content; its name and its resolution tag are not believed.
A fault of the whole file is raised; a fault of one page is that page's ``problem``, and the rest goes on.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdfium2 import raw as pdfium_c

from ocr.errors import (
    FileEmpty,
    FileEncrypted,
    FileIncomplete,
    FileProblem,
    FileTooLarge,
    FileTruncated,
    NoPages,
    NoPermission,
    NotAnImage,
)

Pixels = npt.NDArray[np.uint8]

MAX_PAGE_PIXELS = 80_000_000
"""Largest page that is decoded, in pixels: A3 at 600 dpi has 70 million."""

RENDER_DPI = 300
"""Resolution in dots per inch at which a PDF page is drawn that is not one scanned picture."""

MAX_RENDER_SIDE_PX = 5_000
"""No PDF page is drawn larger than this (A4 at 400 dpi), whatever size it claims."""

_SIGNATURES = {
    b"%PDF-": "PDF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
}
PAGES_AT_A_TIME = 16
"""PDFium keeps the compressed picture of every page that it has drawn until the document is closed (measured:
0.6 MB a page), so the document is opened anew now and then."""

_PDF_HEADER_WITHIN_BYTES = 1024
_LOCKED = frozenset({pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY})
_COVERING = 0.8
"""Share of the page's width from which on a picture counts as the scan."""
_WHITE = 250
_DECODE_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    KeyError,
    TypeError,
    IndexError,
    ZeroDivisionError,
)
"""What Pillow is known to raise on damaged data, depending on where the damage lies."""


@dataclass(frozen=True, eq=False)
class PageImage:
    """One page as scanned.

    ``image`` is uint8, H×W grey or H×W×3 BGR, 0 black to 255 white; it has no pixels when ``problem`` says
    why the page could not be decoded. ``tagged_dpi`` is what the file claims (0: nothing).
    """

    index: int
    image: Pixels
    tagged_dpi: float = 0.0
    problem: FileProblem | None = None


def pages(path: Path) -> Iterator[PageImage]:
    """The pages of a PDF, TIFF, PNG or JPEG in order. Raises a ``FileProblem`` when the file gives none."""
    with _understood(path) as kind:
        yield from _pdf_pages(path) if kind == "PDF" else _picture_pages(path, kind)


@contextmanager
def _understood(path: Path) -> Iterator[str]:
    """Gives the kind of the file; tells a file that is still being written from a damaged one."""
    try:
        before = path.stat()
        kind = _kind(path)
        try:
            yield kind
        except FileTruncated as error:
            if (path.stat().st_size, path.stat().st_mtime_ns) != (before.st_size, before.st_mtime_ns):
                raise FileIncomplete("The file changed while it was being read.") from error
            raise
    except PermissionError as error:
        raise NoPermission("The file may not be read by this account.") from error
    except IsADirectoryError as error:
        raise NotAnImage("This is a folder.") from error


def _kind(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(_PDF_HEADER_WITHIN_BYTES)
    if not head:
        raise FileEmpty("The file is empty (0 bytes).")
    for signature, kind in _SIGNATURES.items():
        if head.startswith(signature) or (kind == "PDF" and signature in head):
            return kind
    raise NotAnImage(f"The content is no PDF, TIFF, PNG or JPEG (it begins with {head[:4].hex(' ')}).")


# ---- PDF


def _pdf_pages(path: Path) -> Iterator[PageImage]:
    with closing(_open_pdf(path)) as document:
        count = len(document)
    if count == 0:
        raise NoPages("The PDF has no pages.")
    for first in range(0, count, PAGES_AT_A_TIME):
        with closing(_open_pdf(path)) as document:
            for index in range(first, min(first + PAGES_AT_A_TIME, count)):
                yield _guarded(index, partial(_pdf_page, document, index))


def _open_pdf(path: Path) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        # PDFium's error code may be left over from the file before, so the content has to agree with it.
        if error.err_code in _LOCKED and _holds(path, rb"/Encrypt\b"):
            raise FileEncrypted("The PDF asks for a password.") from error
        if error.err_code == pdfium_c.FPDF_ERR_SUCCESS or _holds(path, rb"/Count\s+0\b(?s:.*)%%EOF"):
            raise NoPages("The PDF has no pages.") from error
        raise FileTruncated("The PDF cannot be opened: its structure is damaged or incomplete.") from error


def _holds(path: Path, pattern: bytes) -> bool:
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return re.search(pattern, content) is not None


def _pdf_page(document: pdfium.PdfDocument, index: int) -> PageImage:
    try:
        with closing(document[index]) as page:
            scale = _render_scale(page)
            with closing(page.render(scale=scale)) as bitmap:
                image = _plain(bitmap.to_numpy())
            if image.min() > _WHITE:
                _refuse_undecoded(page)
    except pdfium.PdfiumError as error:
        raise FileTruncated(f"Page {index + 1} of the PDF is damaged.") from error
    return PageImage(index, image, tagged_dpi=round(scale * 72))


def _render_scale(page: pdfium.PdfPage) -> float:
    """Pixels per point: the scan's own resolution where a picture covers the page, else ``RENDER_DPI``."""
    width_pt, height_pt = map(float, page.get_size())
    pictures = list(_pictures(page))
    for width_px, height_px, _ in pictures:
        _refuse_too_large(width_px, height_px)
    scans = [width_px / covered for width_px, _, covered in pictures if covered > _COVERING * width_pt]
    return min(max([*scans], default=RENDER_DPI / 72), MAX_RENDER_SIDE_PX / max(width_pt, height_pt))


def _refuse_undecoded(page: pdfium.PdfPage) -> None:
    """PDFium draws a picture that it cannot decode as nothing; asked for it alone, it says so."""
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        item.get_bitmap().close()


def _pictures(page: pdfium.PdfPage) -> Iterator[tuple[int, int, float]]:
    """Each picture on the page: its size in pixels and the width in points that it covers."""
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        meta = item.get_metadata()
        left, _, right, _ = item.get_bounds()
        yield meta.width, meta.height, right - left


# ---- TIFF, PNG, JPEG


def _picture_pages(path: Path, kind: str) -> Iterator[PageImage]:
    with _open_picture(path, kind) as picture:
        if kind != "TIFF":
            yield _picture_page(picture, 0)
            return
        index = 0
        while _seek(picture, index):
            yield _guarded(index, partial(_picture_page, picture, index))
            index += 1


def _open_picture(path: Path, kind: str) -> Image.Image:
    try:
        return Image.open(path, formats=[kind, "MPO"] if kind == "JPEG" else [kind])
    except PermissionError:
        raise
    except Image.DecompressionBombError as error:
        raise FileTooLarge(f"The picture has more than {MAX_PAGE_PIXELS:,} pixels.") from error
    except (UnidentifiedImageError, *_DECODE_ERRORS) as error:
        raise FileTruncated(f"The {kind} breaks off in its header or directory.") from error


def _seek(picture: Image.Image, index: int) -> bool:
    """Moves to a page of a TIFF; False after the last. Damage of the directory ends the file."""
    try:
        picture.seek(index)
    except EOFError:
        return False
    except Image.DecompressionBombError as error:
        raise FileTooLarge(f"Page {index + 1} has more than {MAX_PAGE_PIXELS:,} pixels.") from error
    except _DECODE_ERRORS as error:
        raise FileTruncated(f"The TIFF's directory breaks off after page {index}.") from error
    return True


def _picture_page(picture: Image.Image, index: int) -> PageImage:
    _refuse_too_large(*picture.size)
    try:
        upright = ImageOps.exif_transpose(picture)
        upright.load()
    except _DECODE_ERRORS as error:
        raise FileTruncated(f"Page {index + 1} breaks off or is damaged.") from error
    dpi = picture.info.get("dpi", (0.0, 0.0))
    return PageImage(index, _pillow_pixels(upright), tagged_dpi=float(dpi[0] or 0))


def _pillow_pixels(picture: Image.Image) -> Pixels:
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return (np.asarray(picture).astype(np.uint32) >> 8).astype(np.uint8)
    if picture.mode in {"1", "L"}:
        return np.asarray(picture.convert("L"))
    if "A" in picture.mode or "transparency" in picture.info:
        # Transparent paper is white paper.
        layer = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1])


# ---- both


def _guarded(index: int, decode: Callable[[], PageImage]) -> PageImage:
    """A page, or a page that says why it has no picture, so that the pages behind it are still read."""
    try:
        return decode()
    except FileProblem as problem:
        return PageImage(index, np.zeros((0, 0), np.uint8), problem=problem)


def _refuse_too_large(width_px: float, height_px: float) -> None:
    if width_px * height_px > MAX_PAGE_PIXELS:
        size = f"{width_px:,.0f} × {height_px:,.0f}"
        raise FileTooLarge(f"The page has {size} pixels, more than the {MAX_PAGE_PIXELS:,} that are decoded.")


def _plain(image: Any) -> Pixels:
    """Grey where the renderer gave one channel, BGR otherwise; an array that owns its memory."""
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[:, :, 0]
    return np.array(image[..., :3] if image.ndim == 3 else image, dtype=np.uint8)
