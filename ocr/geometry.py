"""Plane geometry between millimetres on a form and pixels of a picture.

A transform is a 3×3 float64 homography; points are N×2 arrays. Pixel (0, 0) is the picture's top left corner.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

Transform = npt.NDArray[np.float64]
Points = npt.NDArray[np.float64]

MM_PER_INCH = 25.4


def scaling(x: float, y: float | None = None) -> Transform:
    """Multiplies lengths by ``x`` across and by ``y`` (default: the same) down."""
    return np.diag([x, x if y is None else y, 1.0])


def shifting(dx: float, dy: float) -> Transform:
    """Moves by ``dx`` to the right and ``dy`` down."""
    return np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1]], dtype=np.float64)


def unshrunk(scale: float) -> Transform:
    """From pixels of a picture made smaller by ``cv2.resize`` to those of the picture that it was made from.

    What counts are the pixels' middles: the first pixel of a half-size picture lies between the first two.
    """
    return np.array([[1 / scale, 0, 0.5 / scale - 0.5], [0, 1 / scale, 0.5 / scale - 0.5], [0, 0, 1]])


def inverse(transform: Transform) -> Transform:
    """The way back."""
    return np.asarray(np.linalg.inv(transform), dtype=np.float64)


def moved(transform: Transform, points: Points | Sequence[tuple[float, float]]) -> Points:
    """The points after the transform."""
    flat = np.asarray(points, dtype=np.float64).reshape(-1, 1, 2)
    if not len(flat):
        return flat.reshape(0, 2)
    return np.asarray(cv2.perspectiveTransform(flat, transform), dtype=np.float64).reshape(-1, 2)


def affine(source: Points, target: Points) -> Transform:
    """The affine transform that brings at least three source points nearest to their targets."""
    design = np.c_[source, np.ones(len(source))]
    solution, *_ = np.linalg.lstsq(design, target, rcond=None)
    return np.vstack([solution.T, [0, 0, 1]])


def similarity(source: Points, target: Points) -> Transform:
    """Turning, scaling and shifting (no mirroring) that bring two or more points nearest to their targets."""
    x, y = source.T
    one, zero = np.ones_like(x), np.zeros_like(x)
    design = np.vstack([np.c_[x, -y, one, zero], np.c_[y, x, zero, one]])
    (a, b, dx, dy), *_ = np.linalg.lstsq(design, target.T.ravel(), rcond=None)
    return np.array([[a, -b, dx], [b, a, dy], [0, 0, 1]], dtype=np.float64)


def homography(source: Points, target: Points) -> Transform:
    """The homography through four or more points, by least squares."""
    found, _ = cv2.findHomography(source, target)
    return np.asarray(found, dtype=np.float64)


def px_per_mm(transform: Transform, at_mm: tuple[float, float]) -> float:
    """Pixels per mm at a place of the form, the geometric mean of both directions."""
    here, right, below = moved(transform, [at_mm, (at_mm[0] + 1, at_mm[1]), (at_mm[0], at_mm[1] + 1)])
    (a, b), (c, d) = right - here, below - here
    return float(np.sqrt(abs(a * d - b * c)))


def turn_degrees(transform: Transform, at_mm: tuple[float, float]) -> float:
    """The direction in the picture of the form's x axis: 0 when upright, 180 when upside-down."""
    here, right = moved(transform, [at_mm, (at_mm[0] + 1, at_mm[1])])
    return float(np.degrees(np.arctan2(*(right - here)[::-1])))


def rows_of(transform: Transform) -> tuple[tuple[float, float, float], ...]:
    """A transform as plain numbers, row by row."""
    return tuple((float(a), float(b), float(c)) for a, b, c in transform)
