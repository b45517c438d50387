"""The archive for machines without a network, on a bare Debian with the network cut: it installs, upgrades
and goes back, and configuration and data stay.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
CACHE = PROJECT / "var" / "bundle" / "cache"
SITE = 'municipality_name = "架空市"\n'

NO_NETWORK = """
root=$1; shift
ip link set lo up
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"
"""
"""Within namespaces of its own, with nothing but a loopback."""

LATER = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("cases", "{last}")]
    operations = [migrations.CreateModel("Probe", [("id", models.BigAutoField(primary_key=True))])]
"""
"""What a later version might bring."""

START = "from flows import environment, wiring; environment.prepare(); wiring.start_django();"
CASES = (
    "from cases.models import Case; print(*((c.number, c.state) for c in Case.objects.order_by('number')))"
)
TABLES = "from django.db import connection; print(connection.introspection.table_names())"


@dataclass(frozen=True)
class Said:
    status: int
    out: str


@dataclass(frozen=True)
class Machine:
    """A Debian with nothing on it."""

    root: Path

    def __call__(self, *words: str) -> Said:
        command = [
            "unshare",
            "--net",
            "--mount",
            "--pid",
            "--fork",
            "sh",
            "-ec",
            NO_NETWORK,
            "_",
            str(self.root),
        ]
        done = subprocess.run(
            [*command, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return Said(done.returncode, done.stdout)

    def tenki(self, *words: str) -> Said:
        return self("runuser", "-u", "tenki", "--", "/opt/tenki/bin/tenki", *words)

    def insert(self, archive: Path) -> str:
        """Unpack an archive there, as from a stick; where it lies."""
        (self.root / "media").mkdir(exist_ok=True)
        subprocess.run(["tar", "-xf", archive, "-C", self.root / "media"], check=True)
        archive.unlink()  # It is large.
        return f"/media/{archive.stem}"

    def asked(self, code: str) -> str:
        """What the program there answers."""
        done = self.tenki_python(START + code)
        assert done.status == 0, done.out
        return done.out

    def tenki_python(self, code: str) -> Said:
        here = ("TENKI_VAR=/opt/tenki/var", "TENKI_CONFIG=/opt/tenki/site")
        return self(
            "runuser", "-u", "tenki", "--", "env", *here, "/opt/tenki/current/.venv/bin/python", "-c", code
        )

    @property
    def current(self) -> str:
        return (self.root / "opt/tenki/current").readlink().name


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    if os.geteuid() or not shutil.which("mmdebstrap"):
        pytest.skip("a bare Debian is made as root and with mmdebstrap: apt-get install mmdebstrap")
    root = tmp_path / "machine"
    subprocess.run(["mmdebstrap", "--quiet", "--variant=apt", "--mode=root", "bookworm", root], check=True)
    yield Machine(root)
    shutil.rmtree(root)


def made(into: Path, program: Path = PROJECT) -> Path:
    """The archive of a program."""
    words = ["--into", into, "--cache", CACHE, "--program", program]
    subprocess.run([sys.executable, PROJECT / "scripts" / "bundle", *map(str, words)], check=True)
    (archive,) = into.glob("*.tar")
    sums = archive.with_name(archive.name + ".sha256").name
    subprocess.run(["sha256sum", "--check", "--quiet", sums], cwd=into, check=True)
    return archive


def later(folder: Path) -> Path:
    """A checkout of the next version, which has a table more."""
    listed = ["git", "-C", str(PROJECT), "ls-files", "-co", "--exclude-standard"]
    for name in subprocess.check_output(listed, text=True).splitlines():
        if (PROJECT / name).is_file() and not name.startswith(("tests/", "benchmarks/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    facts = folder / "pyproject.toml"
    facts.write_text(facts.read_text().replace('\nversion = "', '\nversion = "99.'), encoding="utf-8")
    migrations = folder / "cases" / "migrations"
    last = max(path.stem for path in migrations.glob("0*.py"))
    (migrations / "0999_probe.py").write_text(LATER.format(last=last), encoding="utf-8")
    return folder


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_a_machine_without_a_network_is_installed_upgraded_and_brought_back(
    machine: Machine, tmp_path: Path
) -> None:
    first = machine.insert(made(tmp_path / "first"))
    assert machine("getent", "hosts", "deb.debian.org").status != 0, "the network is cut"
    assert machine("which", "python3").status != 0, "nothing is there yet"
    done = machine(f"{first}/install")
    assert done.status == 0, done.out
    version = machine.current
    told = machine.tenki("doctor")
    assert told.status == 0, told.out
    demo = machine.tenki("demo")
    assert demo.status == 0, demo.out
    assert "verified in the target's own database │                6 " in demo.out, demo.out

    (machine.root / "opt/tenki/site/site.toml").write_text(SITE, encoding="utf-8")
    sheets = "/opt/tenki/current/rehearsal/sheets"
    assert machine.tenki("intake", "kofu", f"{sheets}/juminhyo_kofu-scanned.pdf").status in (0, 1)
    before = machine.asked(CASES)
    assert before.count("T26-") == 2

    second = machine.insert(made(tmp_path / "second", later(tmp_path / "program")))
    hold = "runuser -u tenki -- sh -c 'exec 3<>/opt/tenki/var/tenki.sqlite3; exec sleep 600'"
    busy = machine("sh", "-c", f"{hold} & sleep 1; {second}/install")
    assert (busy.status, "stop Tenki first" in busy.out, machine.current) == (2, True, version), busy.out
    done = machine(f"{second}/install")
    assert done.status == 0, done.out
    assert machine.current == f"99.{version}"
    assert "cases_probe" in machine.asked(TABLES)
    assert machine.asked(CASES) == before
    assert len(list((machine.root / "opt/tenki/backups").glob("tenki-*"))) == 1
    assert machine.tenki("intake", "kofu", f"{sheets}/juminhyo_kofu-upside-down.jpg").status in (0, 1)
    after = machine.asked(CASES)
    assert after.count("T26-") == 3

    done = machine("/opt/tenki/current/scripts/install", "rollback")
    assert done.status == 0, done.out
    assert machine.current == version
    assert "cases_probe" not in machine.asked(TABLES)
    assert machine.asked(CASES) == after, "what came since the upgrade is there, too"
    assert machine.tenki("doctor").status == 0
    assert machine.tenki("audit", "verify").status == 0
    assert machine.tenki("units", "/opt/tenki/var/units").status == 0
    unit = machine("cat", "/opt/tenki/var/units/tenki.service").out
    assert "ExecStart=/opt/tenki/current/.venv/bin/tenki up" in unit, "an upgrade changes no unit"
    assert "/versions/" not in unit
    assert (machine.root / "opt/tenki/site/site.toml").read_text(encoding="utf-8") == SITE

    with (machine.root / second[1:] / "wheels" / "damaged.whl").open("wb") as file:
        file.write(b"x")
    next((machine.root / second[1:] / "debian").glob("*.deb")).write_bytes(b"x")
    damaged = machine(f"{second}/install")
    assert (damaged.status, "the archive is damaged" in damaged.out, machine.current) == (2, True, version)
