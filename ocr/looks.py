"""Reads a line with one model or two; every text that came up is weighed against all that was seen.

Where our own small model knows all characters of a field it looks first, which costs a tenth of a look of the
large one. What it leaves open the large one looks at too, and then the likelihoods of both decide together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import exp

from forms.definition import Kind
from ocr.alphabets import Alphabets
from ocr.context import collapsed, settle, settled
from ocr.decode import Accept, Decoded, decode, decode_within, rescored
from ocr.grammar import State, log_weight
from ocr.lines import EXPLAINED, unexplained, without_phantoms
from ocr.load import Pixels
from ocr.own import OwnRecogniser
from ocr.recognise import Probabilities, Recogniser
from ocr.view import Alphabet, View

_SURE = 0.95
"""Probability of a text and of its characters from which on the large model has never said otherwise."""

_OWN_WEIGHT, _LARGE_WEIGHT = 0.7, 0.7
"""How much the two models' log likelihoods count together; below 1, since they share some mistakes."""

_UNEXPLAINED = -4.0
"""Log prior of a text that leaves ink unexplained."""

_LESS_A_DIGIT = -5.0
"""Log prior of a text for each digit less than there are groups of ink as high as one."""

_HALF_SUPPORTED = -3.0
"""Log weight of a text whose wording speaks neither for it nor against it."""

_LEAST_EXPECTED = -20.0
"""The most that a text can lose by being worded as nobody expects (log)."""


@dataclass(frozen=True)
class Wish:
    """What is known of a line before it is read.

    ``alphabet``: of the large model; ``small``: of our own, where it knows all of the field's characters.
    ``accept``: which texts may be. ``grammar``: where a text begins that is worded as expected; others cost
    as much as a grammar may cost at all. ``by_neighbours``: whether ``ocr.context`` tells look-alikes apart.
    ``least_digits``: how many digits there are by their ink.
    """

    alphabet: Alphabet
    small: Alphabet | None = None
    accept: Accept | None = None
    grammar: State | None = None
    by_neighbours: bool = False
    least_digits: int = 0

    def view(self, look: Probabilities, small: bool) -> View:
        """A look of our own model (``small``) or of the large one, as this wish sees it."""
        return View(look, self.small if small and self.small else self.alphabet)


@dataclass(frozen=True)
class LineReader:
    """Both models, each with the alphabets of its columns. It may be used by several threads at once."""

    recogniser: Recogniser
    own: OwnRecogniser
    alphabets: Alphabets
    small: Alphabets

    @staticmethod
    def make() -> LineReader:
        """Loads the models. Raises ``ModelMissing``."""
        recogniser, own = Recogniser(), OwnRecogniser()
        return LineReader(recogniser, own, Alphabets(recogniser.columns), Alphabets(own.columns))

    def wish(self, characters: frozenset[str], kind: Kind) -> Wish:
        """The wish for a line of these characters; our own model looks first where it knows them."""
        small = self.small.named(characters, kind) if self.small.know(characters) else None
        return Wish(self.alphabets.named(characters, kind), small)

    def large_look(self, line: Pixels) -> Probabilities:
        """What the large model says of a line; where there is no ink it may see nothing but CTC's blank."""
        return without_phantoms(self.recogniser.read(line), line)

    def own_look(self, line: Pixels) -> Probabilities:
        """What our own model says of a line."""
        return self.own.read(line)

    def read(self, line: Pixels, wish: Wish, first: Probabilities | None = None) -> Decoded:
        """The likeliest texts of a line.

        ``first``: what the model that looks first said, where it has been asked already: our own where the
        wish has a ``small`` alphabet, else the large one.
        """
        if wish.small is None:
            look = self.large_look(line) if first is None else first
            return _explaining(_weighed((_Sight.of(View(look, wish.alphabet), wish),), wish), line)
        own = _Sight.of(View(self.own_look(line) if first is None else first, wish.small, _OWN_WEIGHT), wish)
        seen = _weighed((own,), wish)
        # What it gives to characters outside of the alphabet says little: it cannot tell a 0 from an O.
        if seen.probability > _SURE and seen.weakest > _SURE and _is_whole(seen, wish, line):
            return replace(seen, weakest_free=seen.weakest)
        large = _Sight.of(View(self.large_look(line), wish.alphabet, _LARGE_WEIGHT), wish)
        return _explaining(_weighed((large, own), wish), line)


