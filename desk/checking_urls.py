"""The addresses of what belongs to checking beside the correction screen."""

from __future__ import annotations

from django.urls import path

from desk.views import decide, labels, residual, wall, workbook

urlpatterns = [
    path("cases/<uuid:case_id>/decide", decide.decide, name="decide"),
    path("cases/<uuid:case_id>/decide/<str:field_id>", decide.give, name="decide-field"),
    path("tasks/<slug:task>/wall", wall.wall, name="wall"),
    path("tasks/<slug:task>/wall/confirm", wall.confirm, name="wall-confirm"),
    path("tasks/<slug:task>/wall/time", wall.working_time, name="wall-time"),
    path("residual", residual.index, name="residual"),
    path("residual/<slug:task>", residual.of_task, name="residual-task"),
    path("residual/<slug:task>/sign", residual.sign, name="residual-sign"),
    path("find", labels.find, name="find"),
    path("labels", labels.of_pile, name="labels"),
    path("cases/<uuid:case_id>/label", labels.of_case, name="label"),
    path("tasks/<slug:task>/workbook", workbook.page, name="correction-workbook"),
    path("tasks/<slug:task>/workbook/export", workbook.export, name="correction-workbook-export"),
]
