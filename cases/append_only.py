"""Rows that nobody changes, not even by SQL: triggers of the database refuse it (law 3).

Readings, entries, approvals, confirmations and receipts are never updated; they go when their case's
retention ends. Audit lines, proofs of deletion and what was signed about a half-year outlive the data and are
never deleted either. The one change that is let through empties what a reading or a receipt says
(``EMPTIED``) and leaves everything else of the row as it was.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

NEVER_UPDATED = (
    "cases_reading",
    "cases_entry",
    "cases_confirmation",
    "cases_approval",
    "cases_receipt",
    "cases_auditline",
    "cases_halfclosing",
    "cases_historycorrection",
    "cases_planstep",
    "cases_policyversion",
    "cases_taskversion",
    "cases_erasure",
)
NEVER_DELETED = (
    "cases_auditline",
    "cases_halfclosing",
    "cases_historycorrection",
    "cases_planstep",
    "cases_policyversion",
    "cases_taskversion",
    "cases_erasure",
)
EMPTIED = {
    "cases_reading": {"raw": "''", "alternatives": "'[]'", "findings": "'[]'"},
    "cases_receipt": {"read_back": "'[]'", "message": "''", "has_picture": "{false}"},
}
"""Columns that may become empty once retention ends, and what that is."""

POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION tenki_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append-only: % is refused on %', TG_OP, TG_TABLE_NAME; END $$
"""


def protect(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers; called after every migration. A second call changes nothing."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for table, verb in _guarded():
            cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, verb)}{_on(connection, table)}")
            columns = [
                column.name for column in connection.introspection.get_table_description(cursor, table)
            ]
            cursor.execute(_trigger(connection, table, verb, columns))


def allow_deleting(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers against deleting; for test databases, whose tables are emptied between tests."""
    with connection.cursor() as cursor:
        for table in NEVER_DELETED:
            cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, 'DELETE')}{_on(connection, table)}")


def _guarded() -> tuple[tuple[str, str], ...]:
    return (
        *((table, "UPDATE") for table in NEVER_UPDATED),
        *((table, "DELETE") for table in NEVER_DELETED),
    )


def _name(table: str, verb: str) -> str:
    return f"{table}_no_{verb.lower()}"


def _on(connection: BaseDatabaseWrapper, table: str) -> str:
    return f" ON {table}" if connection.vendor == "postgresql" else ""


def _trigger(connection: BaseDatabaseWrapper, table: str, verb: str, columns: list[str]) -> str:
    condition = _unless_emptied(connection, table, columns) if verb == "UPDATE" and table in EMPTIED else ""
    head = f"CREATE TRIGGER {_name(table, verb)} BEFORE {verb} ON {table} FOR EACH ROW{condition}"
    if connection.vendor == "postgresql":
        return f"{head} EXECUTE FUNCTION tenki_append_only()"
    return f"{head} BEGIN SELECT RAISE(ABORT, 'append-only: {verb} is refused on {table}'); END"


def _unless_emptied(connection: BaseDatabaseWrapper, table: str, columns: list[str]) -> str:
    """Each column either stays or, where that is allowed, becomes empty."""
    false = "false" if connection.vendor == "postgresql" else "0"
    same = "IS NOT DISTINCT FROM" if connection.vendor == "postgresql" else "IS"
    tests = []
    for column in columns:
        test = f'NEW."{column}" {same} OLD."{column}"'
        if empty := EMPTIED[table].get(column):
            test = f'({test} OR NEW."{column}" = {empty.format(false=false)})'
        tests.append(test)
    return f" WHEN (NOT ({' AND '.join(tests)}))"
