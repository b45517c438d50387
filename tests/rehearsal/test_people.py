"""Invented people hang together."""

from __future__ import annotations

import re

import numpy as np
import pytest

from forms import postal
from forms.checkdigits import my_number_check_digit
from rehearsal import people
from rehearsal.names import AWAY_CODES, BOYS, GIRLS, HOME_CODES, MEN, SURNAMES, WOMEN, Word

SEEDS = range(120)
KATAKANA = re.compile(r"[ァ-ヶー]+")


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("words", [SURNAMES, MEN, WOMEN, BOYS, GIRLS])
def test_every_name_has_its_reading_in_katakana(words: tuple[Word, ...]) -> None:
    assert all(KATAKANA.fullmatch(word.kana) for word in words)
    assert len({word.text for word in words}) == len(words)


@pytest.mark.parametrize("code", [*HOME_CODES, *AWAY_CODES])
def test_every_town_is_in_japan_posts_table_once(code: str) -> None:
    (area,) = postal.areas(code)
    assert area.town
    assert (area.city.startswith("相模原市")) == (code in HOME_CODES)


def test_postal_code_fits_address() -> None:
    for seed in SEEDS:
        place = people.place(rng(seed), (*HOME_CODES, *AWAY_CODES))
        town = postal.areas(place.postal_code)[0].address
        assert re.fullmatch(re.escape(town) + r"\d-\d{1,2}-\d{1,2}", place.text)
        assert place.honseki.startswith(town)


def test_numbers_are_valid() -> None:
    for seed in SEEDS:
        number = people.my_number(rng(seed))
        assert len(number) == 12
        assert int(number[-1]) == my_number_check_digit(number[:11])
        assert re.fullmatch(r"[A-Z]{2}\d{8}[A-Z]{2}", people.residence_card(rng(seed)))
        assert re.fullmatch(r"0[789]0[1-9]\d{7}|0427\d{6}", people.phone(rng(seed)))


def test_households_have_one_head_who_comes_first() -> None:
    for seed in SEEDS:
        members = people.household(rng(seed)).people
        assert [member.relation for member in members].count("世帯主") == 1
        assert members[0].relation == "世帯主"
        assert 1 <= len(members) <= 5
        assert len({member.name for member in members}) == len(members)


def test_children_are_younger_and_parents_older_than_the_head() -> None:
    for seed in SEEDS:
        head, *others = people.household(rng(seed)).people
        for other in others:
            assert other.born < people.TODAY
            if other.relation == "子":
                assert (other.born - head.born).days > 15 * 365
            if other.relation in ("父", "母"):
                assert (head.born - other.born).days > 20 * 365


def test_relation_agrees_with_sex() -> None:
    expected = {"妻": "女", "夫": "男", "父": "男", "母": "女"}
    for seed in SEEDS:
        for member in people.household(rng(seed)).people:
            assert member.sex == expected.get(member.relation, member.sex)


def test_foreign_residents_have_a_card_and_latin_names() -> None:
    for seed in SEEDS:
        for member in people.foreign_household(rng(seed)).people:
            assert member.stay is not None
            assert re.fullmatch(r"[A-Z]+ [A-Z]+", member.name)
            assert (member.stay.until is None) == (member.stay.period == "無期限")


def test_the_same_seed_gives_the_same_household() -> None:
    assert people.household(rng(7)) == people.household(rng(7))
    assert people.household(rng(7)) != people.household(rng(8))
