"""The forms that a city hall knows: definitions read from ``config/forms/*.yaml``.

Several versions of one form may stand side by side, each in a file of its own; the newest is the default.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from forms.consistency import mistakes
from forms.definition import FormDefinition
from forms.errors import DefinitionError, UnknownFormError

ModelT = TypeVar("ModelT", bound=BaseModel)

REMEDIES = {
    "missing": "Add the missing entry.",
    "extra_forbidden": "Remove the entry or correct its spelling.",
    "greater_than": "Give a larger number.",
    "less_than": "Give a smaller number.",
    "enum": "Use one of the words named.",
    "literal_error": "Use one of the words named.",
    "bool_parsing": "Write true or false.",
    "tuple_type": "Write a list: [one, another].",
    "float_parsing": "Give a number (millimetres are written without a unit).",
    "int_parsing": "Give a whole number.",
    "string_type": "Put the value in quotation marks.",
    "string_pattern_mismatch": "Begin with a letter; letters, digits, _ and - may follow.",
}


def load_form(path: Path) -> FormDefinition:
    """The form that a file defines. DefinitionError, naming line and remedy, when it does not define one."""
    form = load_definition(path, FormDefinition)
    mistake = next(mistakes(form), None)
    if mistake:
        line = _line_of(path, mistake.word)
        raise DefinitionError(path, line, mistake.where, mistake.problem, mistake.remedy)
    return form


def _line_of(path: Path, word: str) -> int:
    """The first line in which a word stands."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if word in line), 1)


def line_at(path: Path, *place: int | str) -> int:
    """The 1-based line of a value of a YAML file that can be read, or of the nearest thing around it."""
    return _line(_parsed(path), place)


def load_definition(path: Path, model: type[ModelT]) -> ModelT:
    """What a YAML file defines, by any model; targets are read by it too. DefinitionError as above."""
    data = _parsed(path)
    if not isinstance(data, CommentedMap):
        raise DefinitionError(path, 1, "", "the file holds no definition", "Start it with its name.")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _definition_error(path, data, error.errors()[0]) from error


class FormLibrary:
    """All forms of one or several directories. A later directory (a site's own) wins over an earlier one.

    DefinitionError when a file is wrong, or when two files of one directory define the same version.
    """

    def __init__(self, *directories: Path) -> None:
        self._forms: dict[str, dict[int, FormDefinition]] = {}
        for directory in directories:
            self._add(_loaded(sorted(directory.glob("*.yaml"))))

    def _add(self, forms: Iterable[FormDefinition]) -> None:
        for form in forms:
            self._forms.setdefault(form.form, {})[form.version] = form

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._forms))

    def versions(self, name: str) -> tuple[int, ...]:
        """The known versions of a form, oldest first; empty for an unknown form."""
        return tuple(sorted(self._forms.get(name, ())))

    def newest(self) -> tuple[FormDefinition, ...]:
        return tuple(self.get(name) for name in self.names())

    def only(self, name: str) -> FormLibrary:
        """A library that knows this form alone, in all its versions. UnknownFormError when there is none."""
        self.get(name)
        narrowed = FormLibrary()
        narrowed._forms[name] = self._forms[name]
        return narrowed

    def get(self, name: str, version: int | None = None) -> FormDefinition:
        """A form by name, in its newest version unless one is given. UnknownFormError when there is none."""
        known = self._forms.get(name)
        if not known:
            raise UnknownFormError(
                f"There is no form called {name!r}.", f"Known forms: {', '.join(self.names())}."
            )
        wanted = max(known) if version is None else version
        if wanted not in known:
            listed = ", ".join(str(number) for number in sorted(known))
            raise UnknownFormError(f"Form {name!r} has no version {wanted}.", f"Known versions: {listed}.")
        return known[wanted]


def _loaded(paths: Iterable[Path]) -> Iterable[FormDefinition]:
    seen: dict[tuple[str, int], Path] = {}
    for path in paths:
        form = load_form(path)
        key = (form.form, form.version)
        if key in seen:
            problem = f"form {form.form!r} version {form.version} is already defined in {seen[key].name}"
            raise DefinitionError(
                path, 1, "version", problem, "Raise the version or remove one of the files."
            )
        seen[key] = path
        yield form


def _parsed(path: Path) -> Any:
    try:
        return YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        problem = error.problem or "this is not YAML"
        raise DefinitionError(path, line, "", problem, "Correct indentation, brackets or quotes.") from error
    except UnicodeDecodeError as error:
        raise DefinitionError(path, 1, "", "the file is not UTF-8", "Save it as UTF-8.") from error


def _definition_error(path: Path, data: CommentedMap, detail: ErrorDetails) -> DefinitionError:
    place = tuple(part for part in detail["loc"] if part != "function-before")
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    problem = detail["msg"].removeprefix("Value error, ")
    remedy = REMEDIES.get(detail["type"], "Correct the value; the shipped files show each entry in use.")
    return DefinitionError(path, _line(data, place), where, problem, remedy)


def _line(node: Any, place: tuple[int | str, ...]) -> int:
    """The 1-based line of the value at ``place``, or of the nearest thing around it."""
    line = node.lc.line
    for part in place:
        if isinstance(node, CommentedMap) and part in node:
            line, node = node.lc.key(part)[0], node[part]
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line, node = node.lc.item(part)[0], node[part]
        else:
            break
    return int(line) + 1
