"""What has to happen to a field before its sheet can be approved: decided by policy, risk and findings."""

from __future__ import annotations

from collections.abc import Iterable

from forms.definition import Field, Kind
from forms.facts import Finding, Route, Severity

ASKING_NOTICES = frozenset({"name.variant"})
"""Notices that still want a look: the recogniser cannot tell the glyphs apart."""


MAX_WRONG = 0.001
"""The share of wrong values wanted among those accepted without a look, where a department signed none."""


def route(
    field: Field,
    residual: float,
    findings: Iterable[Finding],
    blank: bool = False,
    max_wrong: float = MAX_WRONG,
) -> Route:
    """ACCEPT, CHECK or BLIND for one field.

    ``residual`` is the share (0..1) of wrong ones among all readings that are at least as sure as this one
    (``forms.facts.Reading``); ``max_wrong`` what the department wants it to be at most, which a field of
    higher ``error_cost`` makes smaller. Only the field's own findings count. Nobody is asked about the
    office's own fields. Errors and warnings are never accepted unseen. A field that is typed blind is asked
    for unless it is certainly empty.
    """
    if field.office or (field.kind is Kind.STAMP and field.target is None):
        return Route.ACCEPT
    doubted = any(asks(finding) for finding in findings if finding.field_id == field.id)
    certain = residual <= max_wrong / field.policy.error_cost
    if field.policy.route == "blind":
        return Route.ACCEPT if blank and certain and not doubted else Route.BLIND
    if field.policy.route == "check" and not blank:
        return Route.CHECK
    return Route.ACCEPT if certain and not doubted else Route.CHECK


def asks(finding: Finding) -> bool:
    """Whether a person has to look at a field because of this finding, however sure the reading is."""
    return finding.severity is not Severity.NOTICE or finding.code in ASKING_NOTICES
