"""Runs the real command in a process of its own, with a ``var`` folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
KEPT = ("PATH", "HOME", "LANG", "TZ", "SSL_CERT_FILE")


@dataclass(frozen=True)
class Said:
    """How a run of the command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Tenki:
    """The command with one ``var`` folder."""

    def __init__(self, var: Path) -> None:
        self.var = var

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {**kept, "TENKI_VAR": str(self.var), "COLUMNS": "160", **(more or {})}

    def __call__(
        self, *words: str | Path, before: tuple[str, ...] = (), timeout_s: float = 120, **more: str
    ) -> Said:
        """Run it; ``before`` are words in front of the command line (another user, a limit)."""
        done = subprocess.run(
            [*before, sys.executable, "-m", "flows", *map(str, words)],
            cwd=PROJECT,
            env=self.environment(more),
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def tenki(tmp_path: Path) -> Tenki:
    return Tenki(tmp_path / "var")


@pytest.fixture(scope="module")
def shared_tenki(tmp_path_factory: pytest.TempPathFactory) -> Tenki:
    return Tenki(tmp_path_factory.mktemp("tenki") / "var")
