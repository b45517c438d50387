"""Case numbers: short enough to be written on the paper, without gaps, never given twice."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from cases.models import NumberSequence

WRITTEN = re.compile(r"T(?P<year>[0-9]{2})(?P<count>[0-9]{1,6})")


def fiscal_year(day: date) -> int:
    """The year in which the fiscal year of that day began: April to March."""
    return day.year if day.month >= 4 else day.year - 1


def next_number() -> str:
    """``T26-000123``: fiscal year and running number.

    The UPDATE locks the year's row until the caller's transaction ends, so two callers never see the same
    number and a rolled-back case leaves no gap. Must be called inside a transaction.
    """
    year = fiscal_year(timezone.localdate())
    with transaction.atomic():
        NumberSequence.objects.get_or_create(fiscal_year=year)
        NumberSequence.objects.filter(fiscal_year=year).update(last=F("last") + 1)
        last = NumberSequence.objects.get(fiscal_year=year).last
    return f"T{year % 100:02d}-{last:06d}"


def skip(year: int, count: int, at_least: int = 0) -> int:
    """Leave numbers of that year out, which may have been given and forgotten; the last that counts as given.

    Must be called inside a transaction.
    """
    NumberSequence.objects.get_or_create(fiscal_year=year)
    NumberSequence.objects.filter(fiscal_year=year).update(last=Greatest(F("last"), at_least) + count)
    return NumberSequence.objects.get(fiscal_year=year).last


def as_number(text: str) -> str:
    """A number as it was typed or scanned, in the form in which it was given: ``ｔ26 123`` → ``T26-000123``.

    Empty when the text is no whole number: without its year it could be several.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    found = WRITTEN.fullmatch(re.sub(r"[\s\-‐‑–—―−ーｰ_]", "", plain))
    if found is None:
        return ""
    return f"T{found['year']}-{int(found['count']):06d}"
