"""The rehearsal target over HTTP, as a browser would meet it."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
from pathlib import Path

import pytest

from rehearsal.target.faults import Fault
from rehearsal.target.sessions import Sessions
from tests.target.conftest import Visitor, heading, refusals
from tests.target_process import RunningTarget, running


def date(name: str, *parts: str) -> dict[str, str]:
    words = ("era", "year", "month", "day")
    return {f"{name}.{word}": part for word, part in zip(words, parts, strict=True)}


KOFU_1 = {
    "reception_number": "T26-100001",
    "applicant_name": "山口　涼子",
    "applicant_kana": "ﾔﾏｸﾞﾁ ﾘｮｳｺ",
    "applicant_address": "相模原市",
    "applicant_relation": "本人",
    **date("applied_on", "令和", "8", "11", "20"),
    **date("applicant_birth_date", "昭和", "60", "5", "17"),
}
KOFU_3 = {"certificate": "除票", "purpose": "学校"}


def enter_kofu(visitor: Visitor, number: str) -> str:
    """Type an application up to the page after the last entry page."""
    visitor.get("entry/kofu/begin.do")
    visitor.post("entry/kofu/1.do", {**KOFU_1, "reception_number": number, "action": "next"})
    visitor.post("entry/kofu/2.do", {"action": "next"})
    return visitor.post("entry/kofu/3.do", {**KOFU_3, "action": "next"})


def test_an_application_from_entry_to_search(visitor: Visitor) -> None:
    assert heading(enter_kofu(visitor, "T26-100001")) == "証明書交付申請入力 確認"
    receipt = visitor.post("entry/kofu/submit.do", {"action": "submit"})
    assert heading(receipt) == "登録完了"
    by_number = visitor.get("search.do", reception_number="T26-100001")
    by_person = visitor.get(
        "search.do", kana="ヤマグチ　リョウコ", era="昭和", year="60", month="5", day="17"
    )
    assert "T26-100001" in by_number
    assert "T26-100001" in by_person
    assert "該当する届出はありません。" in visitor.get("search.do", reception_number="T26-999999")


def test_a_double_brings_a_warning_and_can_be_forced(visitor: Visitor) -> None:
    for _ in range(2):
        page = enter_kofu(visitor, "T26-100002")
        if heading(page) == "重複登録の確認":
            page = visitor.post("entry/kofu/3.do", {"action": "force"})
        assert heading(page) == "証明書交付申請入力 確認"
        visitor.post("entry/kofu/submit.do", {"action": "submit"})
    assert visitor.get("search.do", reception_number="T26-100002").count("T26-100002") == 2


def test_a_refused_page_keeps_what_was_typed(visitor: Visitor) -> None:
    visitor.get("entry/kofu/begin.do")
    page = visitor.post("entry/kofu/1.do", {**KOFU_1, "applicant_name": "", "action": "next"})
    assert refusals(page) == ["E001 「請求者氏名」を入力してください。"]
    assert 'value="相模原市"' in page


def test_without_a_session_there_is_no_page(target: RunningTarget) -> None:
    stranger = Visitor(target.url)
    for path in ("menu.do", "search.do", "entry/ido/begin.do", "detail/R00000001.do"):
        assert heading(stranger.get(path)) == "セッションタイムアウト"


def test_a_session_ends_after_its_time() -> None:
    sessions = Sessions(timeout_s=0)
    assert sessions.find(sessions.open("K0001")) is None
    lasting = Sessions(timeout_s=60)
    assert lasting.find(lasting.open("K0001")) is not None


def test_the_third_wrong_password_locks_the_account(tmp_path: Path) -> None:
    with running(RunningTarget(tmp_path / "target.sqlite3", "K0002", "right")) as target:
        visitor = Visitor(target.url)
        answers = [refusals(visitor.sign_in("K0002", word)) for word in ("a", "b", "c", "right")]
    wrong = ["E101 職員番号またはパスワードが違います。"]
    locked = ["E102 この職員番号は使用できません。システム管理者に連絡してください。"]
    assert answers == [wrong, wrong, locked, locked]


def test_the_control_needs_its_token(target: RunningTarget) -> None:
    stranger = RunningTarget(target.database, "", "", control_token="guess", port=target.port)
    with pytest.raises(urllib.error.HTTPError) as refused:
        stranger.arm(Fault.SLOW)
    assert refused.value.code == 403
    assert target.armed() == []


def test_without_a_token_there_is_no_control(tmp_path: Path) -> None:
    with (
        running(RunningTarget(tmp_path / "target.sqlite3", "K0001", "right")) as target,
        pytest.raises(urllib.error.HTTPError) as refused,
    ):
        Visitor(target.url).get("control")
    assert refused.value.code == 404


@pytest.mark.parametrize(
    ("fault", "status", "title"),
    [(Fault.MAINTENANCE, 503, "システムメンテナンス中"), (Fault.SERVER_ERROR, 500, "エラー")],
)
def test_armed_faults_strike_once(
    target: RunningTarget, visitor: Visitor, fault: Fault, status: int, title: str
) -> None:
    target.arm(fault, path="/menu")
    with pytest.raises(urllib.error.HTTPError) as struck:
        visitor.get("menu.do")
    assert (struck.value.code, heading(struck.value.read().decode())) == (status, title)
    assert heading(visitor.get("menu.do")) == "業務メニュー"


def test_without_a_password_it_does_not_start(tmp_path: Path) -> None:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("REHEARSAL_")}
    command = [sys.executable, "-m", "rehearsal.target", "--database", str(tmp_path / "target.sqlite3")]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert "set REHEARSAL_OPERATOR and REHEARSAL_PASSWORD" in ended.stderr
