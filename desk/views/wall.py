"""Bulk check: a wall of crops of one field, with their values beneath; only the wrong ones are ticked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import bulk, minutes
from cases.bulk import Done, Tile
from cases.library import forms_library
from cases.models import Case, TimeEvent
from cases.roles import Role
from desk import refusal_words
from desk.naming import title_of
from desk.roles import person, serves, task_for
from desk.working import worked
from forms import kinds

OPERATORS = frozenset({Role.OPERATOR})
TILES = 24
WIDE_TILES = 12
WIDE_FROM = 9.0
"""A box that is so many times wider than high takes the room of two."""

LAST = "wall-last"
WRONG = "wall-wrong"
"""Per wall the sheets that the person ticked: they do not come back onto it before the session ends."""


@dataclass(frozen=True)
class Shown:
    """A tile as the page draws it."""

    tile: Tile
    text: str


@require_safe
@serves(OPERATORS)
def wall(request: HttpRequest, task: str) -> HttpResponse:
    """The fields of a task that can be checked in bulk; with one chosen, the next sheets of it, claimed."""
    found, user = task_for(request, task), person(request)
    marked = _marked(request, task)
    columns = bulk.columns(user, task, marked)
    form, field_id = request.GET.get("form", ""), request.GET.get("field", "")
    chosen = next((one for one in columns if (one.form, one.field.id) == (form, field_id)), None)
    forms = sorted({one.form for one in columns})
    titles = {name: title_of(forms_library().get(name)) if len(forms) > 1 else "" for name in forms}
    context: dict[str, object] = {
        "task": found,
        "columns": [
            (column, titles[column.form], _address(task, column.form, column.field.id)) for column in columns
        ],
        "form": form,
        "chosen": chosen,
        "idle_limit_s": int(settings.SITE.idle_seconds),
        "may_undo": _last(request, task, form, field_id) is not None,
        "field_id": field_id,
    }
    if chosen is not None:
        box = chosen.field.box
        wide = box.width_mm / box.height_mm >= WIDE_FROM
        most = WIDE_TILES if wide else TILES
        tiles = bulk.hold(user, task, form, field_id, most, marked.get((form, field_id), ()))
        context |= {
            "wide": wide,
            "tiles": [Shown(tile, kinds.show(tile.field, tile.value)) for tile in tiles],
            "left": max(0, chosen.count - len(tiles)),
        }
    return render(request, "desk/wall.html", context)


@require_POST
@serves(OPERATORS)
def confirm(request: HttpRequest, task: str) -> HttpResponse:
    """Confirm what was not ticked, put everything back into the queue, and show the next sheets."""
    user = person(request)
    task_for(request, task)
    form, field_id = request.POST.get("form", ""), request.POST.get("field", "")
    shown = _ids(request, "case")
    _count(request, [case for case in bulk.held(user, task) if case.pk in set(shown)])
    if request.POST.get("way") == "undo":
        _undo(request, task, form, field_id)
        return redirect(_address(task, form, field_id))
    wrong = set(_ids(request, "wrong")) & set(shown)
    if request.POST.get("way") == "leave":
        bulk.let_go(user, task, shown)
        return redirect("board")
    right = [(one, request.POST.get(f"value-{one}", "")) for one in shown if one not in wrong]
    done = bulk.confirm(user, task, field_id, right)
    bulk.let_go(user, task, shown)
    request.session[LAST] = [task, form, field_id, [str(one) for one in done.confirmed]]
    said = _("%(n)s件を確認しました。") % {"n": len(done.confirmed)}
    if wrong:
        _mark(request, [task, form, field_id], wrong)
        said += _("誤りとした%(n)s件は「確認待ち」に残ります。") % {"n": len(wrong)}
    messages.success(request, said, extra_tags="wall-confirmed")
    _tell_skipped(request, done)
    return redirect(_address(task, form, field_id))


@require_POST
@serves(OPERATORS)
def working_time(request: HttpRequest, task: str) -> HttpResponse:
    """Seconds at the wall, in equal parts to the sheets on it; whoever works keeps them."""
    task_for(request, task)
    held = bulk.held(person(request), task)
    if not held:
        return HttpResponse(status=409)
    bulk.renew(held, person(request))
    _count(request, held)
    return HttpResponse(status=204)


def _undo(request: HttpRequest, task: str, form: str, field_id: str) -> None:
    last = _last(request, task, form, field_id)
    if last is None:
        messages.info(request, refusal_words.refusal("case.nothing_to_undo"), extra_tags="nothing-to-undo")
        return
    done = bulk.take_back(person(request), task, field_id, last)
    del request.session[LAST]
    said = _("直前の%(n)s件の確認を取り消しました。") % {"n": len(done.confirmed)}
    messages.success(request, said, extra_tags="wall-undone")
    _tell_skipped(request, done)


def _tell_skipped(request: HttpRequest, done: Done) -> None:
    reasons: Mapping[str, list[str]] = {
        code: [number for number, why in done.skipped.items() if why == code]
        for code in sorted(set(done.skipped.values()))
    }
    for code, numbers in reasons.items():
        said = _("%(numbers)s は変更していません。%(why)s") % {
            "numbers": "、".join(numbers),
            "why": refusal_words.wall_refusal(code),
        }
        messages.warning(request, said, extra_tags="wall-skipped")


def _last(request: HttpRequest, task: str, form: str, field_id: str) -> list[uuid.UUID] | None:
    """The sheets that the person confirmed last on this very wall."""
    kept = request.session.get(LAST)
    if not kept or kept[:3] != [task, form, field_id] or not kept[3]:
        return None
    return [uuid.UUID(text) for text in kept[3]]


def _marked(request: HttpRequest, task: str) -> dict[tuple[str, str], frozenset[uuid.UUID]]:
    return {
        (form, field_id): frozenset(uuid.UUID(text) for text in kept)
        for of, form, field_id, kept in request.session.get(WRONG, [])
        if of == task
    }


def _mark(request: HttpRequest, wall: list[str], wrong: set[uuid.UUID]) -> None:
    kept = request.session.get(WRONG, [])
    before = {text for *of, own in kept if of == wall for text in own}
    others = [one for one in kept if one[:3] != wall]
    request.session[WRONG] = [*others, [*wall, sorted(before | {str(one) for one in wrong})]]


def _ids(request: HttpRequest, name: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text) for text in request.POST.getlist(name)]
    except ValueError as error:
        raise BadRequest("a sheet's id is no id") from error


def _address(task: str, form: str, field_id: str) -> str:
    return f"{reverse('wall', kwargs={'task': task})}?{urlencode({'form': form, 'field': field_id})}"


def _count(request: HttpRequest, cases: Sequence[Case]) -> None:
    step, source, spent = TimeEvent.Step.FIRST_CORRECTION, TimeEvent.Source.MEASURED, worked(request)
    if spent.active_s > 0:
        minutes.share(cases, step, spent.active_s, source, spent.elapsed_s)
