"""What a site sets: one frozen dataclass, read from ``site.toml`` and the site's own file laid over it.

A setting is a name with its unit, a default and one sentence; ``docs`` and ``tenki doctor`` print them from
here.
"""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class SiteSettingWrong(Exception):
    """A line of ``site.toml`` cannot be used; the message names file, setting and what is expected."""


CHOICES = {
    "two_factor": ("nobody", "ict", "everybody"),
    "mail_security": ("starttls", "tls", "none"),
}
LEAST = {"entry_lease_seconds": 3, "read_lease_seconds": 5}
"""A shorter lease could run out between two beats of its holder."""


def _setting(default: Any, sentence: str) -> Any:
    return dataclasses.field(default=default, metadata={"sentence": sentence})


@dataclass(frozen=True)
class Site:
    """The choices of one city hall."""

    municipality_code: str = _setting(
        "141500", "Code of the municipality (全国地方公共団体コード), six digits."
    )
    municipality_name: str = _setting(
        "相模原市", "Name of the municipality as the desk and the workbook show it."
    )
    wards_are_municipalities: bool = _setting(
        False,
        "Whether a move between two wards of a designated city counts as a move between municipalities.",
    )
    time_zone: str = _setting("Asia/Tokyo", "Time zone of all times shown and of the day's border.")
    browser_path: str = _setting(
        "/usr/bin/chromium", "Browser that the robots drive; TENKI_BROWSER wins over it."
    )
    desk_host: str = _setting("127.0.0.1", "Address on which the desk listens.")
    desk_port: int = _setting(8460, "Port on which the desk listens.")
    prefect_port: int = _setting(
        0, "Port of Prefect's server on the loopback; 0: any. Name one where a proxy passes workers on to it."
    )
    desk_https: bool = _setting(
        False, "Whether the desk is reached by HTTPS; cookies are then sent over HTTPS only."
    )
    allowed_hosts: tuple[str, ...] = _setting(
        ("127.0.0.1", "localhost", "[::1]"),
        "Host names under which the desk answers; TENKI_ALLOWED_HOSTS (divided by commas) wins over it.",
    )
    two_factor: str = _setting(
        "nobody",
        "Who needs a second factor (TOTP) to sign in: nobody, ict or everybody; anybody may have one.",
    )
    ldap_url: str = _setting(
        "", "Directory that checks passwords, such as ldaps://ldap.city.example; empty: none is asked."
    )
    ldap_user: str = _setting(
        "",
        "Name under which a person binds there, with {user} in it: uid={user},ou=people,dc=city,dc=example.",
    )
    ldap_certificate: str = _setting(
        "", "File with the certificate (PEM) of the authority that vouches for the directory."
    )
    proxy_header: str = _setting(
        "",
        "Header in which a signing-in proxy names the person, such as X-Remote-User; empty: none.",
    )
    proxy_addresses: tuple[str, ...] = _setting(
        (), "Addresses of that proxy; from anywhere else the header is not believed."
    )
    desk_certificate: str = _setting(
        "", "File with the desk's certificate (PEM); with desk_key the desk speaks HTTPS by itself."
    )
    desk_key: str = _setting("", "File with the private key of that certificate (PEM).")
    hsts_days: int = _setting(
        0, "Days for which browsers are told to reach the desk by HTTPS only; 0: they are not told."
    )
    session_minutes: int = _setting(60, "Minutes without a request after which an operator is signed out.")
    review_lease_minutes: int = _setting(
        10, "Minutes for which a case opened in the desk is kept for its operator."
    )
    entry_lease_seconds: int = _setting(
        300,
        "Seconds after which a silent robot is taken for dead; at least 3. A living one prolongs its lease "
        "all the while.",
    )
    read_lease_seconds: int = _setting(
        120,
        "Seconds after which a silent reader on another machine is taken for dead; at least 5.",
    )
    idle_seconds: int = _setting(
        60, "Seconds without a key or a click after which the desk stops counting staff time."
    )
    settle_seconds: float = _setting(
        2.0, "Seconds for which a dropped file must stay unchanged before it is taken as complete."
    )
    inbox_folder: str = _setting(
        "",
        "Folder with a sub-folder for each task, such as a mounted share, instead of inbox below TENKI_VAR.",
    )
    inbox_look_seconds: float = _setting(5.0, "Seconds between two looks into each inbox.")
    inbox_patience_minutes: int = _setting(
        30, "Minutes after which a file that is still not finished is worth a notice."
    )
    largest_file_mb: int = _setting(200, "Size in MB (10⁶ bytes) above which a dropped file is not taken in.")
    mail_server: str = _setting(
        "", "The city's mail server, through which notices go (HOST or HOST:PORT); empty: no mail is sent."
    )
    mail_security: str = _setting(
        "starttls", "How the mail server is spoken to: starttls, tls (from the first byte) or none."
    )
    mail_certificate: str = _setting(
        "", "File with the certificate (PEM) of the authority behind the mail server and the webhook."
    )
    mail_user: str = _setting(
        "", "User at the mail server, with the secret TENKI_MAIL_PASSWORD; empty: without signing in."
    )
    mail_from: str = _setting("tenki@localhost", "Sender of the notices.")
    mail_to: tuple[str, ...] = _setting((), "Who gets the notices by mail.")
    notice_url: str = _setting(
        "", "Address within the city to which notices are posted as JSON (webhook); empty: none."
    )
    waiting_hours: int = _setting(
        24, "Hours after which cases that wait for a person are worth a notice; 0: never."
    )
    backup_days: int = _setting(
        3, "Days after which it is worth a notice that no backup was made by `tenki backup`; 0: never."
    )
    disk_low_mb: int = _setting(
        5000, "Free space in MB (10⁶ bytes) on the disk of TENKI_VAR below which there is a notice; 0: never."
    )
    closed_days: tuple[str, ...] = _setting(
        ("12-29", "12-30", "12-31", "01-01", "01-02", "01-03"),
        "Days (MM-DD) of every year on which the office is closed besides national holidays.",
    )


def read_site(folders: tuple[Path, ...]) -> Site:
    """The defaults, overlaid by each folder's ``site.toml`` in turn. Raises SiteSettingWrong."""
    chosen: dict[str, object] = {}
    for folder in folders:
        path = folder / "site.toml"
        if path.is_file():
            chosen |= _read_file(path)
    return Site(**chosen)  # type: ignore[arg-type]  # _read_file has compared each value with its setting's type


def _read_file(path: Path) -> dict[str, object]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SiteSettingWrong(f"{path} is not TOML: {error}") from error
    return {name: _checked(path, name, value) for name, value in content.items()}


def _checked(path: Path, name: str, value: object) -> object:
    known = {field.name: field.default for field in dataclasses.fields(Site)}
    if name not in known:
        raise SiteSettingWrong(f"{path} sets {name}, which is not a setting; there are {', '.join(known)}")
    default = known[name]
    if name in LEAST and isinstance(value, int) and value < LEAST[name]:
        raise SiteSettingWrong(f"{path} sets {name} to {value}; at least {LEAST[name]} is expected")
    if name in CHOICES and value not in CHOICES[name]:
        raise SiteSettingWrong(f"{path} sets {name} to {value!r}; expected {', '.join(CHOICES[name])}")
    if (
        isinstance(default, tuple)
        and isinstance(value, list)
        and all(isinstance(item, str) for item in value)
    ):
        return tuple(value)
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if type(value) is not type(default):
        raise SiteSettingWrong(
            f"{path} sets {name} to {value!r}; a {type(default).__name__} such as {default!r} is expected"
        )
    return value
