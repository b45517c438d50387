"""What a department signed for its task, as ``Task.policy`` holds it."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import Field as Spec

from cases.models import Task
from cases.strict import Strict
from forms.definition import Field, FormDefinition
from forms.routing import MAX_WRONG

EVERY_FIELD = "all"


class Decider(enum.StrEnum):
    """Who decides where two checkers gave different values."""

    THIRD = "third"
    """Somebody who gave neither of the two."""

    EITHER = "either"
    """Any second checker, one of the two included."""


class SignedPolicy(Strict):
    """What the department signed.

    ``approve_unasked``: a sheet on which nothing is asked needs no person. ``max_wrong``: the share of wrong
    values at which the reader draws the line among those accepted without a look. ``wanted_wrong``: the share
    that it wants in truth, once samples have moved the line (``max_wrong`` until then). ``sample_share``: the
    share of accepted fields that is asked blind to measure it. ``second_check``: ids or kinds of fields that
    another person checks again, besides those of which the form says so; ``all`` for every field.
    """

    version: int
    approve_unasked: bool = False
    max_wrong: Annotated[float, Spec(gt=0, lt=1)] = MAX_WRONG
    wanted_wrong: Annotated[float, Spec(gt=0, lt=1)] | None = None
    sample_share: Annotated[float, Spec(ge=0, le=0.5)] = 0.0
    second_check: tuple[str, ...] = ()
    second_check_decides: Decider = Decider.THIRD
    signed_by: Annotated[str, Spec(max_length=80)] = ""
    signed_on: date | None = None

    @property
    def wanted(self) -> float:
        """The share of wrong values that the department wants at most, measured against the samples."""
        return self.max_wrong if self.wanted_wrong is None else self.wanted_wrong

    def checks_twice(self, field: Field) -> bool:
        """Whether another person has to check the field again."""
        asked = {field.id, field.id.split(".")[-1], field.kind.value, EVERY_FIELD} & set(self.second_check)
        return not field.office and (field.policy.second_check or bool(asked))


def may_be_checked(forms: Iterable[FormDefinition]) -> frozenset[str]:
    """What ``second_check`` may name on these forms: ids, their last parts, kinds, and ``all``."""
    names = {EVERY_FIELD}
    for field in (field for form in forms for field in form.fields if not field.office):
        names |= {field.id, field.id.split(".")[-1], field.kind.value}
    return frozenset(names)


def policy_of(task: Task) -> SignedPolicy:
    """The policy that counts for the task now."""
    return SignedPolicy.model_validate({"version": 1, **task.policy})
