"""What other systems are told of cases: in the order in which it happened, again and again until taken.

A delivery is written in the transaction of the case's move, so that it is told if and only if the case has
moved. ``flows.webhooks`` sends; a try is counted before it is made, so that a sender that dies loses
nothing, and a receiver knows by the delivery's id what it has had already.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from cases import notices
from cases.models import Case
from cases.notices import Cause
from cases.states import NEEDS_PERSON, State
from cases.webhook_table import Delivery, Webhook

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60, 24 * 60))
"""How long after each try the next is made; after one more it is given up, some two days after the first."""

REST = timedelta(minutes=1)
"""How long an address is left alone that did not answer at all."""

WORTH_A_NOTICE = 3
"""Tries of one delivery after which somebody is told."""

KEPT = timedelta(days=90)
"""How long the log says what was told."""

SWEPT_AT_ONCE = 1000


class Event(enum.StrEnum):
    """What can be told."""

    APPROVED = "case.approved"
    """The record may be fetched."""

    ENTERED = "case.entered"
    """It is in the target, and proven."""

    NEEDS_PERSON = "case.needs_person"
    """Nothing moves until somebody has done something."""

    CANCELLED = "case.cancelled"
    """It is not entered, for good."""

    TEST = "test"
    """Told on request, to try the way."""


ORDINARY = tuple(event for event in Event if event is not Event.TEST)


def announce(case: Case, to: State, reason: str, revision: int) -> None:
    """Have it told to whom it concerns that the case goes there; called within the move's transaction."""
    event = _event(State(case.state), to)
    if event is None:
        return
    now = timezone.now()
    Delivery.objects.bulk_create(
        Delivery(
            webhook=webhook,
            event=event,
            case_id=case.pk,
            number=case.number,
            task=case.task_id,
            state=to.value,
            reason=reason,
            revision=revision,
            at=now,
            next_at=now,
        )
        for webhook in Webhook.objects.filter(ended_at=None)
        if event in webhook.events and case.task_id in webhook.tasks
    )


def claim_next(passed_over: Collection[int] = ()) -> Delivery | None:
    """The oldest that is due, its try counted and the next one set; None when nothing is due.

    ``passed_over``: keys of webhooks that are left alone.
    """
    while True:
        now = timezone.now()
        waiting = Delivery.objects.filter(next_at__lte=now, webhook__ended_at=None)
        waiting = waiting.exclude(webhook__rests_until__gt=now).exclude(webhook__in=passed_over)
        found = waiting.order_by("at").select_related("webhook").first()
        if found is None or claim(found):
            return found


def claim(delivery: Delivery) -> bool:
    """Count the try that is about to be made, and set the next one; False when another sender was faster."""
    wait = BACK_OFF[min(delivery.attempts, len(BACK_OFF) - 1)]
    mine = Delivery.objects.filter(
        pk=delivery.pk, attempts=delivery.attempts, next_at=delivery.next_at, webhook__ended_at=None
    )
    if not mine.update(attempts=delivery.attempts + 1, next_at=timezone.now() + wait):
        return False
    delivery.attempts += 1
    return True


@transaction.atomic
def taken(delivery: Delivery) -> None:
    """It arrived. Whatever waited because the address did not answer is due at once."""
    now, webhook = timezone.now(), Webhook.objects.filter(pk=delivery.webhook_id)
    Delivery.objects.filter(pk=delivery.pk).update(next_at=None, taken_at=now, trouble="")
    if webhook.filter(rests_until__isnull=False).update(rests_until=None):
        Delivery.objects.filter(webhook=delivery.webhook_id, next_at__gt=now).update(next_at=now)
    notices.solved(Cause.WEBHOOK_UNSENT, delivery.webhook.name)


@transaction.atomic
def not_taken(delivery: Delivery, trouble: str, *, silent: bool) -> None:
    """It is tried again, or given up after the last try. ``silent``: the address did not answer at all."""
    row = Delivery.objects.filter(pk=delivery.pk, taken_at=None)
    row.update(trouble=trouble)
    if delivery.attempts > len(BACK_OFF):
        row.update(next_at=None)
    if silent:
        Webhook.objects.filter(pk=delivery.webhook_id).update(rests_until=timezone.now() + REST)
    if delivery.attempts >= WORTH_A_NOTICE:
        notices.tell(Cause.WEBHOOK_UNSENT, delivery.webhook.name)


def sweep() -> int:
    """Forget what was told long ago; how much it was."""
    old = Delivery.objects.filter(at__lt=timezone.now() - KEPT, next_at=None).order_by("at")
    keys = list(old.values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    return Delivery.objects.filter(pk__in=keys).delete()[0] if keys else 0


def _event(before: State, to: State) -> Event | None:
    if to in NEEDS_PERSON:
        return Event.NEEDS_PERSON
    if to is State.APPROVED and before is State.ENTERING:
        return None  # The robot tries again; the record is the same.
    return {
        State.APPROVED: Event.APPROVED,
        State.ENTERED: Event.ENTERED,
        State.CANCELLED: Event.CANCELLED,
    }.get(to)
