"""CTC decoding within a field's alphabet by prefix beam search (Graves 2012, Hannun 2014)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from math import exp, inf, log
from typing import NamedTuple

import numpy as np

from forms.facts import Alternative
from ocr.grammar import State
from ocr.view import IMPOSSIBLE, SURE_BLANK, UNLIKELY, Alphabet, Candidates, View, likelihoods

BEAM = 12
_PER_FRAME = 6
"""Characters considered in one frame beside CTC's blank."""

_BEAM_WITHIN, _PER_STATE = 8, 5
"""The same along a grammar, which leaves less to choose from."""

_BEHIND = 16.0
"""How far (log) behind the best text another may fall along a grammar."""

_MOST = 6
"""Alternatives that are kept."""


@dataclass(frozen=True)
class Decoded:
    """What a line may say. ``alternatives``: best first, probabilities summing to at most 1.

    ``weakest``: the smallest probability (0..1) that the model gives to a character of the best text among
    the field's alphabet; ``weakest_free``: the same among all characters that it knows. ``places``: where in
    the line each character of the best text stands, from 0 (left end) to 1.
    """

    alternatives: tuple[Alternative, ...]
    weakest: float
    weakest_free: float
    places: tuple[float, ...] = ()
    agreed: bool | None = None
    """Whether a second model gave the same text; None when none was asked."""

    views: tuple[View, ...] = field(default=(), repr=False, compare=False)
    """What was weighed; the places come from the first."""

    support: float = 0.5
    """How well the best text is worded: 0 as nobody writes, 0.5 nothing is known, 1 as expected."""

    @property
    def best(self) -> str:
        return self.alternatives[0].text if self.alternatives else ""

    @property
    def probability(self) -> float:
        return self.alternatives[0].probability if self.alternatives else 0.0

    def reordered(self, alternatives: tuple[Alternative, ...]) -> Decoded:
        """The same line with these alternatives, and what the picture tells of the first of them."""
        found = _with_places(self.views[0], alternatives)
        return replace(
            self,
            alternatives=alternatives,
            weakest=found.weakest,
            weakest_free=found.weakest_free,
            places=found.places,
        )

    def places_of(self, text: str) -> tuple[float, ...]:
        """Where the characters of one of the alternatives stand, from 0 to 1."""
        same = len(text) == len(self.best) or not self.views
        return self.places if same else self.views[0].places_of(text)


Accept = Callable[[str], bool]
Prior = Callable[[str], float]


def decode(view: View, accept: Accept | None = None) -> Decoded:
    """The likeliest texts of a line within the alphabet; if given, ``accept`` says which may be."""
    beams = _beam_search(view)
    texts = [(text, score) for text, score in beams if accept is None or accept(text)]
    if not texts:
        return Decoded((), 0.0, 0.0)
    total = _log_sum([score for _, score in beams])
    alternatives = tuple(Alternative(text, exp(score - total)) for text, score in texts[:_MOST])
    return _with_places(view, alternatives)


def decode_within(view: View, start: State) -> tuple[str, ...]:
    """The likeliest texts of a line among those that a grammar allows, best first; none if it allows none."""
    beams: dict[str, _Hypothesis] = {"": _Hypothesis(0.0, -inf, start)}
    for blank, candidates in view.frames:
        if blank > SURE_BLANK:
            beams = {
                text: _Hypothesis(_plus(h.in_blank, h.in_character) + blank, -inf, h.state)
                for text, h in beams.items()
            }
            continue
        beams = _extended_within(beams, blank, candidates)
    ended = [
        (_plus(h.in_blank, h.in_character) - h.state.best + h.state.end, text) for text, h in beams.items()
    ]
    return tuple(text for score, text in sorted(ended, reverse=True) if score > IMPOSSIBLE)[:_MOST]


class _Hypothesis(NamedTuple):
    """A text in the making: log probabilities of ending in blank and in its last character, and its state."""

    in_blank: float
    in_character: float
    state: State


def _extended_within(
    beams: dict[str, _Hypothesis], blank: float, candidates: Candidates
) -> dict[str, _Hypothesis]:
    """One frame further along a grammar, whose weights count as soon as a character is written."""
    further: dict[str, _Hypothesis] = {}
    most = max(blank, next(iter(candidates.values()), -inf))
    best = max(max(h.in_blank, h.in_character) for h in beams.values()) + most
    for text, (in_blank, in_character, state) in beams.items():
        both = _plus(in_blank, in_character)
        again = in_character + candidates.get(text[-1], UNLIKELY) if text else -inf
        _reach(further, text, both + blank, again, state)
        for character in state.allowed(candidates, _PER_STATE):
            score = (in_blank if text and character == text[-1] else both) + candidates[character]
            if score > best - _BEHIND and (reached := state.next(character)) is not None:
                _reach(further, text + character, -inf, score + reached.best - state.best, reached)
    kept = sorted(further.items(), key=lambda item: -max(item[1][:2]))[:_BEAM_WITHIN]
    return dict(kept)


