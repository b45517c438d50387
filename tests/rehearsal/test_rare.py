"""Rare sheets are as their names say, and their truth says what is meant and what must be asked."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp

from forms.definition import FormDefinition
from forms.kinds import parse
from rehearsal.rare import RARE, make_rare


@pytest.mark.parametrize("name", ["photo", "outside-all-boxes", "two-forms"])
def test_each_is_the_same_for_the_same_seed(copy: FormDefinition, name: str) -> None:
    first, again = (make_rare(copy, name, 5) for _ in range(2))
    assert first.truth == again.truth
    assert first.image.tobytes() == again.image.tobytes()


@pytest.mark.parametrize("name", sorted(set(RARE) - {"two-forms"}))
def test_its_values_are_what_the_form_can_hold(moving: FormDefinition, name: str) -> None:
    truth = make_rare(moving, name, 5).truth
    assert list(truth.values) == [field.id for field in moving.fields]
    assert truth.expect == "read"
    assert set(truth.asks) <= set(truth.values)
    assert bool(truth.asks) is (name in ("vertical", "outside-all-boxes")) or name == "strayed"
    if name == "outside-all-boxes":
        assert set(truth.asks) == {field_id for field_id, value in truth.values.items() if value}
    if name == "latin-names":
        assert truth.values["persons.1.name"].isascii()
        assert truth.values["persons.1.name"].isupper()
    for field in moving.fields:
        assert parse(field, truth.values[field.id]).value == truth.values[field.id]


def test_two_forms_lie_on_one_page(moving: FormDefinition) -> None:
    specimen = make_rare(moving, "two-forms", 5)
    assert specimen.truth.expect == "sheet.two_forms"
    assert specimen.image.width > specimen.image.height
    codes = zxingcpp.read_barcodes(np.asarray(specimen.image.convert("L")))
    assert [code.text for code in codes] == [moving.qr_payload] * 2


def test_an_unknown_name_is_refused(moving: FormDefinition) -> None:
    with pytest.raises(KeyError):
        make_rare(moving, "haunted", 1)
