"""How the desk looks to one person: its colours and its language. Cookies keep both, so no page flashes."""

from __future__ import annotations

import enum

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

THEME_COOKIE = "tenki_theme"
LANGUAGE_COOKIE = "tenki_language"
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


def language_of(request: HttpRequest) -> str:
    """The chosen language's code; Japanese where none was chosen."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
