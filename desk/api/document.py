"""The OpenAPI document, made of the table of calls and the shapes, so that it cannot say anything else."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from pydantic.json_schema import models_json_schema

from desk.api import problems, shapes
from desk.api.calls import Operation, Parameter
from desk.api.routes import OPERATIONS
from desk.api.shapes import Shape

PREFIX = "/api/v1/"
USUAL_PROBLEMS = ("token.missing", "token.unknown", "token.scope", "token.limit", "call.fault")
FORMATS = {"uuid": {"type": "string", "format": "uuid"}, "slug": {"type": "string"}}
REFERENCE = "#/components/schemas/{model}"


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """Open to everybody: it says what can be asked, and nothing of what would be answered."""
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


def document() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(_address(operation.path), {})[operation.method.lower()] = _told(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tenki",
            "version": "1",
            "description": "転記の案件を、ほかのシステムから扱うためのAPI。トークンは情報政策課が作ります。",
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _told(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.view.__name__,
        "summary": operation.summary,
        "description": f"スコープ: `{operation.scope}`" if operation.scope else "どのトークンでも",
        "parameters": [*_path_parameters(operation.path), *map(_parameter, operation.parameters)],
        "responses": {str(operation.status): _success(operation), **_problems(operation)},
    }
    if operation.status == 201:
        described["responses"]["200"] = _success(operation)
    if operation.sends:
        described["requestBody"] = {"required": True, "content": {operation.sends: {}}}
    return described


def _success(operation: Operation) -> dict[str, Any]:
    if operation.status == 204:
        return {"description": operation.summary}
    if operation.shape is None:
        return {"description": operation.summary, "content": {operation.brings: {}}}
    reference = {"$ref": REFERENCE.format(model=operation.shape.__name__)}
    return {"description": operation.summary, "content": {operation.brings: {"schema": reference}}}


def _problems(operation: Operation) -> dict[str, Any]:
    by_status: dict[str, list[str]] = {}
    for code in (*USUAL_PROBLEMS, *operation.problems):
        by_status.setdefault(str(problems.SAID[code].status), []).append(code)
    reference = {"$ref": REFERENCE.format(model="Problem")}
    return {
        status: {
            "description": ", ".join(codes),
            "content": {problems.CONTENT_TYPE: {"schema": reference}},
        }
        for status, codes in sorted(by_status.items())
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.description,
        "schema": dict(parameter.schema),
    }


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": FORMATS[kind]}
        for kind, name in re.findall(r"<(\w+):(\w+)>", path)
    ]


def _address(path: str) -> str:
    return PREFIX + re.sub(r"<\w+:(\w+)>", r"{\1}", path)


def _schemas() -> dict[str, Any]:
    used: list[type[Shape]] = [shapes.Problem]
    used += [operation.shape for operation in OPERATIONS if operation.shape is not None]
    wanted = [(shape, "serialization") for shape in dict.fromkeys(used)]
    _, found = models_json_schema(wanted, ref_template=REFERENCE)  # type: ignore[arg-type]  # a literal is a str
    schemas: dict[str, Any] = found["$defs"]
    return schemas
