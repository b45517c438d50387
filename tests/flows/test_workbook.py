"""``tenki workbook``: out and back on the command line, in the name of an account of the desk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from openpyxl import load_workbook

from tests.flows.conftest import PROJECT, Tenki

ADD = """
import django; django.setup()
from cases import access, roles
for name, wanted in (("aoki", [roles.Role.OPERATOR]), ("kansa", [roles.Role.AUDITOR])):
    access.assign_everything(roles.add_user(name, "sagami-gawa-2026", wanted, by="test"), by="test")
"""


def test_a_workbook_goes_out_and_comes_back(tenki: Tenki, tmp_path: Path) -> None:
    book = tmp_path / "out.xlsx"
    nobody = tenki("workbook", "export", "ido", "-o", book, "--user", "nobody")
    assert (nobody.status, book.exists()) == (2, False)
    assert "no account" in nobody.err
    more = {"DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run([sys.executable, "-c", ADD], cwd=PROJECT, env=tenki.environment(more), check=True)
    out = tenki("workbook", "export", "ido", "-o", book, "--user", "aoki")
    assert (out.status, "0 rows of 0 cases" in out.out) == (0, True)
    assert book.stat().st_mode & 0o077 == 0, "what residents wrote is for the account alone"
    assert load_workbook(book).sheetnames == ["訂正", "使い方"]
    assert tenki("workbook", "export", "ido", "-o", book, "--user", "aoki").status == 2, (
        "nothing is overwritten"
    )
    back = tenki("workbook", "import", "ido", book, "--user", "aoki", "--json")
    assert (back.status, back.json) == (0, {"taken_in": 0, "untouched": 0, "conflicts": []})
    refused = tenki("workbook", "import", "ido", book, "--user", "kansa")
    assert refused.status == 2
    assert "Traceback" not in refused.err
    book.write_text("受付番号,確認", encoding="utf-8")
    assert tenki("workbook", "import", "ido", book, "--user", "aoki").status == 2
