"""How strongly each of a field's printed words is ringed, and which ring was crossed out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from forms.definition import Box
from ocr.flat import PX_PER_MM
from ocr.sighting import Sighting

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

REACH_MM = 4.0
"""How far from its word a ring is looked for."""

_INNER, _OUTER = 0.5, 1.8
"""Where the stroke around a word runs, in halves of the word's box."""

_SECTORS = 24
_NONE, _SURE = 0.40, 0.75
"""Share of the directions in which there is ink; a neighbour's ring gives up to a third."""

_EXPLAINED = 0.8
"""A stroke counts for a word if it surrounds it so well, compared with the word that it surrounds best."""

_OFF_CENTRE = 0.9
"""How far, in halves of the word's box, the middle of a ring may lie from that of its word."""


_LEAST_SIZE, _ROUND = 1.1, 0.75
"""A stroke is round if its frame has this size at least, in halves of the word's box, and such an aspect."""

_HEART = 0.5
_HEART_NONE, _HEART_SURE = 0.05, 0.16
"""A ring is empty but for the word; of its heart, lines through it or a scribble fill such a share."""

_OTHER_NONE_MM2, _OTHER_SURE_MM2, _OTHER_STRENGTH = 1.0, 2.5, 0.35
"""A word that is ticked, underlined or blotted instead is not ringed, but what is meant is not sure."""


_TRACE_NONE, _TRACE_SURE, _TRACE_STRENGTH = 0.25, 0.5, 0.4
"""Dots in such a share of the directions may be what is left of a pale ring."""


@dataclass(frozen=True, eq=False)
class _Points:
    """The pixels of ink: ``x``, ``y`` within the area, and the patch that each belongs to."""

    x: Numbers
    y: Numbers
    patch: npt.NDArray[np.intp]

    @staticmethod
    def of(sighting: Sighting) -> _Points:
        return _Points.those(sighting, sighting.own)

    @staticmethod
    def those(sighting: Sighting, which: Flags) -> _Points:
        """The ink of some patches."""
        rows, columns = np.nonzero(sighting.patches.labels)
        patch = sighting.patches.labels[rows, columns]
        own = which[patch]
        return _Points(
            columns[own].astype(np.float64), rows[own].astype(np.float64), patch[own].astype(np.intp)
        )

    def only(self, patches: Flags) -> _Points:
        which = patches[self.patch]
        return _Points(self.x[which], self.y[which], self.patch[which])


@dataclass(frozen=True)
class _Word:
    """A printed word as its box lies in the area, in pixels: middle and halves."""

    x: float
    y: float
    across: float
    down: float

    def distance(self, x: Numbers, y: Numbers) -> Numbers:
        """How far places lie from the word's middle, in halves of its box."""
        return np.asarray(np.hypot((x - self.x) / self.across, (y - self.y) / self.down))

    def sectors(self, points: _Points) -> tuple[npt.NDArray[np.intp], Flags]:
        """The direction (0 to ``_SECTORS`` − 1) in which points lie, and which lie where a ring runs."""
        angle = np.arctan2((points.y - self.y) / self.down, (points.x - self.x) / self.across)
        radius = self.distance(points.x, points.y)
        sector = ((angle / (2 * np.pi) + 0.5) * _SECTORS).astype(np.intp) % _SECTORS
        return sector, (radius > _INNER) & (radius < _OUTER)

    def surrounded(self, points: _Points) -> float:
        """Share (0..1) of the directions in which there is ink."""
        sector, near = self.sectors(points)
        return float(np.count_nonzero(np.bincount(sector[near], minlength=_SECTORS)) / _SECTORS)

    def surrounded_by(self, points: _Points, count: int) -> Numbers:
        """The same for each of ``count`` patches by itself."""
        sector, near = self.sectors(points)
        seen = np.zeros((count, _SECTORS), bool)
        seen[points.patch[near], sector[near]] = True
        return np.asarray(seen.mean(axis=1), np.float64)


