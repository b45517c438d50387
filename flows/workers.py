"""A worker on another machine: how it gets the keys once, and what it must have before it begins."""

from __future__ import annotations

import base64
import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from config import private_files
from flows import wiring

TIMEOUT_S = 30


class JoinRefused(Exception):
    """The machine did not become a worker; the message says why and what to do."""


def join(url: str, token: str) -> tuple[str, ...]:
    """Fetch the site's keys from the desk, once, and keep them and the token; the names of the files.

    Raises JoinRefused, SiteSettingWrong (an address without TLS).
    """
    from cases import stores, vault

    stores.refuse_unsafe(url)
    folder = wiring.var() / "keys"
    there = [path.name for path in (*map(vault.key_path, vault.Key), stores.token_path(wiring.var()))]
    kept = [name for name in there if (folder / name).exists()]
    if kept:
        raise JoinRefused(
            f"{folder} holds {', '.join(kept)} already: if this machine has joined, go on with "
            "`tenki worker run`; to join anew, move them away or name another folder (TENKI_VAR)"
        )
    keys = _keys(url, token)
    for key in vault.Key:
        private_files.create(vault.key_path(key), base64.b64decode(keys[key.value]))
    private_files.create(stores.token_path(wiring.var()), token.encode())
    return tuple(there)


def _keys(url: str, token: str) -> dict[str, str]:
    from cases import stores

    address = f"{url.rstrip('/')}/api/v1/worker/keys"
    request = urllib.request.Request(address, b"", method="POST")  # noqa: S310  # refuse_unsafe has seen it
    request.add_header("Authorization", f"Bearer {token}")
    try:
        with stores.OPENER.open(request, timeout=TIMEOUT_S) as answer:
            found: dict[str, str] = json.load(answer)["keys"]
            return found
    except urllib.error.HTTPError as refusal:
        raise JoinRefused(f"{url} refuses: {_words(refusal)}") from None
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise JoinRefused(f"{url} does not answer ({reason}): {_remedy(reason)}") from error
    except (ValueError, LookupError) as error:
        raise JoinRefused(f"{url} answers, but not as a desk does: is it the desk's address?") from error


def _remedy(reason: object) -> str:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return "name the file of the city's certificate authority in SSL_CERT_FILE"
    return "is the desk running there?"


def _words(refusal: urllib.error.HTTPError) -> str:
    try:
        problem: dict[str, Any] = json.load(refusal)
        return f"{problem['code']}: {problem['title']}{problem['detail']}"
    except (ValueError, LookupError):
        return f"{refusal.code}, which is no answer of a desk"


def known_tasks(names: Sequence[str]) -> tuple[str, ...]:
    """The tasks of these names. Raises JoinRefused for one that is not there."""
    from cases.models import Task

    known = set(Task.objects.values_list("name", flat=True))
    wanted = tuple(name.strip() for name in names if name.strip())
    if not wanted or (strange := sorted(set(wanted) - known)):
        named = ", ".join(strange) if wanted else "none"
        raise JoinRefused(f"tasks: {named}; there are {', '.join(sorted(known))}")
    return wanted


def refuse_other_version() -> None:
    """A worker changes no tables: it must be of the desk's version. Raises JoinRefused."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    known = {key for key in executor.loader.graph.nodes if key[0] == "cases"}
    done = {key for key in executor.loader.applied_migrations if key[0] == "cases"}
    if known != done:
        older = "older" if done - known else "newer"
        raise JoinRefused(
            f"this program is {older} than the desk's: install the same version on both machines"
        )


def missing() -> tuple[str, ...]:
    """What a worker lacks of the three addresses and the keys, each with what to do."""
    from cases import stores, vault

    var, found = wiring.var(), list[str]()
    if not os.environ.get("TENKI_DATABASE_URL", "").startswith("postgres"):
        found.append("TENKI_DATABASE_URL names no PostgreSQL: a worker shares the database of the desk")
    if not os.environ.get("PREFECT_API_URL"):
        found.append("PREFECT_API_URL is not set: a worker takes its orders from the site's Prefect server")
    if not os.environ.get("TENKI_FILES_URL"):
        found.append("TENKI_FILES_URL is not set: the address of the desk, or of the store that it uses")
    needed: list[Path] = [vault.key_path(key) for key in vault.Key]
    if os.environ.get("TENKI_FILES_URL", "").startswith("http"):
        needed.append(stores.token_path(var))
    if lacking := [path.name for path in needed if not path.exists()]:
        found.append(f"{var / 'keys'} lacks {', '.join(lacking)}: `tenki worker join` fetches them")
    return tuple(found)
