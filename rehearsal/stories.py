"""What invented people write on each form, and what they get wrong.

A story gives every field of a form its canonical text. Where the paper shows something else than the
canonical text (昭和64年1月8日 for 1989-01-08), ``written`` says what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from forms import postal
from forms.definition import FormDefinition
from rehearsal.names import AWAY_CODES, HOME_CODES
from rehearsal.people import (
    TODAY,
    Household,
    Person,
    Place,
    chance,
    foreign_household,
    household,
    japanese_household,
    phone,
    pick,
    place,
)

Values = dict[str, str]

VARIANT: Final = "__"
"""Between the name of a form and what makes a look-alike of it differ: ``ido_todoke__4_rows``."""


@dataclass(frozen=True)
class Story:
    """What one sheet says. ``mistakes`` are the codes of the findings that it should cause."""

    values: Values
    written: Values = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()

    @property
    def handed_in(self) -> dt.date:
        """The day on which the office got the sheet, which it stamps."""
        written = self.values.get("notified_on") or self.values.get("applied_on")
        return min(dt.date.fromisoformat(written), TODAY) if written else TODAY


class NoStoryError(LookupError):
    """Nobody invented contents for a form yet."""

    def __init__(self, form: str) -> None:
        super().__init__(
            f"no story for form {form!r}: write one in rehearsal/stories.py; there are: {', '.join(TELLERS)}"
        )


def story(form: FormDefinition, rng: np.random.Generator, mistake: str = "") -> Story:
    """A consistent story for a fresh sheet of the form, with one deliberate mistake when its code is given.

    NoStoryError for a form without one; LookupError when the mistake cannot be made in this story.
    """
    name = origin(form)
    if name not in TELLERS:
        raise NoStoryError(form.form)
    values = _on_one_sheet(TELLERS[name](rng), form)
    unknown = set(values) - {f.id for f in form.fields}
    if unknown:
        raise LookupError(f"the story of {form.form} fills fields that it does not have: {sorted(unknown)}")
    told = Story({f.id: "" for f in form.fields} | values, _western_years(values, rng))
    return MISTAKES[name][mistake](told, rng) if mistake else told


def origin(form: FormDefinition) -> str:
    """The name of the form whose stories are told on this one: its own, or that of which it is a variant."""
    return form.form.partition(VARIANT)[0]


def _on_one_sheet(values: Values, form: FormDefinition) -> Values:
    """Who does not fit into the rows of the form is written on a second sheet, which is not made."""
    rows = {table.id: table.rows for table in form.tables}
    parts = {field_id: field_id.split(".") for field_id in values}
    return {
        field_id: value
        for field_id, value in values.items()
        if len(parts[field_id]) < 3 or int(parts[field_id][1]) <= rows.get(parts[field_id][0], 0)
    }


def _western_years(values: Values, rng: np.random.Generator) -> Values:
    """Foreign residents, whose names are in Latin letters, often write their birthday by the western year."""
    written = {}
    for field_id, value in values.items():
        if not field_id.endswith("birth_date") or not chance(rng, 0.5):
            continue
        name = values[field_id.replace("birth_date", "name")]
        if name.isascii():
            year, month, day = value.split("-")
            written[field_id] = f"{year}年{int(month)}月{int(day)}日"
    return written


def mistakes_of(form: str) -> tuple[str, ...]:
    """Codes of the mistakes that can be made on a form."""
    return tuple(MISTAKES.get(form.partition(VARIANT)[0], ()))


# --- 住民異動届 ---


def _notice_of_moving(rng: np.random.Generator) -> Values:
    home = household(rng)
    kind = str(rng.choice(["転入", "転居", "転出", "世帯変更"], p=[0.42, 0.3, 0.22, 0.06]))
    if kind == "世帯変更":
        return _change_of_household(japanese_household(rng), rng)
    new = place(rng, AWAY_CODES if kind == "転出" else HOME_CODES)
    old = place(rng, AWAY_CODES if kind == "転入" else HOME_CODES)
    return (
        {"notice_type": kind}
        | _moving_dates(kind, rng)
        | _address("new", new)
        | _address("old", old)
        | {"new_head": home.head.name, "old_head": _former_head(home, rng)}
        | _family_register(home, old, rng)
        | _persons(home, kind == "転入", rng)
        | _notifier(home, old if kind == "転出" else new, rng)
    )


def _change_of_household(home: Household, rng: np.random.Generator) -> Values:
    """The head hands the household over to the next adult; nobody moves."""
    here = place(rng, HOME_CODES)
    return (
        {"notice_type": "世帯変更"}
        | _moving_dates("転居", rng)
        | _address("new", here)
        | {"new_head": home.head.name, "old_head": home.people[-1].name}
        | _family_register(home, here, rng)
        | _persons(home, False, rng)
        | _notifier(home, here, rng)
    )


def _moving_dates(kind: str, rng: np.random.Generator) -> Values:
    notified = TODAY - dt.timedelta(days=int(rng.integers(1, 45)))
    while notified.weekday() >= 5:
        notified -= dt.timedelta(days=1)
    days = int(rng.integers(-20, 4)) if kind == "転出" else int(rng.integers(0, 14))
    return {
        "notified_on": notified.isoformat(),
        "moved_on": (notified - dt.timedelta(days=days)).isoformat(),
    }


def _address(side: str, where: Place) -> Values:
    return {
        f"{side}_postal_code": where.postal_code,
        f"{side}_address": where.text,
        f"{side}_building": where.building,
    }


def _former_head(home: Household, rng: np.random.Generator) -> str:
    """Young people who move alone often leave a parent's household."""
    if len(home.people) > 1 or home.foreign or not chance(rng, 0.35):
        return home.head.name
    surname = home.head.name.split("\u3000")[0]
    return f"{surname}\u3000{pick(rng, ('茂', '進', '修', '正樹', '和子'))}"


