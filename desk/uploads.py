"""How much may be sent to an address, told by what the request announces: before anything is taken apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from desk.whole import whole

View = TypeVar("View", bound=Callable[..., object])
AROUND_A_FILE_BYTES = 64 * 1024
"""A file's form has other fields and boundaries, too."""

WITHOUT_A_FILE_BYTES = 4 * 1024 * 1024
"""No page sends more without a file."""


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """Mark a view to which files of that size are sent."""

    def mark(view: View) -> View:
        vars(view)["most_bytes"] = most_bytes + AROUND_A_FILE_BYTES
        return view

    return mark


def is_too_large(request: HttpRequest) -> bool:
    """Whether a request announces more than its address takes, or nonsense."""
    announced = whole(request.META.get("CONTENT_LENGTH") or "0")
    if announced is None or announced > settings.LARGEST_POST_BYTES:
        return True
    return announced > WITHOUT_A_FILE_BYTES and announced > _most_bytes(request.path_info)


def _most_bytes(path: str) -> int:
    try:
        view = resolve(path).func
    except Resolver404:
        return WITHOUT_A_FILE_BYTES
    return int(vars(view).get("most_bytes", WITHOUT_A_FILE_BYTES))
