"""Django's settings. Every choice of a site comes from an environment variable named here or from
``config.site``.
"""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path

import dj_database_url

from config import private_files
from config.folders import folders
from config.site import SiteSettingWrong, read_site

PROJECT = Path(__file__).resolve().parent.parent

VAR = Path(os.environ.get("TENKI_VAR", PROJECT / "var")).resolve()
"""Everything that the program writes: database, encrypted files, keys, Prefect's home, reports."""

CONFIG_FOLDERS = folders(os.environ)
"""The shipped configuration and the site's, later ones laid over earlier ones."""

SITE = read_site(CONFIG_FOLDERS)

BROWSER = os.environ.get("TENKI_BROWSER") or SITE.browser_path

DATABASE_URL = os.environ.get("TENKI_DATABASE_URL") or f"sqlite:///{VAR / 'tenki.sqlite3'}"


CONNECTION_S = 600
"""A thread of the desk keeps its connection: making one anew costs as much as what a page then asks."""


def _database() -> dict[str, object]:
    try:
        settings: dict[str, object] = dict(
            dj_database_url.parse(DATABASE_URL, conn_max_age=CONNECTION_S, conn_health_checks=True)
        )
    except ValueError as error:
        # The address may hold a password, so that only its beginning is repeated.
        raise SiteSettingWrong(
            f"TENKI_DATABASE_URL begins with {DATABASE_URL.partition(':')[0]!r}: "
            "expected sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"
        ) from error
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A read-then-write transaction must take its lock at the start, or it fails at once under load.
        # What is deleted is overwritten: a resident's values do not stay in free pages (law 3).
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA secure_delete=ON;",
        }
        # Tests run on a real file: a database in memory has neither WAL nor a second connection.
        settings["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
    return settings


def _secret_key() -> str:
    """The key that signs sessions: made on first use, kept beside the other keys, never in the code."""
    path = Path(os.environ.get("TENKI_SECRET_KEY_FILE") or VAR / "keys" / "django.key")
    if not path.exists():
        private_files.create(path, secrets.token_urlsafe(64).encode())
    return private_files.read(path).decode()


FILES_URL = os.environ.get("TENKI_FILES_URL", "")
"""Where sealed files lie (``cases.stores``); empty: in ``var/files``."""

DATABASES = {"default": _database()}
ROUND_EVERY = (
    timedelta(minutes=float(os.environ["TENKI_EVERY_MINUTES"]))
    if os.environ.get("TENKI_EVERY_MINUTES")
    else None
)
"""How often inboxes are emptied and approved cases entered; None: nobody has told the desk."""

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = os.environ.get("TENKI_TIME_ZONE", SITE.time_zone)
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
USE_I18N = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "cases",
    "desk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "desk.middleware.safe_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "desk.proxy.signed_in_by_proxy",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "desk.middleware.chosen_language",
    "desk.middleware.bounded_body",
    "desk.middleware.sliding_session",
    "desk.middleware.finished_account",
]
ROOT_URLCONF = "desk.urls"
WSGI_APPLICATION = "desk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.context.everywhere",
            ]
        },
    }
]

# Static files are served by the desk itself, straight from the packages: no copying step, no other server.
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
UD_FONTS = Path("/usr/share/fonts/truetype/bizud-gothic")
"""Where Debian's package lays BIZ UDGothic; browsers of machines that lack the typeface get it from here."""

STATICFILES_DIRS = [("desk/fonts", UD_FONTS)] if UD_FONTS.is_dir() else []

# An error page of DEBUG shows values, so there is no switch for it.
DEBUG = False
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get("TENKI_ALLOWED_HOSTS", ",".join(SITE.allowed_hosts)).split(",")
    if host.strip()
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{validator}"}
    for validator in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    *(["desk.ldap.DirectoryBackend"] if SITE.ldap_url else []),
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LARGEST_POST_BYTES = 64 * 1024 * 1024
"""Larger requests are refused before a byte of them is read."""

SIGN_IN_TRIES = 5
SIGN_IN_LOCK_MINUTES = 15

SESSION_COOKIE_AGE = SITE.session_minutes * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
HTTPS = SITE.desk_https or bool(SITE.desk_certificate) or bool(os.environ.get("TENKI_HTTPS"))
SESSION_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "desk.views.errors.csrf_failure"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = SITE.hsts_days * 24 * 3600
X_FRAME_OPTIONS = "DENY"

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_LEVEL = os.environ.get("TENKI_LOG_LEVEL", "INFO")
"""How much is logged: INFO for services; verbs at a terminal choose WARNING."""

if LOG_LEVEL not in LOG_LEVELS:
    raise SiteSettingWrong(f"TENKI_LOG_LEVEL is {LOG_LEVEL!r}: expected one of {', '.join(LOG_LEVELS)}")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.Formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # At INFO this one prints every address that is asked for.
        "httpx": {"level": "WARNING"},
        # Django's own handler for it would print the traceback with its texts.
        "django": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # At DEBUG this one prints every SQL parameter.
        "django.db.backends": {"level": "WARNING"},
    },
}
