"""The one place from which this room and the desk get form definitions and the rules' context."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from cases.models import Case
from forms.definition import FormDefinition
from forms.library import FormLibrary
from forms.rules import Context


def forms_library() -> FormLibrary:
    """Every form of the configuration and of the site's own folder; read again when a file has changed."""
    folders = tuple(folder / "forms" for folder in settings.CONFIG_FOLDERS)
    files = tuple(
        (path, path.stat().st_mtime_ns) for folder in folders for path in sorted(folder.glob("*.yaml"))
    )
    return _library(folders, files)


@lru_cache(maxsize=2)
def _library(folders: tuple[Path, ...], files: tuple[tuple[Path, int], ...]) -> FormLibrary:
    """``files`` with their times only distinguish one state of the folders from the next."""
    return FormLibrary(*folders)


def form_of(case: Case) -> FormDefinition:
    """The definition that the case was read by. UnknownFormError when that version is gone."""
    return forms_library().get(case.form, case.form_version)


def context() -> Context:
    """What the rules must know of the place and the day."""
    return Context(
        today=timezone.localdate(),
        municipality_code=settings.SITE.municipality_code,
        wards_are_municipalities=settings.SITE.wards_are_municipalities,
    )
