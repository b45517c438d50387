"""Nothing that an exception quotes may reach Prefect, which stores messages and tracebacks in clear."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager


class Fault(Exception):
    """Something of ours failed. Says what kind and where, never in which words: they may be a resident's."""

    def __init__(self, kind: str, place: str, code: str = "") -> None:
        named = f"{kind} ({code})" if code else kind
        super().__init__(f"{named} at {place}; `tenki doctor` tells whether the machine is at fault")
        self.kind, self.place, self.code = kind, place, code


TELLABLE = frozenset(
    {
        "cases.files.DiskFull",
        "cases.stores.StoreUnavailable",
        "cases.vault.KeysLost",
        "config.folders.ConfigurationMissing",
        "config.private_files.SecretFileExposed",
        "config.private_files.SecretFileMissing",
        "config.site.SiteSettingWrong",
        "flows.guard.Fault",
        "flows.secret_store.KeyringUnavailable",
        "forms.errors.FormError",
        "robots.errors.MissingCredentialError",
    }
)
"""Base classes, by name, whose messages speak of the machine and its configuration only."""


@contextmanager
def sealed() -> Iterator[None]:
    """Within it every exception but the tellable is exchanged for a ``Fault``, without cause or context."""
    try:
        yield
    except Exception as error:  # It goes on, without its words.
        if any(f"{kind.__module__}.{kind.__qualname__}" in TELLABLE for kind in type(error).__mro__):
            raise error from None
        code = getattr(type(error), "code", "")
        raise Fault(type(error).__qualname__, _place(error), code if isinstance(code, str) else "") from None


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}, line {frames[-1].lineno}" if frames else "an unknown place"
