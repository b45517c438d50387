"""Bulk check: one field of many sheets at a time. What is shown is held like any sheet under review, and what
is confirmed is an entry of the person like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from cases import claims, review, undoing
from cases.errors import CaseChanged, CaseError, NotAsked
from cases.library import forms_library
from cases.models import Case, Entry, Reading
from cases.questions import Why, asked
from cases.states import State
from cases.values import Contents, contents
from forms.definition import Field, Kind
from forms.facts import Route

LOOKED_AT = 400
"""So many of the sheets that have waited longest are looked at; more come up as these are done."""


@dataclass(frozen=True)
class Column:
    """One field of a form, and how many sheets wait for somebody to compare it with the picture."""

    form: str
    field: Field
    count: int


@dataclass(frozen=True)
class Tile:
    """One sheet's field on the wall; ``value`` is canonical, "" for what was read as blank."""

    case: Case
    field: Field
    value: str


@dataclass(frozen=True)
class Done:
    """What came of a page: sheets confirmed, and case numbers with the code of why they were left out."""

    confirmed: tuple[UUID, ...]
    skipped: Mapping[str, str]


Marks = Mapping[tuple[str, str], Collection[UUID]]
"""By form and field the sheets that a person called wrong: they wait for the correction screen."""


def columns(user: User, task: str, marked: Marks = MappingProxyType({})) -> tuple[Column, ...]:
    """The fields that can be checked in bulk, those of most sheets first; ``marked`` ones do not count."""
    waiting = list(_obtainable(user, task).values_list("pk", flat=True)[:LOOKED_AT])
    rows = _to_check(Reading.objects.filter(case__in=waiting))
    found_rows = rows.values_list("case__form", "field_id", "case_id")
    counted = Counter(
        (form, field) for form, field, case in found_rows if case not in marked.get((form, field), ())
    )
    library = forms_library()
    found = (
        Column(form, field, count)
        for (form, field_id), count in counted.items()
        if (field := _field(library.get(form).fields, field_id)) is not None
    )
    return tuple(sorted(found, key=lambda column: (-column.count, column.form, column.field.id)))


def hold(
    user: User, task: str, form: str, field_id: str, most: int, marked: Collection[UUID] = ()
) -> tuple[Tile, ...]:
    """Claim the sheets that have waited longest for this field to be checked; their tiles, like values
    together. What somebody else holds is left out, and so are the sheets that are ``marked``.
    """
    waiting = _obtainable(user, task).filter(form=form).exclude(pk__in=list(marked))[:LOOKED_AT]
    with_field = _to_check(Reading.objects.filter(case__in=list(waiting), field_id=field_id))
    wanted, tiles = set(with_field.values_list("case_id", flat=True)), list[Tile]()
    for case in waiting:
        if len(tiles) == most:
            break
        if case.pk not in wanted or not _asks(contents(case), field_id):
            continue
        try:
            held = claims.claim(case.pk, user)
        except CaseError:
            continue
        sheet = contents(held)
        if _asks(sheet, field_id):
            tiles.append(Tile(held, sheet.form.field(field_id), sheet.plain[field_id]))
    return tuple(sorted(tiles, key=lambda tile: tile.value))


def confirm(user: User, task: str, field_id: str, seen: Iterable[tuple[UUID, str]]) -> Done:
    """Give the values that the person saw as they were shown. A sheet that was lost or changed meanwhile is
    left out and named; the others are kept. What is no sheet of the task is left alone.
    """
    confirmed, skipped = list[UUID](), dict[str, str]()
    values = dict(seen)
    for case in _in_order(task, values):
        try:
            _confirm(case, user, field_id, values[case.pk])
        except CaseError as error:
            skipped[case.number] = error.code
        else:
            confirmed.append(case.pk)
    return Done(tuple(confirmed), skipped)


def take_back(user: User, task: str, field_id: str, case_ids: Sequence[UUID]) -> Done:
    """Undo a page: the value counts again as it was read, where nobody has worked on since."""
    undone, skipped = list[UUID](), dict[str, str]()
    for case in _in_order(task, case_ids):
        try:
            _take_back(case, user, field_id)
        except CaseError as error:
            skipped[case.number] = error.code
        else:
            undone.append(case.pk)
    return Done(tuple(undone), skipped)


def held(user: User, task: str) -> tuple[Case, ...]:
    """The first reviews of the task that this person holds now: at the wall, the sheets on it."""
    own = {"lease_owner": user.get_username(), "lease_until__gt": timezone.now()}
    found = Case.objects.filter(task=task, state=State.NEEDS_REVIEW, **own)
    return tuple(found.select_related("task").order_by("number"))


def renew(cases: Iterable[Case], user: User) -> None:
    """Prolong the claims on which the person works; one that was lost meanwhile stays lost."""
    own = {"lease_owner": user.get_username(), "lease_until__gt": timezone.now()}
    Case.objects.filter(pk__in=[case.pk for case in cases], **own).update(**claims.prolonged())


def let_go(user: User, task: str, case_ids: Iterable[UUID]) -> None:
    """Put sheets back into the queue; those that are not held by the person any more stay as they are."""
    for case in _in_order(task, case_ids):
        try:
            claims.release(case, user)
        except CaseError:
            continue


def _in_order(task: str, case_ids: Iterable[UUID]) -> QuerySet[Case]:
    return Case.objects.filter(task=task, pk__in=list(case_ids)).select_related("task").order_by("number")


@transaction.atomic
def _take_back(case: Case, user: User, field_id: str) -> None:
    held = claims.claim(case.pk, user)
    undoing.undo(held, user, field_id)
    claims.release(held, user)


@transaction.atomic
def _confirm(case: Case, user: User, field_id: str, value: str) -> None:
    # The value comes last: nobody tries out here what stands on a sheet held by others, or in a My Number.
    claims.require_claim(case, user)
    sheet = contents(case)
    if not _asks(sheet, field_id):
        raise NotAsked(f"case {case.number}: the field is not open any more")
    if sheet.plain.get(field_id) != value:
        raise CaseChanged(f"case {case.number}: the value is not the one that was shown")
    review.give_value(case, user, field_id, value)
    claims.release(case, user)


def _obtainable(user: User, task: str) -> QuerySet[Case]:
    """First reviews of the task that are free or held by this person, oldest first."""
    free = (
        Q(lease_until__isnull=True) | Q(lease_until__lte=timezone.now()) | Q(lease_owner=user.get_username())
    )
    found = Case.objects.filter(free, task=task, state=State.NEEDS_REVIEW).select_related("task")
    return found.order_by("created_at", "number")


def _to_check(rows: QuerySet[Reading]) -> QuerySet[Reading]:
    """Readings to be compared with the picture; what does not parse has to be typed, not confirmed."""
    parsed = ~Q(value="") | Q(raw="")
    given = Entry.objects.filter(case=OuterRef("case"), field_id=OuterRef("field_id")).order_by("-pk")
    last = rows.alias(last=Subquery(given.values("how")[:1]))
    unanswered = Q(last__isnull=True) | Q(last=Entry.How.UNDONE)
    return last.filter(parsed, unanswered, route=Route.CHECK.value, sealed__isnull=True)


def _asks(sheet: Contents, field_id: str) -> bool:
    field = _field(sheet.form.fields, field_id)
    return field is not None and field.kind is not Kind.MY_NUMBER and asked(sheet, field) is Why.CHECK


def _field(fields: Iterable[Field], field_id: str) -> Field | None:
    return next((field for field in fields if field.id == field_id), None)
