"""Who has to look: policy, risk and findings decide."""

from __future__ import annotations

import pytest

from forms.definition import Box, Field, FormDefinition, Policy
from forms.facts import Finding, Route, Severity
from forms.routing import route

BOX = Box(x_mm=20, y_mm=20, width_mm=60, height_mm=8)
FIELD = Field.model_validate({"id": "f", "kind": "text", "label": "欄", "box": BOX})
STRICT = FIELD.model_copy(update={"policy": Policy(route="check")})
BLIND = FIELD.model_copy(update={"policy": Policy(route="blind")})
DEAR = FIELD.model_copy(update={"policy": Policy(error_cost=4)})
OFFICE = FIELD.model_copy(update={"office": True, "policy": Policy(route="blind")})
STAMP = Field.model_validate({"id": "f", "kind": "stamp", "label": "印", "box": BOX})

ERROR = Finding("date.impossible", "f")
WARNING = Finding("moving.late", "f", Severity.WARNING)
NOTICE = Finding("agent.letter", "f", Severity.NOTICE)
VARIANT = Finding("name.variant", "f", Severity.NOTICE)
ELSEWHERE = Finding("date.impossible", "g")


@pytest.mark.parametrize(
    ("field", "residual", "findings", "blank", "expected"),
    [
        (FIELD, 0.0002, (), False, Route.ACCEPT),
        (FIELD, 0.001, (), False, Route.ACCEPT),
        (FIELD, 0.0011, (), False, Route.CHECK),
        (FIELD, 0.001, (), True, Route.ACCEPT),
        (FIELD, 0.01, (), True, Route.CHECK),
        (DEAR, 0.0011, (), False, Route.CHECK),
        (DEAR, 0.0002, (), False, Route.ACCEPT),
        (DEAR, 0.0003, (), False, Route.CHECK),
        (FIELD, 0.0, (ERROR,), False, Route.CHECK),
        (FIELD, 0.0, (ERROR,), True, Route.CHECK),
        (FIELD, 0.0, (WARNING,), False, Route.CHECK),
        (FIELD, 0.0, (NOTICE,), False, Route.ACCEPT),
        (FIELD, 0.0, (VARIANT,), False, Route.CHECK),
        (FIELD, 0.0, (ELSEWHERE,), False, Route.ACCEPT),
        (STRICT, 0.0, (), False, Route.CHECK),
        (STRICT, 0.0, (), True, Route.ACCEPT),
        (STRICT, 0.5, (), True, Route.CHECK),
        (BLIND, 0.0, (), False, Route.BLIND),
        (BLIND, 0.0, (ERROR,), False, Route.BLIND),
        (BLIND, 0.5, (), True, Route.BLIND),
        (BLIND, 0.001, (), True, Route.ACCEPT),
        (OFFICE, 1.0, (ERROR,), False, Route.ACCEPT),
        (STAMP, 1.0, (), True, Route.ACCEPT),
    ],
)
def test_routes(
    field: Field, residual: float, findings: tuple[Finding, ...], blank: bool, expected: Route
) -> None:
    assert route(field, residual, findings, blank) is expected


@pytest.mark.parametrize(("max_wrong", "expected"), [(0.01, Route.ACCEPT), (0.001, Route.CHECK)])
def test_the_department_says_how_many_may_be_wrong(max_wrong: float, expected: Route) -> None:
    assert route(FIELD, 0.004, (), max_wrong=max_wrong) is expected


def test_my_number_is_typed_blind_on_the_shipped_form(ido: FormDefinition) -> None:
    for row in range(1, 6):
        assert route(ido.field(f"persons.{row}.my_number"), 0.0, ()) is Route.BLIND
