"""One page to one sheet reading: the order of the steps, each of which lies in a module of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from forms.definition import Field, FormDefinition, Kind
from forms.facts import Finding, Reading, Severity, SheetReading
from forms.kinds import parse
from forms.library import FormLibrary
from forms.postal import PostalArea, areas
from ocr import marks
from ocr.blank import Blanks
from ocr.confidence import confidence
from ocr.errors import SheetProblem
from ocr.evidence import Evidence
from ocr.flat import FlatPage, flatten
from ocr.geometry import Transform, box_px, rows_of
from ocr.identify import identify
from ocr.ink import evened, grey
from ocr.lexicon import support
from ocr.load import PageImage, pages
from ocr.looks import LineReader
from ocr.recognise import THREADS
from ocr.register import Registration
from ocr.second import SecondReader
from ocr.text import TextReader


@dataclass(frozen=True, eq=False)
class Sight:
    """A page as seen: its form, where it lies, and the evidence of each of its fields by id."""

    form: FormDefinition
    registration: Registration
    evidence: Mapping[str, Evidence]


class Reader:
    """Reads sheets of the forms in a library. Loading takes about a second; one reader serves many pages."""

    def __init__(
        self, library: FormLibrary, second: SecondReader | None = None, threads: int = THREADS
    ) -> None:
        """``second`` is asked too where sheets are filled in by machine. ``threads``: 1 beside other readers.

        Raises ``ModelMissing``.
        """
        self._library = library
        self._blanks = Blanks()
        self._text = TextReader(LineReader.make(threads), second)

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
        light = evened(grey(page.image))
        found = identify(light, self._library, self._blanks)
        flat = flatten(page.image, light, self._blanks.get(found.form), found.registration)
        return Sight(found.form, found.registration, self._evidence(found.form, flat))

    def _evidence(self, form: FormDefinition, flat: FlatPage) -> dict[str, Evidence]:
        seen: dict[str, Evidence] = {}
        # An address is read with its postal code at hand.
        for field in sorted(form.fields, key=lambda field: field.kind is Kind.ADDRESS):
            if field.page != flat.blank.page:
                continue
            if field.kind in {Kind.TICKS, Kind.CIRCLE, Kind.STAMP}:
                seen[field.id] = marks.read(flat, field)
            else:
                seen[field.id] = self._text.read(flat, field, areas_for(form, field, seen))
        return borne_out(form, seen)


def areas_for(form: FormDefinition, field: Field, seen: Mapping[str, Evidence]) -> tuple[PostalArea, ...]:
    """The areas of the postal code that belongs to an address, as the form's rules say; empty without one."""
    for rule in form.rules:
        if rule.rule == "postal_agrees" and rule.params.get("address") == field.id:
            code = seen.get(rule.params.get("postal", ""))
            texts = [alternative.text for alternative in code.alternatives[:2]] if code else []
            return tuple(area for text in texts for area in areas(f"{text[:3]}-{text[3:]}"))
    return ()


def read_file(path: Path, reader: Reader) -> Iterator[SheetReading]:
    """The sheets of a file, one page at a time. Raises a ``FileProblem`` when the file gives none."""
    for page in pages(path):
        yield reader.read_page(page)


def borne_out(form: FormDefinition, seen: dict[str, Evidence]) -> dict[str, Evidence]:
    """Postal codes gain or lose support by the address beside them, which was read from other ink."""
    for rule in form.rules:
        code = seen.get(rule.params.get("postal", "")) if rule.rule == "postal_agrees" else None
        address = seen.get(rule.params.get("address", ""))
        if code and address and code.raw and address.raw:
            known = areas(f"{code.raw[:3]}-{code.raw[3:]}")
            signs = replace(code.signs, support=support(Kind.ADDRESS, address.raw, known) if known else 0.0)
            seen[rule.params["postal"]] = replace(code, signs=signs)
    return seen


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
            _reading(field, sight.evidence[field.id], registration.transform)
            for field in sight.form.fields
            if field.id in sight.evidence
        ),
    )


def _reading(field: Field, evidence: Evidence, transform: Transform) -> Reading:
    parsed = parse(field, evidence.raw)
    struck = (Finding("reading.struck", field.id, Severity.WARNING),) if evidence.signs.struck else ()
    return Reading(
        field_id=field.id,
        raw=evidence.raw,
        value=parsed.value,
        confidence=confidence(field.kind, evidence, parsed.findings),
        blank=evidence.blank,
        box_px=box_px(transform, field.box),
        alternatives=evidence.alternatives,
        findings=parsed.findings + struck,
        reader=evidence.reader,
    )
