from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from cases import append_only, stale


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "案件"

    def ready(self) -> None:
        post_migrate.connect(_protect, sender=self)


def _protect(using: str, plan: list[object] | None = None, **_: Any) -> None:
    """Put the triggers back after every migration: SQLite drops them when it rebuilds a table.

    Emptying a test database sends the same signal, with nothing migrated; then there is nothing to do.
    """
    if plan:
        append_only.protect(connections[using])
        stale.protect(connections[using])
