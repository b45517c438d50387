"""Keys pressed while an input method is on mean what they mean without it; letters of names stay letters."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms import kinds
from forms.library import FormLibrary
from forms.typed import as_meant

FORM = FormLibrary(Path("config/forms")).get("ido_todoke")


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("moved_on", "ｓ６０。５。１７", "1985-05-17"),
        ("moved_on", "ｓ６０・５・１７", "1985-05-17"),
        ("moved_on", "ｓ６０ー５ー１７", "1985-05-17"),
        ("moved_on", "s60 5 17", "1985-05-17"),
        ("moved_on", "S.60.5.17", "1985-05-17"),
        ("moved_on", "3600517", "1985-05-17"),
        ("moved_on", "5081102", "2026-11-02"),
        ("moved_on", "19850517", "1985-05-17"),
        ("moved_on", "6600517", ""),
        ("moved_on", "60.5.17", ""),
        ("new_postal_code", "２５２ー０１４３", "252-0143"),
        ("notifier_phone", "０９０ー１２３４ー５６７８", "09012345678"),
        ("persons.1.kana", "ヨーコ", "ヨーコ"),
        ("persons.1.name", "ジョン・スミス", "ジョン・スミス"),
        ("new_address", "センター南。", "センター南。"),
    ],
)
def test_what_was_typed_means_what_its_keys_mean(field: str, typed: str, value: str) -> None:
    kind = FORM.field(field)
    assert kinds.parse(kind, as_meant(kind, typed)).value == value