@dataclass(frozen=True)
class _Sight:
    """A view with what it gives: the likeliest texts, and the likeliest of those that the grammar allows."""

    view: View
    free: Decoded
    worded: tuple[str, ...]

    @staticmethod
    def of(view: View, wish: Wish) -> _Sight:
        free = decode(view, wish.accept)
        worded = decode_within(view, wish.grammar) if wish.grammar else ()
        if not wish.by_neighbours:
            return _Sight(view, free, worded)
        return _Sight(view, settle(free), tuple(settled(text) for text in worded))


def _weighed(sights: Sequence[_Sight], wish: Wish) -> Decoded:
    """All texts that came up in any view, weighed against all of them."""
    if len(sights) == 1 and not wish.grammar and not wish.least_digits:
        return sights[0].free
    views = tuple(sight.view for sight in sights)
    free = [sight.free for sight in sights]
    texts = [alternative.text for decoded in free for alternative in decoded.alternatives]
    texts += [text for sight in sights for text in sight.worded]
    named = min(sum(a.probability for decoded in free for a in decoded.alternatives) / len(free), 1.0)
    prior = partial(_expected, wish)
    agreed = bool(free[0].best) and free[0].best == free[1].best if len(free) > 1 else None
    decoded = rescored(views, texts, prior, named)
    support = _support(wish.grammar, decoded.best) if wish.grammar else 0.5
    return replace(decoded, agreed=agreed, views=views, support=support)


def _is_whole(seen: Decoded, wish: Wish, line: Pixels) -> bool:
    """Whether a text accounts for all that stands in a line."""
    return not _less(seen.best, wish.least_digits) and unexplained(line, seen.places) <= EXPLAINED


def _explaining(seen: Decoded, line: Pixels) -> Decoded:
    """The same, those alternatives last that leave ink of the line unexplained, if the best one does."""
    if not seen.views or unexplained(line, seen.places) <= EXPLAINED:
        return seen
    lacking = [unexplained(line, seen.views[0].places_of(a.text)) > EXPLAINED for a in seen.alternatives]
    weights = [
        a.probability * exp(_UNEXPLAINED * lacks) for a, lacks in zip(seen.alternatives, lacking, strict=True)
    ]
    if not sum(weights):
        return seen
    whole = sum(a.probability for a in seen.alternatives) / sum(weights)
    ranked = sorted(zip(weights, seen.alternatives, strict=True), key=lambda pair: -pair[0])
    return seen.reordered(tuple(replace(a, probability=weight * whole) for weight, a in ranked))


def _support(grammar: State, text: str) -> float:
    """How well a text is worded, from 0 to 1."""
    return 1 / (1 + exp(_HALF_SUPPORTED - _worded(grammar, text)))


def _expected(wish: Wish, text: str) -> float:
    """The log prior of a text: its wording, and what the ink says of its length."""
    worded = _worded(wish.grammar, text) if wish.grammar else 0.0
    return worded + too_short(text, wish.least_digits)


def _worded(grammar: State, text: str) -> float:
    """The log weight of a text, never so little that clear strokes could not outweigh it (design, law 4)."""
    return max(log_weight(grammar, collapsed(text)), _LEAST_EXPECTED)


def too_short(text: str, least_digits: int) -> float:
    """The log prior of a text in view of how many digits there are by their ink."""
    return _LESS_A_DIGIT * _less(text, least_digits)


def _less(text: str, least_digits: int) -> int:
    return max(least_digits - sum(map(str.isalnum, text)), 0)
