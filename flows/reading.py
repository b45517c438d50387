"""A page to a judged sheet: read by ``ocr``, compared with its form's rules, routed by its fields' policies.

``tenki read`` shows the result as JSON (docs/reading-json.md); intake makes cases of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from flows import wiring
from flows.guard import Fault, sealed
from forms.facts import Finding, Reading, SheetReading
from forms.findings import merged
from forms.routing import MAX_WRONG, route
from forms.rules import check
from ocr.load import PageImage

READER_FAULT = "reader.fault"
"""Problem of a sheet on which the reader failed: ours to mend, the sheet waits for a person."""

logger = logging.getLogger("tenki.flows")

Tag = TypeVar("Tag")

if TYPE_CHECKING:
    from flows.wiring import ReadingRoom
    from forms.definition import FormDefinition
    from forms.library import FormLibrary
    from forms.rules import Context


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


class Sheets(Protocol):
    """Reads pages, each with a tag by which the caller knows it again; they come back in their order."""

    def __call__(
        self, pages: Iterable[tuple[Tag, PageImage]]
    ) -> Iterator[tuple[Tag, PageImage, SheetReading]]:
        """Each page with its tag and what stands on it; one that we failed on has ``reader.fault``."""


@contextmanager
def sheets(jobs: int, form: str | None = None, max_wrong: float = MAX_WRONG) -> Iterator[Sheets]:
    """A way to read pages by ``jobs`` processes; 1 is this one. With ``form`` every page is taken for it.

    ``max_wrong``: the share of wrong values wanted at most among those accepted without a look.
    """
    if jobs > 1:
        from ocr.pool import Pool

        with Pool(jobs, partial(_page_reader, form, max_wrong), _lost) as pool:
            yield pool.results
        return
    room = replace(wiring.reading_room(form), max_wrong=max_wrong)

    def one_by_one(
        pages: Iterable[tuple[Tag, PageImage]],
    ) -> Iterator[tuple[Tag, PageImage, SheetReading]]:
        for tag, page in pages:
            yield tag, page, read_page(page, room)

    yield one_by_one


def _page_reader(form: str | None, max_wrong: float) -> Callable[[PageImage], SheetReading]:
    return partial(read_page, room=replace(wiring.reading_room(form, alone=False), max_wrong=max_wrong))


def _lost(page: PageImage) -> SheetReading:
    logger.error("%s: the reading process died over a page", READER_FAULT)
    return SheetReading(page.index, problem=READER_FAULT)


@dataclass(frozen=True)
class Judge:
    """What judging takes where nothing is read from a picture."""

    library: FormLibrary
    context: Context
    max_wrong: float = MAX_WRONG


def judged(sheet: SheetReading, room: ReadingRoom | Judge) -> SheetReading:
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
