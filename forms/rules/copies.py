"""Rules of an application for a copy of the resident record (住民票の写し等交付申請書)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.facts import Finding, Severity
from forms.rules.base import Sheet

MANY_COPIES = 10


def subject_named(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """Whose record is wanted is said: the applicant's own, or that of a person who is named."""
    subject = (params["address"], params["name"], params["birth_date"])
    own = bool(sheet.value(params["same"]))
    if own and any(sheet.written(field_id) for field_id in subject):
        yield Finding("subject.both", params["same"], Severity.WARNING)
    if own or sheet.value(params["relation"]) == "本人":
        return
    for field_id in subject:
        if not sheet.written(field_id):
            yield Finding("subject.missing", field_id)


def copies_ordered(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """Copies are ordered of what is ticked, one or more. Parameters: the ticks; per option its copies."""
    ticked = sheet.chosen(params["certificate"])
    for option, field_id in params.items():
        copies = sheet.value(field_id)
        if option == "certificate" or not copies:
            continue
        if option not in ticked:
            yield Finding("copies.not_ticked", field_id, params={"seen": copies, "certificate": option})
        elif int(copies) == 0:
            yield Finding("copies.zero", field_id)
        elif int(copies) > MANY_COPIES:
            yield Finding("copies.many", field_id, Severity.WARNING, {"seen": copies})
