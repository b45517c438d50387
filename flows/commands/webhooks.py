"""``tenki webhook``: other systems are told when a case is ready or needs a person."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from flows import wiring
from flows.commands.arguments import AsJson, refuse_unknown
from flows.console import NEEDS_A_PERSON, Stop, out, print_json, say, table

if TYPE_CHECKING:
    from cases.webhook_table import Webhook

app = typer.Typer(help="Other systems that are told of cases.", no_args_is_help=True)

WebhookName = Annotated[str, typer.Argument(help="Name of the webhook, such as juki-renkei.", metavar="NAME")]


@app.command()
def make(
    name: WebhookName,
    url: Annotated[str, typer.Argument(help="Where it is told, such as https://soumu.city.example/tenki.")],
    task: Annotated[list[str], typer.Option("--task", help="A task of whose cases it is told.")],
    event: Annotated[
        list[str] | None,
        typer.Option(
            "--event",
            help="case.approved, case.entered, case.needs_person, case.cancelled; without it all of them.",
        ),
    ] = None,
) -> None:
    """Make a webhook; its secret is written to standard output, and cannot be seen again."""
    wiring.ready_database()
    from django.db import IntegrityError

    from cases import webhooks
    from cases.deliveries import ORDINARY, Event
    from cases.models import Task

    refuse_unknown("event", event or (), ORDINARY, f"; there are {', '.join(ORDINARY)}")
    refuse_unknown("task", task, Task.objects.values_list("name", flat=True))
    events = [Event(one) for one in event or ORDINARY]
    try:
        _, secret = webhooks.make(getpass.getuser(), name, url, events, task)
    except IntegrityError as error:
        raise Stop(f"there is a webhook {name} already") from error
    print(secret)


@app.command("list")
def list_webhooks(as_json: AsJson = False) -> None:
    """List the webhooks: what is told where, and how much waits to be told."""
    wiring.ready_database()
    from django.db.models import Count, Q

    from cases.webhook_table import Webhook

    waiting = Count("deliveries", filter=Q(deliveries__next_at__isnull=False))
    rows = [
        {
            "name": row.name,
            "url": row.url,
            "events": row.events,
            "tasks": row.tasks,
            "waiting": row.waiting,
            "ended": row.ended_at is not None,
        }
        for row in Webhook.objects.annotate(waiting=waiting).order_by("name")
    ]
    if as_json:
        print_json({"webhooks": rows})
        return
    lines = [
        [
            str(row["name"]),
            str(row["url"]),
            ", ".join(row["events"]),
            ", ".join(row["tasks"]),
            "ended" if row["ended"] else f"{row['waiting']} wait",
        ]
        for row in rows
    ]
    out().print(table("", ["name", "address", "events", "tasks", ""], lines))


@app.command("try")
def try_out(name: WebhookName) -> None:
    """Tell it a word that says nothing, now; whether it was taken. Exit status 1 when it was not."""
    wiring.ready_database()
    from django.conf import settings

    from cases import deliveries, webhooks
    from flows import webhooks as sending

    webhook = _known(name)
    if webhook.ended_at is not None:
        raise Stop(f"{name} was ended: make a new webhook")
    delivery = webhooks.try_out(getpass.getuser(), webhook)
    if not deliveries.claim(delivery):
        say(f"{name}: the sender of `tenki up` was faster; see the desk's page 連携")
        return
    trouble = sending.send(delivery, settings.SITE)
    if trouble is not None:
        say(f"{name}: not taken ({trouble.code})")
        raise typer.Exit(NEEDS_A_PERSON)
    say(f"{name}: taken")


@app.command()
def end(name: WebhookName) -> None:
    """Tell it nothing any more."""
    wiring.ready_database()
    from cases import webhooks

    done = webhooks.end(getpass.getuser(), _known(name))
    say(f"{name}: ended" if done else f"{name}: was ended before")


def _known(name: str) -> Webhook:
    from cases.webhook_table import Webhook

    found = Webhook.objects.filter(name=name).first()
    if found is None:
        raise Stop(f"there is no webhook {name}")
    return found
