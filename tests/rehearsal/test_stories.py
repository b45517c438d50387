"""Stories fit their forms, are right where they should be right and wrong where they should be wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pytest

from forms.definition import FormDefinition
from forms.facts import Finding, Severity
from forms.kinds import parse
from forms.library import FormLibrary
from forms.rules import Context, check
from rehearsal.stories import MISTAKES, NoStoryError, Story, mistakes_of, story

CITY = Context(today=dt.date(2026, 11, 23), municipality_code="141500")
SEEDS = range(40)
FORMS = ("ido_todoke", "juminhyo_kofu")


def findings(form: FormDefinition, told: Story) -> Iterator[Finding]:
    for field in form.fields:
        written = told.written.get(field.id) or told.values[field.id]
        yield from parse(field, written).findings
    yield from check(form, told.values, CITY)


@pytest.mark.parametrize("name", FORMS)
def test_every_field_gets_its_canonical_text(library: FormLibrary, name: str) -> None:
    form = library.get(name)
    for seed in SEEDS:
        told = story(form, np.random.default_rng(seed))
        assert set(told.values) == {field.id for field in form.fields}
        for field in form.fields:
            written = told.written.get(field.id) or told.values[field.id]
            assert parse(field, written).value == told.values[field.id], field.id


@pytest.mark.parametrize("name", FORMS)
def test_without_a_mistake_no_rule_objects(library: FormLibrary, name: str) -> None:
    form = library.get(name)
    for seed in SEEDS:
        told = story(form, np.random.default_rng(seed))
        objections = [f for f in findings(form, told) if f.severity is not Severity.NOTICE]
        assert objections == [], seed


@pytest.mark.parametrize(
    ("name", "mistake"), [(name, mistake) for name in FORMS for mistake in MISTAKES[name]]
)
def test_each_mistake_causes_the_finding_that_it_names(library: FormLibrary, name: str, mistake: str) -> None:
    form = library.get(name)
    for seed in range(12):
        told = story(form, np.random.default_rng(seed), mistake)
        assert len(told.mistakes) == 1
        assert set(told.mistakes) <= {finding.code for finding in findings(form, told)}, seed


def test_kinds_of_notices_and_people_vary(moving: FormDefinition) -> None:
    told = [story(moving, np.random.default_rng(seed)).values for seed in range(80)]
    assert {values["notice_type"] for values in told} == {"転入", "転居", "転出", "世帯変更"}
    assert {values["notifier_capacity"] for values in told} == {"本人", "世帯主", "代理人"}
    assert any(values["persons.1.residence_card"] for values in told)
    assert any(values["persons.5.name"] for values in told)


def test_an_unknown_form_is_refused(moving: FormDefinition) -> None:
    other = moving.model_copy(update={"form": "kokuho"})
    with pytest.raises(NoStoryError, match="kokuho"):
        story(other, np.random.default_rng(1))
    assert mistakes_of("kokuho") == ()


def test_a_story_for_another_layout_is_refused(copy: FormDefinition) -> None:
    disguised = copy.model_copy(update={"form": "ido_todoke"})
    with pytest.raises(LookupError, match="notice_type"):
        story(disguised, np.random.default_rng(1))
