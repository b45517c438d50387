"""What can go wrong on purpose. A test, or a person on the control page, arms a fault before it strikes."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace


class Fault(enum.StrEnum):
    """The faults that can be armed."""

    SLOW = "slow"
    """Every answer takes ``seconds`` longer."""

    SERVER_ERROR = "server_error"
    """An error page with status 500; nothing is done."""

    MAINTENANCE = "maintenance"
    """The maintenance page with status 503; nothing is done."""

    SESSION_EXPIRED = "session_expired"
    """The session ends as if the operator had been away too long."""

    DROP_BEFORE_SUBMIT = "drop_before_submit"
    """The connection breaks on the final submit; nothing is registered."""

    DROP_AFTER_SUBMIT = "drop_after_submit"
    """The connection breaks on the final submit, after the registration was written."""

    LATE_SUBMIT = "late_submit"
    """The connection breaks on the final submit, and the registration is written ``seconds`` later."""

    ERROR_AFTER_SUBMIT = "error_after_submit"
    """An error page with status 500 on the final submit, although the registration was written."""

    VALIDATION_CHANGE = "validation_change"
    """The item ``text`` is refused from now on, whatever is given: its rule has changed with an update."""

    MOVED_FIELD = "moved_field"
    """The item ``text`` of the entry pages stands at the end of its page, as after an update."""

    DUPLICATE_WARNING = "duplicate_warning"
    """The warning that the reception number is registered already comes up, although it is not."""

    POPUP_BLOCKED = "popup_blocked"
    """The button for the address search opens no window, as under a browser that blocks pop-ups."""

    SECOND_FACTOR = "second_factor"
    """The sign-in asks for the code ``text`` too, which only a person has (on a phone, on a card)."""

    RENAMED_LABEL = "renamed_label"
    """The label ``text`` of the entry pages reads ``new_text``, as after an update of the system."""


WORDS = {
    Fault.SLOW: "応答が遅い",
    Fault.SERVER_ERROR: "システムエラー(500)",
    Fault.MAINTENANCE: "メンテナンス画面",
    Fault.SESSION_EXPIRED: "セッション切れ",
    Fault.DROP_BEFORE_SUBMIT: "登録の直前に切断",
    Fault.DROP_AFTER_SUBMIT: "登録の直後に切断",
    Fault.LATE_SUBMIT: "切断し、遅れて登録",
    Fault.ERROR_AFTER_SUBMIT: "登録の直後にエラー画面",
    Fault.VALIDATION_CHANGE: "入力規則の変更",
    Fault.MOVED_FIELD: "項目の移動",
    Fault.DUPLICATE_WARNING: "重複の警告",
    Fault.POPUP_BLOCKED: "別ウィンドウが開かない",
    Fault.SECOND_FACTOR: "サインインに確認コードを求める",
    Fault.RENAMED_LABEL: "項目名の変更",
}
"""The faults as the control page names them."""


@dataclass(frozen=True)
class Armed:
    """A fault that waits: on which paths (a prefix), how often (0: until it is disarmed), with what."""

    fault: Fault
    path: str = ""
    times: int = 1
    seconds: float = 0.0
    text: str = ""
    new_text: str = ""


class FaultBoard:
    """The armed faults of one running system."""

    def __init__(self) -> None:
        self._armed: list[Armed] = []

    def arm(self, armed: Armed) -> None:
        self._armed.append(armed)

    def disarm_all(self) -> None:
        self._armed.clear()

    def armed(self) -> tuple[Armed, ...]:
        return tuple(self._armed)

    def strikes(self, fault: Fault, path: str) -> Armed | None:
        """The armed fault if it strikes here; it is then used up by one time."""
        for place, armed in enumerate(self._armed):
            if armed.fault is fault and path.startswith(armed.path):
                if armed.times == 1:
                    del self._armed[place]
                elif armed.times:
                    self._armed[place] = replace(armed, times=armed.times - 1)
                return armed
        return None

    def holds(self, fault: Fault, label: str = "") -> bool:
        """Whether a fault is armed (for this label); it is not used up."""
        return any(armed.fault is fault and armed.text in label for armed in self._armed)

    def renamed(self, label: str) -> str:
        """A label as the entry pages show it while ``RENAMED_LABEL`` is armed; the fault is not used up."""
        for armed in self._armed:
            if armed.fault is Fault.RENAMED_LABEL and armed.text in label:
                return label.replace(armed.text, armed.new_text)
        return label
