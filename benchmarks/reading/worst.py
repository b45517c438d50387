"""The readings of which we were surest and wrong, as a contact sheet: the picture, what was read, the truth.

All people are invented. The sheets are made again from their seeds; no picture is kept in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.reading.facts import OURS, FieldRead, Said, SheetRead
from benchmarks.reading.foreign import PRINT_FONT
from benchmarks.reading.plan import Sheet
from benchmarks.reading.rows import Results
from benchmarks.reading.sheets import make
from ocr.load import Pixels
from rehearsal.scanners import Quality

COUNT: Final = 20
COLUMNS: Final = 2
TILE_PX: Final = (620, 132)
CROP_PX: Final = (600, 64)
AROUND: Final = 0.12
"""Share of the box's height that is shown around it."""


def worst(results: Results) -> list[tuple[SheetRead, FieldRead]]:
    """Wrong readings, what was accepted unseen first, then the surest."""
    wrong = [
        (sheet, field)
        for sheet in results.sheets
        for field in sheet.fields
        if field.box_px and _is_wrong(field, field.said[OURS])
    ]
    wrong.sort(key=lambda pair: (not pair[1].said[OURS].accepted, -pair[1].said[OURS].score))
    return wrong[:COUNT]


def _is_wrong(field: FieldRead, said: Said) -> bool:
    return said.value != field.truth if field.truth else bool(said.raw)


def draw(results: Results, path: Path) -> int:
    """Writes the contact sheet; how many readings are on it."""
    tiles = list(_tiles(worst(results)))
    width, height = TILE_PX
    lines = max(1, -(-len(tiles) // COLUMNS))
    sheet = Image.new("RGB", (COLUMNS * width, lines * height), "white")
    for number, tile in enumerate(tiles):
        sheet.paste(tile, (number % COLUMNS * width, number // COLUMNS * height))
    sheet.save(path, optimize=True)
    return len(tiles)


def _tiles(wrong: list[tuple[SheetRead, FieldRead]]) -> Iterator[Image.Image]:
    for sheet, field in wrong:
        page = make(Sheet(sheet.form, sheet.seed, Quality(sheet.quality))).page.image
        yield _tile(_cut(page, field), sheet, field)


def _cut(page: Pixels, field: FieldRead) -> Image.Image:
    """The box as we registered it, laid straight, with a little around it."""
    corners = np.array(field.box_px, np.float32)
    across, down = corners[1] - corners[0], corners[3] - corners[0]
    margin = AROUND * down
    corners += np.array([-margin, -margin, margin, margin])
    wide = float(np.linalg.norm(across)) / max(float(np.linalg.norm(down)) * (1 + 2 * AROUND), 1)
    height = min(CROP_PX[1], round(CROP_PX[0] / wide))
    size = min(round(height * wide), CROP_PX[0]), height
    target = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32)
    straight = cv2.getPerspectiveTransform(corners, target)
    crop = cv2.warpPerspective(page, straight, size, flags=cv2.INTER_AREA, borderValue=(255, 255, 255))
    return Image.fromarray(crop if crop.ndim == 2 else crop[:, :, ::-1])


def _tile(crop: Image.Image, sheet: SheetRead, field: FieldRead) -> Image.Image:
    tile = Image.new("RGB", TILE_PX, "white")
    pen, said = ImageDraw.Draw(tile), field.said[OURS]
    tile.paste(crop.convert("RGB"), (8, 6))
    large, small = (ImageFont.truetype(PRINT_FONT, size) for size in (17, 12))
    read = said.value or (f"{said.raw}（不成立）" if said.raw else "（空欄）")
    pen.text((8, 74), f"読: {read}", (190, 20, 20) if said.accepted else (20, 20, 20), font=large)
    pen.text((8, 94), f"真: {field.truth or '（空欄）'}", (20, 90, 20), font=large)
    where = f"{field.field_id}  {sheet.form}-{sheet.seed}  {sheet.hand}  {sheet.quality}"
    pen.text((8, 115), f"{said.score:.4f}  {where}", (110, 110, 110), font=small)
    pen.line((0, TILE_PX[1] - 1, TILE_PX[0], TILE_PX[1] - 1), (220, 220, 220))
    return tile
