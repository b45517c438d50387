"""The faults of this room; what a resident wrote wrongly is a ``Finding`` and never one of these.

FormError
├── DefinitionError       a file under ``config/forms`` does not describe a form
├── UnknownFormError      no definition has that name or version
└── MissingFontError      the fonts for printing are not installed
"""

from __future__ import annotations

from pathlib import Path


class FormError(Exception):
    """A fault of the installation or of the configuration. ``remedy`` says what to do about it."""

    code = "form.fault"

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


class DefinitionError(FormError):
    """A definition file that cannot be used: where it is wrong, and how to mend it.

    ``line`` is 1-based; ``where`` is the path to the value within the file (``fields.3.box.width_mm``).
    """

    code = "form.definition"

    def __init__(self, file: Path, line: int, where: str, problem: str, remedy: str) -> None:
        place = f"{file.name}, line {line}" + (f", {where}" if where else "")
        super().__init__(f"{place}: {problem}.", remedy)
        self.file = file
        self.line = line
        self.where = where


class UnknownFormError(FormError):
    code = "form.unknown"


class MissingFontError(FormError):
    code = "form.font_missing"
