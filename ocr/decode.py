"""CTC decoding within a field's alphabet by prefix beam search (Graves 2012, Hannun 2014)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from math import exp, inf, log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from forms.facts import Alternative
from ocr.grammar import State
from ocr.recognise import LogProbabilities

BEAM = 12
_PER_FRAME = 6
"""Characters considered in one frame beside CTC's blank."""

_BEAM_WITHIN, _PER_STATE = 8, 5
"""The same along a grammar, which leaves less to choose from."""

_UNLIKELY, _BEHIND = -14.0, 16.0
"""Log probability in a frame below which a character is not tried there, and how far behind the best text."""

_MOST_CANDIDATES = 60
"""Characters considered in one frame along a grammar."""

_MOST = 6
"""Alternatives that are kept."""

_SMALLEST = 1e-12
_IMPOSSIBLE = -1e9
_SURE_BLANK = -0.0005
"""Log probability of blank from which on a frame holds nothing else."""


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
        if len(text) == len(self.best) or not self.views:
            return self.places
        if not text:
            return ()
        view = self.views[0]
        return _places(view, best_frames(view.held, view.columns_of(text)))


class Alphabet:
    """The model's columns that a field may use. Build once for a kind of field, since the model has 18,710.

    ``twins`` maps further characters of the model to those of the alphabet as which they are read. ``rarity``
    gives the log probability (0 or less) with which a character is expected at all; those not named: 0.
    """

    def __init__(
        self,
        columns: Mapping[str, int],
        characters: Collection[str],
        twins: Mapping[str, str],
        rarity: Mapping[str, float],
    ) -> None:
        self.characters = ("", *sorted(character for character in characters if character in columns))
        self.columns = np.array([0, *(columns[character] for character in self.characters[1:])])
        self.place = {character: number for number, character in enumerate(self.characters)}
        self.rarity = [rarity.get(character, 0.0) for character in self.characters]
        known = {twin: own for twin, own in twins.items() if own in self.place}
        self._twins = [(self.place[own], columns[twin]) for twin, own in known.items() if twin in columns]
        self.place |= {twin: self.place[own] for twin, own in known.items()}

    def shares(self, free: LogProbabilities) -> LogProbabilities:
        """The model's log probabilities of these columns, twins added; less than one in sum in each frame."""
        chosen = np.exp(free[:, self.columns])
        for own, column in self._twins:
            chosen[:, own] += np.exp(free[:, column])
        return np.asarray(np.log(np.maximum(chosen, _SMALLEST)), dtype=np.float32)

    def writes(self, text: str) -> bool:
        """Whether every character of a text is in the alphabet."""
        return all(character in self.place for character in text)

    def rarity_of(self, character: str) -> float:
        """The log probability with which a character is expected at all, before anything was seen."""
        return self.rarity[self.place[character]]

    def expected(self, text: str) -> float:
        """The log probability of a text's characters before anything was seen."""
        return sum(map(self.rarity_of, text))


Candidates = Mapping[str, float]
"""Characters that may stand in a frame with their log probabilities, likeliest first."""

Accept = Callable[[str], bool]
Prior = Callable[[str], float]


@dataclass(frozen=True, eq=False)
class View:
    """What one model says of a line, and the columns of it that the field may use.

    ``free``: log probabilities of all its columns, frames × columns. ``weight``: how much its log likelihoods
    count beside those of other views.
    """

    free: LogProbabilities
    alphabet: Alphabet
    weight: float = 1.0

    @cached_property
    def shares(self) -> LogProbabilities:
        """Log probabilities of the field's columns among all that the model knows."""
        return self.alphabet.shares(self.free)

    @cached_property
    def held(self) -> LogProbabilities:
        """Log probabilities within the field's alphabet."""
        return _normalised(self.shares)

    @cached_property
    def frames(self) -> list[tuple[float, Candidates]]:
        """For each frame the log probability of blank, and what may stand there, likeliest first."""
        rows, columns = np.nonzero(self.held[:, 1:] > _UNLIKELY)
        scores = self.held[rows, columns + 1]
        order = np.lexsort((-scores, rows))
        starts = np.searchsorted(rows[order], np.arange(len(self.held) + 1))
        characters = self.alphabet.characters
        found: list[tuple[float, Candidates]] = []
        for frame, blank in enumerate(self.held[:, 0].tolist()):
            part = order[starts[frame] : min(starts[frame + 1], starts[frame] + _MOST_CANDIDATES)]
            names = (characters[column + 1] for column in columns[part].tolist())
            found.append((blank, dict(zip(names, scores[part].tolist(), strict=True))))
        return found

    def columns_of(self, text: str) -> list[int]:
        return [self.alphabet.place[character] for character in text]

    @property
    def belief(self) -> float:
        """How well the alphabet explains the line: log of the share that the model gives to it, at most 0."""
        return float(np.log(np.exp(self.shares).sum(axis=1)).sum())


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
        if blank > _SURE_BLANK:
            beams = {
                text: _Hypothesis(_plus(h.in_blank, h.in_character) + blank, -inf, h.state)
                for text, h in beams.items()
            }
            continue
        beams = _extended_within(beams, blank, candidates)
    ended = [
        (_plus(h.in_blank, h.in_character) - h.state.best + h.state.end, text) for text, h in beams.items()
    ]
    return tuple(text for score, text in sorted(ended, reverse=True) if score > _IMPOSSIBLE)[:_MOST]


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
        again = in_character + candidates.get(text[-1], _UNLIKELY) if text else -inf
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
        if blank > _SURE_BLANK:
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
        again = in_character + candidates.get(text[-1], _UNLIKELY) if text else -inf
        _add(further, text, both + blank, again)
        for character, score, rarity in likely:
            before = in_blank if text and character == text[-1] else both
            _add(further, text + character, -inf, before + score + rarity)
    best = sorted(further.items(), key=lambda item: -max(item[1]))[:BEAM]
    return dict(best)


