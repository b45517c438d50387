"""The addresses of the page about other systems."""

from __future__ import annotations

from django.urls import path

from desk.views import outside, webhooks

urlpatterns = [
    path("outside", outside.outside, name="outside"),
    path("outside/tokens/<int:token_id>/revoke", outside.revoke, name="revoke-token"),
    path("outside/webhooks", webhooks.page, name="webhooks"),
    path("outside/webhooks/<int:webhook_id>/end", webhooks.end, name="end-webhook"),
    path("outside/webhooks/<int:webhook_id>/try", webhooks.try_out, name="try-webhook"),
    path("outside/deliveries/<uuid:delivery_id>/again", webhooks.tell_again, name="tell-again"),
]
