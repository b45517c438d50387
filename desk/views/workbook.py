"""Excel as a second way: the workbook goes out, and comes back row by row with its conflicts named."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import exchange
from cases.roles import Role
from desk import workbook, workbook_reading
from desk.conflicts import told
from desk.roles import person, serves, task_for
from desk.uploads import takes_files

OPERATORS = frozenset({Role.OPERATOR})
LARGEST_BYTES = 30 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
@serves(OPERATORS)
def export(request: HttpRequest, task: str) -> HttpResponse:
    """The open fields of a task as a workbook; who took it out is logged."""
    found = task_for(request, task)
    rows = exchange.rows(person(request), found.name)
    if not rows:
        messages.info(request, _("Excelで確認できる項目はありません。"), extra_tags="nothing-waiting")
        return redirect("correction-workbook", task=task)
    name = workbook.file_name(found)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # The workbook is Japanese, whatever language the desk is shown in.
    with translation.override("ja"):
        return HttpResponse(workbook.write(found, rows), content_type=XLSX, headers=headers)


@takes_files(LARGEST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@serves(OPERATORS)
def page(request: HttpRequest, task: str) -> HttpResponse:
    """Take a corrected workbook in: all rows or none, or all but those with a conflict."""
    found = task_for(request, task)
    context: dict[str, object] = {"task": found, "most": exchange.MOST_ROWS}
    if request.method == "POST":
        context |= _taken_in(request, found.name)
    return render(request, "desk/workbook.html", context)


def _taken_in(request: HttpRequest, task: str) -> dict[str, object]:
    uploaded = request.FILES.get("file")
    if uploaded is None:
        return {"unreadable": _("ファイルを選んでください。")}
    try:
        answers = workbook_reading.read(uploaded.read())
    except workbook_reading.WorkbookUnreadable as error:
        return {"unreadable": str(error)}
    skip = bool(request.POST.get("skip"))
    result = exchange.take_in(person(request), task, answers, skip_problems=skip)
    return {
        "result": result,
        "taken": len(result.steps),
        "sheets": len({step.case.pk for step in result.steps}),
        "problems": told(result.problems),
        "skipped": skip,
    }
