"""The operator's id and password: from the environment or from the caller, never from a definition."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from robots.definition import TargetDefinition
from robots.errors import MissingCredentialError


@dataclass(frozen=True)
class Credentials:
    """Neither shows when printed."""

    operator: str = field(repr=False)
    password: str = field(repr=False)


NOBODY = Credentials("", "")
"""For a target at which a person signs in."""


def from_environment(target: TargetDefinition, environment: Mapping[str, str] = os.environ) -> Credentials:
    """What the names hold that the definition gives. MissingCredentialError names those not set."""
    names = target.credentials
    if names is None:
        return NOBODY
    missing = [name for name in (names.operator, names.password) if not environment.get(name)]
    if missing:
        raise MissingCredentialError(
            f"Target {target.target} needs {' and '.join(missing)}. Set them in the environment, or keep "
            "them where docs/administrator.md says."
        )
    return Credentials(environment[names.operator], environment[names.password])
