"""What YAML cannot say: async functions in a Python file beside the definition.

A hook of a step is ``async def name(page, words)``, one of a field ``async def name(page, value)``; ``page``
is Playwright's. It may raise ``robots.errors`` to say what went wrong; any other error is a fault.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from runpy import run_path
from typing import Any

from forms.errors import DefinitionError

Hook = Callable[..., Awaitable[None]]


def functions(file: Path, definition: Path) -> Mapping[str, Any]:
    """Everything that a definition's Python file defines. DefinitionError when it cannot be loaded."""
    if not file.is_file():
        line = line_of(definition, "hooks:")
        raise DefinitionError(definition, line, "hooks", f"there is no file {file.name}", "Correct its name.")
    try:
        return loaded(str(file))
    except Exception as error:
        problem = f"it cannot be loaded ({type(error).__name__}: {error})"
        raise DefinitionError(file, 1, "", problem, "Correct the Python file.") from error


@cache
def loaded(file: str) -> Mapping[str, Any]:
    """The names of a Python file, run once in a process."""
    return run_path(file, run_name="tenki_target_hooks")


def line_of(path: Path, text: str) -> int:
    """The first line in which a text stands."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if text in line), 1)
