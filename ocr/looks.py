"""Reads a line, and again a little changed if in doubt; every text that came up is weighed against both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ocr.alphabets import Alphabets
from ocr.context import settle
from ocr.decode import Accept, Alphabet, Decoded, Prior, decode, rescored
from ocr.lines import second_look, without_phantoms
from ocr.load import Pixels
from ocr.recognise import THREADS, LogProbabilities, Recogniser

Propose = Callable[[str], Sequence[str]]

_SURE = 0.999
"""Probability of a text and of its characters from which on no second look has ever said otherwise."""


@dataclass(frozen=True)
class Wish:
    """What is known of a line before it is read.

    ``accept``: which texts may be. ``prior``: their log probability. ``propose``: further texts to weigh,
    made from the best one. ``by_neighbours``: whether look-alikes are told apart by ``ocr.context``.
    """

    alphabet: Alphabet
    accept: Accept | None = None
    prior: Prior | None = None
    propose: Propose | None = None
    by_neighbours: bool = False


@dataclass(frozen=True)
class LineReader:
    """The recognition model with the alphabets of its columns."""

    recogniser: Recogniser
    alphabets: Alphabets

    @staticmethod
    def make(threads: int = THREADS) -> LineReader:
        """Loads the model. Raises ``ModelMissing``."""
        recogniser = Recogniser(threads=threads)
        return LineReader(recogniser, Alphabets(recogniser.columns))

    def look(self, line: Pixels) -> LogProbabilities:
        """What the model says of a line; where there is no ink it may see nothing but CTC's blank."""
        return without_phantoms(self.recogniser.read(line), line)

    def read(self, line: Pixels, wish: Wish, first: LogProbabilities | None = None) -> Decoded:
        """The likeliest texts of a line. ``first``: its first look, where it has been taken already."""
        look = self.look(line) if first is None else first
        seen = _decoded(look, wish)
        if seen.probability > _SURE and seen.weakest_free > _SURE and not wish.prior:
            return replace(seen, agreed=True)
        looks = (look, self.look(second_look(line)))
        ways = [seen, _decoded(looks[1], wish)]
        agreed = bool(ways[0].best) and ways[0].best == ways[1].best
        texts = [alternative.text for way in ways for alternative in way.alternatives]
        if wish.propose and texts:
            texts += wish.propose(texts[0])
        named = sum(a.probability for way in ways for a in way.alternatives) / len(ways)
        return replace(rescored(looks, wish.alphabet, texts, wish.prior, named), agreed=agreed)


def _decoded(look: LogProbabilities, wish: Wish) -> Decoded:
    decoded = decode(look, wish.alphabet, wish.accept)
    return settle(decoded) if wish.by_neighbours else decoded
