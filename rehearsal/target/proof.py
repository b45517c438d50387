"""What really stands in the rehearsal target's database, in canonical text, read past robots and pages.

The way back from the system's own formats is written here a second time on purpose: a mistake in a robot's
target definition must not be able to hide in the proof.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from forms.definition import FormDefinition
from forms.kinds import parse

FORM_NAMES = {"ido": "ido_todoke", "kofu": "juminhyo_kofu"}

OWN_WORDS = {
    "世帯員": "同一世帯員",
    "省略する": "記載しない",
    "世帯全員": "世帯全員の写し",
    "世帯一部": "世帯一部の写し",
    "除票": "除票の写し",
    "記載事項証明": "記載事項証明書",
    "自動車登録": "自動車の登録",
}
"""The system's words for options, where the forms have other ones."""


def registered(
    database: Path, reception_number: str, forms: Mapping[str, FormDefinition]
) -> tuple[dict[str, str], ...]:
    """The values of every registration under a reception number, by field id; blank fields are left out.

    ``forms`` holds the definitions by name. More than one element means that it was registered twice.
    """
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT serial, form FROM registration WHERE reception_number = ? ORDER BY serial",
            (reception_number,),
        ).fetchall()
        return tuple(_values(connection, serial, forms[FORM_NAMES[form]]) for serial, form in rows)


def _values(connection: sqlite3.Connection, serial: int, form: FormDefinition) -> dict[str, str]:
    items = connection.execute("SELECT name, value FROM item WHERE serial = ?", (serial,))
    return {name: _canonical(form, name, held) for name, held in items if name != "reception_number"}


def _canonical(form: FormDefinition, name: str, held: str) -> str:
    field = form.field(name)
    if field.options and field.kind not in {"date"}:
        held = ",".join(OWN_WORDS.get(word, word) for word in held.split("、"))
    return parse(field, held).value
