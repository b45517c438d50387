"""Going back to an older version: what it asks of every migration."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from flows import environment, versions
from flows.console import Stop


def test_every_migration_can_be_undone() -> None:
    ours = {key: one for key, one in MigrationLoader(None).disk_migrations.items() if key[0] == versions.OURS}
    assert len(ours) > 15
    assert [key for key, one in ours.items() for step in one.operations if not step.reversible] == []


@pytest.mark.django_db(transaction=True)
def test_what_is_no_version_is_refused_and_the_own_one_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="holds no version"):
        versions.back(tmp_path)
    versions.back(environment.PROJECT)


def test_the_version_of_prefect_is_read_from_the_lock() -> None:
    assert versions.prefect_of(environment.PROJECT).startswith("3.")
