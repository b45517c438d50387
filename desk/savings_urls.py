"""The addresses of the savings pages, below ``/savings``. ``[data-savings]`` names the part of a page."""

from __future__ import annotations

from django.urls import path

from desk.views import desk_time, effects, planning, timing, whatif

urlpatterns = [
    path("savings", effects.board, name="savings"),
    path("savings/tasks/<slug:name>", effects.task, name="savings-task"),
    path("savings/workbook", effects.council, name="workbook"),
    path("savings/result", effects.result, name="result"),
    path("savings/result.<str:kind>", effects.result_file, name="result-file"),
    path("savings/stopwatch", timing.stopwatch, name="stopwatch"),
    path("savings/timings/<int:timing_id>/withdraw", timing.withdraw_timing, name="withdraw-timing"),
    path("savings/study", timing.study, name="study"),
    path("savings/study/template", timing.study_template, name="study-template"),
    path("savings/desk-time", desk_time.desk_time, name="desk-time"),
    path("savings/log", timing.step_log, name="step-log"),
    path("savings/logs/<int:log_id>/withdraw", timing.withdraw_log, name="withdraw-log"),
    path("savings/plan", planning.plan, name="plan"),
    path("savings/plan/<slug:name>/sign", planning.sign_plan, name="sign-plan"),
    path("savings/plan/<slug:name>/close", planning.close_half, name="close-half"),
    path("savings/plan/correct", planning.correct_history, name="correct-history"),
    path("savings/what-if", whatif.what_if, name="what-if"),
]
