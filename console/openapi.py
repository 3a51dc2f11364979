"""openapi.json (3.1), made from the routes: what is not declared there cannot be documented
wrongly."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaValue, models_json_schema

from console.error_replies import Problem, status_of
from console.routes import Operation
from kernel.errors import HotlineError

Mode = Literal["validation", "serialization"]
_REF: Final = "#/components/schemas/{model}"
_SESSION: Final = "session"


def document(operations: Sequence[Operation], *, cookie: str) -> dict[str, Any]:
    """The whole document as plain values, ready for JSON."""
    schemas, components = _schemas(operations)
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for operation in operations:
        paths[operation.path][operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "12345 hotline console",
            "version": "1",
            "description": "Cookie session; errors are {code, problem, remedy}.",
        },
        "paths": dict(paths),
        "components": {
            "schemas": components,
            "securitySchemes": {
                _SESSION: {"type": "apiKey", "in": "cookie", "name": cookie},
            },
        },
    }


Schemas = Mapping[tuple[type[Any], Mode], JsonSchemaValue]


def _schemas(operations: Iterable[Operation]) -> tuple[Schemas, dict[str, Any]]:
    wanted: dict[tuple[type[BaseModel], Mode], None] = {(Problem, "serialization"): None}
    for operation in operations:
        for model in (operation.body, operation.query):
            if model is not None:
                wanted[model, "validation"] = None
        if operation.answer is not None:
            wanted[operation.answer, "serialization"] = None
    schemas, definitions = models_json_schema(list(wanted), ref_template=_REF)
    return schemas, definitions.get("$defs", {})


def _operation(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.group],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": {**_success(operation, schemas), **_failures(operation, schemas)},
        "security": [] if operation.public else [{_SESSION: []}],
    }
    if operation.scope is not None:
        said["x-scope"] = operation.scope.value
    if operation.body is not None:
        content = {"application/json": {"schema": schemas[operation.body, "validation"]}}
        said["requestBody"] = {"required": True, "content": content}
    return said


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    names = re.findall(r"{(\w+)}", operation.path)
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(ref_template=_REF)
    required = schema.get("required", [])
    found = []
    for name, about in schema["properties"].items():
        about.pop("title", None)
        found.append({"name": name, "in": "query", "required": name in required, "schema": about})
    return found


def _success(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    status = str(operation.status)
    if operation.answer is not None:
        content = {"application/json": {"schema": schemas[operation.answer, "serialization"]}}
        said = {"description": operation.summary, "content": content}
        return {str(code): said for code in (operation.status, *operation.other_statuses)}
    if operation.media is None:
        return {status: {"description": "Done; nothing to say."}}
    if operation.media == "websocket":
        return {"101": {"description": "A WebSocket; its messages are described in the README."}}
    body = {"description": operation.summary, "content": {operation.media: {}}}
    if not operation.media.startswith("audio/"):
        return {status: body}
    return {status: body, "206": body, "416": {"description": "Outside of the sound."}}


def _failures(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    by_status: dict[int, list[type[HotlineError]]] = defaultdict(list)
    for error in operation.all_errors():
        by_status[status_of(error)].append(error)
    for status in operation.other_statuses:
        by_status.pop(status, None)
    problem = schemas[Problem, "serialization"]
    return {
        str(status): {
            "description": ", ".join(error.code for error in found),
            "content": {"application/json": {"schema": problem}},
        }
        for status, found in sorted(by_status.items())
    }
