"""Pictures of a case: the working page, and a crop of one field, cut when it is shown (law 3)."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from django.contrib.auth.models import User
from PIL import Image

from cases import audit, files, places
from cases.errors import NoPicture, UnknownField
from cases.files import FileKind
from cases.library import form_of
from cases.models import Case, Page
from forms.definition import Box, Kind

MM_PER_INCH = 25.4
CROP_DPI = 300
LARGEST_SIDE_PX = 3000
CROP_QUALITY = 88
MOST_KEPT_BYTES = 96 * 1024 * 1024
"""Ten grey A4 pages at 300 dpi."""


class PageLoader(Protocol):
    """Opens one page of an original; ``flows`` fills it in with ``ocr.load``, which this room may not
    know.
    """

    def __call__(self, original: object, page_index: int) -> Image.Image:
        """``original`` is the path of a plain copy that lasts for the call; ``page_index`` is 0-based."""


def page_image(case: Case) -> bytes:
    """The working page as it was stored (JPEG or PNG). Raises NoPicture."""
    _page_of(case)
    return files.read_bytes(FileKind.PAGE, case.pk)


def receipt_picture(receipt_id: int) -> bytes:
    """The masked picture of the target's screen that a robot brought back."""
    return files.read_bytes(FileKind.PICTURE, receipt_id)


def crop(
    case: Case,
    field_id: str,
    margin_mm: float = 2.0,
    dpi: float = CROP_DPI,
    read_px: Sequence[Sequence[float]] | None = None,
) -> bytes:
    """One field of the working page, straightened, as JPEG; ``margin_mm`` of its surroundings on every side.
    ``read_px``: the corners that its newest reading found, where they are known already.

    A My Number is blacked out here; ``my_number_crop`` shows it. Raises NoPicture, UnknownField,
    ``files.FileMissing``.
    """
    page, box = _page_of(case), _box(case, field_id)
    corners = _read_px(case, field_id) if read_px is None else read_px
    place = places.on_working_page(page, box, corners)
    image = _decoded(case.pk, files.changed_ns(FileKind.PAGE, case.pk))
    return _jpeg(_cut(image, place, box, margin_mm, dpi))


def my_number_crop(
    case: Case, field_id: str, shown_to: User, load: PageLoader, margin_mm: float = 2.0, dpi: float = CROP_DPI
) -> bytes:
    """A My Number as the resident wrote it, cut from the encrypted original; every showing is logged.

    Raises NoPicture, UnknownField (also for a field that is no My Number: it is on the working page).
    """
    page = _page_of(case)
    if form_of(case).field(field_id).kind is not Kind.MY_NUMBER or case.source_id is None:
        raise UnknownField(f"field {field_id} of case {case.number} is no My Number: use its ordinary crop")
    box = _box(case, field_id)
    place = places.on_original(page, box, _read_px(case, field_id))
    audit.write(shown_to.get_username(), "my_number.crop_shown", case.pk, field=field_id)
    with files.opened(FileKind.ORIGINAL, case.source_id) as path, load(path, case.page_index) as image:
        return _jpeg(_cut(_plain(image), place, box, margin_mm, dpi))


_kept: OrderedDict[tuple[UUID, int], Image.Image] = OrderedDict()
_keeping = threading.Lock()


def _decoded(case_id: UUID, changed_ns: int) -> Image.Image:
    """The working page, kept in memory for a while: a screen asks for dozens of crops one after the other,
    and so do the people beside it. Never more than ``MOST_KEPT_BYTES`` are kept.

    ``changed_ns`` tells a page that was made again from the one remembered.
    """
    with _keeping:
        if (found := _kept.get((case_id, changed_ns))) is not None:
            _kept.move_to_end((case_id, changed_ns))
            return found
    with Image.open(io.BytesIO(files.read_bytes(FileKind.PAGE, case_id))) as image:
        plain = _plain(image)
    with _keeping:
        _kept[case_id, changed_ns] = plain
        while len(_kept) > 1 and sum(map(_bytes_of, _kept.values())) > MOST_KEPT_BYTES:
            _kept.popitem(last=False)
    return plain


def _bytes_of(image: Image.Image) -> int:
    return image.width * image.height * len(image.getbands())


def _plain(image: Image.Image) -> Image.Image:
    return image.convert("L" if image.mode in {"1", "L", "I;16"} else "RGB")


def _page_of(case: Case) -> Page:
    try:
        return case.page
    except Page.DoesNotExist as error:
        raise NoPicture(f"case {case.number} has no picture") from error


def _box(case: Case, field_id: str) -> Box:
    try:
        return form_of(case).field(field_id).box
    except KeyError as error:
        raise UnknownField(f"form {case.form} has no field {field_id}") from error


def _read_px(case: Case, field_id: str) -> Sequence[Sequence[float]]:
    """The corners that the newest reading of the field found; nothing where it was never read."""
    newest = case.readings.filter(field_id=field_id).order_by("-attempt", "-id").values_list("box_px").first()
    return newest[0] if newest else ()


def _cut(image: Image.Image, place: places.Quad, box: Box, margin_mm: float, dpi: float) -> Image.Image:
    """The place in the true proportions of its box, with a margin on every side, resampled straight from the
    page; what lies beyond the page is white.

    Pillow wants, for each pixel of the crop, where it comes from: crop px → share of the box → page px, as
    eight numbers.
    """
    width_mm, height_mm = box.width_mm + 2 * margin_mm, box.height_mm + 2 * margin_mm
    scale = min(dpi / MM_PER_INCH, LARGEST_SIDE_PX / max(width_mm, height_mm))
    to_share = [
        [1 / (scale * box.width_mm), 0.0, -margin_mm / box.width_mm],
        [0.0, 1 / (scale * box.height_mm), -margin_mm / box.height_mm],
        [0.0, 0.0, 1.0],
    ]
    matrix = places.product(places.from_unit_square(place), to_share)
    numbers = [value / matrix[2][2] for row in matrix for value in row][:8]
    size = (max(1, round(width_mm * scale)), max(1, round(height_mm * scale)))
    white: int | tuple[int, int, int] = 255 if image.mode == "L" else (255, 255, 255)
    method = Image.Transform.PERSPECTIVE
    return image.transform(size, method, numbers, Image.Resampling.BICUBIC, fillcolor=white)


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=CROP_QUALITY)
    return buffer.getvalue()
