"""Digits that real people wrote, as a face: each is taken from pictures, not drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from rehearsal.faces import MARGIN_EM, Floats, Pen, Warp, bent, halved, patch_px
from rehearsal.strokes import CAPITAL_EM

BASELINE_EM: Final = 0.92
LIKENESSES: Final = 4
"""A hand writes a digit in that many ways that are much alike."""

SHORTEST_PX: Final = 8
"""No digit is taken for lower than this, lest a lying one be blown up."""

_SOURCE_PX: Final = 96


@dataclass(frozen=True)
class MnistFace:
    """Digits as other people wrote them. ``images``: digit → pictures (n, 28, 28), 0 paper to 255 ink.

    The warp's variant chooses one picture, chance one of those that are most like it. The stroke keeps the
    width it has, whatever the pen. Which writers these are is the caller's choice: see ``mnist_digits``.
    """

    name: str
    images: Mapping[str, NDArray[np.uint8]] = field(repr=False, hash=False, compare=False)
    _likes: dict[tuple[str, int], NDArray[np.int_]] = field(
        default_factory=dict, init=False, repr=False, hash=False, compare=False
    )
    """What was found alike before: looking through thousands of pictures takes longer than drawing one."""

    def covers(self, char: str) -> bool:
        return len(self.images.get(char, ())) > 0

    def width_em(self, char: str) -> float:
        return 0.36 if char == "1" else 0.58

    def draw(self, char: str, em_px: float, warp: Warp, pen: Pen, rng: np.random.Generator) -> Floats:
        if not self.covers(char):
            raise KeyError(char)
        if (char, warp.variant) not in self._likes:
            self._likes[char, warp.variant] = _alike(self.images[char], warp.variant)
        likes = self._likes[char, warp.variant]
        return picture(self.images[char][int(rng.choice(likes))], self.width_em(char), em_px, warp)


def picture(
    image: NDArray[np.uint8], width_em: float, em_px: float, warp: Warp, edge: float = 0.45
) -> Floats:
    """Ink 0..1 of one picture as ``Face.draw`` gives it. ``edge``: the grey at a stroke's edge."""
    drawn = bent(_placed(image, width_em), _SOURCE_PX, em_px, warp).astype(np.float32) / 255
    return halved(np.clip((drawn - edge) * 3 + 0.5, 0, 1).astype(np.float32))


def _alike(images: NDArray[np.uint8], variant: int) -> NDArray[np.int_]:
    """The picture of that number and those nearest to it, px by px."""
    flat = images.reshape(len(images), -1)
    first = flat[variant % len(flat)]
    apart = cv2.absdiff(flat, np.broadcast_to(first, flat.shape).copy()).sum(axis=1, dtype=np.int64)
    return np.argsort(apart, kind="stable")[:LIKENESSES]


def _placed(image: NDArray[np.uint8], width_em: float) -> NDArray[np.uint8]:
    """The picture as a patch of em ``_SOURCE_PX``: as high as a capital, on the line, in mid advance."""
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    tight = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = CAPITAL_EM * _SOURCE_PX / max(tight.shape[0], SHORTEST_PX)
    large = cv2.resize(np.pad(tight, 1), None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    side, (height, width) = patch_px(_SOURCE_PX), large.shape
    left = round((MARGIN_EM + width_em / 2) * _SOURCE_PX - width / 2)
    top = round((MARGIN_EM + BASELINE_EM) * _SOURCE_PX - height + scale)
    shift = np.array([[1, 0, left], [0, 1, top]], np.float32)
    return np.asarray(cv2.warpAffine(large, shift, (side, side)), np.uint8)
