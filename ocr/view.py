"""What one model says of a line, through a field's alphabet: likelihoods of texts, places of characters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import exp

import numpy as np
import numpy.typing as npt

from ocr.recognise import Probabilities

LogProbabilities = npt.NDArray[np.float32]

UNLIKELY = -14.0
"""Log probability in a frame below which a character is not tried there."""

SURE_BLANK = -0.0005
"""Log probability of blank from which on a frame holds nothing else."""

IMPOSSIBLE = -1e9

_MOST_CANDIDATES = 60
"""Characters considered in one frame."""

_SMALLEST = 1e-12


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

    def shares(self, free: Probabilities, told: npt.NDArray[np.int_]) -> LogProbabilities:
        """The model's log probabilities of these columns in some frames, twins added; at most one in sum."""
        chosen = free[np.ix_(told, self.columns)]
        for own, column in self._twins:
            chosen[:, own] += free[told, column]
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


@dataclass(frozen=True, eq=False)
class View:
    """What one model says of a line, and the columns of it that the field may use.

    ``free``: probabilities of all its columns, frames × columns. ``weight``: how much its log likelihoods
    count beside those of other views.
    """

    free: Probabilities
    alphabet: Alphabet
    weight: float = 1.0
    _paths: dict[str, list[int]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def told(self) -> npt.NDArray[np.int_]:
        """The frames that say something: CTC's blank once more after itself says nothing new."""
        blank = self.free[:, 0] > exp(SURE_BLANK)
        blank[1:] &= blank[:-1]
        blank[:1] = False
        return np.flatnonzero(~blank)

    @cached_property
    def shares(self) -> LogProbabilities:
        """Log probabilities of the field's columns among all that the model knows, in the frames told."""
        return self.alphabet.shares(self.free, self.told)

    @cached_property
    def held(self) -> LogProbabilities:
        """Log probabilities within the field's alphabet, in the frames told."""
        return _normalised(self.shares)

    @cached_property
    def frames(self) -> list[tuple[float, Candidates]]:
        """For each frame told the log probability of blank, and what may stand there, likeliest first."""
        rows, columns = np.nonzero(self.held[:, 1:] > UNLIKELY)
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
        """The column of each character of a text, counted within the alphabet."""
        return [self.alphabet.place[character] for character in text]

    def frames_of(self, text: str) -> list[int]:
        """For each character of a text the frame told in which it is strongest on the best CTC path."""
        if text not in self._paths:
            own = self.columns_of(text)
            self._paths[text] = _best_frames(self.held, own) if own else []
        return self._paths[text]

    def places_of(self, text: str) -> tuple[float, ...]:
        """Where in the line each character of a text stands, from 0 (left end) to 1."""
        return tuple((int(self.told[frame]) + 0.5) / len(self.free) for frame in self.frames_of(text))

    @property
    def belief(self) -> float:
        """How well the alphabet explains the line: log of the share that the model gives to it, at most 0."""
        return float(np.log(np.exp(self.shares).sum(axis=1)).sum())


def likelihoods(view: View, texts: Sequence[str]) -> npt.NDArray[np.float64]:
    """The log probability of each text given the line, over all CTC paths (forward algorithm)."""
    held = view.held
    lengths = np.array([2 * len(text) + 1 for text in texts])
    states = np.zeros((len(texts), lengths.max()), int)
    for row, text in enumerate(texts):
        states[row, 1 : 2 * len(text) : 2] = view.columns_of(text)
    may_skip = np.zeros(states.shape, bool)
    may_skip[:, 2:] = (states[:, 2:] != states[:, :-2]) & (states[:, 2:] > 0)
    score = np.full((len(texts), states.shape[1] + 2), IMPOSSIBLE)
    score[:, 2:4] = held[0][states[:, :2]]
    for frame in held[1:]:
        skip = np.where(may_skip, score[:, :-2], IMPOSSIBLE)
        reached = np.logaddexp(np.logaddexp(score[:, 2:], score[:, 1:-1]), skip)
        score[:, 2:] = reached + frame[states]
    rows = np.arange(len(texts))
    in_last = np.where(lengths > 1, score[rows, lengths], IMPOSSIBLE)
    return np.asarray(np.logaddexp(score[rows, lengths + 1], in_last), dtype=np.float64)


def _normalised(shares: LogProbabilities) -> LogProbabilities:
    return np.asarray(shares - np.log(np.exp(shares).sum(axis=1, keepdims=True)), dtype=np.float32)


def _best_frames(held: LogProbabilities, own: Sequence[int]) -> list[int]:
    """For each column of a text, the frame in which it is strongest on the best CTC path (Viterbi)."""
    states = np.zeros(2 * len(own) + 1, int)
    states[1::2] = own
    skip = np.zeros(len(states), bool)
    skip[3::2] = states[3::2] != states[1:-2:2]
    score = np.full(len(states), IMPOSSIBLE)
    score[:2] = held[0, states[:2]]
    back = np.zeros((len(held), len(states)), int)
    for frame in range(1, len(held)):
        choices = np.full((3, len(states)), IMPOSSIBLE)
        choices[0] = score
        choices[1, 1:] = score[:-1]
        choices[2, 2:] = np.where(skip[2:], score[:-2], IMPOSSIBLE)
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
