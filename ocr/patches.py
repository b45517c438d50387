"""Connected patches of ink in an area, with their places and sizes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.load import Pixels

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

SPECK_MM2 = 0.09
"""Smaller patches of ink are dust; the dot of a dakuten has about 0.2 mm²."""

_LARGE = 10**6


@dataclass(frozen=True, eq=False)
class Patches:
    """``labels``: uint16 H×W, 0 on paper. The others: a number of pixels for each label; 0 is paper."""

    labels: npt.NDArray[np.uint16]
    left: Numbers
    top: Numbers
    right: Numbers
    bottom: Numbers
    area: Numbers

    @staticmethod
    def of(found: Pixels) -> Patches:
        """The patches of a picture of ink (0 where there is none); corners join."""
        _, labels, stats, _ = cv2.connectedComponentsWithStats(found, connectivity=8, ltype=cv2.CV_16U)
        left, top, width, height, area = stats.astype(np.int64).T
        area[0] = 0
        return Patches(np.asarray(labels, np.uint16), left, top, left + width, top + height, area)

    @property
    def width(self) -> Numbers:
        return self.right - self.left

    @property
    def height(self) -> Numbers:
        return self.bottom - self.top

    def within(self, part: tuple[slice, slice]) -> Numbers:
        """How many pixels of each patch lie in rows and columns of the area."""
        counts = np.bincount(self.labels[part].ravel(), minlength=len(self.area))
        counts[0] = 0
        return counts

    def marked(self, marks: Pixels) -> Numbers:
        """How many pixels of each patch are marked (not 0)."""
        counts = np.bincount(self.labels[marks > 0], minlength=len(self.area))
        counts[0] = 0
        return counts

    def mask(self, which: Flags) -> Pixels:
        """1 where the patches of these labels are."""
        shown = which.astype(np.uint8)
        shown[0] = 0
        return np.take(shown, self.labels)

    def gaps(self, which: Flags, to: Flags) -> Numbers:
        """White pixels between the frame of each of these patches and the nearest of those."""
        if not to.any():
            return np.full(int(which.sum()), _LARGE)
        across, down = (
            self._apart(which, to, self.left, self.right),
            self._apart(which, to, self.top, self.bottom),
        )
        return np.asarray(np.maximum(across, down).min(axis=1))

    def columns_apart(self, which: Flags, to: Flags) -> Numbers:
        """White columns between each of these patches and the nearest other one of those; below 0: shared."""
        apart = self._apart(which, to, self.left, self.right)
        apart[np.flatnonzero(which)[:, None] == np.flatnonzero(to)] = _LARGE
        return np.asarray(apart.min(axis=1, initial=_LARGE))

    @staticmethod
    def _apart(which: Flags, to: Flags, low: Numbers, high: Numbers) -> Numbers:
        return np.asarray(np.maximum(low[to] - high[which][:, None], low[which][:, None] - high[to]))
