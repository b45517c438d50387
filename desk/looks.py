"""How the desk looks to one person: light or dark. A cookie keeps it, so that the page never flashes."""

from __future__ import annotations

import enum

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

THEME_COOKIE = "tenki_theme"
KEPT_S = 365 * 24 * 3600


class Theme(enum.Enum):
    """Which colours are shown."""

    AUTO = "auto", _("端末に合わせる")
    LIGHT = "light", _("明るい")
    DARK = "dark", _("暗い")

    def __init__(self, code: str, label: str) -> None:
        self.code = code
        self.label = label


def theme_of(request: HttpRequest) -> Theme:
    """The chosen colours; whatever a cookie says that is none of them counts as not chosen."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return next((theme for theme in Theme if theme.code == chosen), Theme.AUTO)
