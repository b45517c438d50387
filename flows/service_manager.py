"""Tells systemd that we are ready, live and end (sd_notify(3)); elsewhere it says nothing."""

from __future__ import annotations

import contextlib
import os
import socket

SOCKET = "NOTIFY_SOCKET"
READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"


def address() -> str:
    """Where the service manager listens; empty where there is none. Our children are not to speak for us."""
    return os.environ.pop(SOCKET, "")


def tell(where: str, what: str) -> None:
    """One word to the service manager. One that does not listen is no reason to end."""
    if not where:
        return
    # An address that begins with @ has no file.
    target = f"\0{where[1:]}" if where.startswith("@") else where
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, contextlib.suppress(OSError):
        sender.sendto(what.encode(), target)
