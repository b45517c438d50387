"""Which form lies on the page, and where: by its QR, or by comparing with every blank that we know."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from forms.definition import FormDefinition
from forms.library import FormLibrary
from ocr.blank import Blank, Blanks
from ocr.errors import BlankSheet, ForeignSheet, MarkMissing, OldVersion, PoorFit, SheetProblem
from ocr.geometry import Points, Transform
from ocr.ink import ink
from ocr.landmarks import QrCode, qr_codes, squares
from ocr.load import Pixels
from ocr.register import Registration, by_marks, by_qr, likeness, refine

BLANK_BELOW = 0.0005
"""Share of ink on a page below which it is blank: a form without entries has about 0.03."""

_OUR_QR = re.compile(r"TENKI:(?P<form>[a-z0-9_]+):(?P<version>\d+)")
_LIKE_ANY = 0.30
"""Likeness (−1 to 1) to a blank under which a page without a readable QR is not even tried."""

_TRIES = 3


class Identified(NamedTuple):
    """A page whose form is known and lies in place."""

    form: FormDefinition
    registration: Registration


def identify(image: Pixels, library: FormLibrary, blanks: Blanks) -> Identified:
    """The form on an evened grey page, and its registration.

    Raises a ``SheetProblem``, which names the form and version where the QR told them.
    """
    if _ink_share(image) < BLANK_BELOW:
        raise BlankSheet("There is almost no ink on the page.")
    candidates = squares(image)
    codes = qr_codes(image)
    named = _named(codes)
    if named is None:
        return _by_likeness(image, library, blanks, candidates, bool(codes))
    code, name, version = named
    form = _known(library, name, version)
    try:
        return Identified(form, _registered(image, blanks.get(form), code, candidates))
    except SheetProblem as problem:
        problem.form, problem.version = name, version
        raise


def _ink_share(image: Pixels) -> float:
    """The share of ink in the middle of the page; scanners leave dark borders at its edges."""
    height, width = image.shape
    middle = image[height // 20 : height - height // 20, width // 20 : width - width // 20]
    return float(ink(middle).mean())


def _named(codes: tuple[QrCode, ...]) -> tuple[QrCode, str, int] | None:
    for code in codes:
        if match := _OUR_QR.fullmatch(code.text):
            return code, match["form"], int(match["version"])
    return None


def _known(library: FormLibrary, name: str, version: int) -> FormDefinition:
    """The definition that a QR names. Raises ``ForeignSheet`` or ``OldVersion``."""
    versions = library.versions(name)
    if version in versions:
        return library.get(name, version)
    if not versions:
        problem: SheetProblem = ForeignSheet(f"The QR names the form {name!r}, which is not in the library.")
    else:
        listed = ", ".join(str(known) for known in versions)
        problem = OldVersion(f"The QR names version {version} of {name!r}; the library holds {listed}.")
    problem.form, problem.version = name, version
    raise problem


def _registered(image: Pixels, blank: Blank, code: QrCode, candidates: Points) -> Registration:
    """By QR and marks; by the marks alone when that leads to no fit."""
    page = blank.form.page
    first = by_qr(code, blank, candidates)
    try:
        if first is not None:
            return refine(image, blank, first)
    except PoorFit as problem:
        ranked = _ranked(image, blank, by_marks(page, candidates, *image.shape))
        if not ranked:
            raise MarkMissing(f"Corner marks are missing. {problem.seen}") from problem
        return refine(image, blank, ranked[0][1])
    raise PoorFit("The form's definition has no place for the QR that was found.")


def _ranked(image: Pixels, blank: Blank, firsts: Iterator[Transform]) -> list[tuple[float, Transform]]:
    """First transforms with their likeness, best first."""
    scored = [(likeness(image, blank, first), first) for first in itertools.islice(firsts, 40)]
    return sorted(scored, key=lambda pair: -pair[0])


def _by_likeness(
    image: Pixels, library: FormLibrary, blanks: Blanks, candidates: Points, foreign_qr: bool
) -> Identified:
    """The form whose blank looks most like the page. Raises ``ForeignSheet`` or ``MarkMissing``."""
    tries: list[tuple[float, FormDefinition, Transform]] = []
    for form in _all_forms(library):
        found = _ranked(image, blanks.get(form), by_marks(form.page, candidates, *image.shape))
        tries += [(like, form, first) for like, first in found[:1] if like > _LIKE_ANY]
    for _, form, first in sorted(tries, key=lambda item: -item[0])[:_TRIES]:
        try:
            return Identified(form, refine(image, blanks.get(form), first))
        except PoorFit:
            continue
    told = "its QR is not ours" if foreign_qr else "no QR of ours can be read"
    raise ForeignSheet(f"The page looks like none of the forms in the library, and {told}.")


def _all_forms(library: FormLibrary) -> Iterator[FormDefinition]:
    for name in library.names():
        for version in library.versions(name):
            yield library.get(name, version)
