"""Who has which sheet open: one person at a time, for as long as somebody works on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from cases import access, audit, roles
from cases.errors import CaseChanged, MoveRefused, NotClaimed, SameChecker
from cases.models import Case, Entry
from cases.moves import change
from cases.roles import Role
from cases.second import known_eyes, refuse_known_eyes
from cases.states import State

REVIEWED = (State.NEEDS_REVIEW, State.SECOND_CHECK, State.DISAGREED)
CLAIMED = (*REVIEWED, State.ENTERED_WRONG)
"""What a person may hold. A sheet found wrong after entry is opened on purpose, never as the next one."""
ROLE_FOR = {
    State.ENTERED_WRONG: Role.OPERATOR,
    State.NEEDS_REVIEW: Role.OPERATOR,
    State.SECOND_CHECK: Role.SECOND_CHECKER,
    State.DISAGREED: Role.SECOND_CHECKER,
}
FREED: dict[str, object] = {"lease_owner": "", "lease_until": None}
AT_ONCE = timedelta(seconds=5)
AFTER_LEAVING = timedelta(seconds=60)
"""Long enough to load a page again, or to sign in once more."""
LOOKED_AT = 200
"""So many free cases of each state are tried at a time."""
NOTHING = Q(pk__in=[])


def next_case(user: User, task: str | None = None, state: State | None = None) -> Case | None:
    """Claim the oldest case that waits for this person, or return the one already open; None when nothing
    waits.

    ``state`` limits it to first reviews (NEEDS_REVIEW) or second ones (SECOND_CHECK).
    """
    may = [wanted for wanted in REVIEWED if ROLE_FOR[wanted] in roles.of(user) and state in {None, wanted}]
    mine = _of_task(access.cases_of(user).filter(state__in=may), task)
    while True:
        somebody_was_faster = False
        for case_id in _to_try(mine, may, user):
            try:
                return claim(case_id, user)
            except SameChecker:
                continue  # The sheet waits for another pair of eyes.
            except (CaseChanged, MoveRefused):
                somebody_was_faster = True
        if not somebody_was_faster:
            return None


def likely_next(user: User, task: str, besides: UUID) -> UUID | None:
    """Which sheet this person probably gets after the one at hand, for loading its picture ahead; nobody
    holds it by that.
    """
    may = [wanted for wanted in REVIEWED if ROLE_FOR[wanted] in roles.of(user)]
    mine = _of_task(access.cases_of(user).filter(state__in=may), task)
    return next((case_id for case_id in _to_try(mine, may, user) if case_id != besides), None)


def _to_try(mine: QuerySet[Case], states: Sequence[State], user: User) -> Iterator[UUID]:
    """What the person has open, then what is free, oldest first.

    What the person has worked on already comes last, and of it only what does not wait for other eyes,
    however long the pile is that does: it would else hide the sheet behind it.
    """
    now = timezone.now()
    held = mine.filter(lease_owner=user.get_username(), lease_until__gt=now)
    yield from list(held.values_list("pk", flat=True))
    free, known = mine.filter(_free(now)), _known_to(user)
    yield from _oldest([free.filter(~known.get(state, NOTHING), state=state) for state in states])
    for state in states:
        if state in known:
            yield from _permissible(free.filter(known[state], state=state), user)


def _permissible(pile: QuerySet[Case], user: User) -> Iterator[UUID]:
    """The sheets of a pile that this person may take although they have worked on them, oldest first."""
    every = list(pile.values_list("pk", flat=True))
    for begin in range(0, len(every), LOOKED_AT):
        some = every[begin : begin + LOOKED_AT]
        waiting = known_eyes(Case.objects.filter(pk__in=some).select_related("task"))
        yield from (pk for pk in some if user.get_username() not in waiting.get(pk, ()))


def _known_to(user: User) -> dict[State, Q]:
    """By state the sheets that the person has worked on; ``refuse_known_eyes`` judges each of them."""
    own = Entry.objects.filter(case=OuterRef("pk"), by=user)
    firsts = own.exclude(how__in=[Entry.How.SECOND_CHECK, Entry.How.DECIDED])
    return {State.SECOND_CHECK: Q(Exists(firsts)), State.DISAGREED: Q(Exists(own))}


def _oldest(piles: Iterable[QuerySet[Case]]) -> list[UUID]:
    """The first ``LOOKED_AT`` of each pile, the oldest of all first."""
    rows = [row for pile in piles for row in pile.values_list("created_at", "number", "pk")[:LOOKED_AT]]
    return [case_id for _, _, case_id in sorted(rows)]


def claim(case_id: UUID | str, user: User) -> Case:
    """Keep the case for this person for ``review_lease_minutes``: one conditional UPDATE, so that exactly one
    wins.

    Raises NotAllowed, SameChecker, MoveRefused (nothing to review), or CaseChanged (somebody else has it).
    """
    case = Case.objects.get(pk=case_id)
    state = State(case.state)
    if state not in CLAIMED:
        raise MoveRefused(f"case {case.number} is {case.state}: there is nothing to review")
    roles.require(user, ROLE_FOR[state])
    access.require(user, case.task_id)
    refuse_known_eyes(case, user.get_username())
    now = timezone.now()
    if case.lease_owner == user.get_username() and _just_claimed(case, now):
        return case
    if case.lease_owner != user.get_username() and case.lease_until and case.lease_until > now:
        # Told by reading: the UPDATE below, which decides, would make all others wait for nothing.
        raise CaseChanged(f"case {case.number} is open with somebody else")
    obtainable = Case.objects.filter(_free(now) | Q(lease_owner=user.get_username()), pk=case.pk, state=state)
    with transaction.atomic():
        found = obtainable.update(
            **held_by(user),
            revision=F("revision") + 1,
            updated_at=now,
        )
        if not found:
            raise CaseChanged(f"case {case.number} is open with somebody else")
        audit.write(user.get_username(), "case.claimed", case.pk)
    case.refresh_from_db()
    return case


def held_by(user: User) -> dict[str, object]:
    """The columns of a claim that begins now."""
    return {"lease_owner": user.get_username(), "lease_until": _lease_end(timezone.now())}


def prolonged() -> dict[str, object]:
    """The column of a claim on which somebody works. A page that was loaded again holds its sheet for a
    minute only; work on it holds it as long as ever.
    """
    return {"lease_until": _lease_end(timezone.now())}


def renew(case: Case, user: User) -> None:
    """Prolong the claim while the person works. Raises NotClaimed when it was lost."""
    _set_lease(case, user, _lease_end(timezone.now()))


def leave(case: Case, user: User) -> None:
    """The page was closed: the claim ends soon, unless the page is opened again. Raises NotClaimed."""
    _set_lease(case, user, timezone.now() + AFTER_LEAVING)


def _set_lease(case: Case, user: User, until: datetime) -> None:
    now = timezone.now()
    held = Case.objects.filter(
        pk=case.pk, state__in=CLAIMED, lease_owner=user.get_username(), lease_until__gt=now
    )
    if not held.update(lease_until=until):
        raise NotClaimed(f"case {case.number} is no longer open with you: open it again")
    case.lease_until = until


@transaction.atomic
def release(case: Case, user: User) -> None:
    """Give the case back to the queue; what was given so far stays."""
    require_claim(case, user)
    change(case, user.get_username(), "case.released", columns=FREED)


def holds(case: Case, user: User) -> bool:
    """Whether the case is open with this person now."""
    try:
        require_claim(case, user)
    except NotClaimed:
        return False
    return True


def require_claim(case: Case, user: User) -> None:
    """The person holds the case now; one who only loaded its page long ago does not."""
    if case.state not in CLAIMED or case.lease_owner != user.get_username():
        raise NotClaimed(f"case {case.number} is not open with you: open it first")
    if case.lease_until is None or case.lease_until <= timezone.now():
        raise NotClaimed(f"case {case.number} was open for too long without a key: open it again")


def _free(now: datetime) -> Q:
    return Q(lease_until__isnull=True) | Q(lease_until__lte=now)


def _just_claimed(case: Case, now: datetime) -> bool:
    """The page that is opened after the claim asks for it again; that is one opening, not two."""
    return case.lease_until is not None and _lease_end(now) - case.lease_until < AT_ONCE


def _lease_end(now: datetime) -> datetime:
    return now + timedelta(minutes=settings.SITE.review_lease_minutes)


def _of_task(cases: QuerySet[Case], task: str | None) -> QuerySet[Case]:
    return (cases.filter(task=task) if task else cases).order_by("created_at", "number")
