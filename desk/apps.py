from __future__ import annotations

from django.apps import AppConfig

from desk.ports import Ports


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = "転記デスク"
    ports: Ports = Ports()
    """What ``flows`` filled in at start; nothing when the desk runs on its own."""
