"""The one place that joins the rooms: who gets which library, which folder, which port.

Nothing here runs at import time, and the heavy rooms are imported only when they are asked for, so that
``tenki --help`` is quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.folders import find, folders
from config.site import Site, read_site
from forms.routing import MAX_WRONG

if TYPE_CHECKING:
    from PIL import Image

    from cases.office import Office
    from forms.library import FormLibrary
    from forms.rules import Context
    from ocr.reader import Reader
    from robots.client import RobotProcess
    from robots.definition import TargetDefinition
    from robots.file_target import FileTarget
    from savings.plan import Plan


@dataclass(frozen=True)
class ReadingRoom:
    """All that reading a sheet takes: the reader with its models loaded, the forms, the day and the place.

    ``max_wrong``: the share of wrong values wanted at most among those accepted without a look.
    """

    reader: Reader
    library: FormLibrary
    context: Context
    max_wrong: float = MAX_WRONG


def var() -> Path:
    """The folder in which the program writes; ``environment.prepare`` has set it."""
    return Path(os.environ["TENKI_VAR"])


def config_folders() -> tuple[Path, ...]:
    """The shipped configuration and the site's; later ones win."""
    return folders(os.environ)


def config_file(relative: str) -> Path:
    """A file of the configuration, the site's own before the shipped one. Raises ConfigurationMissing."""
    return find(relative, config_folders())


def site() -> Site:
    return read_site(config_folders())


def browser_path() -> str:
    """The browser that robots drive."""
    return os.environ.get("TENKI_BROWSER") or site().browser_path


def form_library() -> FormLibrary:
    """Every form that this site knows. DefinitionError when a definition file is wrong."""
    from forms.library import FormLibrary

    return FormLibrary(*(folder / "forms" for folder in config_folders()))


def reading_room(form: str | None = None, alone: bool = True) -> ReadingRoom:
    """Load what reading takes: about a second and 130 MB. With ``form`` every sheet is taken for that one.

    ``alone`` is false in one of several reading processes, which use one core each.
    """
    from ocr.reader import Reader

    library = form_library() if form is None else form_library().only(form)
    reader = Reader(library) if alone else Reader(library, threads=1)
    return ReadingRoom(reader, library, rules_context())


def cores() -> int:
    """How many processes may read side by side."""
    return len(os.sched_getaffinity(0))


def rules_context() -> Context:
    """What the rules need to know of today and of the municipality."""
    from forms.rules import Context

    here = site()
    return Context(
        today=today(),
        municipality_code=here.municipality_code,
        wards_are_municipalities=here.wards_are_municipalities,
    )


def today() -> date:
    """The day at the city hall, whatever the machine's own zone is."""
    return datetime.now(ZoneInfo(site().time_zone)).date()


def now() -> datetime:
    """The time at the city hall."""
    return datetime.now(ZoneInfo(site().time_zone))


def office() -> Office:
    """The city hall's calendar."""
    from cases.office import Office

    here = site()
    return Office(ZoneInfo(here.time_zone), frozenset(here.closed_days))


def closed_today() -> bool:
    """Whether the city hall is closed all day: a national holiday, or one of the site's closed days."""
    return office().holiday(today())


def plan() -> Plan:
    """The city's plan: the one in the site's own folder, else the shipped example."""
    from savings.plan import load_plan

    return load_plan(sorted(_newest_folder("plan").glob("*.yaml"))[0])


def start_django(log_level: str = "WARNING") -> None:
    """Set Django up; afterwards ``cases`` may be imported and used. Doing it twice does no harm.

    A verb at a terminal speaks for itself, so that only warnings are logged; services log more.
    """
    import django
    from django.apps import apps
    from django.conf import settings

    if apps.ready:
        return
    os.environ.setdefault("TENKI_LOG_LEVEL", log_level)
    if "prefect" in sys.modules:
        # Configuring logging anew flushes Prefect's handler, and the two then wait for each other (tried).
        settings.LOGGING_CONFIG = None
    django.setup()


def ready_database(log_level: str = "WARNING") -> None:
    """Keys, tables and tasks as this version wants them; what a killed process left half done is cleared."""
    start_django(log_level)
    from django.core.management import call_command

    from cases import files, seed, vault
    from cases.models import AuditLine

    call_command("migrate", verbosity=0, interactive=False)
    vault.ready_keys(in_use=AuditLine.objects.exists())
    seed.seed()
    files.sweep()


def load_page(original: object, page_index: int) -> Image.Image:
    """Opens a page of an original for the desk and ``cases``, which may not know ``ocr``."""
    from PIL import Image

    from ocr.load import pages

    page = next(page for page in pages(Path(str(original))) if page.index == page_index)
    return Image.fromarray(page.image if page.image.ndim == 2 else page.image[:, :, ::-1])


def target_names() -> tuple[str, ...]:
    """Every target that this site knows."""
    return tuple(sorted({path.stem for f in config_folders() for path in (f / "targets").glob("*.yaml")}))


def target(name: str) -> TargetDefinition:
    """A target by name. ``TENKI_TARGET_URL_<NAME>`` gives it another address (a rehearsal, a test system)."""
    from robots.definition import load_target

    definition = load_target(config_file(f"targets/{name}.yaml"))
    elsewhere = os.environ.get(f"TENKI_TARGET_URL_{name.upper()}")
    return definition.at(elsewhere) if elsewhere else definition


def file_target(name: str) -> FileTarget | None:
    """A target that imports files; None when robots work at its screens."""
    from robots.file_target import is_file_target, load_file_target

    path = config_file(f"targets/{name}.yaml")
    return load_file_target(path) if is_file_target(path) else None


@contextmanager
def robot(target_name: str, keep: Callable[[], None] | None = None) -> Iterator[RobotProcess]:
    """A robot at the target, in a process of its own; its log of steps goes to ``var/logs``.

    ``keep`` is called all the while, for leases that must not run out.

    MissingCredentialError when nobody has told us how to sign in.
    """
    from flows.secret_store import known
    from robots.browser import BrowserSettings
    from robots.client import RobotProcess
    from robots.credentials import from_environment

    definition, library = target(target_name), form_library()
    forms = [library.get(name, version) for name in library.names() for version in library.versions(name)]
    names = definition.credentials
    secrets = known((names.operator, names.password)) if names else {}
    # Where a person signs in, the robot's window is shown to them.
    settings = BrowserSettings(browser_path(), headless=not definition.attended)
    path = var() / "logs" / f"robot-{target_name}.log"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        path.open("ab") as log,
        RobotProcess(
            definition, forms, from_environment(definition, secrets), settings, log=log, keep=keep
        ) as process,
    ):
        yield process


def _newest_folder(kind: str) -> Path:
    """The site's folder of that kind where it has one, else the shipped one."""
    return next(folder / kind for folder in reversed(config_folders()) if (folder / kind).is_dir())
