"""Sign-in, menu, search and detail."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from rehearsal.target.calendar import CHOICES, ImpossibleDateError, held_date
from rehearsal.target.checks import searchable_kana
from rehearsal.target.faults import Fault
from rehearsal.target.forms import FORMS
from rehearsal.target.present import sections
from rehearsal.target.sessions import COOKIE
from rehearsal.target.store import Registration, Store
from rehearsal.target.web import System, expired, page, session_of, system_of

REFUSED_SIGN_IN = "E101 職員番号またはパスワードが違います。"
WRONG_CODE = "E103 確認コードが違います。"
LOCKED = "E102 この職員番号は使用できません。システム管理者に連絡してください。"


async def start(_request: Request) -> Response:
    return RedirectResponse("/login.do", status_code=302)


async def sign_in_page(request: Request) -> Response:
    return page(request, "login.html")


async def sign_in(request: Request) -> Response:
    system = system_of(request)
    given = await request.form()
    operator = str(given.get("operator", ""))
    if not system.store.sign_in(operator, str(given.get("password", ""))):
        words = LOCKED if system.store.is_locked(operator) else REFUSED_SIGN_IN
        return page(request, "login.html", refusals=(words,))
    asks = bool(_codes(system))
    answer = RedirectResponse("/code.do" if asks else "/menu.do", status_code=302)
    token = system.sessions.open(operator, pending=asks)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict")
    return answer


def _codes(system: System) -> list[str]:
    """The codes that a sign-in asks for; none while it asks for the password only."""
    return [one.text for one in system.faults.armed() if one.fault is Fault.SECOND_FACTOR]


async def code_page(request: Request) -> Response:
    return page(request, "code.html")


async def code(request: Request) -> Response:
    """The second step of a sign-in that asks for a code."""
    system, given = system_of(request), await request.form()
    if str(given.get("code", "")) not in _codes(system):
        return page(request, "code.html", refusals=(WRONG_CODE,))
    if not system.sessions.admit(request.cookies.get(COOKIE)):
        return expired(request)
    return RedirectResponse("/menu.do", status_code=302)


async def sign_out(request: Request) -> Response:
    system_of(request).sessions.close(request.cookies.get(COOKIE))
    return page(request, "signed_out.html")


async def menu(request: Request) -> Response:
    session = session_of(request)
    if session is None:
        return expired(request)
    return page(request, "menu.html", session=session, forms=FORMS.values())


async def search(request: Request) -> Response:
    """The search page; with a question in the address, its answer below."""
    session = session_of(request)
    if session is None:
        return expired(request)
    asked = dict(request.query_params)
    if not asked:
        return page(request, "search.html", session=session, asked=asked, eras=CHOICES)
    try:
        hits = _hits(system_of(request).store, asked)
    except ImpossibleDateError:
        words = ("E002 「生年月日」の日付が正しくありません。",)
        return page(request, "search.html", session=session, asked=asked, eras=CHOICES, refusals=words)
    return page(request, "found.html", session=session, asked=asked, hits=[_line(hit) for hit in hits])


def _hits(store: Store, asked: dict[str, str]) -> tuple[Registration, ...]:
    if number := asked.get("reception_number", "").strip():
        return store.by_reception_number(number)
    era, year, month, day = (asked.get(name, "").strip() for name in ("era", "year", "month", "day"))
    birth_date = held_date(era, year, month, day, unknown_day=True)
    return store.by_person(searchable_kana(asked.get("kana", "")), birth_date)


def _line(hit: Registration) -> dict[str, str]:
    name = hit.items.get("persons.1.name") or hit.items.get("applicant_name", "")
    return {
        "number": hit.number,
        "reception_number": hit.reception_number,
        "form": FORMS[hit.form].title.removesuffix("入力"),
        "name": name,
        "registered_at": hit.registered_at,
    }


async def detail(request: Request) -> Response:
    session = session_of(request)
    if session is None:
        return expired(request)
    try:
        found = system_of(request).store.registration(int(request.path_params["number"].lstrip("R")))
    except (KeyError, ValueError):
        return page(request, "error.html", status=404, words="指定された登録は存在しません。")
    form = FORMS[found.form]
    return page(
        request,
        "detail.html",
        session=session,
        found=found,
        title=form.title.removesuffix("入力"),
        sections=sections(form, found.items),
    )


ROUTES = [
    Route("/", start),
    Route("/login.do", sign_in_page, methods=["GET"]),
    Route("/login.do", sign_in, methods=["POST"]),
    Route("/code.do", code_page, methods=["GET"]),
    Route("/code.do", code, methods=["POST"]),
    Route("/logout.do", sign_out),
    Route("/menu.do", menu),
    Route("/search.do", search),
    Route("/detail/{number}.do", detail),
]
