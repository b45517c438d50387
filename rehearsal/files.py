"""Scanned pages as the files that scanners write: PDF, multi-page TIFF, PNG and JPEG.

The same pages always give the same bytes: no file carries a time or a random identifier.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from rehearsal.scanning import Scanned


class FileKind(enum.StrEnum):
    """A kind of file by its ending; PDF and TIFF hold several pages."""

    PDF = "pdf"
    TIFF = "tiff"
    PNG = "png"
    JPEG = "jpg"

    @property
    def many_pages(self) -> bool:
        return self in (FileKind.PDF, FileKind.TIFF)


def write_pages(path: Path, pages: Sequence[Scanned]) -> None:
    """Writes the pages to a file of the kind that its ending names.

    ValueError when there is no page, or several for a file that holds one.
    """
    kind = FileKind(path.suffix.lstrip("."))
    if not pages or (len(pages) > 1 and not kind.many_pages):
        raise ValueError(f"a {kind} file cannot hold {len(pages)} pages")
    writers = {
        FileKind.PDF: _write_pdf,
        FileKind.TIFF: _write_tiff,
        FileKind.PNG: _write_png,
        FileKind.JPEG: _write_jpeg,
    }
    writers[kind](path, pages)


def _tag(page: Scanned) -> tuple[int, int]:
    return page.tagged_dpi, page.tagged_dpi_y or page.tagged_dpi


def _write_pdf(path: Path, pages: Sequence[Scanned]) -> None:
    """Page by page, because each may have a resolution of its own."""
    for number, page in enumerate(pages):
        # One bit a dot becomes CCITT group 4, for which Pillow refuses a quality.
        quality = {} if page.image.mode == "1" else {"quality": page.jpeg_quality}
        tag = {"dpi": _tag(page)} if page.tagged_dpi_y else {"resolution": page.tagged_dpi}
        page.image.save(
            path,
            "PDF",
            append=number > 0,
            **tag,
            title=None,
            creationDate=None,
            modDate=None,
            **quality,
        )


def _write_tiff(path: Path, pages: Sequence[Scanned]) -> None:
    """Fax pages are packed as CCITT group 4, others by LZW."""
    first, *others = pages
    compression = "group4" if all(page.image.mode == "1" for page in pages) else "tiff_lzw"
    first.image.save(
        path,
        "TIFF",
        save_all=True,
        append_images=[page.image for page in others],
        compression=compression,
        dpi=_tag(first),
    )


def _write_png(path: Path, pages: Sequence[Scanned]) -> None:
    page = pages[0]
    page.image.save(path, "PNG", dpi=_tag(page), compress_level=6)


def _write_jpeg(path: Path, pages: Sequence[Scanned]) -> None:
    page = pages[0]
    image: Image.Image = page.image.convert("L") if page.image.mode == "1" else page.image
    image.save(path, "JPEG", quality=page.jpeg_quality, dpi=_tag(page))
