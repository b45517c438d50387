"""Kills at random moments (``tests.flows.kills``), a short run; ``TENKI_KILLS`` says how many."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.flows.kills import PROJECT


@pytest.mark.proof
def test_nothing_is_entered_twice() -> None:
    command = [sys.executable, "-m", "tests.flows.kills", "--kills", os.environ.get("TENKI_KILLS", "20")]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
