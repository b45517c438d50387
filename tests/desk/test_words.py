"""Every code that a case may wait for has a Japanese sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cases.entry import Outcome
from cases.models import AuditLine
from desk import audit_words, reason_words, words
from robots.errors import BROWSER_GONE, SIGN_IN_REFUSED

PROJECT = Path(__file__).resolve().parents[2]


def _codes_of_robots() -> set[str]:
    raised = re.compile(r'(?:Error\(|_hear\(|code=|code = )"([a-z_]+\.[a-z_]+)"')
    sources = [path.read_text(encoding="utf-8") for path in (PROJECT / "robots").glob("*.py")]
    return {code for source in sources for code in raised.findall(source)} | {BROWSER_GONE, SIGN_IN_REFUSED}


def _codes_of_reading() -> set[str]:
    source = (PROJECT / "ocr" / "errors.py").read_text(encoding="utf-8")
    return set(re.findall(r'"((?:file|sheet)\.[a-z_]+)"', source))


def test_the_codes_are_found() -> None:
    assert {"target.timeout", "submit.not_arrived", "read_back.missing", "robot.died"} <= _codes_of_robots()
    assert {"file.encrypted", "sheet.cut"} <= _codes_of_reading()


@pytest.mark.parametrize("code", sorted(_codes_of_robots() | _codes_of_reading()))
def test_every_reason_has_a_sentence(code: str) -> None:
    assert reason_words.reason(code).endswith("。")


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_word(outcome: Outcome) -> None:
    assert words.outcome(outcome.value) != outcome.value


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert reason_words.reason("brand.new") == "理由コード：brand.new"


def test_the_particulars_of_an_audit_line_are_in_words() -> None:
    detail = {
        "before": "ENTERING",
        "after": "ENTERED",
        "page": 0,
        "how": "confirmed",
        "roles": ["operator", "ict"],
        "events": ["case.approved", "case.cancelled"],
        "source": "source-960f365e-6a25-47e3",
        "whole": True,
        "problem": "file.truncated",
        "unheard_of": 3,
    }
    assert audit_words.particulars(AuditLine(detail=detail)) == (
        ("前の状態", "入力中"),
        ("後の状態", "入力済"),
        ("ページ", "1"),
        ("入力の方法", "確認"),
        ("役割", "確認担当、情報政策課"),
        ("知らせること", "承認、案件の取消"),
        ("ファイル", "960f365e"),
        ("改変なし", "はい"),
        ("理由", "file.truncated"),
        ("unheard_of", "3"),
    )
