"""What every test shares: a ``var`` folder of its own, the database, the keys.

Django's settings read the environment when they are imported, so the environment is set here, first of all.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest

WORKER = "PYTEST_XDIST_WORKER" in os.environ
"""Whether this is one of the processes of `pytest -n`, which inherit what the first one has set."""

if "DJANGO_SETTINGS_MODULE" in os.environ and not WORKER:
    # pytest-django has then read the settings already: the tests would write into the site's own var.
    raise pytest.UsageError("DJANGO_SETTINGS_MODULE is set: unset it, the tests set it themselves")

KEPT = {"TENKI_TEST_DATABASE_URL", "TENKI_BROWSER"}
"""Set by the test that runs the cases' tests on PostgreSQL; by a machine that has its browser elsewhere."""

if not WORKER:
    for name in [name for name in os.environ if name.startswith("TENKI_") and name not in KEPT]:
        del os.environ[name]
    os.environ["TENKI_VAR"] = tempfile.mkdtemp(prefix="tenki-tests-")
VAR = os.environ["TENKI_VAR"]
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
if "TENKI_TEST_DATABASE_URL" in os.environ:
    os.environ["TENKI_DATABASE_URL"] = os.environ["TENKI_TEST_DATABASE_URL"]

import django  # noqa: E402  # the settings must find the folder set above

django.setup()

from django.db import connection  # noqa: E402  # needs the settings
from pytest_django.plugin import DjangoDbBlocker  # noqa: E402  # the same

from cases import append_only, vault  # noqa: E402  # the same


def pytest_unconfigure() -> None:
    if not WORKER:
        shutil.rmtree(VAR, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _keys() -> None:
    vault.create_keys()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tables are emptied after a transactional test, which the audit line's trigger would refuse."""
    with django_db_blocker.unblock():
        append_only.allow_deleting(connection)
    yield