def _add(beams: dict[str, tuple[float, float]], text: str, in_blank: float, in_character: float) -> None:
    blank, character = beams.get(text, (-inf, -inf))
    beams[text] = (_plus(blank, in_blank), _plus(character, in_character))


def _normalised(shares: LogProbabilities) -> LogProbabilities:
    return np.asarray(shares - np.log(np.exp(shares).sum(axis=1, keepdims=True)), dtype=np.float32)


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
    seen = sum(view.weight * likelihoods(view.held, view.alphabet, known) for view in views)
    scores = [
        float(likelihood) + views[0].alphabet.expected(text) + (prior(text) if prior else 0.0)
        for text, likelihood in zip(known, np.asarray(seen), strict=True)
    ]
    total = _log_sum(scores)
    ranked = sorted(zip(known, scores, strict=True), key=lambda item: -item[1])
    alternatives = tuple(Alternative(text, named * exp(score - total)) for text, score in ranked[:_MOST])
    return _with_places(views[0], alternatives)


def likelihoods(held: LogProbabilities, alphabet: Alphabet, texts: Sequence[str]) -> npt.NDArray[np.float64]:
    """The log probability of each text given the line, over all CTC paths (forward algorithm)."""
    lengths = np.array([2 * len(text) + 1 for text in texts])
    states = np.zeros((len(texts), lengths.max()), int)
    for row, text in enumerate(texts):
        states[row, 1 : 2 * len(text) : 2] = [alphabet.place[character] for character in text]
    may_skip = np.zeros(states.shape, bool)
    may_skip[:, 2:] = (states[:, 2:] != states[:, :-2]) & (states[:, 2:] > 0)
    score = np.full((len(texts), states.shape[1] + 2), _IMPOSSIBLE)
    score[:, 2:4] = held[0][states[:, :2]]
    for frame in held[1:]:
        skip = np.where(may_skip, score[:, :-2], _IMPOSSIBLE)
        reached = np.logaddexp(np.logaddexp(score[:, 2:], score[:, 1:-1]), skip)
        score[:, 2:] = reached + frame[states]
    rows = np.arange(len(texts))
    in_last = np.where(lengths > 1, score[rows, lengths], _IMPOSSIBLE)
    return np.asarray(np.logaddexp(score[rows, lengths + 1], in_last), dtype=np.float64)


def _with_places(view: View, alternatives: tuple[Alternative, ...]) -> Decoded:
    """Adds what the best CTC path of the best text tells of its characters."""
    own = view.columns_of(alternatives[0].text)
    if not own:
        return Decoded(alternatives, 1.0, 1.0)
    frames = best_frames(view.held, own)
    in_held = [float(view.held[frame, column]) for frame, column in zip(frames, own, strict=True)]
    in_free = [float(view.shares[frame, column]) for frame, column in zip(frames, own, strict=True)]
    return Decoded(alternatives, exp(min(in_held)), exp(min(in_free)), _places(view, frames), views=(view,))


def _places(view: View, frames: Sequence[int]) -> tuple[float, ...]:
    return tuple((frame + 0.5) / len(view.held) for frame in frames)


def best_frames(held: LogProbabilities, own: Sequence[int]) -> list[int]:
    """For each column of a text, the frame in which it is strongest on the best CTC path (Viterbi)."""
    states = np.zeros(2 * len(own) + 1, int)
    states[1::2] = own
    skip = np.zeros(len(states), bool)
    skip[3::2] = states[3::2] != states[1:-2:2]
    score = np.full(len(states), _IMPOSSIBLE)
    score[:2] = held[0, states[:2]]
    back = np.zeros((len(held), len(states)), int)
    for frame in range(1, len(held)):
        choices = np.full((3, len(states)), _IMPOSSIBLE)
        choices[0] = score
        choices[1, 1:] = score[:-1]
        choices[2, 2:] = np.where(skip[2:], score[:-2], _IMPOSSIBLE)
        back[frame] = choices.argmax(axis=0)
        score = choices.max(axis=0) + held[frame, states]
    return _strongest(held, states, back, len(states) - 1 - int(score[-2] > score[-1]))


def _strongest(
    held: LogProbabilities, states: npt.NDArray[np.int_], back: npt.NDArray[np.int_], last: int
) -> list[int]:
    best: dict[int, int] = {}
    state = last
    for frame in range(len(held) - 1, -1, -1):
        column = states[state]
        if state % 2 and (state not in best or held[frame, column] > held[best[state], column]):
            best[state] = frame
        state -= back[frame, state]
    return [best.get(2 * position + 1, 0) for position in range(len(states) // 2)]
