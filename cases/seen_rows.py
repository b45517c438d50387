"""Rows of files as cases: the same application in a second file, or twice in one, is known again."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import transaction

from cases import intake, vault
from cases.models import Case, SourceFile
from cases.row_table import SeenRow

KEY_AGAIN = "rows.key_again"
"""Another row had this key and other contents: which of the two counts is a person's to say."""


@transaction.atomic
def open_row(source: SourceFile, index: int, key: str, contents: Sequence[str]) -> tuple[Case | None, str]:
    """The case of a row (0-based within the file), and a problem ("" when there is none).

    None when the same row, key and contents alike, is a case already.
    """
    own = Case.objects.filter(source=source, page_index=index).first()
    if own is not None:
        known = SeenRow.objects.filter(case=own).exists()
        return own, "" if known or not _seen(source, key) else KEY_AGAIN
    seen = _seen(source, key)
    if seen is not None and seen.contents_digest == _digest(source, contents):
        return None, ""
    case = intake.open_case(source, index)
    if seen is not None:
        return case, KEY_AGAIN
    SeenRow.objects.create(
        task_id=source.task_id,
        key_digest=_digest(source, [key]),
        contents_digest=_digest(source, contents),
        case=case,
    )
    return case, ""


def _seen(source: SourceFile, key: str) -> SeenRow | None:
    return SeenRow.objects.filter(task_id=source.task_id, key_digest=_digest(source, [key])).first()


def _digest(source: SourceFile, texts: Sequence[str]) -> str:
    facts = [source.task_id, *texts]
    return vault.digest(vault.Key.AUDIT, json.dumps(facts, ensure_ascii=False).encode())
