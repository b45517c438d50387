"""The addresses of the page about other systems."""

from __future__ import annotations

from django.urls import path

from desk.views import outside

urlpatterns = [
    path("outside", outside.outside, name="outside"),
    path("outside/tokens/<int:token_id>/revoke", outside.revoke, name="revoke-token"),
]
