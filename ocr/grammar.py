"""What may be written in a field, as a weighted automaton that the decoder follows character by character.

A ``Place`` is where one is in what may be written; a ``State`` holds every place that a beginning of a text
may have led to, each with the best log weight of getting there. Lexicons are unfolded only as far as they are
walked, so that a hundred thousand town names cost nothing until a town is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from math import inf

import numpy as np
import numpy.typing as npt

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


class Words(Place):
    """The beginnings of words, unfolded as they are walked.

    ``words``: what is left of each, with its log weight. ``after``: where a whole word leads.
    """

    def __init__(
        self, words: Sequence[tuple[str, float]], after: Callable[[str], Ways], read: str = ""
    ) -> None:
        self._words, self._then, self._read = words, after, read
        super().__init__(after=self._whole)

    def _whole(self) -> Ways:
        """Where the words lead that are whole here; of each the weight is spent now."""
        weights = [weight for rest, weight in self._words if not rest]
        return [(max(weights) + weight, place) for weight, place in self._then(self._read)] if weights else ()

    @cached_property
    def _unfolded(self) -> Mapping[str, Place]:
        by_first: dict[str, list[tuple[str, float]]] = {}
        for rest, weight in self._words:
            if rest:
                by_first.setdefault(rest[0], []).append((rest[1:], weight))
        return {c: Words(rests, self._then, self._read + c) for c, rests in by_first.items()}

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
        self._columns: dict[int, npt.NDArray[np.int_]] = {}

    @cached_property
    def characters(self) -> frozenset[str]:
        """Characters that some place names."""
        return frozenset(character for place in self.places for character in place.follow)

    def columns(self, place: Mapping[str, int]) -> npt.NDArray[np.int_]:
        """The columns, by an alphabet's ``place``, of the characters that some place names."""
        # Two models look at one line, each with an alphabet of its own that lives as long as its model.
        if id(place) not in self._columns:
            known = (place[character] for character in self.characters if character in place)
            self._columns[id(place)] = np.unique(np.fromiter(known, int))
        return self._columns[id(place)]

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
