"""The addresses around what runs: notices, the inbox, the state of the programs."""

from __future__ import annotations

from django.urls import path

from desk.views import health, inbox, notices, state

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("healthz/live", health.live, name="healthz-live"),
    path("metrics", health.metrics_page, name="metrics"),
    path("state", state.state, name="state"),
    path("inbox", inbox.inbox, name="inbox"),
    path("inbox/<uuid:refusal_id>/ask-back", inbox.ask_back, name="ask-back"),
    path("notices", notices.notices_page, name="notices"),
    path("notices/<int:notice_id>/acknowledge", notices.acknowledge, name="acknowledge-notice"),
]
