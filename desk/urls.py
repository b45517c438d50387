"""The desk's addresses, and what scripted operators and tests may hold on to.

Every page has ``body[data-page][data-user]``. Messages are ``[data-message=<code>]``, after the last case
``nothing-waiting``. The board has ``[data-task=<name>]`` with ``form[data-action=next]``, whose button is
disabled where nothing waits; the case list ``tr[data-case-number][data-state]``; the page of a case
``[data-way]``.

On the correction screen ``main`` carries ``data-case-id``, ``data-case-number``, ``data-form``,
``data-page-index``, ``data-open-count``, ``data-pending`` (saves in the air) and, once it works,
``data-ready``; ``[data-source-name]`` holds the file's own name. A field is
``[data-field-id][data-kind][data-route]`` with ``data-state`` open, done, accepted or illegible,
``data-current`` where the operator stands, ``data-unsaved`` when what was typed was not stored. In it stands
``input[data-value]`` or, for choices, ``.choices input[value]``; its ``.after`` has ``data-hidden`` while the
reading is hidden and ``data-confirmable`` while a rule asks. Ways out are ``[data-action]`` ``approve``,
``return``, ``wrong-sheet``, ``unreadable``, ``cancel`` and ``release``; the keys stand in ``desk/keys.html``.
"""

from __future__ import annotations

from django.urls import path

from desk import checking_urls, outside_urls, people_urls, robots_urls, savings_urls, state_urls
from desk.api.document import openapi
from desk.api.routes import api
from desk.views import board, case, correct, letter, pictures, queue, task_edit, tasks

urlpatterns = [
    path("", board.board, name="board"),
    path("take-back", correct.take_back, name="take-back"),
    path("queue", queue.queue, name="queue"),
    path("next", queue.open_next, name="next"),
    path("tasks", tasks.tasks, name="tasks"),
    path("tasks/new", task_edit.new, name="new-task"),
    path("tasks/preview", task_edit.preview, name="task-preview"),
    path("tasks/<slug:task>", tasks.task_page, name="task"),
    path("tasks/<slug:task>/change", task_edit.change, name="change-task"),
    path("tasks/<slug:task>/versions", task_edit.versions, name="task-versions"),
    path("tasks/<slug:task>/move", task_edit.move, name="move-task"),
    path("tasks/<slug:task>/switch", tasks.switch, name="switch-task"),
    path("tasks/<slug:task>/run", board.run_now, name="run-now"),
    path("cases/<uuid:case_id>", case.case_page, name="case"),
    path("cases/<uuid:case_id>/move/<str:way>", case.move, name="move"),
    path("cases/<uuid:case_id>/correct", correct.correct, name="correct"),
    path("cases/<uuid:case_id>/fields/<str:field_id>", correct.give_value, name="give-value"),
    path("cases/<uuid:case_id>/ahead", correct.ahead, name="ahead"),
    path("cases/<uuid:case_id>/undo", correct.undo, name="undo"),
    path("cases/<uuid:case_id>/approve", correct.approve, name="approve"),
    path("cases/<uuid:case_id>/dispose/<str:way>", correct.dispose, name="dispose"),
    path("cases/<uuid:case_id>/release", correct.release, name="release"),
    path("cases/<uuid:case_id>/letter", letter.letter, name="letter"),
    path("cases/<uuid:case_id>/time", correct.working_time, name="working-time"),
    path("cases/<uuid:case_id>/page", pictures.page, name="page-picture"),
    path("cases/<uuid:case_id>/fields/<str:field_id>/crop", pictures.crop, name="crop"),
    path("cases/<uuid:case_id>/receipts/<int:receipt_id>/picture", pictures.receipt, name="receipt-picture"),
    path("api/v1/openapi.json", openapi, name="openapi"),
    path("api/v1/<path:address>", api, name="api"),
    *checking_urls.urlpatterns,
    *outside_urls.urlpatterns,
    *people_urls.urlpatterns,
    *robots_urls.urlpatterns,
    *savings_urls.urlpatterns,
    *state_urls.urlpatterns,
]
handler400 = "desk.views.errors.not_understood"
handler403 = "desk.views.errors.no_right"
handler404 = "desk.views.errors.not_found"
handler500 = "desk.views.errors.fault"
