"""``tenki desk``, ``tenki user``: the desk, and who may sign in."""

from __future__ import annotations

import getpass
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import environment, wiring
from flows.commands.arguments import refuse_unknown
from flows.console import Stop, out, say, table

if TYPE_CHECKING:
    from desk.serve import Address

users = typer.Typer(help="Who may sign in to the desk, and as what.", no_args_is_help=True)

Host = Annotated[
    str | None, typer.Option("--host", help="Address to listen on; else desk_host of site.toml.")
]
Port = Annotated[
    int | None, typer.Option("--port", help="Port, 0 for a free one; else desk_port of site.toml.")
]
Certificate = Annotated[Path | None, typer.Option("--certificate", help="PEM; with --key: HTTPS only.")]
Key = Annotated[Path | None, typer.Option("--key", help="The certificate's private key, PEM.")]


def register(app: typer.Typer) -> None:
    app.command()(desk)
    app.add_typer(users, name="user")


def desk(
    host: Host = None,
    port: Port = None,
    certificate: Certificate = None,
    key: Key = None,
    demo: Annotated[bool, typer.Option("--demo", help="Show the data that `tenki demo` has left.")] = False,
) -> None:
    """Serve the web desk until it is stopped (Ctrl-C)."""
    if demo:
        from flows.demo import accounts_left, folder

        environment.prepare(folder())
        for user, password in accounts_left():
            say(f"sign in as {user} with password {password}")
    address = _address(host, port, certificate, key)
    if address.certificate is not None:
        # The settings are read when Django starts: cookies must then go by HTTPS only.
        os.environ["TENKI_HTTPS"] = "1"
    wiring.ready_database("INFO")
    must_be_free(address.host, address.port)
    serve_desk(address)


def serve_desk(address: Address) -> None:
    from desk.ports import Ports
    from desk.serve import serve
    from flows.held_schedules import HeldSchedules, Orders
    from flows.kept_screens import KeptScreens
    from flows.known_targets import KnownTargets
    from flows.machine import Machine

    ports = Ports(
        runner=Orders(),
        screens=KeptScreens(),
        schedules=HeldSchedules(),
        state=Machine(),
        targets=KnownTargets(),
        page_loader=wiring.load_page,
    )
    serve(address, ports, on_ready=lambda url: say(f"the desk: {url}"))


@users.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="User name.")],
    role: Annotated[
        list[str], typer.Option("--role", help="operator, second_checker, department, ict, auditor.")
    ],
    full_name: Annotated[str, typer.Option("--full-name", help="As the desk shows it.")] = "",
    task: Annotated[
        list[str] | None, typer.Option("--task", help="A task that the person sees; without any, all.")
    ] = None,
) -> None:
    """Make an account for the desk; the password is asked for (or read from standard input)."""
    wiring.ready_database()
    from django.core.exceptions import ValidationError
    from django.db import IntegrityError

    from cases import access
    from cases.models import Task
    from cases.roles import Role
    from cases.roles import add_user as add

    refuse_unknown("role", role, Role, f"; there are {', '.join(Role)}")
    names = Task.objects.values_list("name", flat=True)
    refuse_unknown("task", task or (), names, "; `tenki case list` names those of the cases")
    by = getpass.getuser()
    try:
        user = add(name, _password(), [Role(word) for word in role], by=by, full_name=full_name)
    except ValidationError as error:
        raise Stop(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise Stop(f"there is a user {name} already") from error
    if task:
        access.assign(user, by, tasks=task)
    else:
        access.assign_everything(user, by)
    say(f"{name}: {', '.join(sorted(role))}")


@users.command("password")
def set_password(name: Annotated[str, typer.Argument(help="User name.")]) -> None:
    """Set a person's password; it is asked for (or read from standard input), never an argument."""
    wiring.ready_database()
    from django.contrib.auth.models import User
    from django.core.exceptions import ValidationError

    from cases import accounts

    user = User.objects.filter(username=name).first()
    if user is None:
        raise Stop(f"there is no user {name}; `tenki user list` names those there are")
    try:
        accounts.set_password(user, _password(), getpass.getuser())
    except ValidationError as error:
        raise Stop(" ".join(error.messages)) from error
    say(f"{name}: the password is set, and the sessions of the account have ended")


@users.command("list")
def list_users() -> None:
    """List the accounts and their roles."""
    wiring.ready_database()
    from django.contrib.auth.models import User

    rows = [
        [user.username, user.last_name, ", ".join(sorted(group.name for group in user.groups.all()))]
        for user in User.objects.prefetch_related("groups").order_by("username")
    ]
    out().print(table("", ["user", "name", "roles"], rows))


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first, second = getpass.getpass("Password: "), getpass.getpass("The same again: ")
    if first != second:
        raise Stop("the two passwords differ; nothing was changed")
    return first


def must_be_free(host: str, port: int) -> None:
    """Say at once that nobody can listen there: gunicorn tries for seconds and ends with 1, which is ours for
    cases that need a person.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise Stop(
            f"the desk cannot listen on {host}:{port} ({error.strerror}): "
            "stop the program that does, or name another with --port"
        ) from error


def _address(host: str | None, port: int | None, certificate: Path | None, key: Path | None) -> Address:
    from desk.serve import Address

    here = wiring.site()
    if certificate is None and key is None and here.desk_certificate:
        certificate, key = Path(here.desk_certificate), Path(here.desk_key) if here.desk_key else None
    if (certificate is None) != (key is None):
        raise Stop("certificate and key go together (--certificate and --key, desk_certificate and desk_key)")
    for path in (certificate, key):
        if path is not None and not os.access(path, os.R_OK):
            raise Stop(f"{path} is not there or cannot be read: name the city's certificate and its key")
    return Address(host or here.desk_host, here.desk_port if port is None else port, certificate, key)
