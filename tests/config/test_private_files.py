"""Secret files: made once, mode 0600, refused when others may read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import private_files
from config.private_files import SecretFileExposed, SecretFileMissing


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "one.key"
    assert private_files.create(path, b"first")
    assert not private_files.create(path, b"second")
    assert private_files.read(path) == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in path.parent.iterdir()] == ["one.key"]


def test_every_folder_that_is_made_on_the_way_is_private(tmp_path: Path) -> None:
    private_files.create(tmp_path / "var" / "demo" / "keys" / "one.key", b"secret")
    made = [tmp_path / "var", tmp_path / "var" / "demo", tmp_path / "var" / "demo" / "keys"]
    assert [folder.stat().st_mode & 0o777 for folder in made] == [0o700] * 3


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o610, 0o777])
def test_wide_permissions_are_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "one.key"
    private_files.create(path, b"secret")
    path.chmod(mode)
    with pytest.raises(SecretFileExposed, match=f"mode {mode:04o}.*chmod 600"):
        private_files.read(path)


def test_a_missing_secret_is_named(tmp_path: Path) -> None:
    with pytest.raises(SecretFileMissing, match="create the keys first"):
        private_files.read(tmp_path / "none.key")
