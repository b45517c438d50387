"""Where configuration lies: the shipped folder, and a site's own laid over it, so that an upgrade overwrites
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SHIPPED = Path(__file__).resolve().parent


class ConfigurationMissing(Exception):
    """No configuration folder has the file that was asked for; the message names both."""


def folders(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """The shipped folder, then the site's (``TENKI_CONFIG``) where one is set. Later ones win.

    Raises ConfigurationMissing when the site's folder is named and not there: guessing would run another
    city's set-up.
    """
    site = environment.get("TENKI_CONFIG")
    if not site:
        return (SHIPPED,)
    if not Path(site).is_dir():
        raise ConfigurationMissing(
            f"TENKI_CONFIG names {site}, which is not a folder: create it or unset the variable"
        )
    return (SHIPPED, Path(site).resolve())


def files(kind: str, suffix: str, where: tuple[Path, ...]) -> dict[str, Path]:
    """Every file of one kind (``forms``, ``tasks``, ``targets``, ``plan``) by its name; a site's file hides
    the shipped one.
    """
    return {path.stem: path for folder in where for path in sorted((folder / kind).glob(f"*{suffix}"))}


def find(relative: str, where: tuple[Path, ...]) -> Path:
    """The file of that path below the configuration folders, the site's first. Raises
    ConfigurationMissing.
    """
    for folder in reversed(where):
        if (folder / relative).is_file():
            return folder / relative
    raise ConfigurationMissing(f"no {relative} in {', '.join(map(str, where))}")
