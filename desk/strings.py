"""Every sentence that the desk says: what templates and code mark for translation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

PROJECT = Path(__file__).resolve().parent.parent
ROOMS = ("desk", "cases", "savings")
MARKS = frozenset({"_", "gettext", "gettext_lazy", "later"})
IN_TEMPLATE = re.compile(r"\b(?:gettext|_)\(u?(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\)")
CATALOGUE = PROJECT / "desk" / "locale" / "en" / "LC_MESSAGES" / "django.po"


def marked() -> dict[str, str]:
    """Each sentence with the first file that says it; the sentence is the catalogue's key."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in sorted((PROJECT / room).rglob("*")):
            for text in _in_file(path):
                found.setdefault(text, str(path.relative_to(PROJECT)))
    return found


def _in_file(path: Path) -> Iterator[str]:
    if path.suffix == ".py" and "migrations" not in path.parts:
        yield from _in_code(path.read_text(encoding="utf-8"))
    elif path.suffix == ".html":
        for match in IN_TEMPLATE.finditer(templatize(path.read_text(encoding="utf-8"))):
            yield str(ast.literal_eval(match["text"]))


def _in_code(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