def strengths(sighting: Sighting) -> tuple[Numbers, Numbers]:
    """For each option, from 0 to 1: how surely it is ringed, and how surely that ring was crossed out."""
    points, words = _Points.of(sighting), [_word(sighting, box) for box in sighting.boxes]
    cover = np.array([word.surrounded_by(points, len(sighting.own)) for word in words])
    # A word that was blotted out is surrounded by much ink, which is none of its neighbours' business.
    pen = points.only(sighting.clear)
    blotted = [_heart(sighting, pen, word) > _HEART_SURE for word in words]
    best = np.where(np.array(blotted)[:, None], 0, cover).max(axis=0)
    supports = (cover > 0) & (cover >= _EXPLAINED * best)
    found = [_best(sighting, points, words, n, supports[n]) for n in range(len(words))]
    ringed = _share(np.array([share for share, _ in found]), _NONE, _SURE)
    hearts = np.array([heart for _, heart in found])
    if ringed.max() < 0.5:
        ringed = np.maximum(ringed, np.maximum(_otherwise(sighting, words), _traced(sighting, words)))
    return ringed, _share(hearts, _HEART_NONE, _HEART_SURE)


def _best(
    sighting: Sighting, points: _Points, words: list[_Word], number: int, supports: Flags
) -> tuple[float, float]:
    """How far (0..1) a word is surrounded, seen from where that is most, and how full of ink its heart is."""
    if not supports.any():
        return 0.0, 0.0
    ring = points.only(supports)
    seen = [(middle.surrounded(ring), middle) for middle in _middles(sighting, words, number, supports)]
    share, middle = max(seen, key=lambda one: one[0])
    return share, _heart(sighting, points.only(sighting.clear), middle)


def _heart(sighting: Sighting, points: _Points, word: _Word) -> float:
    """How much (0..1) of the middle of a word is inked, as far as its own print lets us see."""
    half_x, half_y = word.across * _HEART, word.down * _HEART
    rows = slice(max(round(word.y - half_y), 0), round(word.y + half_y) + 1)
    columns = slice(max(round(word.x - half_x), 0), round(word.x + half_x) + 1)
    hidden = sighting.hidden[rows, columns]
    inside = (abs(points.x - word.x) <= half_x) & (abs(points.y - word.y) <= half_y)
    visible = hidden.size - cv2.countNonZero(hidden)
    return float(np.count_nonzero(inside)) / max(visible, 1)


def _middles(sighting: Sighting, words: list[_Word], number: int, supports: Flags) -> list[_Word]:
    """Where the middle of a word's ring may lie: that of the word, of a round stroke, of all its strokes."""
    patches, word = sighting.patches, words[number]
    frames = np.stack([patches.left, patches.top, patches.right, patches.bottom], axis=1)[supports]
    whole = np.concatenate([frames[:, :2].min(axis=0), frames[:, 2:].max(axis=0)])
    left, top, right, bottom = np.vstack([frames, whole]).T
    across, down = (right - left) / word.across, (bottom - top) / word.down
    x, y = (left + right) / 2, (top + bottom) / 2
    distances = np.array([other.distance(x, y) for other in words])
    fit = (distances[number] < _OFF_CENTRE) & (distances[number] <= distances.min(axis=0))
    fit &= (np.minimum(across, down) > _LEAST_SIZE) & (
        np.minimum(across, down) > _ROUND * np.maximum(across, down)
    )
    places = zip(x[fit].tolist(), y[fit].tolist(), strict=True)
    return [word, *(replace(word, x=at_x, y=at_y) for at_x, at_y in places)]


def _otherwise(sighting: Sighting, words: list[_Word]) -> Numbers:
    """How far words without a ring may be meant by other strokes on them; never quite."""
    patches = sighting.patches
    x, y = (patches.left + patches.right) / 2, (patches.top + patches.bottom) / 2
    distances = np.array([word.distance(x, y) for word in words])
    on = sighting.clear & (distances < 1) & (distances == distances.min(axis=0))
    amounts = sighting.mm2((on * patches.area).sum(axis=1))
    return _OTHER_STRENGTH * _share(amounts, _OTHER_NONE_MM2, _OTHER_SURE_MM2)


def _traced(sighting: Sighting, words: list[_Word]) -> Numbers:
    """How far words may have been ringed by a pen of which only dots are left; never quite."""
    dots = _Points.those(sighting, sighting.traces)
    return _TRACE_STRENGTH * _share(
        np.array([word.surrounded(dots) for word in words]), _TRACE_NONE, _TRACE_SURE
    )


def _word(sighting: Sighting, box: Box) -> _Word:
    x = (box.x_mm + box.width_mm / 2) * PX_PER_MM - sighting.area.left
    y = (box.y_mm + box.height_mm / 2) * PX_PER_MM - sighting.area.top
    return _Word(x, y, box.width_mm / 2 * PX_PER_MM, box.height_mm / 2 * PX_PER_MM)


def _share(amounts: Numbers, none: float, sure: float) -> Numbers:
    return np.clip((amounts - none) / (sure - none), 0.0, 1.0)
