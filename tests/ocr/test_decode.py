"""CTC decoding against brute force, and within alphabets and shapes."""

import itertools
from dataclasses import replace
from math import exp, isclose

import numpy as np
import pytest

from ocr.decode import decode, rescored
from ocr.recognise import Probabilities
from ocr.view import Alphabet, LogProbabilities, View, likelihoods

COLUMNS = {"a": 1, "b": 2, "-": 3, "‐": 4, "O": 5}


def lines(seed: int, frames: int = 5) -> Probabilities:
    """Probabilities of a short line over blank and the five characters above."""
    numbers = np.random.default_rng(seed).gamma(0.4, size=(frames, 6)) + 1e-4
    return (numbers / numbers.sum(axis=1, keepdims=True)).astype(np.float32)


def alphabet(characters: str = "ab", **more: dict) -> Alphabet:
    return Alphabet(COLUMNS, characters, more.get("twins", {}), more.get("rarity", {}))


def by_brute_force(held: LogProbabilities, characters: tuple[str, ...]) -> dict[str, float]:
    """The probability of every text as the sum over all its paths."""
    found: dict[str, float] = {}
    for path in itertools.product(range(len(characters)), repeat=len(held)):
        text = "".join(characters[c] for c, group in itertools.groupby(path) for _ in [next(group)])
        probability = exp(sum(float(held[t, c]) for t, c in enumerate(path)))
        found[text] = found.get(text, 0.0) + probability
    return found


@pytest.mark.parametrize("seed", range(6))
def test_the_best_text_and_its_probability_are_those_of_brute_force(seed: int) -> None:
    ab = alphabet()
    view = View(lines(seed), ab)
    exact = by_brute_force(view.held, ab.characters)
    decoded = decode(view)
    assert decoded.best == max(exact, key=lambda text: exact[text])
    assert isclose(decoded.probability, exact[decoded.best], abs_tol=0.02)
    texts = ["", "a", "ab", "aab", "bb", "ababab"]
    scored = likelihoods(view, texts)
    for text, score in zip(texts, scored, strict=True):
        assert isclose(exp(score), exact.get(text, 0.0), abs_tol=1e-5)


def test_alternatives_are_sorted_and_no_more_than_certain() -> None:
    decoded = decode(View(lines(3, frames=9), alphabet()))
    probabilities = [alternative.probability for alternative in decoded.alternatives]
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0 < sum(probabilities) <= 1.0001


def test_only_the_alphabet_is_read() -> None:
    free = np.array([[0.01, 0.04, 0.02, 0.01, 0.01, 0.91]], dtype=np.float32)
    decoded = decode(View(free, alphabet()))
    assert decoded.best == "a"
    assert decoded.weakest > 0.5
    assert isclose(decoded.weakest_free, 0.04, rel_tol=1e-3), "the model saw something else altogether"


def test_twins_are_one_character() -> None:
    free = np.array([[0.1, 0.3, 0.05, 0.25, 0.25, 0.05]], dtype=np.float32)
    assert decode(View(free, alphabet("a-"))).best == "a"
    assert decode(View(free, alphabet("a-", twins={"‐": "-"}))).best == "-"


def test_rare_characters_need_more_evidence() -> None:
    free = np.array([[0.02, 0.45, 0.5, 0.01, 0.01, 0.01]], dtype=np.float32)
    assert decode(View(free, alphabet())).best == "b"
    assert decode(View(free, alphabet(rarity={"b": -2.0}))).best == "a"


def test_a_shape_keeps_only_what_fits_and_says_how_little_that_is() -> None:
    free = lines(1, frames=6)
    decoded = decode(View(free, alphabet()), lambda text: len(text) == 3)
    assert decoded.alternatives
    assert all(len(alternative.text) == 3 for alternative in decoded.alternatives)
    assert sum(a.probability for a in decoded.alternatives) < 1
    assert decode(View(free, alphabet()), lambda text: len(text) == 99).alternatives == ()


def test_places_run_from_left_to_right() -> None:
    frames = np.full((7, 6), 0.01, dtype=np.float32)
    frames[:, 0], frames[1, 1], frames[5, 2] = 0.95, 20, 20
    decoded = decode(View(frames / frames.sum(axis=1, keepdims=True), alphabet()))
    assert decoded.best == "ab"
    assert decoded.places == pytest.approx((1.5 / 7, 5.5 / 7))


def test_a_text_put_forward_must_be_borne_out_by_the_picture() -> None:
    frames = np.array([[0.02, 0.5, 0.44, 0.01, 0.01, 0.02]], dtype=np.float32)
    view = View(frames, alphabet())
    favoured = rescored([view], ["a", "b"], lambda text: 0.0 if text == "b" else -2.0)
    assert favoured.best == "b"
    assert "a" in [alternative.text for alternative in favoured.alternatives]
    hopeless = rescored([view], ["a", "bab"], lambda text: 0.0 if text == "bab" else -5.0)
    assert hopeless.best == "a"


def test_views_count_by_their_weights() -> None:
    one = View(np.array([[0.02, 0.6, 0.35, 0.01, 0.01, 0.01]], dtype=np.float32), alphabet())
    other = View(np.array([[0.02, 0.05, 0.9, 0.01, 0.01, 0.01]], dtype=np.float32), alphabet())
    assert rescored([one], ["a", "b"]).best == "a"
    assert rescored([one, other], ["a", "b"]).best == "b"
    assert rescored([one, replace(other, weight=0.1)], ["a", "b"]).best == "a"
    assert rescored([one, other], ["a", "b"], named=0.5).probability < 0.5


def test_models_with_other_columns_are_weighed_together() -> None:
    large = View(np.array([[0.02, 0.5, 0.45, 0.01, 0.01, 0.01]], dtype=np.float32), alphabet())
    small = Alphabet({"b": 1, "a": 2}, "ab", {}, {})
    own = View(np.array([[0.02, 0.9, 0.08]] * 2, dtype=np.float32), small)
    assert rescored([large], ["a", "b"]).best == "a"
    assert rescored([large, own], ["a", "b"]).best == "b"


@pytest.mark.parametrize("outside", ["x", "1", "aé"])
def test_texts_outside_of_the_alphabet_are_left_out(outside: str) -> None:
    assert rescored([View(lines(2), alphabet())], [outside]).alternatives == ()
