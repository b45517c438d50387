"""What the documents name exists, and what people must know is named: verbs, settings, kinds, rules."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from ruamel.yaml import YAML
from typer.core import TyperCommand, TyperGroup

from cases.roles import Role
from cases.seed import TaskFile
from config.site import Site, read_site
from flows.command import app
from forms.definition import Field, FormDefinition, Kind, Table
from forms.kinds import parse
from forms.library import load_form
from forms.lint import lint
from forms.printing import blank_pdf
from forms.rules import FIELD_RULES, OPTIONAL_PARAMETERS, PARAMETERS, SHEET_RULES

PROJECT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "forms", "ocr", "robots", "cases", "savings", "desk", "rehearsal", "flows")
PAGES = sorted(
    [*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md"), PROJECT / "rehearsal/sheets/README.md"]
)
ABOUT_THE_CODE = (
    "command.md",
    "department.md",
    "targets.md",
    "developer.md",
    "decisions.md",
    "administrator.md",
)
"""Pages whose paths are those of the repository; the form makers' page speaks of their own folder too."""

Words = tuple[str, ...]

LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#\s]*)(?:#(?P<heading>[^)\s]+))?\)")
VARIABLE = re.compile(r"TENKI_[A-Z_]*[A-Z](?:_(?=<))?")
CODE = re.compile(r"```(?:sh|ini)\n(.*?)```|`([^`\n]+)`", re.DOTALL)


def text(name: str) -> str:
    return (PROJECT / "docs" / name).read_text(encoding="utf-8")


def code_in(page: Path) -> Iterator[str]:
    """Lines of commands and what stands between backticks."""
    for match in CODE.finditer(page.read_text(encoding="utf-8")):
        yield from (match[1] or match[2]).splitlines()


