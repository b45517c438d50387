"""The addresses around what runs: notices, the inbox, the state of the programs."""

from __future__ import annotations

from django.urls import path

from desk.views import inbox, notices

urlpatterns = [
    path("inbox", inbox.inbox, name="inbox"),
    path("inbox/<uuid:refusal_id>/ask-back", inbox.ask_back, name="ask-back"),
    path("notices", notices.notices_page, name="notices"),
    path("notices/<int:notice_id>/acknowledge", notices.acknowledge, name="acknowledge-notice"),
]
