"""Pictures of sheets and of the target's screens: decrypted and cut when shown, not stored by the browser."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cases import pages
from cases.errors import CaseError
from cases.files import FileMissing
from cases.library import form_of
from cases.models import Case, Receipt
from desk import ports
from desk.roles import READERS_OF_VALUES, WORKERS, case_for, person, serves
from forms.definition import Kind

PNG_HEAD = b"\x89PNG"


@require_safe
@serves(READERS_OF_VALUES)
def page(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The working page; My Number is black on it."""
    case = case_for(request, case_id)
    try:
        return _picture(pages.page_image(case))
    except (CaseError, FileMissing) as error:
        raise Http404 from error


@require_safe
@serves(WORKERS)
def crop(request: HttpRequest, case_id: uuid.UUID, field_id: str) -> HttpResponse:
    """One field of the page. A My Number is cut from the original, and ``cases.pages`` logs who saw it."""
    case = case_for(request, case_id)
    try:
        return _picture(_crop(case, field_id, request))
    except (CaseError, FileMissing, KeyError) as error:
        raise Http404 from error


@require_safe
@serves(READERS_OF_VALUES)
def receipt(request: HttpRequest, case_id: uuid.UUID, receipt_id: int) -> HttpResponse:
    """The masked picture of the target's screen."""
    case_for(request, case_id)
    found = get_object_or_404(Receipt, pk=receipt_id, case_id=case_id, has_picture=True)
    try:
        return _picture(pages.receipt_picture(found.pk))
    except FileMissing as error:
        raise Http404 from error


def _crop(case: Case, field_id: str, request: HttpRequest) -> bytes:
    """Raises CaseError, FileMissing, or KeyError for a field that the form does not have."""
    load = ports.current().page_loader
    if load is not None and form_of(case).field(field_id).kind is Kind.MY_NUMBER:
        return pages.my_number_crop(case, field_id, person(request), load)
    return pages.crop(case, field_id)


def _picture(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="image/png" if content.startswith(PNG_HEAD) else "image/jpeg")
