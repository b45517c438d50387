"""Which form lies on the page, and where: by its QR, or by comparing its print with every blank we know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np

from forms.definition import FormDefinition
from forms.library import FormLibrary
from ocr.blank import LANDMARK_DPI, Blank, Blanks
from ocr.errors import BlankSheet, ForeignSheet, MarkMissing, OldVersion, PoorFit, SheetProblem, TwoForms
from ocr.features import FEATURE_DPI, Features, Likeness, compared, features
from ocr.fit import refine
from ocr.geometry import MM_PER_INCH, Transform, inverse, moved, unshrunk
from ocr.ink import PAPER, evened, ink, softened
from ocr.landmarks import QrCode, qr_codes, squares
from ocr.load import Pixels
from ocr.register import Registration, by_qr

BLANK_BELOW = 0.0005
"""Share of ink on a page below which it is blank: a form without entries has about 0.03."""

_OUR_QR = re.compile(r"TENKI:(?P<form>[a-z0-9_]+):(?P<version>\d+)")
_LONGER_MM = 297.0
"""Longer side of the sheet for which a page is taken until its form is known."""

_DOTS_BLUR_PX = (1.0, 1.5)
"""With one of these a copier's dots are greys again, and a QR is still sharp enough to be read."""

_TRIES = 3
_SURE_MARKS = 3
"""From so many corner marks on, with the QR, the form lies well enough to look for its print."""

_FEW_MARKS = 2
"""With fewer, the marks are what is wrong with a sheet that does not fit."""

_FAX_STRETCH = 2.0
"""A coarse fax has 204 dots an inch across and 98 down."""

_ROOM = 1.5
"""A picture that is so much larger than its form has room for a second one."""


class Identified(NamedTuple):
    """A page whose form is known and lies in place."""

    form: FormDefinition
    registration: Registration


@dataclass(frozen=True, eq=False)
class _Scene:
    """A page as it is looked at: evened grey at 150 to 200 dpi. ``to_page`` leads to pixels of the page."""

    image: Pixels
    to_page: Transform

    @staticmethod
    def of(grey: Pixels) -> _Scene:
        shrink = max(int(max(grey.shape) / (_LONGER_MM / MM_PER_INCH * LANDMARK_DPI) + 0.1), 1)
        if shrink > 1:
            scale = 1 / shrink
            grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(
                np.uint8, copy=False
            )
        return _Scene(evened(grey), unshrunk(1 / shrink))


def identify(grey: Pixels, library: FormLibrary, blanks: Blanks) -> Identified:
    """The form on a grey page, and its registration.

    Raises a ``SheetProblem``, which names the form and version where the QR told them.
    """
    scene = _Scene.of(grey)
    if _ink_share(scene.image) < BLANK_BELOW:
        raise BlankSheet("There is almost no ink on the page.")
    scene, codes = _read_codes(scene, grey)
    named = _named(codes)
    found = (
        _by_code(scene, library, blanks, named) if named else _by_print(scene, library, blanks, bool(codes))
    )
    _refuse_second(scene, library, blanks, found)
    form, registration = found
    return Identified(form, registration.carried(scene.to_page))


