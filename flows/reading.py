"""A page to a judged sheet: read by ``ocr``, compared with its form's rules, routed by its fields' policies.

``tenki read`` shows the result as JSON (docs/reading-json.md); intake makes cases of it.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.guard import Fault, sealed
from forms.facts import Finding, Reading, SheetReading
from forms.findings import merged
from forms.routing import route
from forms.rules import check
from ocr.load import PageImage

READER_FAULT = "reader.fault"
"""Problem of a sheet on which the reader failed: ours to mend, the sheet waits for a person."""

logger = logging.getLogger("tenki.flows")

if TYPE_CHECKING:
    from flows.wiring import ReadingRoom
    from forms.definition import FormDefinition


def read_page(page: PageImage, room: ReadingRoom) -> SheetReading:
    """The sheet with the findings of its form's rules, each field routed by them and by its policy.

    Where the reader itself fails, the sheet has the problem ``reader.fault``: one never stops the others.
    """
    if page.problem is not None:
        return SheetReading(page.index, problem=page.problem.code)
    try:
        with sealed():
            sheet = room.reader.read_page(page)
            return sheet if sheet.problem else judged(sheet, room)
    except Fault as fault:
        logger.error("%s: %s", READER_FAULT, fault)
        return SheetReading(page.index, problem=READER_FAULT)


def judged(sheet: SheetReading, room: ReadingRoom) -> SheetReading:
    """The sheet as its form's rules see it."""
    form = room.library.get(sheet.form, sheet.version)
    values = {reading.field_id: reading.value for reading in sheet.readings}
    unread = frozenset(reading.field_id for reading in sheet.readings if reading.raw and not reading.value)
    found = check(form, values, room.context, unread)
    judged = (_judged(reading, form, found, room.max_wrong) for reading in sheet.readings)
    return replace(sheet, readings=tuple(judged))


def _judged(reading: Reading, form: FormDefinition, found: tuple[Finding, ...], max_wrong: float) -> Reading:
    own = tuple(finding for finding in found if finding.field_id == reading.field_id)
    findings = merged((*reading.findings, *own))
    field = form.field(reading.field_id)
    way = route(field, reading.residual, findings, reading.blank, max_wrong)
    return replace(reading, findings=findings, route=way)
