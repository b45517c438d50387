"""Setting up a machine: what is missing is named, what is there is left alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
NOBODY = 65534

on_debian = pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="packages are Debian's")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a clone as setting up looks at, readable by everybody."""
    shutil.copytree(PROJECT / "scripts", tmp_path / "scripts")
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(PROJECT / name, tmp_path / name)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if folder.owner() == Path.home().owner() and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    return tmp_path


def _set_up(checkout: Path, *, path: Path) -> subprocess.CompletedProcess[str]:
    """Run it as an ordinary user with a search path of our own."""
    command = ["/usr/bin/python3", str(checkout / "scripts" / "setup")]
    if os.geteuid() == 0:
        command = [
            str(shutil.which("setpriv")),
            f"--reuid={NOBODY}",
            f"--regid={NOBODY}",
            "--clear-groups",
            *command,
        ]
    return subprocess.run(command, env={"PATH": str(path)}, capture_output=True, text=True, check=False)


def _programs(folder: Path, *names: str) -> Path:
    folder.mkdir(mode=0o755)
    for name in names:
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    return folder


@on_debian
@pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="Debian's own Python is asked")
def test_without_root_and_sudo_the_exact_command_is_said(checkout: Path, tmp_path: Path) -> None:
    packages = checkout / "scripts" / "packages.debian"
    packages.write_text("# none\ntenki-no-such-package run for a test\nbash run is always there\n")
    done = _set_up(checkout, path=_programs(tmp_path / "bin", "dpkg-query"))
    assert done.returncode == 2
    assert "apt-get install --yes --no-install-recommends tenki-no-such-package" in done.stderr
    assert "tenki-no-such-package" in done.stdout
    assert "bash" not in done.stdout


@on_debian
def test_what_the_tests_need_is_installed_here() -> None:
    lines = (PROJECT / "scripts" / "packages.debian").read_text(encoding="utf-8").splitlines()
    listed = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    names = [name for name, group, *_ in listed if group in ("run", "test")]
    names.remove("python3-venv")
    query = ["dpkg-query", "--show", "--showformat=${Package} ${Status}\n", *names]
    said = subprocess.run(query, capture_output=True, text=True, check=False)
    assert [line for line in said.stdout.splitlines() if not line.endswith("ok installed")] == []
    assert said.returncode == 0, said.stderr


def test_a_standing_environment_is_left_alone(tmp_path: Path) -> None:
    """The second run needs no network: nothing is asked of apt or pip once the stamp agrees."""
    checkout = tmp_path / "clone"
    (checkout / ".venv" / "bin").mkdir(parents=True)
    shutil.copytree(PROJECT / "scripts", checkout / "scripts")
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(PROJECT / name, checkout / name)
    (checkout / "scripts" / "packages.debian").write_text("bash run is always there\n")
    python = checkout / ".venv" / "bin" / "python"
    # Not a link: Python would look for its packages beside the link's end, and Debian's own has no pip there.
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    script = checkout / "scripts" / "setup"
    stamp = f"import runpy; m = runpy.run_path({str(script)!r}, run_name='m'); print(m['fingerprint']())"
    now = subprocess.run(
        [sys.executable, "-c", stamp], capture_output=True, text=True, check=True
    ).stdout.strip()
    (checkout / ".venv" / ".tenki-ready").write_text(now)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "setup: ready\n")