def _ink_share(image: Pixels) -> float:
    """The share of ink in the middle of the page; scanners leave dark borders at its edges."""
    height, width = image.shape
    middle = image[height // 20 : height - height // 20, width // 20 : width - width // 20]
    return cv2.countNonZero(ink(middle)) / max(middle.size, 1)


# ---- by code


class _Named(NamedTuple):
    """What a QR of ours says, and where it lies on the scene."""

    code: QrCode
    form: str
    version: int


def _read_codes(scene: _Scene, grey: Pixels) -> tuple[_Scene, tuple[QrCode, ...]]:
    """The scene with its QR codes: as it is, or softened where only so they can be read.

    Where it is too coarse, the codes are those of the page itself.
    """
    codes = qr_codes(scene.image)
    for blur_px in () if codes else _DOTS_BLUR_PX:
        soft = replace(scene, image=softened(scene.image, blur_px))
        if found := qr_codes(soft.image):
            return soft, found
    if _named(codes) or scene.image.shape == grey.shape:
        return scene, codes
    to_scene = inverse(scene.to_page)
    return scene, tuple(QrCode(code.text, moved(to_scene, code.corners_px)) for code in qr_codes(grey))


def _named(codes: tuple[QrCode, ...]) -> _Named | None:
    """What our QR says. Raises ``TwoForms`` when there are two."""
    ours = [
        _Named(code, m["form"], int(m["version"])) for code in codes if (m := _OUR_QR.fullmatch(code.text))
    ]
    if len(ours) > 1:
        raise TwoForms(f"There are {len(ours)} QR codes of ours on the page.")
    return ours[0] if ours else None


def _by_code(scene: _Scene, library: FormLibrary, blanks: Blanks, named: _Named) -> Identified:
    """The form that the QR names, where it lies. Raises a ``SheetProblem`` that names the form."""
    try:
        form = _known(library, named)
        return Identified(form, _registered(scene, blanks, blanks.get(form), named.code))
    except SheetProblem as problem:
        problem.form, problem.version = named.form, named.version
        raise


def _known(library: FormLibrary, named: _Named) -> FormDefinition:
    """The definition that a QR names. Raises ``ForeignSheet`` or ``OldVersion``."""
    versions = library.versions(named.form)
    if named.version in versions:
        return library.get(named.form, named.version)
    if not versions:
        raise ForeignSheet(f"The QR names the form {named.form!r}, which is not in the library.")
    listed = ", ".join(str(known) for known in versions)
    raise OldVersion(f"The QR names version {named.version} of {named.form!r}; the library holds {listed}.")


def _registered(scene: _Scene, blanks: Blanks, blank: Blank, code: QrCode) -> Registration:
    """By QR and marks; by the print alone when that leads to no fit."""
    first, marks = by_qr(code, blank, squares(scene.image))
    problem = PoorFit("")
    if marks >= _SURE_MARKS:
        try:
            return refine(scene.image, blank, first, named=True)
        except PoorFit as seen:
            problem = seen
    for like in _likenesses(scene, blanks, [blank.form]):
        try:
            return refine(scene.image, blank, like.transform, named=True)
        except PoorFit as seen:
            problem = seen
    if marks < _FEW_MARKS:
        raise MarkMissing(f"{marks} corner marks were found. {problem.seen}")
    raise problem


# ---- by print


class _Candidate(NamedTuple):
    """A form that may lie on the page."""

    agreeing: int
    transform: Transform
    form: FormDefinition


def _by_print(scene: _Scene, library: FormLibrary, blanks: Blanks, foreign_qr: bool) -> Identified:
    """The form whose print lies on the page. Raises ``ForeignSheet``, or ``SheetCut`` when it is cut."""
    fitting = []
    for like in sorted(_likenesses(scene, blanks, list(_all_forms(library))), key=lambda c: -c.agreeing)[
        :_TRIES
    ]:
        try:
            fitting.append(Identified(like.form, refine(scene.image, blanks.get(like.form), like.transform)))
        except PoorFit:
            continue
    if fitting:
        return max(fitting, key=lambda found: found.registration.found)
    told = "its QR is not ours" if foreign_qr else "no QR of ours can be read"
    raise ForeignSheet(f"The page looks like none of the forms in the library, and {told}.")


def _likenesses(scene: _Scene, blanks: Blanks, forms: list[FormDefinition]) -> Iterator[_Candidate]:
    """The forms whose print is like the page's, with the transforms from mm to the scene's pixels."""
    seen = [_features(scene.image, stretch) for stretch in _stretches(scene.image)]
    for form in forms:
        page = form.page
        tries = [compared(each, blanks.features(form), page.width_mm, page.height_mm) for each in seen]
        likes: list[Likeness] = [like for like in tries if like]
        if likes:
            best = max(likes, key=lambda like: like.agreeing)
            yield _Candidate(best.agreeing, best.transform, form)


def _stretches(image: Pixels) -> tuple[float, ...]:
    """By how much the page may have to be stretched downwards: one that lies across may be a coarse fax."""
    return (1.0, _FAX_STRETCH) if image.shape[1] > 1.3 * image.shape[0] else (1.0,)


def _features(image: Pixels, stretch: float) -> Features:
    """The features of a page, their places in its pixels."""
    scale = FEATURE_DPI * _LONGER_MM / MM_PER_INCH / max(image.shape[0] * stretch, image.shape[1])
    small = cv2.resize(image, None, fx=scale, fy=scale * stretch, interpolation=cv2.INTER_AREA)
    back = np.diag([1, 1 / stretch, 1]) @ unshrunk(scale)
    return features(small.astype(np.uint8, copy=False)).placed(back)


def _all_forms(library: FormLibrary) -> Iterator[FormDefinition]:
    for name in library.names():
        for version in library.versions(name):
            yield library.get(name, version)


# ---- one form, or two


def _refuse_second(scene: _Scene, library: FormLibrary, blanks: Blanks, found: Identified) -> None:
    """Raises ``TwoForms`` when the picture has room for a second form and shows one."""
    page = found.form.page
    corners = np.array([(0, 0), (page.width_mm, 0), (page.width_mm, page.height_mm), (0, page.height_mm)])
    outline = np.round(moved(found.registration.transform, corners)).astype(np.int32)
    if scene.image.size < _ROOM * cv2.contourArea(outline):
        return
    rest = _Scene(
        cv2.fillConvexPoly(scene.image.copy(), outline, PAPER).astype(np.uint8, copy=False), scene.to_page
    )
    for like in _likenesses(rest, blanks, list(_all_forms(library))):
        raise TwoForms(f"Beside the form there lies another ({like.agreeing} features of its print agree).")
