"""How programs are, in words."""

from __future__ import annotations

from signal import Signals

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

Words = str | Promise

BEINGS: dict[str, tuple[Words, str]] = {
    "running": (later("稼働中"), "good"),
    "starting": (later("起動中"), "runs"),
    "waiting": (later("再起動待ち"), "waits"),
    "failing": (later("繰り返し停止"), "bad"),
    "gone": (later("応答なし"), "bad"),
    "absent": (later("起動していません"), ""),
}
"""Each state of a part, and the look of its chip."""


def being(code: str) -> str:
    return str(BEINGS[code][0])


def tone(code: str) -> str:
    return BEINGS[code][1]


def ending(status: int) -> str:
    """How a program ended: by itself with a number, or by a signal."""
    if status >= 0:
        return _("終了コード%(status)s") % {"status": status}
    known = {one.value: one.name for one in Signals}
    return _("シグナル%(signal)s") % {"signal": known.get(-status, str(-status))}
