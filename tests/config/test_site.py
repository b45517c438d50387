"""Site settings: defaults, a site's overlay, and every refusal with a sentence that helps."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from config.folders import SHIPPED, ConfigurationMissing, files, find, folders
from config.site import Site, SiteSettingWrong, read_site


def written(folder: Path, text: str) -> Path:
    (folder / "site.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_file_is_read_and_a_sites_own_file_wins(tmp_path: Path) -> None:
    site = read_site((SHIPPED, written(tmp_path, 'municipality_code = "131016"\nidle_seconds = 45\n')))
    assert (site.municipality_code, site.idle_seconds) == ("131016", 45)
    assert site.municipality_name == read_site((SHIPPED,)).municipality_name == "相模原市"


def test_whole_numbers_serve_as_seconds_and_lists_as_tuples(tmp_path: Path) -> None:
    site = read_site((written(tmp_path, 'settle_seconds = 3\nclosed_days = ["12-28"]\n'),))
    assert site.settle_seconds == 3.0
    assert site.closed_days == ("12-28",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("desk_prot = 80", "desk_prot, which is not a setting"),
        ('desk_port = "80"', "a int such as 8460 is expected"),
        ("desk_port = true", "a int such as"),
        ('wards_are_municipalities = "no"', "a bool such as False"),
        ("closed_days = [1, 2]", "a tuple such as"),
        ("entry_lease_seconds = 2", "at least 3"),
        ("municipality_code = 141500", "a str such as '141500'"),
        ("desk_port = ", "is not TOML"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SiteSettingWrong, match=said):
        read_site((written(tmp_path, text),))


def test_every_setting_has_a_sentence() -> None:
    for field in dataclasses.fields(Site):
        assert field.metadata["sentence"].endswith("."), field.name


def test_a_sites_folder_lies_over_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "ido.yaml").touch()
    (tmp_path / "tasks" / "own.yaml").touch()
    where = folders({"TENKI_CONFIG": str(tmp_path)})
    found = files("tasks", ".yaml", where)
    assert found["ido"] == tmp_path / "tasks" / "ido.yaml"
    assert {"own", "kofu"} <= found.keys()
    assert find("tasks/kofu.yaml", where) == SHIPPED / "tasks" / "kofu.yaml"


def test_a_missing_folder_or_file_is_an_error_not_a_guess(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationMissing, match="TENKI_CONFIG names"):
        folders({"TENKI_CONFIG": str(tmp_path / "none")})
    with pytest.raises(ConfigurationMissing, match=r"no samples/none\.yaml"):
        find("samples/none.yaml", folders({}))
