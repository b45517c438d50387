"""The note that goes back to the resident with the sheet: what is missing, in a municipal letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone

from cases.library import form_of
from cases.models import Case
from cases.values import current

SENDERS = ("notifier", "applicant")
"""Whose name and address stand on the letter: the form's fields ``notifier_name``, ``notifier_address`` …"""


@dataclass(frozen=True)
class Letter:
    """A letter on one A4 sheet. ``name`` and ``address`` are empty where the sheet does not say them."""

    case: Case
    day: date
    city: str
    department: str
    form_title: str
    name: str
    address: str
    missing: tuple[str, ...]
    """What is to be completed, a line each."""


def letter_of(case: Case) -> Letter:
    """The letter of a returned case; its note has one missing thing on every line."""
    given = current(case)
    return Letter(
        case=case,
        day=timezone.localdate(case.updated_at),
        city=settings.SITE.municipality_name,
        department=case.task.department,
        form_title=form_of(case).title,
        name=_of_sender(given, "name"),
        address=_of_sender(given, "address"),
        missing=tuple(line.strip() for line in case.reason_detail.splitlines() if line.strip()),
    )


def _of_sender(given: Mapping[str, str], part: str) -> str:
    return next((text for sender in SENDERS if (text := given.get(f"{sender}_{part}", ""))), "")
