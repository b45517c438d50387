"""Entering a registration: the pages, the confirmation, the warning of a double, and the receipt."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from rehearsal.target.calendar import CHOICES
from rehearsal.target.checks import SEPARATOR, held_values, page_refusals
from rehearsal.target.faults import Fault
from rehearsal.target.forms import FORMS
from rehearsal.target.present import sections
from rehearsal.target.screens import EntryForm, Page
from rehearsal.target.sessions import Session
from rehearsal.target.web import BrokenLine, System, expired, page, session_of, system_of

Draft = dict[str, str]


async def begin(request: Request) -> Response:
    """Throw away what was begun before and show the first page."""
    session = session_of(request)
    if session is None:
        return expired(request)
    form = FORMS[request.path_params["form"]]
    session.drafts[form.name] = {}
    return _entry_page(request, session, form, 1)


async def next_page(request: Request) -> Response:
    """Take a page's items. They stay in the draft even where they are refused, so that they can be mended."""
    session = session_of(request)
    if session is None:
        return expired(request)
    form, number = FORMS[request.path_params["form"]], int(request.path_params["page"])
    draft, given = session.drafts.setdefault(form.name, {}), await request.form()
    if given.get("action") != "force":
        _take(draft, form.pages[number - 1], given)
    if given.get("action") == "back":
        return _entry_page(request, session, form, max(1, number - 1))
    changed = _changed_rules(system_of(request), form.pages[number - 1])
    if refusals := (*page_refusals(form.pages[number - 1], draft), *changed):
        return _entry_page(request, session, form, number, refusals)
    if number < len(form.pages):
        return _entry_page(request, session, form, number + 1)
    doubles = system_of(request).store.by_reception_number(draft["reception_number"].strip())
    warned = system_of(request).faults.strikes(Fault.DUPLICATE_WARNING, request.url.path)
    if (doubles or warned) and given.get("action") != "force":
        return page(request, "double.html", session=session, form=form, number=number, doubles=doubles)
    return _confirmation(request, session, form)


async def submit(request: Request) -> Response:
    """Register what was confirmed, whatever else is there: doubles were warned of before the confirmation."""
    session = session_of(request)
    if session is None:
        return expired(request)
    system, form = system_of(request), FORMS[request.path_params["form"]]
    draft, action = session.drafts.get(form.name, {}), (await request.form()).get("action")
    if action == "back":
        return _entry_page(request, session, form, len(form.pages))
    if any(page_refusals(entry_page, draft) for entry_page in form.pages):
        return _entry_page(
            request, session, form, 1, ("E201 入力がやり直されました。最初から入力してください。",)
        )
    return _registered(request, system, session, form, draft)


def _registered(
    request: Request, system: System, session: Session, form: EntryForm, draft: Draft
) -> Response:
    faults, path = system.faults, request.url.path
    if faults.strikes(Fault.DROP_BEFORE_SUBMIT, path):
        return BrokenLine()
    if late := faults.strikes(Fault.LATE_SUBMIT, path):
        _register_later(system, session, form, draft, late.seconds)
        return BrokenLine()
    serial = _register(system, session, form, draft)
    if faults.strikes(Fault.DROP_AFTER_SUBMIT, path):
        return BrokenLine()
    if faults.strikes(Fault.ERROR_AFTER_SUBMIT, path):
        return page(request, "error.html", status=500, words="システムエラーが発生しました。")
    return RedirectResponse(f"/entry/{form.name}/receipt/R{serial:08d}.do", status_code=302)


async def receipt(request: Request) -> Response:
    session = session_of(request)
    if session is None:
        return expired(request)
    form, number = FORMS[request.path_params["form"]], request.path_params["number"]
    session.drafts.pop(form.name, None)
    return page(request, "receipt.html", session=session, form=form, number=number)


def _register(system: System, session: Session, form: EntryForm, draft: Draft) -> int:
    items = held_values(form, draft)
    return system.store.register(form.name, items["reception_number"], session.operator, items).serial


def _register_later(system: System, session: Session, form: EntryForm, draft: Draft, seconds: float) -> None:
    kept = dict(draft)
    asyncio.get_running_loop().call_later(seconds, lambda: _register(system, session, form, kept))


def _take(draft: Draft, entry_page: Page, given: FormData) -> None:
    for item in entry_page.all_items():
        for name, _label, _size in item.parts:
            draft[name] = SEPARATOR.join(str(text) for text in given.getlist(name))


def _changed_rules(system: System, entry_page: Page) -> tuple[str, ...]:
    """Refusals by rules that are new: an update of the system brought them."""
    return tuple(
        f"E012 「{item.label}」の入力規則が変わりました。全角カナで入力してください。"
        for item in entry_page.all_items()
        if system.faults.holds(Fault.VALIDATION_CHANGE, item.label)
    )


def _placed(system: System, entry_page: Page) -> Page:
    """The page as it is laid out now: an item that an update has moved stands last."""
    moved = [item for item in entry_page.items if system.faults.holds(Fault.MOVED_FIELD, item.label)]
    return replace(entry_page, items=(*(i for i in entry_page.items if i not in moved), *moved))


async def address(request: Request) -> Response:
    """The address search, a window of its own that writes into the box from which it was opened."""
    return page(request, "address.html", box=request.query_params.get("box", ""))


def _entry_page(
    request: Request, session: Session, form: EntryForm, number: int, refusals: tuple[str, ...] = ()
) -> Response:
    return page(
        request,
        "entry.html",
        session=session,
        form=form,
        number=number,
        entry_page=_placed(system_of(request), form.pages[number - 1]),
        popups=not system_of(request).faults.holds(Fault.POPUP_BLOCKED),
        draft=session.drafts.setdefault(form.name, {}),
        eras=CHOICES,
        separator=SEPARATOR,
        renamed=system_of(request).faults.renamed,
        refusals=refusals,
    )


def _confirmation(request: Request, session: Session, form: EntryForm) -> Response:
    items = held_values(form, session.drafts[form.name])
    return page(request, "confirm.html", session=session, form=form, sections=sections(form, items))


ROUTES = [
    Route("/address.do", address, methods=["GET"]),
    Route("/entry/{form}/begin.do", begin, methods=["GET"]),
    Route("/entry/{form}/submit.do", submit, methods=["POST"]),
    Route("/entry/{form}/receipt/{number}.do", receipt, methods=["GET"]),
    Route("/entry/{form}/{page:int}.do", next_page, methods=["POST"]),
]
