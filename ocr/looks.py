"""Reads a line with as many looks as it takes; every text that came up is weighed against all of them.

Where our own small model knows all characters of a field it looks first, which costs a fifth of a look of the
large one. Only what a look leaves open gets a further one, and then the likelihoods of both decide together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from forms.definition import Kind
from ocr.alphabets import Alphabets
from ocr.context import collapsed, settle, settled
from ocr.decode import Accept, Alphabet, Decoded, View, decode, decode_within, rescored
from ocr.grammar import State, log_weight
from ocr.lines import second_look, without_phantoms
from ocr.load import Pixels
from ocr.own import OwnRecogniser
from ocr.recognise import LogProbabilities, Recogniser

_SURE = 0.999
"""Probability of a text and of its characters from which on no further look has ever said otherwise."""

_OWN_WEIGHT, _LARGE_WEIGHT = 0.7, 0.7
"""How much the two models' log likelihoods count together; below 1, since they share some mistakes."""

_LOOK_WEIGHT = 0.5
"""How much each of two looks of one model counts."""

_LEAST_EXPECTED = -20.0
"""The most that a text can lose by being worded as nobody expects (log)."""


@dataclass(frozen=True)
class Wish:
    """What is known of a line before it is read.

    ``alphabet``: of the large model; ``small``: of our own, where it knows all of the field's characters.
    ``accept``: which texts may be. ``grammar``: where a text begins that is worded as expected; others cost
    as much as a grammar may cost at all. ``by_neighbours``: whether ``ocr.context`` tells look-alikes apart.
    """

    alphabet: Alphabet
    small: Alphabet | None = None
    accept: Accept | None = None
    grammar: State | None = None
    by_neighbours: bool = False

    def view(self, look: LogProbabilities, small: bool) -> View:
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

    def large_look(self, line: Pixels) -> LogProbabilities:
        """What the large model says of a line; where there is no ink it may see nothing but CTC's blank."""
        return without_phantoms(self.recogniser.read(line), line)

    def own_look(self, line: Pixels) -> LogProbabilities:
        """What our own model says of a line."""
        return self.own.read(line)

    def read(self, line: Pixels, wish: Wish, first: LogProbabilities | None = None) -> Decoded:
        """The likeliest texts of a line.

        ``first``: what the model that looks first said, where it has been asked already: our own where the
        wish has a ``small`` alphabet, else the large one.
        """
        if wish.small is None:
            return self._by_two_looks(line, wish, self.large_look(line) if first is None else first)
        own = View(self.own_look(line) if first is None else first, wish.small, _OWN_WEIGHT)
        seen = _decoded(own, wish)
        if _sure(seen):
            return replace(seen, agreed=True)
        large = View(self.large_look(line), wish.alphabet, _LARGE_WEIGHT)
        return _weighed((own, large), (seen, _decoded(large, wish)), wish)

    def _by_two_looks(self, line: Pixels, wish: Wish, first: LogProbabilities) -> Decoded:
        view = View(first, wish.alphabet)
        seen = _decoded(view, wish)
        if wish.grammar:
            seen = _weighed((view,), (seen,), wish)
        if _sure(seen):
            return replace(seen, agreed=True)
        again = View(self.large_look(second_look(line)), wish.alphabet, _LOOK_WEIGHT)
        views = (replace(view, weight=_LOOK_WEIGHT), again)
        return _weighed(views, (seen, _decoded(again, wish)), wish)


def _sure(decoded: Decoded) -> bool:
    return decoded.probability > _SURE and decoded.weakest_free > _SURE


def _weighed(views: Sequence[View], ways: Sequence[Decoded], wish: Wish) -> Decoded:
    """All texts that came up in any way, and those proposed, weighed against all views."""
    texts = [alternative.text for way in ways for alternative in way.alternatives]
    prior = None
    if wish.grammar:
        texts += [_shown(text, wish) for view in views for text in decode_within(view, wish.grammar)]
        prior = partial(_expected, wish.grammar)
    named = sum(a.probability for way in ways for a in way.alternatives) / len(ways)
    agreed = len(ways) > 1 and bool(ways[0].best) and all(way.best == ways[0].best for way in ways)
    return replace(rescored(views, texts, prior, min(named, 1.0)), agreed=agreed)


def _expected(grammar: State, text: str) -> float:
    """The log weight of a text, never so little that clear strokes could not outweigh it (design, law 4)."""
    return max(log_weight(grammar, collapsed(text)), _LEAST_EXPECTED)


def _shown(text: str, wish: Wish) -> str:
    return settled(text) if wish.by_neighbours else text


def _decoded(view: View, wish: Wish) -> Decoded:
    decoded = decode(view, wish.accept)
    return settle(decoded) if wish.by_neighbours else decoded
