"""How paper bends: what one homography leaves over, as a smooth surface through the printed landmarks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Points

Weights = npt.NDArray[np.float64]

_SPACING_MM = 35.0
"""Distance of the surface's control points: paper does not bend more sharply and still lie readable."""

_STIFFNESS = 0.02
"""Weight of the surface's second differences against the landmarks, which lie about 8 mm apart."""

_DOUBT_MM = 0.25
"""A landmark this far off the surface counts half, one further off less."""

_ROUNDS = 4
"""Of fitting anew with the weights that the fit before gave; the weights hardly change after three."""


@dataclass(frozen=True, eq=False)
class Bend:
    """Displacements in mm over a page of a form: two cubic B-spline surfaces.

    ``controls`` has a row of control points for each step down, a column for each step across, and x and y.
    """

    width_mm: float
    height_mm: float
    controls: npt.NDArray[np.float64]

    @staticmethod
    def none(width_mm: float, height_mm: float) -> Bend:
        """A flat page."""
        return Bend(width_mm, height_mm, np.zeros((_count(height_mm), _count(width_mm), 2)))

    def at(self, points_mm: Points) -> Points:
        """The displacements (N×2, mm) at places of the form; beyond the page's edge that of the edge."""
        across, down = _basis(points_mm[:, 0], self.width_mm), _basis(points_mm[:, 1], self.height_mm)
        return np.asarray(np.einsum("nr,nc,rcd->nd", down, across, self.controls))

    def over(self, points_mm: Points) -> Points:
        """Where places of the form lie on the bent paper, in mm."""
        return points_mm + self.at(points_mm)

    @property
    def largest_mm(self) -> float:
        """The largest displacement on the page."""
        x, y = np.meshgrid(np.linspace(0, self.width_mm, 15), np.linspace(0, self.height_mm, 21))
        return float(np.hypot(*self.at(np.c_[x.ravel(), y.ravel()]).T).max())

    @property
    def strain(self) -> float:
        """The largest stretch or squeeze (0.05: five per cent) along either side of the page."""
        across = np.diff(self.controls[..., 0], axis=1) / _step(self.width_mm)
        down = np.diff(self.controls[..., 1], axis=0) / _step(self.height_mm)
        return float(max(np.abs(across).max(), np.abs(down).max()))


def fitted(at_mm: Points, off_mm: Points, width_mm: float, height_mm: float) -> Bend:
    """The surface nearest to displacements (N×2, mm) seen at places of the form; lone faults hardly count."""
    across, down = _basis(at_mm[:, 0], width_mm), _basis(at_mm[:, 1], height_mm)
    design = (down[:, :, None] * across[:, None, :]).reshape(len(at_mm), -1)
    stiff = _stiff(width_mm, height_mm)
    trust = np.ones(len(at_mm))
    controls = np.zeros((design.shape[1], 2))
    for _ in range(_ROUNDS):
        weighted = design * np.sqrt(trust)[:, None]
        wanted = off_mm * np.sqrt(trust)[:, None]
        controls = _solved(cv2.mulTransposed(weighted, True) + stiff, weighted.T @ wanted, (wanted**2).sum())
        off = np.hypot(*(off_mm - design @ controls).T)
        trust = 1 / (1 + (off / _DOUBT_MM) ** 2)
    return Bend(width_mm, height_mm, controls.reshape(down.shape[1], across.shape[1], 2))


def _solved(normal: Weights, pull: Weights, most: float) -> Weights:
    """The solution of normal equations; ``most``: an upper bound of what they can explain.

    By Cholesky, forwards while factorising and backwards by hand: the solvers of NumPy and OpenCV wake a
    thread for each core, which takes ten times as long as the sums.
    """
    size, sides = pull.shape
    bordered = np.block([[normal, pull], [pull.T, (1 + most) * np.eye(sides)]])
    factor = np.linalg.cholesky(bordered)
    lower, solution = factor[:size, :size], factor[size:, :size].T.copy()
    for row in range(size - 1, -1, -1):
        solution[row] -= lower[row + 1 :, row] @ solution[row + 1 :]
        solution[row] /= lower[row, row]
    return np.asarray(solution)


def _count(length_mm: float) -> int:
    return int(np.ceil(length_mm / _SPACING_MM)) + 3


def _step(length_mm: float) -> float:
    return length_mm / (_count(length_mm) - 3)


def _basis(places_mm: npt.NDArray[np.float64], length_mm: float) -> Weights:
    """The weight of each control point along one side of the page for each place: uniform cubic B-splines."""
    steps = np.clip(places_mm, 0, length_mm) / _step(length_mm)
    first = np.minimum(steps.astype(int), _count(length_mm) - 4)
    u = steps - first
    parts = ((1 - u) ** 3, 3 * u**3 - 6 * u**2 + 4, -3 * u**3 + 3 * u**2 + 3 * u + 1, u**3)
    weights = np.zeros((len(steps), _count(length_mm)))
    for offset, part in enumerate(parts):
        weights[np.arange(len(steps)), first + offset] = part / 6
    return weights


@cache
def _stiff(width_mm: float, height_mm: float) -> Weights:
    """The cost of bending, as a matrix over the control points: a plane costs (next to) nothing."""
    across, down = _count(width_mm), _count(height_mm)
    bent_across = np.diff(np.eye(across), 2, axis=0)
    bent_down = np.diff(np.eye(down), 2, axis=0)
    sheared = np.kron(np.diff(np.eye(down), axis=0), np.diff(np.eye(across), axis=0))
    cost = np.kron(np.eye(down), bent_across.T @ bent_across)
    cost += np.kron(bent_down.T @ bent_down, np.eye(across))
    cost += 2 * sheared.T @ sheared
    return _STIFFNESS * cost + 1e-6 * np.eye(across * down)
