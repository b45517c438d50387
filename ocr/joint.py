"""What the fields of one sheet say of each other: each was read from ink of its own.

Every pair of related fields weighs their alternatives together (one round of belief propagation): a postal
code and its address, a name and its furigana, a number and its check digit, a name that stands on the sheet
twice. The weight is bounded, so that what is clearly written stays as it is, right or wrong; a contradiction
then shows as low support, and as a finding of the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from math import exp, inf, log

from forms.dates import bounds
from forms.definition import Field, FormDefinition, Kind, Rule
from forms.facts import Alternative, Severity
from forms.folding import folded_address, folded_name
from forms.kinds import parse
from forms.postal import PostalArea, areas, divided
from ocr import names
from ocr.evidence import Evidence

MOST_WEIGHT = 4.0
"""The most (log) by which one alternative gains on another: belief of 0.99 is not overturned by 0.008."""

_AGREES, _SAME_CITY, _UNKNOWN_CODE, _ELSEWHERE = 4.0, -1.0, -3.0, -4.0
"""Postal code and address: the same town, another town of the municipality, no such code, elsewhere."""

_CHECKED, _UNCHECKED = 2.4, -3.0
"""A check digit modulo 11 lets one wrong number of eleven pass (log 11 = 2.4)."""

_IMPOSSIBLE = -3.0
"""A value that its own kind refuses: a 30 February, a year after the era's end."""

_NAMED_TWICE, _NAMED_OTHERWISE = 3.0, -2.0
_SAME_NAME, _SAME_SURNAME = 2.0, 1.0
_SAME_ADDRESS = 2.0
_SOON, _LONG_AGO = 1.5, -1.5
_SOON_DAYS, _LONG_DAYS = 60, 400
"""A name that a rule expects twice; names and addresses that only tend to stand on a sheet twice;
moves notified within weeks, and after more than a year."""

_A_SHEETS = 256
"""Texts of about one sheet, each of which is compared with many others."""

Weigh = Callable[[str, str], float]
"""The log likelihood ratio of two texts belonging together, against their having nothing to do with it."""


@dataclass(frozen=True)
class Pair:
    """Two fields that bear on each other."""

    first: str
    second: str
    weigh: Weigh

    def turned(self, second: str, first: str) -> float:
        """The same weight, asked from the other side."""
        return self.weigh(first, second)


