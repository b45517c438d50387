"""What was saved: the board with its pictures, a task's page, the council's workbook, the public result."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import dateformat, timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.access import may_see
from cases.models import Task
from desk.drawing import Series, chart, rate_chart
from desk.effects import board_of, public_style, report_of, year_of
from desk.naming import is_english
from desk.roles import EVERYONE, READERS_OF_SAVINGS, person, roles_of, serves
from savings import public, words, workbook
from savings.groups import by_department, by_policy
from savings.indicators import indicators
from savings.pilots import pilots
from savings.plan import plan_in
from savings.report import Report

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@serves(EVERYONE)
def board(request: HttpRequest) -> HttpResponse:
    """The year's indicators against the plan, with pictures; ``?fy=2026`` chooses the year."""
    found = report_of(request)
    context = {
        "board": board_of(found),
        "report": found,
        "years": _years(found),
        "months": _months(found),
        "rates": rate_chart(
            [(task.title, task.rate) for task in found.tasks if task.rate is not None],
            found.targets.average_rate,
        ),
        "by_year": _by_year(found),
        "policies": by_policy(found.tasks, found.plan),
        "groups": by_department(found.tasks, found.year),
        "pilots": pilots(found.plan, timezone.localdate()),
    }
    return render(request, "desk/savings/board.html", context)


@require_safe
@serves(EVERYONE)
def task(request: HttpRequest, name: str) -> HttpResponse:
    """One task: how many hours, compared with what, measured how, by whom."""
    get_object_or_404(Task, pk=name)
    found, plan = report_of(request), plan_in(settings.CONFIG_FOLDERS)
    minutes = next((one for one in found.tasks if one.name == name), None)
    warning = next((one for one in pilots(plan, timezone.localdate()) if one.pilot.name == name), None)
    if minutes is None and warning is None:
        raise Http404
    context: dict[str, object] = {
        "report": found,
        "minutes": minutes,
        "warning": warning,
        "years": _years(found),
        # Who timed and who signed is for those who read the plan; everybody else reads figures.
        "may_read_names": bool(roles_of(person(request)) & READERS_OF_SAVINGS)
        and may_see(person(request), name),
    }
    if minutes is not None:
        steps = [(step, minutes.step_minutes(step)) for step in words.STEPS]
        context |= {
            "steps": [(step, spent, _each(spent, minutes.entered)) for step, spent in steps if spent],
            "forecast": found.forecasts.get(name),
            "goal": found.plan.goal(name, found.year),
            "judgements": [one for one in found.judgements if one.task == minutes.title],
            "changes": [one for one in found.changes if one.task == minutes.title],
        }
    return render(request, "desk/savings/task.html", context)


@require_safe
@serves(READERS_OF_SAVINGS)
def council(request: HttpRequest) -> HttpResponse:
    """The council's workbook of the year."""
    found = report_of(request)
    # The council reads Japanese, whatever language the desk is shown in.
    with translation.override("ja"):
        response = HttpResponse(workbook.workbook_bytes(found), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="tenki-{found.year.year}.xlsx"'
    return response


@require_safe
@serves(EVERYONE)
def result(request: HttpRequest) -> HttpResponse:
    """The public one-page result as citizens will see it. Without names and without anybody's data."""
    # Citizens read Japanese, whatever language the desk is shown in.
    with translation.override("ja"):
        body = public.html_body(public.page_of(report_of(request), _city()))
    # Every word of it is escaped there: the file for the city's site is the same text.
    return render(request, "desk/savings/result.html", {"body": SafeString(body)})


@require_safe
@serves(READERS_OF_SAVINGS)
def result_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The public result as one file to put on the city's site: ``html`` or ``pdf``."""
    found = report_of(request)
    with translation.override("ja"):
        page = public.page_of(found, _city())
    name = f"tenki-result-{found.year.year}.{kind}"
    if kind == "pdf":
        response = HttpResponse(public.pdf_bytes(page), content_type="application/pdf")
    elif kind == "html":
        response = HttpResponse(
            public.html_text(page, public_style()), content_type="text/html; charset=utf-8"
        )
    else:
        raise Http404
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _city() -> str:
    return str(settings.SITE.municipality_name)


def _each(minutes: float, entered: int) -> float | None:
    return minutes / entered if entered else None


def _years(found: Report) -> list[tuple[int, str]]:
    """Years to choose from: those with figures, the shown one and the running one."""
    years = {*found.earlier, found.year, year_of(timezone.localdate())}
    return [(year.year, year.label) for year in sorted(years, reverse=True)]


def _months(found: Report) -> object:
    months: list[date] = [month for month in found.year.months() if month <= found.today]
    parts = [[task.within([month]) for task in found.all.counted] for month in months]
    before = [sum((part.before_minutes or 0.0) for part in month) / 60 for month in parts]
    after = [sum(part.after_minutes for part in month) / 60 for month in parts]
    labels = [dateformat.format(month, "M") if is_english() else f"{month.month}月" for month in months]
    series = (Series("before", _("導入前"), before), Series("after", _("導入後"), after))
    return chart(labels, series, _hour()) if months else None


def _by_year(found: Report) -> object:
    years = [*sorted(found.earlier), found.year]
    tasks = [*(found.earlier[year] for year in years[:-1]), found.tasks]
    saved = [indicators(one).saved_minutes / 60 for one in tasks]
    return chart([year.label for year in years], (Series("saved", _("削減"), saved),), _hour())


def _hour() -> str:
    """The unit of the pictures."""
    return "h" if is_english() else "時間"