def yaml_in(name: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", text(name), re.DOTALL)


def slug(heading: str) -> str:
    """A heading's anchor, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for match in LINK.finditer(page.read_text(encoding="utf-8")):
        target = (page.parent / match["path"]).resolve() if match["path"] else page
        assert target.exists(), f"{page.name} links to {match['path']}"
        if match["heading"]:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert match["heading"] in map(slug, headings), f"{page.name} links to {match[0]}"


def commands(verb: TyperGroup | TyperCommand, words: Words = ()) -> Iterator[tuple[Words, TyperCommand]]:
    """Every verb by its words: ``("form", "lint")``."""
    if isinstance(verb, TyperCommand):
        yield words, verb
        return
    for name, inner in verb.commands.items():
        assert isinstance(inner, TyperGroup | TyperCommand)
        yield from commands(inner, (*words, name))


FRONT_DOOR = typer.main.get_command(app)
assert isinstance(FRONT_DOOR, TyperGroup)
VERBS = dict(commands(FRONT_DOOR))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_verbs_that_are_named_exist_with_their_options(page: Path) -> None:
    for line in code_in(page):
        if match := re.search(r"(?:^|/)tenki (?P<said>[a-z][^#]*)", line):
            assert not (wrong := wrong_words(match["said"].split())), f"{wrong} in `{line}`"


def wrong_words(said: list[str]) -> set[str]:
    """The verb when there is none, or those of its options that it does not have."""
    words = next((tuple(said[:length]) for length in (2, 1) if tuple(said[:length]) in VERBS), None)
    if words is None:
        return set(said[:2]) - {verb[0] for verb in VERBS if len(verb) > 1}
    known = {"--help", *(option for parameter in VERBS[words].params for option in parameter.opts)}
    return {word for word in said if word.startswith("-")} - known


def test_a_wrong_verb_or_option_would_be_noticed() -> None:
    assert wrong_words(["entre", "ido"]) == {"entre", "ido"}
    assert wrong_words(["form", "lnit", "ido"]) == {"lnit"}
    assert wrong_words(["form", "print", "ido", "-o", "x", "--colour"]) == {"--colour"}
    assert wrong_words(["form", "…"]) == {"…"}


def test_every_variable_is_told_to_the_administrator() -> None:
    used = {
        name
        for room in ROOMS
        for path in (PROJECT / room).rglob("*.py")
        for name in re.findall(r"TENKI_[A-Z_]+", path.read_text(encoding="utf-8"))
    }
    # One for each target: the code has the beginning, and the demonstration its own.
    used = {"TENKI_TARGET_URL_" if name.startswith("TENKI_TARGET_URL_") else name for name in used}
    assert set(VARIABLE.findall(text("administrator.md"))) == used


def test_every_setting_is_told_with_its_default() -> None:
    for setting in dataclasses.fields(Site):
        row = re.search(
            rf"^\| `{setting.name}` \| `(?P<default>.+?)` \|", text("administrator.md"), re.MULTILINE
        )
        assert row, f"the setting {setting.name} is not in docs/administrator.md"
        default = list(setting.default) if isinstance(setting.default, tuple) else setting.default
        assert YAML(typ="safe").load(row["default"]) == default


def test_the_site_file_of_the_administrator_is_read(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", text("administrator.md"), re.DOTALL)
    (tmp_path / "site.toml").write_text(example, encoding="utf-8")
    site = read_site((tmp_path,))
    code = Field.model_validate({"id": "c", "kind": "municipality_code", "label": "", "box": [0, 0, 9, 9]})
    assert parse(code, site.municipality_code).findings == ()


def test_every_role_is_told() -> None:
    accounts = section("administrator.md", "Accounts and roles")
    assert set(re.findall(r"^\| `(\w+)` \|", accounts, re.MULTILINE)) == set(Role)


def section(name: str, heading: str) -> str:
    return re.split(r"^## ", text(name).partition(f"## {heading}")[2], flags=re.MULTILINE)[0]


def test_kinds_and_rules_are_told_to_the_form_maker() -> None:
    kinds = re.findall(r"^\| `(\w+)` ", section("form-maker.md", "Kinds"), re.MULTILINE)
    assert sorted(kinds) == sorted(Kind)
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", section("form-maker.md", "Checks"), re.MULTILINE))
    assert set(rows) == {*FIELD_RULES, *SHEET_RULES}
    for name, parameters in PARAMETERS.items():
        told = set(re.findall(r"`(\w+)`", rows[name]))
        assert told == {*parameters, *OPTIONAL_PARAMETERS.get(name, ())}, name


def test_every_complaint_is_told_to_the_form_maker() -> None:
    source = (PROJECT / "forms" / "lint.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'Complaint\("([a-z_.]+)"', source))
    rows = re.findall(r"^\| (`.*?) \|", section("form-maker.md", "What lint complains of"), re.MULTILINE)
    assert set(re.findall(r"`([a-z_.]+)`", " ".join(rows))) == codes


def test_the_form_makers_form_is_a_good_one(tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(yaml_in("form-maker.md")[0], encoding="utf-8")
    form: FormDefinition = load_form(path)
    assert lint(form) == ()
    assert blank_pdf(form).startswith(b"%PDF")


def test_the_form_makers_table_and_task_are_well_formed() -> None:
    _, table, task = yaml_in("form-maker.md")
    persons = Table.model_validate(YAML(typ="safe").load(table)["tables"][0])
    assert [field.id for field in persons.expanded()][1] == "persons.2.name"
    assert TaskFile.model_validate(YAML(typ="safe").load(task)).forms == ("inkan_shomei",)


@pytest.mark.parametrize("name", ABOUT_THE_CODE)
def test_paths_that_are_named_exist(name: str) -> None:
    beginnings = "|".join((*ROOMS, "tests", "scripts", "docs", "benchmarks"))
    for named in re.findall(rf"`((?:{beginnings})/[\w./]*)`", text(name)):
        # Folders of a site's own have the names of ours.
        assert (PROJECT / named).exists() or (PROJECT / "config" / named).exists(), f"{name} names {named}"


def test_modules_that_the_developer_is_told_of_exist() -> None:
    for named in re.findall(rf"`((?:{'|'.join(ROOMS)})\.[\w.]+)", text("developer.md")):
        assert exists(named.rstrip(".")), f"docs/developer.md names {named}"


def exists(dotted: str) -> bool:
    """Whether it is a module, or something in one."""
    parts = dotted.split(".")
    length = max(
        (
            n
            for n in range(1, len(parts) + 1)
            if (PROJECT / "/".join(parts[:n])).is_dir() or is_module(parts[:n])
        ),
        default=0,
    )
    found: object = importlib.import_module(".".join(parts[:length]))
    for name in parts[length:]:
        if not hasattr(found, name):
            return False
        found = getattr(found, name)
    return True


def is_module(parts: list[str]) -> bool:
    return (PROJECT / "/".join(parts)).with_suffix(".py").is_file()


def test_every_law_is_told_with_tests_that_exist() -> None:
    laws = section("developer.md", "The laws")
    assert re.findall(r"^\| (\d) ", laws, re.MULTILINE) == list("1234567")
    assert len(set(re.findall(r"`(tests/[\w/]+\.py)`", laws))) >= 10


def test_nothing_leads_to_the_page_that_goes() -> None:
    pages = [page for page in PAGES if page.name != "next.md"]
    assert not [page.name for page in pages if "next.md" in page.read_text(encoding="utf-8")]
