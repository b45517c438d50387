"""Tells systemd that we are ready, live and end (sd_notify(3)); elsewhere it says nothing."""

from __future__ import annotations

import contextlib
import os
import socket
import time

SOCKET = "NOTIFY_SOCKET"
READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"
ALIVE_EVERY_S = 5.0


class Manager:
    """Who started us, if it wants to be told."""

    def __init__(self) -> None:
        # Our children are not to speak for us.
        self._where = os.environ.pop(SOCKET, "")
        self._alive_s = 0.0

    def tell(self, what: str) -> None:
        """One word. A manager that does not listen, or is slow to, is no reason to end or to wait."""
        if not self._where:
            return
        # An address that begins with @ has no file.
        target = f"\0{self._where[1:]}" if self._where.startswith("@") else self._where
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, contextlib.suppress(OSError):
            sender.sendto(what.encode(), socket.MSG_DONTWAIT, target)

    def alive(self) -> None:
        """That we live, every few seconds however often it is called."""
        if time.monotonic() - self._alive_s >= ALIVE_EVERY_S:
            self._alive_s = time.monotonic()
            self.tell(ALIVE)
