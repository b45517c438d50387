"""The names on a sheet, kept together so that a part of one is found among 100,000 sheets at once.

Readings and entries hold them too, but in four million rows; a part of a name can use no index there.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import models

from forms.definition import FormDefinition, Kind

SPACES = (" ", "\u3000")
NAME_KINDS = frozenset({Kind.NAME, Kind.KANA})
BETWEEN = "\n"


class SheetNames(models.Model):
    """Every name and kana that was read or given on a case's sheet, without spaces, one to a line."""

    case = models.OneToOneField(
        "cases.Case", on_delete=models.CASCADE, primary_key=True, related_name="names"
    )
    text = models.TextField()


def add(case_id: UUID, names: Iterable[str]) -> None:
    """Add names to those of the sheet; inside the transaction that writes them where they belong."""
    known = SheetNames.objects.filter(pk=case_id).values_list("text", flat=True).first()
    old = [] if known is None else known.split(BETWEEN)
    new = [plain for name in names if (plain := without_spaces(name)) and plain not in old]
    if new or known is None:
        text = BETWEEN.join(dict.fromkeys([*old, *new]))
        SheetNames.objects.update_or_create(case_id=case_id, defaults={"text": text})


def name_fields(form: FormDefinition) -> frozenset[str]:
    """The fields of a form that hold names."""
    return frozenset(field.id for field in form.fields if field.kind in NAME_KINDS)


def without_spaces(text: str) -> str:
    for space in SPACES:
        text = text.replace(space, "")
    return text
