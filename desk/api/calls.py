"""One call of the API: who calls, what it may, and the answer or the problem."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cases import tokens
from cases.errors import CaseError
from cases.files import DiskFull, FileMissing
from cases.token_table import ApiToken
from cases.tokens import Scope
from desk.api import problems
from desk.api.problems import Problem
from desk.api.shapes import Shape

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """A call whose token is known and may do what is asked."""

    request: HttpRequest
    token: ApiToken

    @property
    def who(self) -> str:
        return tokens.who(self.token)


View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Parameter:
    """A query parameter or a header, as the document explains it."""

    name: str
    description: str
    where: str = "query"
    schema: Mapping[str, object] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True)
class Operation:
    """One method on one address. ``scope`` None: any valid token."""

    method: str
    path: str
    view: View
    scope: Scope | None
    summary: str
    shape: type[Shape] | None = None
    status: int = 200
    parameters: tuple[Parameter, ...] = ()
    sends: str = ""
    """What kind of body the call has; empty: none."""

    brings: str = "application/json"
    problems: tuple[str, ...] = ()
    """Codes of problems that are this call's own."""


def answered(
    request: HttpRequest, operations: Mapping[str, Operation], words: Mapping[str, Any]
) -> HttpResponseBase:
    """The answer of the operation that fits the method; whatever hinders it is a problem document."""
    try:
        operation = operations.get("GET" if request.method == "HEAD" else request.method or "")
        if operation is None:
            raise Problem("call.method", {"Allow": ", ".join(sorted(operations))})
        return operation.view(_admitted(request, operation), **words)
    except Problem as problem:
        return problems.answer(problem.code, problem.headers)
    except (CaseError, DiskFull) as error:
        return problems.answer(error.code)
    except FileMissing:
        return problems.answer("file.missing")
    except Exception:
        # What it says may quote a value; the log's formatter keeps kind and place.
        log.exception("api call failed")
        return problems.answer("call.fault")


def _admitted(request: HttpRequest, operation: Operation) -> Call:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise Problem("token.missing")
    token = tokens.of_secret(secret.strip())
    if operation.scope is not Scope.WORKER:
        # A worker moves a batch's files as fast as it can, and only a worker has its scope.
        tokens.count_call(token)
    if operation.scope is not None:
        tokens.require(token, operation.scope)
    return Call(request, token)


def told(shape: Shape, status: int = 200) -> HttpResponse:
    return HttpResponse(shape.model_dump_json(), status=status, content_type="application/json")
