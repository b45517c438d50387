"""What is due to be deleted: for each ended case the kinds of data whose days are over.

The days stand in the form's definition (``forms.retention``) and run from the last move of an ended case.
A case that has not ended, or that an auditor holds back, is never touched.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from cases import audit, roles
from cases.erased import Erased, Hold
from cases.errors import HoldRefused
from cases.library import forms_library
from cases.models import Case
from cases.roles import Role
from cases.states import ENDED
from forms.definition import Kind
from forms.errors import UnknownFormError
from forms.retention import Kept, Retention


@dataclass(frozen=True)
class Due:
    """One kind of data of one case, and the moment at which its days were over."""

    case_id: UUID
    number: str
    form: str
    kind: Kept
    since: datetime
    source_id: UUID | None = None


@dataclass(frozen=True)
class Overdue:
    """What would be due and has to wait, by reason: ``hold``, or ``same_file`` where another sheet of the
    same scan has not ended.
    """

    hold: int
    same_file: int


def due(now: datetime | None = None) -> tuple[tuple[Due, ...], Overdue]:
    """Everything that is due, and how much of it waits for what."""
    found = list(_over(now or timezone.now()))
    held = set(Hold.objects.filter(lifted_at__isnull=True).values_list("case_id", flat=True))
    free = [one for one in found if one.case_id not in held]
    whole = _whole_files(free)
    ready = tuple(one for one in free if one.kind is not Kept.ORIGINAL or one.source_id in whole)
    return ready, Overdue(len(found) - len(free), len(free) - len(ready))


@dataclass(frozen=True)
class Amount:
    """How many cases of a form are due with one kind of data, and since when the oldest is."""

    form: str
    kind: Kept
    cases: int
    since: datetime


def amounts(found: Iterable[Due]) -> tuple[Amount, ...]:
    """What is due, added up by form and kind."""
    grouped: defaultdict[tuple[str, Kept], list[datetime]] = defaultdict(list)
    for one in found:
        grouped[one.form, one.kind].append(one.since)
    return tuple(
        Amount(form, kind, len(moments), min(moments)) for (form, kind), moments in sorted(grouped.items())
    )


def retention_of(form: str, version: int | None) -> tuple[Retention, frozenset[Kept]]:
    """The days of a form, and the kinds that its cases can hold. Unknown forms: the defaults, and all."""
    try:
        definition = forms_library().get(form, version)
    except UnknownFormError:
        return Retention(), frozenset(Kept)
    secret = any(field.kind is Kind.MY_NUMBER for field in definition.fields)
    return definition.retention, frozenset(Kept) - (frozenset() if secret else {Kept.MY_NUMBER})


def _over(now: datetime) -> Iterator[Due]:
    ended = Case.objects.filter(state__in=ENDED)
    for form, version in ended.values_list("form", "form_version").order_by().distinct():
        retention, kinds = retention_of(form, version)
        for kind in (kind for kind in Kept if kind in kinds):
            kept = timedelta(days=retention.days(kind))
            gone = Erased.objects.filter(case=OuterRef("pk"), kind=kind)
            cases = ended.filter(~Exists(gone), form=form, form_version=version, updated_at__lte=now - kept)
            if kind is Kept.ORIGINAL:
                cases = cases.filter(source__read_at__isnull=False)
            rows = cases.order_by("updated_at", "number")
            for pk, number, source, moved in rows.values_list("pk", "number", "source_id", "updated_at"):
                yield Due(pk, number, form, kind, moved + kept, source)


def _whole_files(found: Iterable[Due]) -> frozenset[UUID]:
    """The files of which every sheet is due, and none is still to be read."""
    sheets = Counter(one.source_id for one in found if one.kind is Kept.ORIGINAL and one.source_id)
    wanted, whole = list(sheets), set[UUID]()
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        all_of: defaultdict[UUID, int] = defaultdict(int)
        gone = Erased.objects.filter(case=OuterRef("pk"), kind=Kept.ORIGINAL)
        for source in Case.objects.filter(~Exists(gone), source__in=some).values_list("source_id", flat=True):
            if source:
                all_of[source] += 1
        whole |= {source for source in some if all_of[source] == sheets[source]}
    return frozenset(whole)


@transaction.atomic
def hold(number: str, reason: str, by: User) -> Hold:
    """Stop the deletion of a case. Raises NotAllowed, or HoldRefused: no such case, no reason, held
    before.
    """
    roles.require(by, Role.AUDITOR)
    case = Case.objects.filter(number=number).first()
    if case is None:
        raise HoldRefused(f"there is no case {number}")
    if not reason.strip():
        raise HoldRefused("a hold needs its reason")
    if case.holds.filter(lifted_at__isnull=True).exists():
        raise HoldRefused(f"case {number} is held already")
    held = Hold.objects.create(
        case=case, reason=reason.strip()[:200], by=by.get_username(), at=timezone.now()
    )
    audit.write(held.by, "case.held", case.pk)
    return held


@transaction.atomic
def lift(hold_id: int, by: User) -> None:
    """End a hold. Raises NotAllowed, or HoldRefused when there is none."""
    roles.require(by, Role.AUDITOR)
    held = Hold.objects.select_for_update().filter(pk=hold_id, lifted_at__isnull=True).first()
    if held is None:
        raise HoldRefused("this hold was lifted already")
    held.lifted_by, held.lifted_at = by.get_username(), timezone.now()
    held.save(update_fields=["lifted_by", "lifted_at"])
    audit.write(held.lifted_by, "case.hold_lifted", held.case_id)
