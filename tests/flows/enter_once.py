"""One run of the entry in a process of its own, for the kills."""

from __future__ import annotations

from flows import environment, wiring

environment.prepare()
wiring.start_django()

from flows.entering import enter_all  # noqa: E402  # needs Django

for _ in enter_all("kofu", sign_in_wait_s=60):
    pass
