"""What ``tenki read --json`` prints, as docs/reading-json.md documents it. The shape is stable: ``schema`` is
raised when an entry changes its meaning or goes; new entries may come at any time.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from forms.definition import Box, Field, FormDefinition, Kind
from forms.facts import Finding, Reading, SheetReading
from forms.findings import sentence
from forms.kinds import show

if TYPE_CHECKING:
    from forms.library import FormLibrary

SCHEMA = 1


class Document:
    """The document, written page by page: a thousand pages take no more memory than one.

    ``write`` takes text. Call ``page`` for each page of a file, then ``file_ends``, then the next file; at
    last ``ends``.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._files = self._pages = 0

    def page(self, name: str, entry: Mapping[str, Any]) -> None:
        """One page of the file of that name."""
        if not self._pages:
            self._begin(name)
        self._write(("," if self._pages else "") + "\n" + _indented(entry, 4))
        self._pages += 1

    def file_ends(self, name: str, problem: Mapping[str, str] | None) -> None:
        """The file has no more pages, for a reason if there is a problem."""
        if not self._pages:
            self._begin(name)
        self._write(f'\n      ],\n      "problem": {json.dumps(problem, ensure_ascii=False)}\n    }}')
        self._pages = 0

    def ends(self) -> None:
        self._write("\n  ]\n}\n")

    def _begin(self, name: str) -> None:
        self._write("," if self._files else f'{{\n  "schema": {SCHEMA},\n  "files": [')
        self._write('\n    {\n      "file": ')
        self._write(f'{json.dumps(name, ensure_ascii=False)},\n      "pages": [')
        self._files += 1


def _indented(entry: Mapping[str, Any], steps: int) -> str:
    return textwrap.indent(json.dumps(entry, ensure_ascii=False, indent=2), "  " * steps)


def page_entry(sheet: SheetReading, library: FormLibrary, reveal_my_number: bool = False) -> dict[str, Any]:
    """One page; My Number is masked unless asked for by name (design, law 5)."""
    entry: dict[str, Any] = {
        "page": sheet.page_index + 1,
        "problem": sheet.problem or None,
        "form": sheet.form or None,
        "version": sheet.version or None,
        "transform": [list(row) for row in sheet.transform] or None,
        "fit_mm": round(sheet.fit_mm, 3),
        "turned_degrees": sheet.turned_degrees,
        "dpi": round(sheet.dpi, 1),
        "fields": [],
    }
    if sheet.readings:
        form = library.get(sheet.form, sheet.version)
        entry["fields"] = [_field(reading, form, reveal_my_number) for reading in sheet.readings]
    return entry


def _field(reading: Reading, form: FormDefinition, reveal_my_number: bool) -> dict[str, Any]:
    field = form.field(reading.field_id)
    hidden = field.kind is Kind.MY_NUMBER and not reveal_my_number
    return {
        "id": field.id,
        "label": field.label,
        "kind": field.kind.value,
        **_what_was_read(reading, field, hidden),
        "confidence": round(reading.confidence, 4),
        "residual": round(reading.residual, 5),
        "blank": reading.blank,
        "route": reading.route.value,
        "reader": reading.reader,
        "findings": [_finding(finding, form, hidden) for finding in reading.findings],
        "box_mm": _box_mm(field.box),
        "box_px": [[round(x, 1), round(y, 1)] for x, y in reading.box_px],
    }


def _what_was_read(reading: Reading, field: Field, hidden: bool) -> dict[str, Any]:
    text = {"raw": reading.raw, "value": reading.value, "shown": show(field, reading.value)}
    if hidden:
        stars = {name: "*" * len(words) for name, words in text.items()}
        return {**stars, "alternatives": [], "masked": True}
    others = [{"text": o.text, "probability": round(o.probability, 4)} for o in reading.alternatives]
    return {**text, "alternatives": others, "masked": False}


def _finding(finding: Finding, form: FormDefinition, hidden: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"code": finding.code, "severity": finding.severity.value}
    if not hidden:
        entry |= {"params": dict(finding.params), "sentence": sentence(finding, form)}
    return entry


def _box_mm(box: Box) -> dict[str, float]:
    """As ``tenki form fields --json`` gives it."""
    lengths = {"x": box.x_mm, "y": box.y_mm, "width": box.width_mm, "height": box.height_mm}
    return {name: round(length_mm, 2) for name, length_mm in lengths.items()}
