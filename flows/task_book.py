"""What a task's definition comes to where all rooms are known: its rounds, what is wrong with its file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from config.folders import ConfigurationMissing, files
from flows import wiring
from forms.errors import DefinitionError, UnknownFormError
from forms.library import line_at, load_definition

if TYPE_CHECKING:
    from cases.models import Task
    from cases.schedule import IsOpen
    from cases.seed import TaskFile
    from forms.library import FormLibrary
    from robots.definition import TargetDefinition
    from robots.file_target import FileTarget


def known_target(name: str) -> TargetDefinition | FileTarget:
    """A target of either kind. Raises DefinitionError, ConfigurationMissing."""
    return wiring.file_target(name) or wiring.target(name)


def is_open(target: str) -> IsOpen:
    """Whether the target may be worked at, by its definition's hours."""
    from robots.policy import within_hours

    hours, office = known_target(target).hours, wiring.office()

    def tell(at: datetime) -> bool:
        local = office.local(at)
        return within_hours(hours, local, office.holiday(local.date()))

    return tell


def coming(task: Task, after: datetime | None = None) -> Iterator[datetime]:
    """The task's rounds by its schedule, one after the other; none where it has no schedule of its own."""
    from cases.schedule import runs
    from cases.task_versions import limits_of, schedule_of

    schedule = schedule_of(task)
    if schedule is None:
        return iter(())
    return runs(schedule, after or wiring.now(), wiring.office(), is_open(task.target), limits_of(task))


def next_runs(task: Task, n: int = 5) -> tuple[datetime, ...]:
    """The first few of them."""
    return tuple(islice(coming(task), n))


def task_files() -> dict[str, Path]:
    """Every task's file by its name; a site's file hides the shipped one."""
    return files("tasks", ".yaml", wiring.config_folders())


def problems(path: Path) -> tuple[DefinitionError, ...]:
    """All that is wrong with a task's file, each with line and remedy; empty when the task can run."""
    from cases.seed import SampleFile, TaskFile

    try:
        plain = load_definition(path, TaskFile)
    except DefinitionError as error:
        return (error,)
    found = [*_named_otherwise(plain, path), *_at_the_target(plain, path)]
    if plain.baseline:
        try:
            load_definition(wiring.config_file(plain.baseline), SampleFile)
        except DefinitionError as error:
            found.append(error)
        except ConfigurationMissing as error:
            found.append(_wrong(path, "baseline", str(error), "Name the file from the configuration folder."))
    return tuple(found)


def _named_otherwise(plain: TaskFile, path: Path) -> Iterator[DefinitionError]:
    if plain.name != path.stem:
        yield _wrong(
            path, "name", f"the file is {path.name} and the task {plain.name}", "Give both the same name."
        )
    library = wiring.form_library()
    for number, form in enumerate(plain.forms):
        try:
            library.get(form)
        except UnknownFormError as error:
            yield _wrong(path, ("forms", number), error.message.rstrip("."), error.remedy)
    yield from _checked_twice(plain, path, library)
    if not plain.forms:
        yield _wrong(path, "forms", "the task takes no form", f"Known forms: {', '.join(library.names())}.")


def _checked_twice(plain: TaskFile, path: Path, library: FormLibrary) -> Iterator[DefinitionError]:
    from cases.policy import may_be_checked

    known = may_be_checked(library.get(name) for name in plain.forms if name in library.names())
    for name in plain.policy.second_check:
        if name not in known:
            yield _wrong(
                path,
                ("policy", "second_check"),
                f"no form of the task has a field or kind {name!r}",
                "Name ids of fields (see `tenki form fields`), kinds of them, or `all`.",
            )


def _at_the_target(plain: TaskFile, path: Path) -> Iterator[DefinitionError]:
    try:
        target = known_target(plain.target)
    except ConfigurationMissing:
        known = ", ".join(wiring.target_names())
        yield _wrong(path, "target", f"there is no target {plain.target!r}", f"Known targets: {known}.")
        return
    except DefinitionError as error:
        yield error
        return
    for number, form in enumerate(plain.forms):
        if form not in target.forms:
            yield _wrong(
                path,
                ("forms", number),
                f"target {target.target} does not take form {form!r}",
                f"It takes {', '.join(target.forms)}; add the form to its definition.",
            )
    yield from _without_rounds(plain, path)


def _without_rounds(plain: TaskFile, path: Path) -> Iterator[DefinitionError]:
    """A schedule that looks right and never comes to a round, or has a time that never does."""
    from cases.schedule import next_runs as following

    if plain.schedule is None:
        return
    where = (plain.schedule, wiring.now(), wiring.office(), is_open(plain.target), plain.limits)
    hours = known_target(plain.target).hours
    told = f"target {plain.target} is open from {hours.opens:%H:%M} to {hours.closes:%H:%M}" if hours else ""
    if not following(*where, n=1):
        yield _wrong(
            path,
            "schedule",
            "no round would be made in the next 400 days",
            f"Give other times or days{f'; {told}' if told else ''}, and mind limits.latest.",
        )
        return
    for number, at in enumerate(plain.schedule.at):
        alone = plain.schedule.model_copy(update={"at": (at,)})
        if not following(alone, *where[1:], n=1):
            yield _wrong(
                path,
                ("schedule", "at", number),
                f"no round would ever be made at {at:%H:%M}",
                f"Take the time out or give another{f'; {told}' if told else ''}.",
            )


def _wrong(path: Path, place: str | tuple[str | int, ...], problem: str, remedy: str) -> DefinitionError:
    parts = (place,) if isinstance(place, str) else place
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in parts)
    return DefinitionError(path, line_at(path, *parts), where, problem, remedy)
