"""Makes openpyxl's file complete and repeatable.

openpyxl writes formulas without their results and stamps the hour of writing. Here each formula cell gets
its ``<v>``, the document's time becomes the report's, and the archive's own times are fixed, so that the
same report gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, tostring

from openpyxl import Workbook
from openpyxl.xml.constants import DCTERMS_NS, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
CORE = "docProps/core.xml"

Cached = Mapping[str, Mapping[str, float | str]]
"""Results of formulas by sheet title and cell address."""


class MissingResult(RuntimeError):
    """A formula was written without its result: it would show as zero in a protected view."""

    def __init__(self, sheet: str, address: str) -> None:
        super().__init__(f"{sheet}!{address} has a formula without a result: write a Formula with its value")


def finished_bytes(book: Workbook, cached: Cached, made_at: datetime) -> bytes:
    """The workbook's file. MissingResult when a formula has no result in ``cached``."""
    raw = io.BytesIO()
    book.save(raw)
    titles = {f"xl/worksheets/sheet{number}.xml": title for number, title in enumerate(book.sheetnames, 1)}
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name in titles:
                part = _with_results(part, titles[name], cached.get(titles[name], {}))
            elif name == CORE:
                part = _with_time(part, made_at)
            target.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _text(root: Element) -> bytes:
    """The part with XML declaration."""
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _with_results(part: bytes, title: str, results: Mapping[str, float | str]) -> bytes:
    root = fromstring(part)
    for cell in root.iter(f"{{{SHEET_MAIN_NS}}}c"):
        if cell.find(f"{{{SHEET_MAIN_NS}}}f") is not None:
            _give_result(cell, title, results)
    return _text(root)


def _give_result(cell: Element, title: str, results: Mapping[str, float | str]) -> None:
    address = cell.get("r", "")
    if address not in results:
        raise MissingResult(title, address)
    result = results[address]
    value = cell.find(f"{{{SHEET_MAIN_NS}}}v")
    if value is None:
        value = Element(f"{{{SHEET_MAIN_NS}}}v")
        cell.append(value)
    value.text = result if isinstance(result, str) else repr(float(result))
    if isinstance(result, str):
        cell.set("t", "str")
    else:
        cell.attrib.pop("t", None)


def _with_time(part: bytes, made_at: datetime) -> bytes:
    root = fromstring(part)
    for name in ("created", "modified"):
        element = root.find(f"{{{DCTERMS_NS}}}{name}")
        if element is not None:
            element.text = made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _text(root)
