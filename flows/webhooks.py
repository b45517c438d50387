"""Sends what other systems are to be told of cases, signed, until it is taken.

The body holds ids, codes, states and the addresses of more, never values (law 5). ``Tenki-Signature`` is
``t=<s since 1970>,v1=<HMAC>``: the HMAC-SHA256 (hex), under the webhook's secret, over the time, a full stop
and the body.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.site import Site
from flows.notifying import opener
from flows.repeating import Repeating

if TYPE_CHECKING:
    from cases.webhook_table import Delivery

logger = logging.getLogger("tenki.webhooks")

EVERY_S = 2.0
TIMEOUT_S = 10
BUSY = frozenset({429, 502, 503, 504})
"""Answers of who asks for patience; it is left alone like one who is silent."""


@dataclass(frozen=True)
class Trouble:
    """Why something was not taken. ``silent``: the address takes nothing at all just now."""

    code: str
    silent: bool


def send_due(site: Site, stopped: Callable[[], bool] = lambda: False) -> int:
    """Send what is due now; how much was taken. Of an address that does not answer the rest is left alone."""
    from cases import deliveries

    sent, silent = 0, set[int]()
    while not stopped() and (delivery := deliveries.claim_next(silent)) is not None:
        trouble = send(delivery, site)
        if trouble is None:
            sent += 1
        elif trouble.silent:
            silent.add(delivery.webhook_id)
    deliveries.sweep()
    return sent


def send(delivery: Delivery, site: Site) -> Trouble | None:
    """Send one that was claimed and note what came of it; None when it was taken."""
    from cases import deliveries

    trouble = _post(delivery, site)
    if trouble is None:
        deliveries.taken(delivery)
    else:
        deliveries.not_taken(delivery, trouble.code, silent=trouble.silent)
        logger.warning("delivery %s: %s", delivery.pk, trouble.code)
    return trouble


def signature(secret: str, body: bytes, at_s: int) -> str:
    made = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={made}"


def body_of(delivery: Delivery) -> bytes:
    told: dict[str, object] = {"id": str(delivery.pk), "event": delivery.event, "at": delivery.at.isoformat()}
    if delivery.case_id is not None:
        told["case"] = {
            "id": str(delivery.case_id),
            "number": delivery.number,
            "task": delivery.task,
            "state": delivery.state,
            "reason": delivery.reason,
            "revision": delivery.revision,
            "api": f"/api/v1/cases/{delivery.case_id}",
            "page": f"/cases/{delivery.case_id}",
        }
    return json.dumps(told).encode()


def _post(delivery: Delivery, site: Site) -> Trouble | None:
    from cases import vault, webhooks

    body = body_of(delivery)
    try:
        secret = webhooks.secret_of(delivery.webhook)
    except vault.SealBroken:
        return Trouble("seal.broken", silent=True)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Tenki",
        "Tenki-Event": delivery.event,
        "Tenki-Delivery": str(delivery.pk),
        "Tenki-Signature": signature(secret, body, int(time.time())),
    }
    # cases.webhooks refuses any other address than http(s).
    request = urllib.request.Request(delivery.webhook.url, body, headers)  # noqa: S310
    try:
        with opener(site).open(request, timeout=TIMEOUT_S):
            return None
    except urllib.error.HTTPError as refusal:
        return Trouble(f"http.{refusal.code}", silent=refusal.code in BUSY)
    except (OSError, http.client.HTTPException) as error:
        cause = getattr(error, "reason", error)
        return Trouble(type(cause).__name__, silent=True)


class Sender(Repeating):
    """Sends what is due every few seconds, beside everything else: a slow receiver holds nothing up."""

    def __init__(self, site: Site, every_s: float = EVERY_S) -> None:
        super().__init__("sender", every_s)
        self._site = site

    def round(self) -> None:
        """What is under way when it is to end is told again at the next start, should it not end in time."""
        from django.db import DatabaseError

        try:
            send_due(self._site, self.stopped.is_set)
        except DatabaseError as error:
            logger.error("the database: %s", type(error).__name__)
