"""Who is signed in, until when, and the entries that they have begun."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

COOKIE = "JSESSIONID"


@dataclass
class Session:
    """One signed-in operator. ``drafts`` holds what was given so far, by form and by box name."""

    operator: str
    seen_at_s: float
    pending: bool = False
    """The password was right, and the code is still to come."""

    drafts: dict[str, dict[str, str]] = field(default_factory=dict)


class Sessions:
    """All sessions of one running system; they are lost when it stops."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._sessions: dict[str, Session] = {}

    def open(self, operator: str, *, pending: bool = False) -> str:
        """A new session; what is returned goes into the cookie."""
        token = secrets.token_urlsafe(24)
        self._sessions[token] = Session(operator, time.monotonic(), pending)
        return token

    def find(self, token: str | None) -> Session | None:
        """The session of a cookie, which it keeps alive; None when there is none or it ended."""
        session = self._sessions.get(token or "")
        if session is None or session.pending:
            return None
        now_s = time.monotonic()
        if now_s - session.seen_at_s > self._timeout_s:
            self.close(token)
            return None
        session.seen_at_s = now_s
        return session

    def admit(self, token: str | None) -> bool:
        """The code was right: the session of this cookie may be used; False when there is none."""
        session = self._sessions.get(token or "")
        if session is not None:
            session.pending = False
        return session is not None

    def close(self, token: str | None) -> None:
        self._sessions.pop(token or "", None)
