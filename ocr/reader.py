"""One page to one sheet reading: the order of the steps, each of which lies in a module of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from forms.definition import Field, FormDefinition, Kind
from forms.facts import Finding, Reading, Severity, SheetReading
from forms.kinds import parse
from forms.library import FormLibrary
from ocr import marks, unknown
from ocr.blank import Blanks
from ocr.confidence import confidence, residual
from ocr.elsewhere import doubted
from ocr.errors import SheetProblem
from ocr.evidence import Evidence
from ocr.flat import FlatPage, flatten
from ocr.geometry import rows_of
from ocr.identify import identify
from ocr.ink import grey
from ocr.joint import areas_for, joined
from ocr.load import PageImage, pages
from ocr.looks import LineReader
from ocr.register import Registration
from ocr.text import TextReader


@dataclass(frozen=True, eq=False)
class Sight:
    """A page as seen: its form, where it lies, and the evidence of each of its fields by id."""

    form: FormDefinition
    registration: Registration
    evidence: Mapping[str, Evidence]


WORDS = frozenset({Kind.ADDRESS, Kind.TEXT, Kind.NAME, Kind.KANA})
"""Kinds that the large model reads in most cases."""

THREADS = 2
"""Fields that are read at a time: both cores of a modest machine, while Python itself uses one."""


class Reader:
    """Reads sheets of the forms in a library. Loading takes about a second; one reader serves many pages."""

    def __init__(self, library: FormLibrary, threads: int = THREADS) -> None:
        """``threads``: how many fields are read at a time; 1 where several processes read.

        Raises ``ModelMissing``.
        """
        self._library = library
        self._blanks = Blanks()
        self._text = TextReader(LineReader.make())
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    def read_page(self, page: PageImage) -> SheetReading:
        """Everything on one page, or the problem for which it could not be read. Routes are left at CHECK."""
        if page.problem:
            return SheetReading(page.index, problem=page.problem.code)
        try:
            return sheet_reading(page.index, self.look(page))
        except SheetProblem as problem:
            return SheetReading(page.index, problem.form, problem.version, problem=problem.code)

    def look(self, page: PageImage) -> Sight:
        """What stands on a page, not yet judged. Raises a ``SheetProblem``."""
        light = grey(page.image)
        found = identify(light, self._library, self._blanks)
        flat = flatten(page.image, light, self._blanks.get(found.form), found.registration)
        return Sight(found.form, found.registration, self._evidence(found.form, flat))

    def _evidence(self, form: FormDefinition, flat: FlatPage) -> dict[str, Evidence]:
        own = [field for field in form.fields if field.page == flat.blank.page]
        # An address is read with its postal code at hand.
        codes = [field for field in own if field.kind is Kind.POSTAL_CODE]
        seen = self._read(form, flat, codes, {})
        # The longest ones first: else one core would wait at the end for the other's last line.
        others = sorted((field for field in own if field.id not in seen), key=_length, reverse=True)
        seen |= self._read(form, flat, others, seen)
        return doubted(flat, joined(form, {field.id: seen[field.id] for field in own}))

    def _read(
        self, form: FormDefinition, flat: FlatPage, fields: Sequence[Field], seen: Mapping[str, Evidence]
    ) -> dict[str, Evidence]:
        """The evidence of fields by id, several read at a time."""

        def read(field: Field) -> Evidence:
            if field.kind in {Kind.TICKS, Kind.CIRCLE, Kind.STAMP}:
                return marks.read(flat, field)
            return self._text.read(flat, field, areas_for(form, field, seen))

        return dict(zip((field.id for field in fields), self._threads.map(read, fields), strict=True))


def _length(field: Field) -> tuple[bool, float]:
    """About how long a field takes: words longer than numbers, wide ones longer than narrow ones."""
    return field.kind in WORDS, field.box.width_mm


def read_file(path: Path, reader: Reader) -> Iterator[SheetReading]:
    """The sheets of a file, one page at a time. Raises a ``FileProblem`` when the file gives none."""
    for page in pages(path):
        yield reader.read_page(page)


def sheet_reading(page_index: int, sight: Sight) -> SheetReading:
    """The reading of a page from what was seen on it: values, findings, confidence."""
    registration = sight.registration
    return SheetReading(
        page_index=page_index,
        form=sight.form.form,
        version=sight.form.version,
        transform=rows_of(registration.transform),
        fit_mm=round(registration.fit_mm, 4),
        turned_degrees=registration.turned_degrees,
        dpi=round(registration.dpi, 1),
        readings=tuple(
            _reading(field, sight.evidence[field.id], registration)
            for field in sight.form.fields
            if field.id in sight.evidence
        ),
    )


def _reading(field: Field, evidence: Evidence, registration: Registration) -> Reading:
    parsed = parse(field, evidence.raw)
    sure = confidence(field.kind, evidence, parsed.findings)
    remarks = sorted(remark.value for remark in evidence.signs.remarks)
    remarked = [Finding(code, field.id, Severity.WARNING) for code in remarks]
    if evidence.unknown:
        remarked.append(unknown.finding(field, evidence.raw, evidence.unknown))
    return Reading(
        field_id=field.id,
        raw=evidence.raw,
        value=parsed.value,
        confidence=round(sure, 5),
        blank=evidence.blank,
        box_px=registration.box_px(field.box),
        alternatives=evidence.alternatives,
        findings=(*parsed.findings, *remarked),
        residual=round(residual(field.kind, evidence, sure), 6),
        reader=evidence.reader,
    )
