"""Invented people and households that hang together: kana fits name, postal code fits address, one head each.

Names are put together from lists by chance, towns come from Japan Post's table, check digits are valid.
Nobody here exists; a likeness is chance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, TypeVar

import numpy as np

from forms import postal
from forms.checkdigits import my_number_check_digit
from rehearsal import names
from rehearsal.names import Word

TODAY: Final = dt.date(2026, 10, 30)
"""The day on which the invented people live, fixed so that a seed gives the same household for ever."""

Choice = TypeVar("Choice")


def pick(rng: np.random.Generator, choices: Sequence[Choice]) -> Choice:
    """One of the choices, each as likely as the other."""
    return choices[int(rng.integers(len(choices)))]


def chance(rng: np.random.Generator, probability: float) -> bool:
    return bool(rng.random() < probability)


@dataclass(frozen=True)
class Stay:
    """What the residence card of a foreign resident says."""

    nationality: str
    status: str
    period: str
    until: dt.date | None
    card: str
    alias: str = ""


@dataclass(frozen=True)
class Person:
    """One invented resident. Name and kana are divided by U+3000, a name in Latin letters by U+0020."""

    name: str
    kana: str
    sex: str
    born: dt.date
    relation: str
    my_number: str
    resident_code: str
    stay: Stay | None = None


@dataclass(frozen=True)
class Place:
    """An address. ``postal_code`` is written ``252-0231``; ``building`` may be empty."""

    postal_code: str
    text: str
    building: str
    honseki: str
    """The same block as a register of families writes it (``三丁目12番地`` with digits)."""


@dataclass(frozen=True)
class Household:
    """People who live together, the head first."""

    people: tuple[Person, ...]

    @property
    def head(self) -> Person:
        return self.people[0]

    @property
    def foreign(self) -> bool:
        return self.head.stay is not None


# --- numbers ---


def digits(rng: np.random.Generator, count: int) -> str:
    return "".join(str(n) for n in rng.integers(0, 10, count))


def my_number(rng: np.random.Generator) -> str:
    body = digits(rng, 11)
    return f"{body}{my_number_check_digit(body)}"


def residence_card(rng: np.random.Generator) -> str:
    letters = "".join(pick(rng, "ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(4))
    return f"{letters[:2]}{digits(rng, 8)}{letters[2:]}"


def phone(rng: np.random.Generator) -> str:
    """A mobile number, or one of a land line in 相模原; digits only."""
    if chance(rng, 0.75):
        return pick(rng, ("090", "080", "070")) + str(rng.integers(1, 10)) + digits(rng, 7)
    return "0427" + digits(rng, 6)


# --- places ---


@lru_cache(maxsize=256)
def _town(code: str) -> str:
    return postal.areas(code)[0].address


def place(rng: np.random.Generator, codes: Sequence[str]) -> Place:
    """An address in one of the towns, half of them in a house of flats."""
    code = pick(rng, codes)
    chome, block, house = (int(rng.integers(1, top)) for top in (5, 30, 20))
    building = (
        f"{pick(rng, names.HOUSES)}{rng.integers(1, 9)}0{rng.integers(1, 9)}" if chance(rng, 0.5) else ""
    )
    town = _town(code)
    return Place(code, f"{town}{chome}-{block}-{house}", building, f"{town}{chome}丁目{block}番地")


# --- people ---


def _born(rng: np.random.Generator, youngest: int, oldest: int) -> dt.date:
    days = int(rng.integers(youngest * 365 + 30, oldest * 365 + 360))
    return TODAY - dt.timedelta(days=days)


def _given(rng: np.random.Generator, sex: str, born: dt.date) -> Word:
    if born.year >= 1998:
        return pick(rng, names.BOYS if sex == "男" else names.GIRLS)
    return pick(rng, names.MEN if sex == "男" else names.WOMEN)


def _person(rng: np.random.Generator, surname: Word, sex: str, born: dt.date, relation: str) -> Person:
    given = _given(rng, sex, born)
    return Person(
        name=f"{surname.text}\u3000{given.text}",
        kana=f"{surname.kana}\u3000{given.kana}",
        sex=sex,
        born=born,
        relation=relation,
        my_number=my_number(rng),
        resident_code=digits(rng, 11),
    )


def _partner(head: Person) -> tuple[str, str]:
    """Sex and relation of the head's wife or husband."""
    return ("女", "妻") if head.sex == "男" else ("男", "夫")