def _family_register(home: Household, where: Place, rng: np.random.Generator) -> Values:
    if home.foreign:
        return {}
    return {"honseki": where.honseki, "hittousha": home.head.name}


def _persons(home: Household, with_code: bool, rng: np.random.Generator) -> Values:
    values: Values = {}
    together = len(home.people) > 1 and chance(rng, 0.7)
    numbers, codes = chance(rng, 0.75), with_code and chance(rng, 0.4)
    for row, person in enumerate(home.people, start=1):
        entry = _person(person) | ({"same_household": "同一世帯員"} if together else {})
        entry |= {"my_number": person.my_number} if numbers else {}
        entry |= {"resident_code": person.resident_code} if codes else {}
        values |= {f"persons.{row}.{column}": value for column, value in entry.items()}
    return values


def _person(person: Person) -> Values:
    common = {
        "kana": person.kana,
        "name": person.name,
        "birth_date": person.born.isoformat(),
        "sex": person.sex,
        "relation": person.relation,
    }
    if person.stay is None:
        return common
    stay = person.stay
    return common | {
        "alias": stay.alias,
        "nationality": stay.nationality,
        "residence_status": stay.status,
        "residence_period": stay.period,
        "residence_until": stay.until.isoformat() if stay.until else "",
        "residence_card": stay.card,
    }


def _notifier(home: Household, where: Place, rng: np.random.Generator) -> Values:
    """Who hands the notice in: mostly the head, sometimes another member, sometimes an agent."""
    part = float(rng.random())
    common = {"notifier_phone": phone(rng), "office_received": "1"}
    here = {"notifier_address": where.text}
    if part < 0.12:
        agent = japanese_household(rng).head
        elsewhere = {"notifier_address": place(rng, HOME_CODES).text}
        return common | elsewhere | _notified_by(agent, "代理人", "運転免許証,委任状")
    document = "在留カード" if home.foreign else pick(rng, ("個人番号カード", "運転免許証"))
    if part < 0.35 and len(home.people) > 1 and home.people[1].relation in ("妻", "夫"):
        return common | here | _notified_by(home.people[1], "本人", document)
    return common | here | _notified_by(home.head, pick(rng, ("本人", "世帯主")), document)


def _notified_by(person: Person, capacity: str, documents: str) -> Values:
    return {"notifier_name": person.name, "notifier_capacity": capacity, "office_identity": documents}


# --- 住民票の写し等交付申請書 ---

COPIES: Final = {
    "世帯全員の写し": "copies_household",
    "世帯一部の写し": "copies_person",
    "除票の写し": "copies_removed",
    "記載事項証明書": "copies_items",
}
FEE_YEN: Final = 300
PURPOSES: Final = (
    "運転免許",
    "年金・社会保険",
    "就職・勤務先",
    "学校",
    "住宅・融資",
    "自動車の登録",
    "その他",
)
OTHER_PURPOSES: Final = ("旅券の申請", "相続の手続", "奨学金の申込", "携帯電話の契約")


def _application_for_copy(rng: np.random.Generator) -> Values:
    home = foreign_household(rng) if chance(rng, 0.1) else japanese_household(rng)
    where = place(rng, HOME_CODES)
    applicant = home.head
    member = home.people[1] if len(home.people) > 1 and chance(rng, 0.4) else None
    agent = chance(rng, 0.1)
    relation = "代理人" if agent else "同一世帯員" if member else "本人"
    asking = japanese_household(rng).head if agent else applicant
    subject = home.head if agent else member
    document = "在留カード" if home.foreign and not agent else pick(rng, ("個人番号カード", "運転免許証"))
    return (
        _applicant(asking, place(rng, HOME_CODES) if agent else where, rng)
        | {"applicant_relation": relation}
        | (_subject(subject, home, where) if subject else {"subject_same": "請求者と同じ"})
        | _certificates(rng)
        | _shown_items(home, rng)
        | {"office_identity": f"{document},委任状" if agent else document, "office_received": "1"}
    )


