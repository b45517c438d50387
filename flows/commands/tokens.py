"""``tenki token``: with which rights other systems and workers call the desk."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from flows import wiring
from flows.commands.arguments import AsJson, refuse_unknown
from flows.console import Stop, out, print_json, say, table

app = typer.Typer(help="Tokens with which other systems and workers call the desk.", no_args_is_help=True)

TokenName = Annotated[str, typer.Argument(help="Name of the token, such as juki-renkei.", metavar="NAME")]
DAYS = 365


@app.command()
def make(
    name: TokenName,
    scope: Annotated[
        list[str],
        typer.Option(
            "--scope",
            help="files:write, cases:read, records:read, my_number:read, receipts:read, metrics, worker.",
        ),
    ],
    task: Annotated[
        list[str] | None,
        typer.Option("--task", help="A task to which it is tied; none for metrics or a worker."),
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, help="How long it is valid.")] = DAYS,
) -> None:
    """Make a token; it is written to standard output, and cannot be seen again."""
    wiring.ready_database()
    from django.db import IntegrityError

    from cases import tokens
    from cases.models import Task
    from cases.tokens import Scope

    refuse_unknown("scope", scope, Scope, f"; there are {', '.join(Scope)}")
    refuse_unknown("task", task or (), Task.objects.values_list("name", flat=True))
    if set(scope) - tokens.FOR_ALL_TASKS and not task:
        raise Stop("name the tasks to which the token is tied (--task)")
    try:
        _, secret = tokens.make(getpass.getuser(), name, [Scope(one) for one in scope], task or (), days)
    except IntegrityError as error:
        raise Stop(f"there is a token {name} already") from error
    print(secret)


@app.command("list")
def list_tokens(as_json: AsJson = False) -> None:
    """List the tokens: scopes, tasks, when they end, when they were used last."""
    wiring.ready_database()
    from cases.token_table import ApiToken

    rows = [
        {
            "name": token.name,
            "scopes": token.scopes,
            "tasks": token.tasks,
            "expires_at": token.expires_at.isoformat(timespec="minutes"),
            "used_at": token.used_at.isoformat(timespec="minutes") if token.used_at else None,
            "revoked": token.revoked_at is not None,
        }
        for token in ApiToken.objects.order_by("name")
    ]
    if as_json:
        print_json({"tokens": rows})
        return
    head = ["name", "scopes", "tasks", "until", "last used"]
    lines = [
        [
            str(row["name"]),
            ", ".join(row["scopes"]),
            ", ".join(row["tasks"]),
            "revoked" if row["revoked"] else str(row["expires_at"]),
            str(row["used_at"] or ""),
        ]
        for row in rows
    ]
    out().print(table("", head, lines))


@app.command()
def revoke(name: TokenName) -> None:
    """End a token at once and for good."""
    wiring.ready_database()
    from cases import tokens
    from cases.token_table import ApiToken

    token = ApiToken.objects.filter(name=name).first()
    if token is None:
        raise Stop(f"there is no token {name}")
    done = tokens.revoke(getpass.getuser(), token)
    say(f"{name}: revoked" if done else f"{name}: was revoked before")
