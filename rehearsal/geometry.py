"""Where each point of a sheet lies on its scan: turned, sheared, tilted by a matrix, and bent by a curl.

The curl is defined from the scan back to the sheet, so that pictures are exact; the other way it is solved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from rehearsal.paper import PX_PER_MM

Floats64 = NDArray[np.float64]
Floats = NDArray[np.float32]
Edge = Literal["left", "right", "top", "bottom"]

STEP_PX: Final = 8
"""Maps are worked out at every eighth dot and filled in between: the error stays below 0.001 mm."""

ROUNDS: Final = 30
"""Each round of solving a curl leaves a tenth of the error before."""


@dataclass(frozen=True)
class Curl:
    """How a sheet that does not lie flat is bent in its picture. Lengths in mm on paper.

    Towards ``edge`` it lifts off the glass over ``reach_mm``: the print there is drawn in by up to
    ``depth_mm``, and lines that run into the edge part by up to ``bow_mm``. ``wave_mm`` is a slow wave of the
    whole sheet.
    """

    edge: Edge
    depth_mm: float
    reach_mm: float = 60.0
    bow_mm: float = 0.0
    wave_mm: float = 0.0

    def offsets_mm(self, points_mm: Floats64, size_mm: tuple[float, float]) -> Floats64:
        """How far from where it is seen a point lies on the flat sheet; both (…, 2)."""
        along = 0 if self.edge in ("left", "right") else 1
        far = self.edge in ("right", "bottom")
        seen, across = points_mm[..., along], points_mm[..., 1 - along]
        from_edge = size_mm[along] - seen if far else seen
        lift = np.clip(1 - from_edge / self.reach_mm, 0, 1.3) ** 2
        drawn_in = self.depth_mm * lift * (1 if far else -1)
        parted = self.bow_mm * lift * (2 * across / size_mm[1 - along] - 1)
        wave = self.wave_mm * np.sin(2 * np.pi * 1.3 * seen / size_mm[along] + 0.7)
        order = (drawn_in, parted + wave) if along == 0 else (parted + wave, drawn_in)
        return np.stack(order, axis=-1)


@dataclass(frozen=True, eq=False)
class Placing:
    """From mm on the paper to px of the scan. ``matrix`` (3, 3) takes px of the flat paper to these."""

    matrix: Floats64
    paper_mm: tuple[float, float]
    size_px: tuple[int, int]
    """Width and height of the scan."""

    curl: Curl | None = None

    @property
    def affine(self) -> bool:
        return self.curl is None and bool(np.allclose(self.matrix[2], (0, 0, 1)))

    def scan_px(self, points_mm: Floats64) -> Floats64:
        """Where points of the paper (n, 2) lie on the scan, exactly; (n, 2) px."""
        flat_mm = np.asarray(points_mm, np.float64)
        if self.curl:
            wanted_mm = flat_mm
            for _ in range(ROUNDS):
                flat_mm = wanted_mm - self.curl.offsets_mm(flat_mm, self.paper_mm)
        return _projected(self.matrix, np.asarray(flat_mm * PX_PER_MM, np.float64))

    def paper_px(self, points_px: Floats64) -> Floats64:
        """Which points of the paper (…, 2) are seen at those of the scan; px of the paper."""
        flat_px = _projected(np.asarray(np.linalg.inv(self.matrix), np.float64), points_px)
        if self.curl is None:
            return flat_px
        seen_mm = np.asarray(flat_px / PX_PER_MM, np.float64)
        return np.asarray((seen_mm + self.curl.offsets_mm(seen_mm, self.paper_mm)) * PX_PER_MM, np.float64)

    def maps(self) -> tuple[Floats, Floats]:
        """For every dot of the scan the column and row of the paper that it shows, each (height, width)."""
        width, height = self.size_px
        # Node k stands where a resized picture has the middle of its dot k; one more on each side.
        columns, rows = (
            (np.arange(-1, side // STEP_PX + 2) + 0.5) * STEP_PX - 0.5 for side in (width, height)
        )
        nodes = self.paper_px(np.stack(np.meshgrid(columns, rows), axis=-1)).astype(np.float32)
        fine = cv2.resize(nodes, (len(columns) * STEP_PX, len(rows) * STEP_PX))
        whole = fine[STEP_PX : STEP_PX + height, STEP_PX : STEP_PX + width]
        return np.ascontiguousarray(whole[..., 0]), np.ascontiguousarray(whole[..., 1])


def _projected(matrix: Floats64, points: Floats64) -> Floats64:
    homogeneous = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(homogeneous[..., :2] / homogeneous[..., 2:], np.float64)


def seen_at_an_angle(size_px: tuple[float, float], corners: tuple[float, ...]) -> Floats64:
    """The (3, 3) matrix that takes a picture of that size to one where its corners lie elsewhere.

    ``corners``: x and y of top left, top right, bottom right, bottom left as shares of width and height.
    """
    width, height = size_px
    before = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    after = np.array(corners, np.float32).reshape(4, 2) * np.array([width, height], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(before, after), np.float64)
