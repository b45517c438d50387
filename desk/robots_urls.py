"""The addresses of the robots' targets."""

from __future__ import annotations

from django.urls import path

from desk.views import robots

urlpatterns = [
    path("robots", robots.robots, name="robots"),
    path("robots/<slug:target>/stop", robots.stop, name="robots-stop"),
    path("robots/<slug:target>/open", robots.open_again, name="robots-open"),
    path("robots/<slug:target>/screens", robots.screens, name="robot-screens"),
    path("robots/<slug:target>/screens/<slug:which>/<slug:screen>.png", robots.picture, name="robot-picture"),
]
