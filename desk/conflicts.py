"""Why a row of a correction workbook was not taken in, in plain Japanese."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.library import form_of
from cases.models import Case
from cases.rows import Problem
from desk import naming, refusal_words


@dataclass(frozen=True)
class Told:
    line: int
    number: str
    code: str
    sentence: str


def told(problems: Iterable[Problem]) -> tuple[Told, ...]:
    """Each problem with its line, number and sentence."""
    return tuple(_told(problem) for problem in problems)


def _told(problem: Problem) -> Told:
    said = str(refusal_words.ROW_CONFLICTS[problem.conflict])
    if problem.by:
        said += _("（%(who)s）") % {"who": problem.by}
    case = Case.objects.filter(number=problem.number).first() if problem.findings else None
    if case is not None:
        said += " ".join(naming.told(finding, form_of(case)) for finding in problem.findings)
    return Told(problem.line, problem.number, problem.conflict.value, said)
