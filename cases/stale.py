"""Triggers that forget a month's sum as soon as something it sums is written, whoever writes it.

A month that is over is summed once (``cases.summary``). A late log, an event written by hand in SQL, or a
case found in the target after all belongs to a month that was summed already: the database itself then
deletes that sum, and the next reader counts again. Cases and receipts that go with the end of their
retention forget nothing: the count outlives the data.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

FORGET = "DELETE FROM cases_monthsummary WHERE kind = '{kind}' AND begins <= {moment} AND {moment} < ends"
ENTERED = "('ENTERED', 'ENTERED_WRONG')"
FORGET_PROOFS = (
    "DELETE FROM cases_monthsummary WHERE kind = 'volumes' AND (begins <= OLD.updated_at AND OLD.updated_at "
    "< ends OR EXISTS (SELECT 1 FROM cases_receipt WHERE case_id = NEW.id AND begins <= finished_at AND "
    "finished_at < ends))"
)
"""A case that becomes or ceases to be entered: the months of its proofs and of its last move."""


def _minutes(moment: str) -> str:
    return FORGET.format(kind="minutes", moment=moment)


def _volumes(moment: str) -> str:
    return FORGET.format(kind="volumes", moment=moment)


TRIGGERS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("event_added", "INSERT", "cases_timeevent", "", (_minutes("NEW.at"),)),
    (
        "event_changed",
        "UPDATE OF at, seconds, step, source, task_id",
        "cases_timeevent",
        "",
        (_minutes("OLD.at"), _minutes("NEW.at")),
    ),
    ("event_deleted", "DELETE", "cases_timeevent", "", (_minutes("OLD.at"),)),
    ("case_opened", "INSERT", "cases_case", "", (_volumes("NEW.created_at"), _volumes("NEW.updated_at"))),
    (
        "case_moved",
        "UPDATE OF state",
        "cases_case",
        f"OLD.state IN {ENTERED} OR NEW.state IN {ENTERED}",
        (FORGET_PROOFS,),
    ),
    ("receipt_brought", "INSERT", "cases_receipt", "", (_volumes("NEW.finished_at"),)),
)
"""Name, event, table, condition, statements."""


def protect(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers; called after every migration. A second call changes nothing."""
    with connection.cursor() as cursor:
        for name, event, table, condition, statements in TRIGGERS:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS stale_{name}{on}")
            when = f" WHEN ({condition})" if condition else ""
            head = f"CREATE TRIGGER stale_{name} AFTER {event} ON {table} FOR EACH ROW{when}"
            body = "; ".join(statements)
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION tenki_stale_{name}() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN {body}; RETURN NULL; END $$"
                )
                cursor.execute(f"{head} EXECUTE FUNCTION tenki_stale_{name}()")
            else:
                cursor.execute(f"{head} BEGIN {body}; END")
