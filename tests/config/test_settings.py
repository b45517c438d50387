"""What the settings promise: safe defaults without any environment, and nothing of a value in a log line."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from config.logs import Formatter

ASK = """
import json
from config import settings
print(json.dumps({name: getattr(settings, name) for name in %r}))
"""


def asked(var: Path, *names: str, **environment: str) -> dict[str, object]:
    """Settings as a fresh process with this environment sees them."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TENKI_")}
    done = subprocess.run(
        [sys.executable, "-c", ASK % (names,)],
        env={**plain, "TENKI_VAR": str(var), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_django_finds_nothing_to_complain_about(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check", fail_level="WARNING")
    assert "no issues" in capsys.readouterr().out


def test_the_secret_key_is_made_once_and_stays(tmp_path: Path) -> None:
    first = asked(tmp_path, "SECRET_KEY", "DEBUG", "ALLOWED_HOSTS")
    assert len(str(first["SECRET_KEY"])) >= 64
    assert first["SECRET_KEY"] == asked(tmp_path, "SECRET_KEY")["SECRET_KEY"]
    assert (tmp_path / "keys" / "django.key").stat().st_mode & 0o777 == 0o600
    assert (first["DEBUG"], first["ALLOWED_HOSTS"]) == (False, ["127.0.0.1", "localhost", "[::1]"])


def test_the_environment_wins(tmp_path: Path) -> None:
    key = tmp_path / "own.key"
    key.touch(mode=0o600)
    key.write_text("x" * 64)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "site.toml").write_text('desk_https = true\nbrowser_path = "/opt/edge"\n')
    found = asked(
        tmp_path,
        *("SECRET_KEY", "ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "BROWSER"),
        TENKI_SECRET_KEY_FILE=str(key),
        TENKI_ALLOWED_HOSTS="desk.city.example, 10.0.0.5",
        TENKI_CONFIG=str(tmp_path / "site"),
    )
    assert found == {
        "SECRET_KEY": "x" * 64,
        "ALLOWED_HOSTS": ["desk.city.example", "10.0.0.5"],
        "SESSION_COOKIE_SECURE": True,
        "BROWSER": "/opt/edge",
    }


def test_cookies_and_passwords_are_guarded() -> None:
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert {settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE} == {"Strict"}
    assert "Argon2" in settings.PASSWORD_HASHERS[0]


def logged(message: str, *args: object, error: BaseException | None = None) -> dict[str, object]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, message, args, info)
    line: dict[str, object] = json.loads(Formatter().format(record))
    return line


def test_a_log_line_holds_no_query_and_no_text_of_an_exception() -> None:
    try:
        raise ValueError("山田花子 983205673214")
    except ValueError as error:
        line = logged('"GET %s HTTP/1.1" 500', "/queue?q=山田花子&x=1", error=error)
    assert line["event"] == '"GET /queue HTTP/1.1" 500'
    assert line["error"] == "builtins.ValueError"
    assert "山田" not in json.dumps(line, ensure_ascii=False)
    assert "test_settings.py" in str(line["places"])


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TENKI_DATABASE_URL", "mysq://u:secret@host/x", "begins with 'mysq'"),
        ("TENKI_DATABASE_URL", "nonsense", "expected sqlite:///PATH or postgresql://"),
        ("TENKI_LOG_LEVEL", "LOUD", "expected one of DEBUG, INFO"),
    ],
)
def test_a_wrong_variable_is_named_without_its_secret(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        asked(tmp_path, "DEBUG", **{name: value})
    last = refused.value.stderr.strip().splitlines()[-1]
    assert last.startswith("config.site.SiteSettingWrong")
    assert said in last
    assert "secret" not in last
