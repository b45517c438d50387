"""What the desk says of states and outcomes, and what to do next."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from cases.states import State
from forms.retention import Kept

Words = str | Promise

OUTCOMES: dict[str, Words] = {
    "entered": later("登録済み"),
    "already_there": later("登録済みを確認"),
    "written": later("取込ファイルに記入"),
    "refused": later("登録拒否"),
    "unavailable": later("接続できず"),
    "unknown": later("結果不明"),
    "fault": later("途中で停止"),
    "vouched": later("担当者の確認（照合なし）"),
}
"""A receipt's outcome in a word or two."""

ROBOT_STEPS: dict[str, Words] = {
    "sign_in": later("サインイン"),
    "look_up": later("照会"),
    "begin": later("入力画面を開く"),
    "type": later("入力"),
    "confirm": later("確認"),
    "submit": later("登録"),
    "settle": later("登録の確認待ち"),
    "read_back": later("読み戻し"),
    "picture": later("画面の写し"),
}
"""A robot's steps; what follows a dot is the screen on which it took them."""

ENTRY_FIELDS: dict[str, Words] = {"reception_number": later("受付番号")}
"""What a target holds beside the fields of the form."""

ACTIONS: dict[State, Words] = {
    State.UNREADABLE: later("原本を確認し、スキャンし直すか手入力する"),
    State.RETURNED: later("届出人の回答を待つ"),
    State.REFUSED: later("拒否の理由を見て、値を直す"),
    State.OUTCOME_UNKNOWN: later("業務システムを受付番号で検索し、結果を確かめる"),
    State.ENTERED_WRONG: later("値が誤っていれば訂正して承認し、業務システムを訂正してから照合する"),
}
"""The states that wait for a person outside the usual way, and the one action that each needs."""

QUEUES = (
    State.RECEIVED,
    State.NEEDS_REVIEW,
    State.SECOND_CHECK,
    State.DISAGREED,
    State.APPROVED,
    State.ENTERING,
    State.ENTERED,
)

EXCEPTIONS = tuple(ACTIONS)

OTHER_WAYS: dict[State, tuple[Words, Words]] = {
    State.ENTERED: (
        later("登録後の誤りを見つけたとき"),
        later(
            "業務システムの登録内容に誤りを見つけたときは、何が誤っていたかを書いて「誤って登録されている」を押してください。"
            "この案件は「入力後訂正」になります。業務システムの内容は自動では変わりません。"
        ),
    ),
}
"""Title and explanation of the ways that are open but not wanted in the ordinary course."""

OTHERWISE: tuple[Words, Words] = (
    later("確認待ちに戻す・取り消すとき"),
    later(
        "承認した内容に誤りがあったときや、届出が取り下げられたときに使います。自動入力が始まると使えません。"
    ),
)

TONES: dict[State, str] = {
    State.NEEDS_REVIEW: "waits",
    State.SECOND_CHECK: "waits",
    State.DISAGREED: "waits",
    State.APPROVED: "runs",
    State.ENTERING: "runs",
    State.ENTERED: "good",
    State.UNREADABLE: "bad",
    State.REFUSED: "bad",
    State.OUTCOME_UNKNOWN: "bad",
    State.ENTERED_WRONG: "bad",
}
"""How a state's chip looks; states without an entry look neutral."""

LET_THROUGH: dict[State, Words] = {
    State.ENTERED_WRONG: later(
        "%(number)s の訂正を承認しました。業務システムを訂正してから、照合を依頼してください。"
    ),
    State.SECOND_CHECK: later("%(number)s の1人目の確認を終えました。別の担当者が再確認します。"),
    State.DISAGREED: later("%(number)s は2人の値が異なるため、判定待ちになりました。"),
}
"""What is said after an approval that did not end the checking."""


def let_through(state: State) -> str:
    """What is said when a person has approved a sheet, which then stands in that state."""
    return str(LET_THROUGH.get(state, _("%(number)s を承認しました。")))


def action(state: State) -> str:
    """What a person does next with a case in that state; empty when nothing waits for a person."""
    return str(ACTIONS.get(state, ""))


KEPT: dict[Kept, Words] = {
    Kept.MY_NUMBER: later("個人番号"),
    Kept.ORIGINAL: later("元のファイル"),
    Kept.PAGE: later("画像"),
    Kept.READINGS: later("読取結果"),
    Kept.VALUES: later("届出の内容"),
}
"""Kinds of data that go when their time is over."""


def kept(kind: Kept) -> str:
    return str(KEPT[kind])


def outcome(code: str) -> str:
    """How a robot's attempt ended."""
    return str(OUTCOMES.get(code, code))


def robot_step(step: str) -> str:
    """``type.ido_2`` → 入力; an unknown step is shown as it is."""
    return str(ROBOT_STEPS.get(step.partition(".")[0], step))


def entry_field(name: str) -> str:
    """A field of the target that no form has; an unknown one is shown as it is."""
    return str(ENTRY_FIELDS.get(name, name))


def other_ways(state: State) -> tuple[str, str]:
    """Title and explanation of the ways on from a state that waits for nobody."""
    title, explained = OTHER_WAYS.get(state, OTHERWISE)
    return str(title), str(explained)
