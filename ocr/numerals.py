"""The numbers within a line, looked at once more by our own model, which knows how people write digits.

House numbers and rooms are where addresses are misread: the large model loses a narrow 1 or takes it for a 7.
Each run of digits is cut out of the line and read by itself; both models then decide together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt

from forms.definition import Kind
from forms.facts import Alternative
from ocr.decode import Decoded, decode
from ocr.ink import PAPER, ink
from ocr.lines import least_digits
from ocr.load import Pixels
from ocr.looks import LineReader, too_short
from ocr.view import View, likelihoods

_DIGITS = frozenset("0123456789-")
_RUN = re.compile(r"[0-9][0-9-]*")
_NUMBER = re.compile(r"[0-9]+(-[0-9]+)*")

_LARGE_WEIGHT, _OWN_WEIGHT = 0.7, 0.5
_PER_RUN, _MOST_TEXTS, _KEPT = 5, 32, 6
"""Ways to read one run that are considered, texts made of them, and alternatives that are kept."""

_WORD_ENDS, _DIGIT_BEGINS = 0.76, 0.25
"""Where what stands beside a number ends and its outermost digit begins, in halves of a word's character."""

_PAD = 0.18
_LEAST_HEIGHT = 0.5


@dataclass(frozen=True, eq=False)
class _Run:
    """One run of digits: where it stands in the text, and what our own model makes of it."""

    start: int
    end: int
    texts: tuple[str, ...]
    scores: npt.NDArray[np.float64]


def with_numbers(decoded: Decoded, line: Pixels, lines: LineReader) -> Decoded:
    """A line's texts with the numbers of the best one weighed by both models; unchanged without numbers."""
    runs = [
        run
        for match in _RUN.finditer(decoded.best)
        if (run := _looked_at(decoded, match, line, lines)) is not None
    ]
    if not runs or not decoded.views:
        return decoded
    texts, own = _combined(decoded.best, runs)
    return _weighed(decoded, texts, own, agreed=texts[int(np.argmax(own))])


def _looked_at(decoded: Decoded, match: re.Match[str], line: Pixels, lines: LineReader) -> _Run | None:
    part = _cut(decoded.places, match.start(), match.end(), line)
    if part is None:
        return None
    view = View(lines.own_look(part), lines.small.named(_DIGITS, Kind.DIGITS))
    seen = decode(view, lambda text: bool(_NUMBER.fullmatch(text)))
    said = [match[0].strip("-"), *(alternative.text for alternative in seen.alternatives)]
    texts = tuple(dict.fromkeys(said))[: _PER_RUN + 1]
    least = least_digits(part)
    scores = likelihoods(view, texts) + [too_short(text, least) for text in texts]
    return _Run(match.start(), match.start() + len(said[0]), texts, scores)


def _cut(places: Sequence[float], start: int, end: int, line: Pixels) -> Pixels | None:
    """The part of a line between the characters around a run, tight with white around it."""
    height, width = line.shape
    inked = ink(line)
    filled_px = np.count_nonzero(inked, axis=0)
    half = _half_pitch(places, start) * width
    word, digit = _WORD_ENDS * half, _DIGIT_BEGINS * half
    left, right = 0, width
    if start:
        left = _border(filled_px, places[start - 1] * width + word, places[start] * width - digit)
    if end < len(places):
        # The same from the other end.
        border = _border(
            filled_px[::-1], width - (places[end] * width - word), width - (places[end - 1] * width + digit)
        )
        right = width - border
    if right <= left:
        return None
    rows = np.flatnonzero(inked[:, left:right].any(axis=1))
    columns = np.flatnonzero(filled_px[left:right])
    if not len(rows):
        return None
    tight = line[rows[0] : rows[-1] + 1, left + columns[0] : left + columns[-1] + 1]
    missing = max(round(_LEAST_HEIGHT * height) - tight.shape[0], 0)
    pad = round(_PAD * (tight.shape[0] + missing))
    above = min(max(rows[0] - height // 4, 0), missing)
    return np.pad(tight, ((pad // 2 + above, pad // 2 + missing - above), (pad, pad)), constant_values=PAPER)


def _half_pitch(places: Sequence[float], start: int) -> float:
    """Half the usual distance between the characters before a run, as a share of the line."""
    apart = np.diff(places[:start]) if start > 2 else np.diff(places)
    return float(np.median(apart)) / 2 if len(apart) else 0.5


def _border(filled_px: npt.NDArray[np.int_], first: float, last: float) -> int:
    """The first column between two with the least ink: a gap, or where strokes that touch are thinnest."""
    begin = max(int(first), 0)
    between = filled_px[begin : max(int(last), begin) + 1]
    return begin + int(between.argmin()) if len(between) else begin


def _combined(best: str, runs: Sequence[_Run]) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Texts with their runs read in every way, and our own model's scores of them; the likeliest ones."""
    found = {
        text: sum(float(run.scores[n]) for run, n in zip(runs, ways, strict=True))
        for ways in product(*(range(len(run.texts)) for run in runs))
        for text in [_replaced(best, runs, ways)]
    }
    ranked = sorted(found, key=lambda text: -found[text])[:_MOST_TEXTS]
    return ranked, np.array([found[text] for text in ranked])


def _replaced(best: str, runs: Sequence[_Run], ways: Sequence[int]) -> str:
    def parts() -> Iterator[str]:
        at = 0
        for run, way in zip(runs, ways, strict=True):
            yield best[at : run.start] + run.texts[way]
            at = run.end
        yield best[at:]

    return "".join(parts())


def _weighed(decoded: Decoded, texts: list[str], own: npt.NDArray[np.float64], agreed: str) -> Decoded:
    """The texts by both models; other texts keep the belief that they had beside the best one."""
    view = decoded.views[0]
    large = likelihoods(view, texts)
    scores = _LARGE_WEIGHT * large + _OWN_WEIGHT * own
    shares = np.exp(scores - scores.max())
    before = {alternative.text: alternative.probability for alternative in decoded.alternatives}
    others = {text: belief for text, belief in before.items() if text not in texts}
    held = max(sum(before.values()) - sum(others.values()), 1e-9)
    beliefs = dict(zip(texts, held * shares / shares.sum(), strict=True)) | others
    ranked = sorted(beliefs, key=lambda text: -beliefs[text])[:_KEPT]
    alternatives = tuple(Alternative(text, float(beliefs[text])) for text in ranked)
    return replace(decoded.reordered(alternatives), agreed=ranked[0] == agreed)