def _years_apart(rng: np.random.Generator, born: dt.date, low: int, high: int) -> dt.date:
    return born + dt.timedelta(days=int(rng.integers(low * 365, high * 365)))


def _children(rng: np.random.Generator, surname: Word, mother_born: dt.date, count: int) -> list[Person]:
    births = sorted(_years_apart(rng, mother_born, 21, 40) for _ in range(count))
    past = [born for born in births if born < TODAY - dt.timedelta(days=20)]
    return [_person(rng, surname, pick(rng, ("男", "女")), born, "子") for born in past]


def _distinct(people: Sequence[Person]) -> tuple[Person, ...]:
    """Nobody in a household bears another's full name."""
    by_name: dict[str, Person] = {}
    for person in people:
        by_name.setdefault(person.name, person)
    return tuple(by_name.values())


def japanese_household(rng: np.random.Generator) -> Household:
    """One to five people: alone, a couple, a family, a parent with children, or with the head's parent."""
    surname = pick(rng, names.SURNAMES)
    kind = rng.choice(
        ["alone", "couple", "family", "single parent", "three ages"], p=[0.3, 0.2, 0.34, 0.08, 0.08]
    )
    age = (28, 52) if kind != "alone" else (19, 84)
    head = _person(
        rng, surname, "女" if kind == "single parent" else pick(rng, "男男女"), _born(rng, *age), "世帯主"
    )
    people = [head]
    if kind in ("couple", "family", "three ages"):
        sex, relation = _partner(head)
        people.append(_person(rng, surname, sex, _years_apart(rng, head.born, -4, 5), relation))
    if kind in ("family", "single parent", "three ages"):
        people += _children(rng, surname, head.born, int(rng.integers(1, 4)))
    if kind == "three ages":
        sex, relation = pick(rng, (("男", "父"), ("女", "母")))
        people.append(_person(rng, surname, sex, _years_apart(rng, head.born, -34, -22), relation))
    return Household(_distinct(people)[:5])


def foreign_household(rng: np.random.Generator) -> Household:
    """One to three people of one nationality, names in Latin letters as on the residence card."""
    country = pick(rng, names.COUNTRIES)
    family = pick(rng, country.families)
    status = pick(rng, names.RESIDENCE_STATUSES)
    relations = ["世帯主", "妻", "子"][: int(rng.choice([1, 2, 3], p=[0.6, 0.25, 0.15]))]
    head_born = _born(rng, 24, 45)
    people = []
    for relation in relations:
        sex = {"世帯主": "男", "妻": "女"}.get(relation) or pick(rng, ("男", "女"))
        born = {"世帯主": head_born, "妻": _years_apart(rng, head_born, -3, 4)}.get(relation) or _born(
            rng, 1, 9
        )
        given = pick(rng, country.men if sex == "男" else country.women)
        person = _person(rng, family, sex, born, relation)
        own = replace(person, name=f"{family.text} {given.text}", kana=f"{family.kana}\u3000{given.kana}")
        people.append(
            replace(own, stay=_stay(rng, country.name, status if relation == "世帯主" else "家族滞在"))
        )
    return Household(_distinct(people))


def _stay(rng: np.random.Generator, nationality: str, status: str) -> Stay:
    if status == "永住者":
        return Stay(nationality, status, "無期限", None, residence_card(rng))
    years = int(rng.choice([1, 3, 5]))
    until = TODAY + dt.timedelta(days=int(rng.integers(90, years * 365)))
    alias = pick(rng, names.SURNAMES).text if chance(rng, 0.15) else ""
    return Stay(nationality, status, f"{years}年", until, residence_card(rng), alias)


def household(rng: np.random.Generator) -> Household:
    """One household in eight is of foreign residents."""
    return foreign_household(rng) if chance(rng, 0.12) else japanese_household(rng)
