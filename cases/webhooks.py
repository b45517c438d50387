"""Webhooks: the addresses of other systems that are told when a case is ready or needs a person.

What is told, and until when it is tried, is the affair of ``cases.deliveries``.
"""

from __future__ import annotations

import re
import secrets
import urllib.parse
from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cases import audit, notices, roles, vault
from cases.deliveries import ORDINARY, Event
from cases.errors import CaseError
from cases.notices import Cause
from cases.roles import Role
from cases.webhook_table import Delivery, Webhook

SECRET_BYTES = 32
NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}")


class WebhookRefused(CaseError):
    """Name or address cannot be used; the message says what they look like."""


class NameRefused(WebhookRefused):
    code = "webhook.name"


class AddressRefused(WebhookRefused):
    code = "webhook.address"


def allowed(user: User) -> str:
    """The name of a person who may keep webhooks. Raises NotAllowed."""
    roles.require(user, Role.ICT)
    return user.get_username()


@transaction.atomic
def make(
    by: str, name: str, url: str, events: Collection[Event], tasks: Collection[str]
) -> tuple[Webhook, str]:
    """A new webhook and its secret, which nobody can see again. Raises WebhookRefused, and IntegrityError
    (Django's) for a taken name.
    """
    refuse_name(name)
    refuse_address(url)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    webhook = Webhook.objects.create(
        name=name,
        url=url,
        events=[event for event in ORDINARY if event in events],
        tasks=sorted(set(tasks)),
        secret=vault.seal(vault.Key.FILES, secret.encode(), _place(name)),
        made_at=timezone.now(),
        made_by=by,
    )
    audit.write(
        by, "webhook.made", webhook=f"webhook-{webhook.pk}", events=webhook.events, tasks=webhook.tasks
    )
    return webhook, secret


def refuse_name(name: str) -> None:
    """Raises NameRefused for what could not stand in the audit trail as a code."""
    if not NAME.fullmatch(name):
        raise NameRefused("a webhook's name is made of a-z, 0-9, - and _, and begins with a letter")


def refuse_address(url: str) -> None:
    """Raises AddressRefused for what is no address, or carries a password in it."""
    try:
        parts = urllib.parse.urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urllib.parse.SplitResult("", "", "", "", "")
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or not url.isascii():
        raise AddressRefused(
            "a webhook's address is like https://soumu.city.example/tenki, without user and password"
        )


@transaction.atomic
def end(by: str, webhook: Webhook) -> bool:
    """Tell it nothing any more; False when it was ended before."""
    if not Webhook.objects.filter(pk=webhook.pk, ended_at=None).update(ended_at=timezone.now()):
        return False
    Delivery.objects.filter(webhook=webhook).update(next_at=None)
    notices.solved(Cause.WEBHOOK_UNSENT, webhook.name)
    audit.write(by, "webhook.ended", webhook=f"webhook-{webhook.pk}")
    return True


@transaction.atomic
def try_out(by: str, webhook: Webhook) -> Delivery:
    """Have a word told at once that says nothing, so that the other side can be tried."""
    now = timezone.now()
    Webhook.objects.filter(pk=webhook.pk, rests_until__gt=now).update(rests_until=now)
    tried = Delivery.objects.create(webhook=webhook, event=Event.TEST, at=now, next_at=now)
    audit.write(by, "webhook.tried", webhook=f"webhook-{webhook.pk}")
    return tried


@transaction.atomic
def tell_again(by: str, delivery_id: str) -> bool:
    """One that was given up is due once more, with all its tries; False when it is not such a one."""
    given_up = Delivery.objects.filter(pk=delivery_id, taken_at=None, next_at=None, webhook__ended_at=None)
    if not given_up.update(attempts=0, next_at=timezone.now()):
        return False
    audit.write(by, "webhook.asked_again", delivery=f"delivery-{delivery_id}")
    return True


def secret_of(webhook: Webhook) -> str:
    return vault.unseal(vault.Key.FILES, bytes(webhook.secret), _place(webhook.name)).decode()


def _place(name: str) -> str:
    return f"webhook/{name}"