def joined(form: FormDefinition, seen: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """The evidence of a sheet with the alternatives of related fields weighed together.

    A reading that gives way stays among the alternatives. ``signs.support`` tells how well the best text is
    borne out: 0 the others speak against it, 0.5 they say nothing, 1 for it.
    """
    gains: dict[str, list[float]] = {
        field_id: [0.0] * len(evidence.alternatives)
        for field_id, evidence in seen.items()
        if not evidence.blank and evidence.alternatives
    }
    for field_id in gains:
        _add(gains[field_id], _alone(form.field(field_id), seen[field_id]))
    for pair in pairs(form, seen):
        if pair.first in gains and pair.second in gains:
            first, second = seen[pair.first], seen[pair.second]
            _add(gains[pair.first], _told(first, second, pair.weigh))
            _add(gains[pair.second], _told(second, first, pair.turned))
    changed = {field_id: _weighed(seen[field_id], gain) for field_id, gain in gains.items() if any(gain)}
    return {**seen, **changed}


def areas_for(form: FormDefinition, field: Field, seen: Mapping[str, Evidence]) -> tuple[PostalArea, ...]:
    """The areas of the postal code that belongs to an address, as the form's rules say; empty without one."""
    for rule in form.rules:
        if rule.rule == "postal_agrees" and rule.params.get("address") == field.id:
            code = seen.get(rule.params.get("postal", ""))
            texts = [alternative.text for alternative in code.alternatives[:2]] if code else []
            return tuple(area for text in texts for area in areas(_canonical_code(text)))
    return ()


def pairs(form: FormDefinition, seen: Mapping[str, Evidence]) -> Iterator[Pair]:
    """Every two fields of a sheet that bear on each other, as its rules and kinds say."""
    expected: set[frozenset[str]] = set()
    for rule in form.rules:
        if rule.rule == "postal_agrees":
            yield Pair(rule.params["postal"], rule.params["address"], postal_weight)
        elif rule.rule == "kana_fits":
            yield from (Pair(kana, name, kana_weight) for kana, name in _kana_pairs(form, rule))
        elif rule.rule == "moving_date":
            moved, notified = rule.params["moved"], rule.params["notified"]
            yield Pair(moved, notified, partial(_days_apart, form.field(moved), form.field(notified)))
        elif rule.rule in _SAME_PERSON:
            for first, second in _SAME_PERSON[rule.rule](form, rule, seen):
                expected.add(frozenset((first, second)))
                yield Pair(first, second, _expected_name)
    yield from _alike(form, seen, Kind.NAME, _name_again, expected)
    yield from _alike(form, seen, Kind.ADDRESS, _address_again, expected)


@cache
def postal_weight(code: str, address: str) -> float:
    """How well a postal code and an address go together (log likelihood ratio)."""
    places, rest = divided(address)
    if not places:
        return 0.0
    known = areas(_canonical_code(code))
    if not known:
        return _UNKNOWN_CODE
    there = [
        area
        for area in known
        for place in places
        if area.prefecture == place.prefecture
        and (area.city == place.city or (not place.code and area.city.startswith(place.city)))
    ]
    if any(not area.town or rest.startswith(folded_address(area.town)) for area in there):
        return _AGREES
    return _SAME_CITY if there else _ELSEWHERE


def kana_weight(kana: str, name: str) -> float:
    """How much likelier kana are as the reading of this name than as that of any (log likelihood ratio)."""
    return names.reads_as(name, kana) - names.any_reading(kana)


def _days_apart(moved: Field, notified: Field, first: str, second: str) -> float:
    """People notify a move within weeks; nobody is held to that."""
    values = parse(moved, first).value, parse(notified, second).value
    if not all(values):
        return 0.0
    days = abs((bounds(values[1])[0] - bounds(values[0])[0]).days)
    return _SOON if days <= _SOON_DAYS else _LONG_AGO if days > _LONG_DAYS else 0.0


def _canonical_code(text: str) -> str:
    return f"{text[:3]}-{text[3:]}"


def _alone(field: Field, evidence: Evidence) -> list[float]:
    """What a field's own kind says of its alternatives: check digits, the calendar."""
    if field.kind is Kind.DATE:
        return [_IMPOSSIBLE if _refused(field, a.text) else 0.0 for a in evidence.alternatives]
    if field.kind not in {Kind.MY_NUMBER, Kind.MUNICIPALITY_CODE}:
        return [0.0] * len(evidence.alternatives)
    return [_UNCHECKED if _refused(field, a.text) else _CHECKED for a in evidence.alternatives]


def _refused(field: Field, text: str) -> bool:
    return any(finding.severity is Severity.ERROR for finding in parse(field, text).findings)


def _told(own: Evidence, other: Evidence, weigh: Weigh) -> list[float]:
    """For each alternative what another field, whichever way it reads, makes of it (log)."""
    rest = max(1 - sum(a.probability for a in other.alternatives), 0.0)
    return [
        _log(rest + sum(b.probability * exp(weigh(a.text, b.text)) for b in other.alternatives))
        for a in own.alternatives
    ]


def _weighed(evidence: Evidence, gains: Sequence[float]) -> Evidence:
    """The alternatives with their gains, best first; together they hold as much belief as before."""
    most = max(gains)
    bounded = [max(gain, most - MOST_WEIGHT) - most for gain in gains]
    beliefs = [a.probability * exp(gain) for a, gain in zip(evidence.alternatives, bounded, strict=True)]
    before, after = sum(a.probability for a in evidence.alternatives), sum(beliefs)
    if not after:
        return evidence
    order = sorted(range(len(beliefs)), key=lambda n: -beliefs[n])
    found = tuple(Alternative(evidence.alternatives[n].text, beliefs[n] / after * before) for n in order)
    signs = replace(
        evidence.signs,
        probability=min(evidence.signs.probability * found[0].probability / _first(evidence), 1.0),
        support=_supported(evidence.signs.support, gains[order[0]]),
    )
    if order[0] == 0:
        return replace(evidence, alternatives=found, signs=signs)
    # The other signs speak of the text that gave way; the new one was the weaker in the picture.
    signs = replace(
        signs,
        probability=found[0].probability,
        weakest=min(signs.weakest, evidence.alternatives[order[0]].probability),
        weakest_free=min(signs.weakest_free, evidence.alternatives[order[0]].probability),
        agreement=0.0,
    )
    text = respaced(found[0].text, evidence.raw)
    return replace(evidence, raw=text, signs=signs, alternatives=(replace(found[0], text=text), *found[1:]))


def _first(evidence: Evidence) -> float:
    return max(evidence.alternatives[0].probability, 1e-12)


def _supported(support: float, gain: float) -> float:
    """The support so far (0..1) and a gain (log) together."""
    so_far = min(max(support, 0.02), 0.98)
    odds = log(so_far / (1 - so_far)) + min(max(gain, -MOST_WEIGHT), MOST_WEIGHT)
    return 1 / (1 + exp(-odds))


def respaced(text: str, like: str) -> str:
    """A text with its spaces where another of the same length has them; as it is where lengths differ."""
    letters = text.replace(" ", "")
    if len(letters) != len(like.replace(" ", "")):
        return text
    signs = iter(letters)
    return "".join(" " if sign == " " else next(signs) for sign in like)


def _kana_pairs(form: FormDefinition, rule: Rule) -> Iterator[tuple[str, str]]:
    kana, name = rule.params["kana"], rule.params["name"]
    if "table" not in rule.params:
        yield kana, name
        return
    for row in _rows(form, rule.params["table"]):
        yield row[kana].id, row[name].id


def _heads(form: FormDefinition, rule: Rule, seen: Mapping[str, Evidence]) -> Iterator[tuple[str, str]]:
    """The named head of the household and whoever is listed as 世帯主."""
    for row in _rows(form, rule.params["table"]):
        relation = seen.get(row[rule.params["relation"]].id)
        if relation and relation.raw == "世帯主":
            yield rule.params["head"], row[rule.params["name"]].id


def _notifiers(form: FormDefinition, rule: Rule, seen: Mapping[str, Evidence]) -> Iterator[tuple[str, str]]:
    """A notifier who is 本人, and the only person listed."""
    capacity = seen.get(rule.params["capacity"])
    listed = [row["name"].id for row in _rows(form, rule.params["table"]) if "name" in row]
    written = [name for name in listed if name in seen and not seen[name].blank]
    if capacity and capacity.raw == "本人" and len(written) == 1:
        yield rule.params["notifier"], written[0]


_SAME_PERSON: Mapping[
    str, Callable[[FormDefinition, Rule, Mapping[str, Evidence]], Iterator[tuple[str, str]]]
] = {"one_head": _heads, "notifier_is_listed": _notifiers}
"""Rules that expect one person's name in two places."""


def _rows(form: FormDefinition, table: str) -> Iterator[dict[str, Field]]:
    rows = next(known.rows for known in form.tables if known.id == table)
    return (form.row(table, row) for row in range(1, rows + 1))


def _alike(
    form: FormDefinition,
    seen: Mapping[str, Evidence],
    kind: Kind,
    weigh: Weigh,
    expected: set[frozenset[str]],
) -> Iterator[Pair]:
    """Any two filled fields of a kind: people and places stand on a sheet more than once."""
    filled = [f.id for f in form.fields if f.kind is kind and f.id in seen and not seen[f.id].blank]
    for number, first in enumerate(filled):
        for second in filled[number + 1 :]:
            if frozenset((first, second)) not in expected:
                yield Pair(first, second, weigh)


def _expected_name(first: str, second: str) -> float:
    return _NAMED_TWICE if _name(first)[0] == _name(second)[0] else _NAMED_OTHERWISE


def _name_again(first: str, second: str) -> float:
    (one, surname), (other, _) = _name(first), _name(second)
    if one == other:
        return _SAME_NAME
    return _SAME_SURNAME if len(surname) > 1 and other.startswith(surname) else 0.0


def _address_again(first: str, second: str) -> float:
    return _SAME_ADDRESS if _address(first) == _address(second) else 0.0


@lru_cache(maxsize=_A_SHEETS)
def _name(text: str) -> tuple[str, str]:
    """A name folded for comparing, and its surname."""
    folded = folded_name(text)
    return folded, names.divided(folded)[0]


@lru_cache(maxsize=_A_SHEETS)
def _address(text: str) -> str:
    return folded_address(text)


def _add(total: list[float], more: Sequence[float]) -> None:
    for number, value in enumerate(more):
        total[number] += value


def _log(value: float) -> float:
    return log(value) if value > 0 else -inf
