"""What may be written in a field, as a weighted automaton that the decoder follows character by character.

A ``Place`` is where one is in what may be written; a ``State`` holds every place that a beginning of a text
may have led to, each with the best log weight of getting there. Lexicons are unfolded only as far as they are
walked, so that a hundred thousand town names cost nothing until a town is looked for.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, islice
from math import inf

Ways = Sequence[tuple[float, "Place"]]


class Place:
    """A place in a grammar.

    ``ends``: log weight of a text that ends here; −inf where it may not. ``after``: places that are reached
    without a further character, with their log weights; asked for once, when the place is first reached.
    ``any_way``: log weight and place of any character that ``follow`` does not name.
    """

    def __init__(
        self,
        ends: float = -inf,
        after: Callable[[], Ways] = tuple,
        any_way: tuple[float, Place] | None = None,
    ) -> None:
        self.ends = ends
        self._after = after
        self.any_way = any_way
        self._follow: dict[str, Place] = {}

    @property
    def follow(self) -> Mapping[str, Place]:
        """The places that characters lead to."""
        return self._follow

    @cached_property
    def after(self) -> Ways:
        return self._after()

    def leads(self, characters: str, place: Place) -> None:
        """Lets each of these characters lead to a place."""
        self._follow |= dict.fromkeys(characters, place)


@dataclass(frozen=True)
class Lexicon:
    """Words in the order of their characters, each once, with their log weights."""

    words: Sequence[str]
    weights: Sequence[float]

    @staticmethod
    def of(weighted: Iterable[tuple[str, float]]) -> Lexicon:
        """The lexicon of these words; of one that comes twice, the larger weight counts."""
        best: dict[str, float] = {}
        for word, weight in weighted:
            best[word] = max(weight, best.get(word, -inf))
        words = sorted(best)
        return Lexicon(words, array("f", (best[word] for word in words)))


class Words(Place):
    """A beginning of words, unfolded as they are walked: those from ``first`` up to ``last`` of a lexicon.

    ``then``: where a whole word leads. ``length``: how many characters have been written of them.
    """

    def __init__(
        self, lexicon: Lexicon, then: Callable[[str], Ways], part: range | None = None, length: int = 0
    ) -> None:
        self._lexicon, self._then, self._length = lexicon, then, length
        self._part = range(len(lexicon.words)) if part is None else part
        super().__init__(after=self._whole)

    def _whole(self) -> Ways:
        """Where the word leads that is whole here, if any is; its weight is spent now."""
        first = self._part.start
        word, weight = self._lexicon.words[first], self._lexicon.weights[first]
        whole = len(word) == self._length
        return [(weight + further, place) for further, place in self._then(word)] if whole else ()

    @cached_property
    def _unfolded(self) -> Mapping[str, Place]:
        found: dict[str, Place] = {}
        longer = (n for n in self._part if len(self._lexicon.words[n]) > self._length)
        for character, group in groupby(longer, lambda n: self._lexicon.words[n][self._length]):
            numbers = list(group)
            part = range(numbers[0], numbers[-1] + 1)
            found[character] = Words(self._lexicon, self._then, part, self._length + 1)
        return found

    @property
    def follow(self) -> Mapping[str, Place]:
        return self._unfolded


class State:
    """Every place that a beginning of a text may have led to, each with its best log weight."""

    def __init__(self, places: Mapping[Place, float]) -> None:
        self.places = dict(places)
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            for weight, further in place.after:
                reached = self.places[place] + weight
                if reached > self.places.get(further, -inf):
                    self.places[further] = reached
                    waiting.append(further)
        self.best = max(self.places.values())
        self._next: dict[str, State | None] = {}

    def allowed(self, candidates: Mapping[str, float], most: int) -> list[str]:
        """The likeliest of some characters (with log probabilities) that may follow, at most so many."""
        named: set[str] = set(islice(candidates, most)) if self.open else set()
        for place in self.places:
            few, many = sorted((place.follow, candidates), key=len)
            named.update(character for character in few if character in many)
        return sorted(named, key=candidates.__getitem__, reverse=True)[: 2 * most if self.open else most]

    @cached_property
    def open(self) -> bool:
        """Whether any character may follow."""
        return any(place.any_way for place in self.places)

    @property
    def end(self) -> float:
        """The best log weight of the text if it ends here; −inf if it may not."""
        return max(weight + place.ends for place, weight in self.places.items())

    def next(self, character: str) -> State | None:
        """Where a further character leads; None where it may not follow."""
        if character not in self._next:
            self._next[character] = self._moved(character)
        return self._next[character]

    def _moved(self, character: str) -> State | None:
        reached: dict[Place, float] = {}
        for place, weight in self.places.items():
            named = place.follow.get(character)
            if named is not None:
                reached[named] = max(reached.get(named, -inf), weight)
            elif place.any_way:
                cost, further = place.any_way
                reached[further] = max(reached.get(further, -inf), weight + cost)
        return State(reached) if reached else None


def begin(ways: Iterable[tuple[float, Place]]) -> State:
    """The state before anything is written. It remembers what is walked from it: make one for each line."""
    return State({place: weight for weight, place in ways})


def log_weight(start: State, text: str) -> float:
    """The log weight of a whole text; −inf for one that the grammar does not allow."""
    state: State | None = start
    for character in text:
        state = state.next(character) if state else None
    return state.end if state else -inf
