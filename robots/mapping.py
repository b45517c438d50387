"""Which field of the form stands in which boxes: found by the specimen's values, whatever their writing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from forms.dates import era_parts
from forms.definition import Field, FormDefinition, Kind
from forms.facts import Record
from robots.fields import Format
from robots.recording import Control
from robots.writing import formatted, written_date

PATTERNS = ("{yyyy}-{mm}-{dd}", "{yyyy}/{mm}/{dd}", "{yyyy}{mm}{dd}", "{e}{yy}.{mm}.{dd}", "{e}{yy}{mm}{dd}",
            "{era}{year}年{month}月{day}日", "{yyyy}年{month}月{day}日")  # fmt: skip
WESTERN = "西暦"


@dataclass(frozen=True)
class Mapped:
    """A field and what the definition says about it; ``parts`` are the labels of a date's boxes."""

    field: Field
    says: dict[str, Any]
    parts: dict[str, str] | None = None


def mapped(
    controls: Sequence[Control], form: FormDefinition, record: Record, taken: set[str]
) -> tuple[list[Mapped], list[Control]]:
    """Fields by value, in the order of the boxes, and the boxes that hold no value of the record."""
    found: list[Mapped] = []
    left: list[Control] = []
    waiting = list(controls)
    while waiting:
        for way in (_date, _split, _group, _single):
            hit = way(waiting, form, record, taken)
            if hit is not None:
                one, used = hit
                found.append(one)
                taken.add(one.field.id)
                del waiting[:used]
                break
        else:
            left.append(waiting.pop(0))
    return found, left


Hit = tuple[Mapped, int]


def _open(form: FormDefinition, record: Record, taken: set[str]) -> Iterable[tuple[Field, str]]:
    for one in form.fields:
        value = record.values.get(one.id, "")
        if value and one.id not in taken:
            yield one, value


def _date(controls: list[Control], form: FormDefinition, record: Record, taken: set[str]) -> Hit | None:
    """Era, year, month and day in boxes of their own; or the last three."""
    for one, value in _open(form, record, taken):
        if one.kind is not Kind.DATE:
            continue
        written, western = era_parts(value), int(value[:4])
        for era, year in ((written.era, written.year), (WESTERN, western), ("", western)):
            wanted = [*([era] if era else []), str(year), str(written.month), str(written.day)]
            held = [control.value.lstrip("0") for control in controls[: len(wanted)]]
            labels = [control.place.get("label", "") for control in controls[: len(wanted)]]
            if held == wanted and all(labels):
                label = _alike(labels).removesuffix("の")
                if not label:
                    continue
                named = {
                    part: text.replace(label, "{label}")
                    for part, text in zip(
                        ("era", "year", "month", "day")[-len(wanted) :], labels, strict=True
                    )
                }
                says: dict[str, Any] = {"date": label} | ({"era": WESTERN} if era == WESTERN else {})
                return Mapped(one, says, named), len(wanted)
    return None


def _split(controls: list[Control], form: FormDefinition, record: Record, taken: set[str]) -> Hit | None:
    for one, value in _open(form, record, taken):
        parts = value.split("-")
        held = [control.value for control in controls[: len(parts)]]
        if len(parts) > 1 and held == parts and one.kind is Kind.POSTAL_CODE:
            places = [_place(control) for control in controls[: len(parts)]]
            return Mapped(one, {"split": places, "at": "-", "shown": one.label}), len(parts)
    return None


def _group(controls: list[Control], form: FormDefinition, record: Record, taken: set[str]) -> Hit | None:
    """All ticks of one group: the field that has these options, by their words or by its label."""
    first = controls[0]
    if first.kind != "group":
        return None
    same = [control for control in controls if control.place == first.place]
    used = next((n for n, c in enumerate(controls) if c.place != first.place), len(controls))
    words = [control.value for control in same[:used]]
    title = first.place["group"]
    best = None
    for one, value in _open(form, record, taken):
        values = value.split(",")
        if not one.options or len(values) != len(words):
            continue
        pairs = zip(values, words, strict=True)
        alike = sum(theirs in {ours, ours.removesuffix("の写し")} or ours in theirs for ours, theirs in pairs)
        named = title.endswith(one.label) or one.label in title
        score = alike * 2 + named
        if score and (best is None or score > best[0]):
            best = (score, one, values)
    if best is None:
        return None
    _, one, values = best
    options = _options(one, first.offered, dict(zip(values, words, strict=True)))
    control = "radio" if first.type == "radio" else "checks"
    return Mapped(one, {control: title} | ({"options": options} if options else {})), used


def _single(controls: list[Control], form: FormDefinition, record: Record, taken: set[str]) -> Hit | None:
    control = controls[0]
    for one, value in _open(form, record, taken):
        if control.kind == "drop_down" and one.options and control.value in (value, *_near(value)):
            options = _options(one, control.offered, {value: control.value})
            chosen: dict[str, Any] = {"drop_down": _place(control)}
            return Mapped(one, chosen | ({"options": options} if options else {})), 1
        if control.kind != "text":
            continue
        for how in Format:
            if formatted(how, value) == control.value:
                says: dict[str, Any] = {"text": _place(control)}
                if how is not Format.PLAIN:
                    says["as"] = how.value
                if control.longest:
                    says["max_length"] = control.longest
                return Mapped(one, says), 1
        if one.kind is Kind.DATE:
            for pattern in PATTERNS:
                if written_date(pattern, value) == control.value:
                    return Mapped(one, {"text": _place(control), "written": pattern}), 1
    return None


def _options(one: Field, offered: Sequence[str], chosen: dict[str, str]) -> dict[str, str]:
    """Our words and the target's, where they differ: those chosen, and others that can mean only one."""
    options = dict(chosen)
    for option in one.options:
        ours = option.value
        if ours in options or ours in offered:
            continue
        free = [word for word in offered if word not in options.values()]
        meant = [word for word in free if word in _near(ours) or word in ours or ours in word]
        if len(meant) == 1:
            options[ours] = meant[0]
    return {ours: theirs for ours, theirs in options.items() if ours != theirs}


def _alike(labels: Sequence[str]) -> str:
    """The beginning that all labels have in common."""
    length = next((n for n, letters in enumerate(zip(*labels, strict=False)) if len(set(letters)) > 1), None)
    return labels[0][:length] if length is not None else min(labels, key=len)


def _near(value: str) -> tuple[str, ...]:
    """Words that mean the same in many systems."""
    return {"記載しない": ("省略する", "省略"), "記載する": ("記載",), "同一世帯員": ("世帯員",)}.get(
        value, ()
    )


def _place(control: Control) -> str | dict[str, str]:
    return control.place.get("label") or control.place
