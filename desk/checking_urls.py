"""The addresses of what belongs to checking beside the correction screen."""

from __future__ import annotations

from django.urls import path

from desk.views import decide

urlpatterns = [
    path("cases/<uuid:case_id>/decide", decide.decide, name="decide"),
    path("cases/<uuid:case_id>/decide/<str:field_id>", decide.give, name="decide-field"),
]