def _reach(
    beams: dict[str, _Hypothesis], text: str, in_blank: float, in_character: float, state: State
) -> None:
    before = beams.get(text)
    if before is None:
        beams[text] = _Hypothesis(in_blank, in_character, state)
    else:
        beams[text] = _Hypothesis(
            _plus(before.in_blank, in_blank), _plus(before.in_character, in_character), state
        )


def _beam_search(view: View) -> list[tuple[str, float]]:
    """Texts with their log probabilities, best first."""
    beams: dict[str, tuple[float, float]] = {"": (0.0, -inf)}
    for blank, candidates in view.frames:
        if blank > SURE_BLANK:
            beams = {text: (_plus(*both) + blank, -inf) for text, both in beams.items()}
            continue
        beams = _extended(beams, blank, candidates, view.alphabet)
    scored = [(text, _plus(*both)) for text, both in beams.items()]
    return sorted(scored, key=lambda item: -item[1])


def _extended(
    beams: dict[str, tuple[float, float]], blank: float, candidates: Candidates, alphabet: Alphabet
) -> dict[str, tuple[float, float]]:
    """One frame further. A beam's pair: log probabilities of ending in blank and in its last character."""
    likely = [(c, score, alphabet.rarity_of(c)) for c, score in islice(candidates.items(), _PER_FRAME)]
    further: dict[str, tuple[float, float]] = {}
    for text, (in_blank, in_character) in beams.items():
        both = _plus(in_blank, in_character)
        again = in_character + candidates.get(text[-1], UNLIKELY) if text else -inf
        _add(further, text, both + blank, again)
        for character, score, rarity in likely:
            before = in_blank if text and character == text[-1] else both
            _add(further, text + character, -inf, before + score + rarity)
    best = sorted(further.items(), key=lambda item: -max(item[1]))[:BEAM]
    return dict(best)


def _add(beams: dict[str, tuple[float, float]], text: str, in_blank: float, in_character: float) -> None:
    blank, character = beams.get(text, (-inf, -inf))
    beams[text] = (_plus(blank, in_blank), _plus(character, in_character))


def _plus(a: float, b: float) -> float:
    """The logarithm of the sum of two numbers given by their logarithms."""
    if a < b:
        a, b = b, a
    return a if b == -inf else a + log(1 + exp(b - a))


def _log_sum(logs: Sequence[float]) -> float:
    peak = max(logs)
    return peak + log(sum(exp(value - peak) for value in logs))


def rescored(
    views: Sequence[View], texts: Sequence[str], prior: Prior | None = None, named: float = 1.0
) -> Decoded:
    """Texts weighed against one or more views of the same line: their weighted likelihoods, and their prior.

    ``prior``: a text's log probability before anything was seen. ``named``: the share of belief (0..1) that
    the texts hold together; what nobody put forward keeps the rest. What a view cannot write is left out.
    """
    known = [text for text in dict.fromkeys(texts) if all(view.alphabet.writes(text) for view in views)]
    if not known:
        return Decoded((), 0.0, 0.0)
    seen = sum(view.weight * likelihoods(view, known) for view in views)
    scores = [
        float(likelihood) + views[0].alphabet.expected(text) + (prior(text) if prior else 0.0)
        for text, likelihood in zip(known, np.asarray(seen), strict=True)
    ]
    total = _log_sum(scores)
    ranked = sorted(zip(known, scores, strict=True), key=lambda item: -item[1])
    alternatives = tuple(Alternative(text, named * exp(score - total)) for text, score in ranked[:_MOST])
    return _with_places(views[0], alternatives)


def _with_places(view: View, alternatives: tuple[Alternative, ...]) -> Decoded:
    """Adds what the best CTC path of the best text tells of its characters."""
    own = view.columns_of(alternatives[0].text)
    if not own:
        return Decoded(alternatives, 1.0, 1.0)
    text = alternatives[0].text
    frames = view.frames_of(text)
    in_held = [float(view.held[frame, column]) for frame, column in zip(frames, own, strict=True)]
    in_free = [float(view.shares[frame, column]) for frame, column in zip(frames, own, strict=True)]
    return Decoded(alternatives, exp(min(in_held)), exp(min(in_free)), view.places_of(text), views=(view,))


def _places(view: View, frames: Sequence[int]) -> tuple[float, ...]:
    return tuple((frame + 0.5) / len(view.held) for frame in frames)
