"""What has to happen to a field before its sheet can be approved: decided by policy, risk and findings."""

from __future__ import annotations

from collections.abc import Iterable

from forms.definition import Field, Kind
from forms.facts import Finding, Route, Severity

ASKING_NOTICES = frozenset({"name.variant"})
"""Notices that still want a look: the recogniser cannot tell the glyphs apart."""


def route(field: Field, confidence: float, findings: Iterable[Finding], blank: bool = False) -> Route:
    """ACCEPT, CHECK or BLIND for one field.

    ``confidence`` is the probability (0..1) that the value, or the blank, is right. Only the field's own
    findings count. Nobody is asked about the office's own fields. Errors and warnings are never accepted
    unseen. A field that is typed blind is asked for unless it is certainly empty.
    """
    if field.office or (field.kind is Kind.STAMP and field.target is None):
        return Route.ACCEPT
    doubted = any(_asks(finding) for finding in findings if finding.field_id == field.id)
    certain = confidence >= 1 - field.policy.max_risk
    if field.policy.route == "blind":
        return Route.ACCEPT if blank and certain and not doubted else Route.BLIND
    if field.policy.route == "check" and not blank:
        return Route.CHECK
    return Route.ACCEPT if certain and not doubted else Route.CHECK


def _asks(finding: Finding) -> bool:
    return finding.severity is not Severity.NOTICE or finding.code in ASKING_NOTICES
