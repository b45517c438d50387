"""Sends notices by mail and webhook: once when a person is needed, once more when it is over.

Neither holds anything but codes, counts and the names of tasks, targets and parts (law 5), and both go to
servers that the city has named (law 7). What cannot be sent is tried again, and is itself a notice.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import smtplib
import ssl
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

from config.connections import NoRedirect
from config.site import Site

if TYPE_CHECKING:
    from cases.notice_table import Notice

logger = logging.getLogger("tenki.notices")

TIMEOUT_S = 15
MAIL_PASSWORD = "TENKI_MAIL_PASSWORD"  # noqa: S105  # the name under which the secret is kept
NOTICE_SECRET = "TENKI_NOTICE_SECRET"  # noqa: S105  # the same
TOLD, SOLVED = "told", "solved"


class NotSent(Exception):
    """A notice could not be handed over; the message names the server and what it did."""


@dataclass(frozen=True)
class Message:
    """A notice as it is sent. ``over``: its cause is gone."""

    notice_id: int
    cause: str
    subject: str
    detail: Mapping[str, object]
    told_at: datetime
    over: bool
    head: str
    text: str


Send = Callable[[Message], None]


def ways(site: Site, secrets: Mapping[str, str]) -> dict[str, Send]:
    """The ways of sending that the site has set up, by name."""
    found: dict[str, Send] = {}
    if site.mail_server and site.mail_to:
        found["mail"] = lambda message: mail(message, site, secrets.get(MAIL_PASSWORD, ""))
    if site.notice_url:
        found["webhook"] = lambda message: post(message, site, secrets.get(NOTICE_SECRET, ""))
    return found


def send_due(through: Mapping[str, Send], quiet: timedelta | None = None) -> int:
    """Send what is due by every way; how many went out. A way that fails is left until the next call.

    ``quiet``: how long a cause must be gone before that is told.
    """
    from cases import notices

    sent = 0
    for name, send in through.items():
        try:
            for row, what in _due(name, notices.QUIET if quiet is None else quiet):
                send(message_of(row, over=what == SOLVED))
                _note(row, name, what)
                sent += 1
        except NotSent as error:
            logger.error("%s: %s", name, error)
            notices.tell(notices.Cause.UNSENT, name)
        else:
            notices.solved(notices.Cause.UNSENT, name)
    return sent


def send_unkept(through: Mapping[str, Send], over: bool) -> bool:
    """Say without the database that it is the database that fails; whether anybody could be told."""
    from django.utils import timezone

    from desk import notice_words

    code = "database.gone"
    text = notice_words.OVER if over else notice_words.DATABASE_GONE
    head = f"【Tenki】{notice_words.OVER_HEAD if over else ''}{notice_words.DATABASE}"
    message = Message(0, code, "", {}, timezone.now(), over, head, str(text))
    told = False
    for name, send in through.items():
        try:
            send(message)
            told = True
        except NotSent as error:
            logger.error("%s: %s", name, error)
    return told


def message_of(row: Notice, over: bool) -> Message:
    """A notice in words, with nothing in it but what the table holds."""
    from cases.models import Task
    from cases.notices import TASK_CAUSES
    from desk import notice_words

    title = Task.objects.filter(pk=row.subject).values_list("title", flat=True).first()
    name = (title or "") if row.cause in TASK_CAUSES else ""
    seen = notice_words.seen(row.cause, row.subject, row.detail, name)
    head = notice_words.title(row.cause)
    lines = (seen, str(notice_words.OVER)) if over else (seen, notice_words.remedy(row.cause))
    return Message(
        row.pk,
        row.cause,
        row.subject,
        row.detail,
        row.told_at,
        over,
        f"【Tenki】{notice_words.OVER_HEAD if over else ''}{head}",
        "\n".join(lines),
    )


def mail(message: Message, site: Site, password: str) -> None:
    """Raises NotSent."""
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = message.head, site.mail_from, ", ".join(site.mail_to)
    letter.set_content(f"{message.text}\n\n{message.told_at:%Y-%m-%d %H:%M} {message.cause}\n")
    host, _, port = site.mail_server.partition(":")
    try:
        with _connected(host, port, site) as server:
            if site.mail_user:
                server.login(site.mail_user, password)
            server.send_message(letter)
    except (OSError, smtplib.SMTPException) as error:
        # The server's own words may repeat addresses; its kind of answer says enough.
        raise NotSent(f"the mail server {host} did not take it: {type(error).__name__}") from error


def post(message: Message, site: Site, secret: str) -> None:
    """POST the notice as JSON, signed (HMAC-SHA256) where there is a secret. Raises NotSent."""
    body = json.dumps(
        {
            "notice": message.notice_id,
            "cause": message.cause,
            "subject": message.subject,
            "detail": dict(message.detail),
            "since": message.told_at.isoformat(),
            "solved": message.over,
            "title": message.head,
            "text": message.text,
        },
        ensure_ascii=False,
    ).encode()
    headers = {"Content-Type": "application/json"}
    if secret:
        headers["X-Tenki-Signature"] = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    # The address is a setting of the site; no proxy and no redirection leads elsewhere.
    request = urllib.request.Request(site.notice_url, body, headers)  # noqa: S310
    try:
        with opener(site).open(request, timeout=TIMEOUT_S):
            pass
    except OSError as error:
        raise NotSent(f"the webhook did not take it: {type(error).__name__}") from error


def opener(site: Site) -> urllib.request.OpenerDirector:
    """Opens what the site has named and nothing else: no proxy, no redirection."""
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=_trust(site)), NoRedirect()
    )


def _due(way: str, quiet: timedelta) -> list[tuple[Notice, str]]:
    """What this way has not delivered yet. What was over before anybody was told needs no word."""
    from django.db.models import Q
    from django.utils import timezone

    from cases.notice_table import Notice
    from cases.notices import Cause

    rows = Notice.objects.exclude(cause=Cause.UNSENT).order_by("told_at")
    ended = timezone.now() - quiet
    # A way that is new is not flooded with what has long been over.
    lately = Q(solved_at=None) | Q(solved_at__gt=ended - timedelta(days=1))
    found: list[tuple[Notice, str]] = []
    for row in rows.filter(lately):
        delivered = row.sent.get(way)
        if row.solved_at is None and delivered is None:
            found.append((row, TOLD))
        elif row.solved_at is not None and row.solved_at <= ended and delivered == TOLD:
            found.append((row, SOLVED))
    return found


def _note(row: Notice, way: str, what: str) -> None:
    row.sent = {**row.sent, way: what}
    row.save(update_fields=["sent"])


def _connected(host: str, port: str, site: Site) -> smtplib.SMTP:
    if site.mail_security == "tls":
        return smtplib.SMTP_SSL(host, int(port or 465), timeout=TIMEOUT_S, context=_trust(site))
    server = smtplib.SMTP(host, int(port or 25), timeout=TIMEOUT_S)
    if site.mail_security == "starttls":
        server.starttls(context=_trust(site))
    return server


def _trust(site: Site) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=site.mail_certificate or None)