def _applicant(person: Person, where: Place, rng: np.random.Generator) -> Values:
    applied = TODAY - dt.timedelta(days=int(rng.integers(1, 45)))
    return {
        "applied_on": applied.isoformat(),
        "applicant_kana": person.kana,
        "applicant_name": person.name,
        "applicant_birth_date": person.born.isoformat(),
        "applicant_postal_code": where.postal_code,
        "applicant_phone": phone(rng),
        "applicant_address": f"{where.text} {where.building}".strip(),
    }


def _subject(person: Person, home: Household, where: Place) -> Values:
    return {
        "subject_address": f"{where.text} {where.building}".strip(),
        "subject_kana": person.kana,
        "subject_name": person.name,
        "subject_birth_date": person.born.isoformat(),
        "subject_head": home.head.name,
    }


def _certificates(rng: np.random.Generator) -> Values:
    count = 2 if chance(rng, 0.15) else 1
    chosen = [str(c) for c in rng.choice(list(COPIES), count, replace=False, p=[0.5, 0.32, 0.06, 0.12])]
    copies = {COPIES[kind]: str(rng.choice([1, 2, 3], p=[0.75, 0.2, 0.05])) for kind in chosen}
    purpose = pick(rng, PURPOSES)
    return {
        "certificate": ",".join(kind for kind in COPIES if kind in chosen),
        **copies,
        "purpose": purpose,
        "purpose_other": pick(rng, OTHER_PURPOSES) if purpose == "その他" else "",
        "office_fee": str(FEE_YEN * sum(int(n) for n in copies.values())),
    }


def _shown_items(home: Household, rng: np.random.Generator) -> Values:
    shown = {"with_honseki": 0.4, "with_relation": 0.6, "with_my_number": 0.15, "with_resident_code": 0.05}
    ticks = {item: "記載する" if chance(rng, p) else "記載しない" for item, p in shown.items()}
    return {item: "" if chance(rng, 0.08) else tick for item, tick in ticks.items()}


TELLERS: Final[Mapping[str, Callable[[np.random.Generator], Values]]] = {
    "ido_todoke": _notice_of_moving,
    "juminhyo_kofu": _application_for_copy,
}


# --- deliberate mistakes ---

Mistake = Callable[[Story, np.random.Generator], Story]


def _changed(told: Story, code: str, values: Values, written: Values | None = None) -> Story:
    return Story(told.values | values, told.written | (written or {}), (*told.mistakes, code))


def _wrong_check_digit(told: Story, rng: np.random.Generator) -> Story:
    number = told.values["persons.1.my_number"] or "98320567321" + "4"
    wrong = str((int(number[-1]) + int(rng.integers(1, 10))) % 10)
    return _changed(told, "my_number.check_digit", {"persons.1.my_number": number[:-1] + wrong})


def _two_heads(told: Story, rng: np.random.Generator) -> Story:
    if told.values["persons.2.name"]:
        return _changed(told, "head.more_than_one", {"persons.2.relation": "世帯主"})
    second = _person(japanese_household(rng).head)
    return _changed(
        told, "head.more_than_one", {f"persons.2.{column}": value for column, value in second.items()}
    )


def _day_after_showa(field_id: str) -> Mistake:
    def make(told: Story, rng: np.random.Generator) -> Story:
        return _changed(told, "date.wrong_era", {field_id: "1989-01-08"}, {field_id: "昭和64年1月8日"})

    return make


def _other_postal_code(field_id: str) -> Mistake:
    """Another town's code: of the same municipality when a list has one, else of another."""

    def make(told: Story, rng: np.random.Generator) -> Story:
        right = postal.areas(told.values[field_id])[0]
        others = [postal.areas(code)[0] for code in (*HOME_CODES, *AWAY_CODES)]
        # The code of 橋本 would seem to fit an address in 東橋本.
        wrong = [area for area in others if area.town not in right.town]
        near = [area for area in wrong if area.municipality_code == right.municipality_code]
        finding = "postal.other_town" if near else "postal.other_municipality"
        return _changed(told, finding, {field_id: pick(rng, near or wrong).postal_code})

    return make


def _in_ten_years(field_id: str) -> Mistake:
    def make(told: Story, rng: np.random.Generator) -> Story:
        year, rest = told.values[field_id].split("-", 1)
        return _changed(told, "date.future", {field_id: f"{int(year) + 10}-{rest.replace('02-29', '02-28')}"})

    return make


MISTAKES: Final[Mapping[str, Mapping[str, Mistake]]] = {
    "ido_todoke": {
        "my_number.check_digit": _wrong_check_digit,
        "date.wrong_era": _day_after_showa("persons.1.birth_date"),
        "head.more_than_one": _two_heads,
        "postal.other_town": _other_postal_code("new_postal_code"),
        "date.future": _in_ten_years("notified_on"),
    },
    "juminhyo_kofu": {
        "date.wrong_era": _day_after_showa("applicant_birth_date"),
        "postal.other_town": _other_postal_code("applicant_postal_code"),
        "date.future": _in_ten_years("applied_on"),
    },
}
