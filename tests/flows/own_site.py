"""A site of its own for programs that prove something; the machine's own is neither seen nor touched."""

from __future__ import annotations

import os
from pathlib import Path


def set_apart(folder: Path) -> Path:
    """Have the environment name this folder's data and configuration, before anything of ours is imported
    that reads it; the configuration folder, empty.
    """
    for name in [name for name in os.environ if name.startswith("TENKI_") and name != "TENKI_BROWSER"]:
        del os.environ[name]
    config = folder / "config"
    os.environ |= {
        "TENKI_VAR": str(folder / "var"),
        "TENKI_CONFIG": str(config),
        "REHEARSAL_OPERATOR": "K0123",
        "REHEARSAL_PASSWORD": "himitsu-7",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    config.mkdir()
    return config
