"""What the tests of the rehearsal share: the real form definitions."""

from __future__ import annotations

import pytest

from forms.definition import FormDefinition
from forms.library import FormLibrary
from rehearsal.specimens import FORMS, STROKES_VARIABLE


@pytest.fixture(scope="session")
def library() -> FormLibrary:
    return FormLibrary(FORMS)


@pytest.fixture(scope="session")
def moving(library: FormLibrary) -> FormDefinition:
    return library.get("ido_todoke")


@pytest.fixture(scope="session")
def copy(library: FormLibrary) -> FormDefinition:
    return library.get("juminhyo_kofu")


@pytest.fixture(autouse=True)
def _fonts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hands on every machine, whatever stroke collections it has."""
    monkeypatch.delenv(STROKES_VARIABLE, raising=False)
