from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from forms.definition import FormDefinition
from forms.library import FormLibrary
from robots.browser import BrowserSettings
from robots.client import RobotProcess
from robots.credentials import Credentials
from robots.definition import TargetDefinition, load_target
from tests.target_process import RunningTarget, running

CONFIG = Path(__file__).parents[2] / "config"
OPERATOR = Credentials("K0123", "himitsu-no-kotoba-7")


@pytest.fixture(scope="session")
def forms() -> dict[str, FormDefinition]:
    return {form.form: form for form in FormLibrary(CONFIG / "forms").newest()}


@pytest.fixture(scope="session")
def shared_target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTarget]:
    folder = tmp_path_factory.mktemp("target")
    target = RunningTarget(folder / "target.sqlite3", OPERATOR.operator, OPERATOR.password, "control")
    with running(target):
        yield target


@pytest.fixture
def target(shared_target: RunningTarget) -> RunningTarget:
    """The rehearsal target, running, with no fault armed."""
    shared_target.disarm_all()
    return shared_target


@pytest.fixture(scope="session")
def definition(shared_target: RunningTarget) -> TargetDefinition:
    """The shipped definition, with waits as short as a loopback allows."""
    shipped = load_target(CONFIG / "targets" / "rehearsal.yaml")
    return shipped.at(shared_target.url).model_copy(
        update={"settle_s": 0.3, "step_timeout_s": 5.0, "doubt_timeout_s": 1.0}
    )


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the shared robot writes its log."""
    return tmp_path_factory.mktemp("robot") / "robot.log"


@pytest.fixture(scope="session")
def robot(
    definition: TargetDefinition, forms: dict[str, FormDefinition], log: Path
) -> Iterator[RobotProcess]:
    """One robot for the whole room, as a city hall keeps one running all day."""
    with (
        log.open("ab") as stream,
        RobotProcess(definition, forms.values(), OPERATOR, BrowserSettings(), log=stream) as process,
    ):
        yield process
