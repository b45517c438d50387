"""What the glass, the lamp and the sensor add to a picture: shadows, specks, smudges, streaks, noise."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from rehearsal.paper import Pixels

Grey = NDArray[np.uint8]

TILE: Final = 512


def dimmed(light: Pixels, shade: Grey) -> Pixels:
    """The picture multiplied by a shade (h, w), 255 leaving it as it is."""
    shades = shade if light.ndim == 2 else cv2.merge([shade] * 3)
    return np.asarray(cv2.multiply(light, shades, scale=1 / 255), np.uint8)


def shadowed(picture: Pixels, strength: float, dpi: float) -> Pixels:
    """The dark band at the left, where a bound or curled sheet lifts off the glass."""
    x_mm = np.arange(picture.shape[1]) / (dpi / 25.4)
    light = (255 * (1 - strength * np.exp(-x_mm / 5.0))).astype(np.uint8)
    return dimmed(picture, np.broadcast_to(light[None, :], picture.shape[:2]).copy())


def unevenly_lit(picture: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Darker by up to ``strength`` (0–1) away from the lamp and under the phone's own shadow."""
    slope = np.add.outer(np.linspace(0, 1, 6) * rng.normal(), np.linspace(0, 1, 6) * rng.normal())
    clouds = slope + 0.25 * rng.normal(size=(6, 6))
    depth = (clouds - clouds.min()) / max(float(np.ptp(clouds)), 1e-6)
    shade = (255 * (1 - strength * depth)).astype(np.float32)
    fine = cv2.resize(shade, picture.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    return dimmed(picture, np.clip(fine, 0, 255).astype(np.uint8))


def speckle(picture: Pixels, count: int, dpi: float, rng: np.random.Generator) -> None:
    """Puts dark specks on the picture."""
    height, width = picture.shape[:2]
    for _ in range(count):
        centre = int(rng.integers(width)), int(rng.integers(height))
        radius = max(1, round(float(rng.exponential(0.07)) * dpi / 25.4))
        grey = int(rng.integers(20, 130))
        cv2.circle(picture, centre, radius, (grey,) * 3, -1, cv2.LINE_AA)


def smudged(picture: Pixels, count: int, dpi: float, rng: np.random.Generator) -> Pixels:
    """Soft stains of a few mm, as from fingers, rain and tea."""
    eighth = max(1, picture.shape[1] // 8), max(1, picture.shape[0] // 8)
    shade = np.full(eighth[::-1], 255, np.float32)
    for _ in range(count):
        centre = int(rng.integers(eighth[0])), int(rng.integers(eighth[1]))
        axes = tuple(max(1, round(float(mm) * dpi / 25.4 / 8)) for mm in rng.uniform(1.0, 8.0, 2))
        stain = np.zeros_like(shade)
        cv2.ellipse(stain, centre, axes, float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(18, 60)), -1)
        shade -= cv2.GaussianBlur(stain, (0, 0), 2.0)
    fine = cv2.resize(np.clip(shade, 120, 255).astype(np.uint8), picture.shape[1::-1])
    return dimmed(picture, np.asarray(fine, np.uint8))


def streak(picture: Pixels, count: int, rng: np.random.Generator) -> None:
    """Lines from top to bottom, where dust lies on the glass over which a feeder pulls the sheets."""
    height, width = picture.shape[:2]
    for _ in range(count):
        x, thick = int(rng.integers(width)), int(rng.integers(1, 3))
        band = picture[:, x : x + thick].astype(np.float32)
        target, share = (20, float(rng.uniform(0.2, 0.6))) if rng.random() < 0.7 else (255, 0.7)
        top = int(rng.integers(0, height // 2)) if rng.random() < 0.3 else 0
        picture[top:, x : x + thick] = (band * (1 - share) + target * share)[top:].astype(np.uint8)


def noisy(picture: Pixels, deviation: float, rng: np.random.Generator) -> Pixels:
    """Sensor noise; one tile of it is repeated, turned, because fresh noise for a page costs a second."""
    if deviation <= 0:
        return picture
    tile = rng.normal(0, deviation, (TILE, TILE)).round().astype(np.int16)
    height, width = picture.shape[:2]
    rows, columns = -(-height // TILE), -(-width // TILE)
    turns = rng.integers(0, 4, (rows, columns))
    noise = np.block([[np.rot90(tile, int(turn)) for turn in row] for row in turns])[:height, :width]
    noisy_picture = picture.astype(np.int16) + (noise if picture.ndim == 2 else noise[:, :, None])
    return np.asarray(np.clip(noisy_picture, 0, 255), np.uint8)
