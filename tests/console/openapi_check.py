"""Does a response fit what openapi.json promises? The part of JSON Schema that pydantic writes."""

import re
from datetime import datetime
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int,),
    "number": (int, float),
}
_KNOWN = {
    "$ref", "type", "title", "description", "default", "properties", "required", "items", "anyOf",
    "enum", "const", "additionalProperties", "format", "maxLength", "minLength", "pattern",
    "maximum", "minimum", "exclusiveMinimum", "maxItems", "minItems", "uniqueItems",
    "maxProperties", "propertyNames", "patternProperties",
}  # fmt: skip


def operation_of(document: dict[str, Any], method: str, path: str) -> dict[str, Any] | None:
    """The operation that serves this path; a literal path wins over one with parameters."""
    for template in sorted(document["paths"], key=lambda t: t.count("{")):
        pattern = re.sub(r"{\w+}", "[^/]+", template)
        if re.fullmatch(pattern, path) and method.lower() in document["paths"][template]:
            return document["paths"][template][method.lower()]
    return None


def misfits(
    document: dict[str, Any], schema: dict[str, Any], value: Any, at: str = "$"
) -> list[str]:
    """What is wrong with `value`, one sentence each."""
    unknown = set(schema) - _KNOWN
    assert not unknown, f"this checker does not know {unknown}"
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return misfits(document, document["components"]["schemas"][name], value, at)
    if "anyOf" in schema:
        tried = [misfits(document, each, value, at) for each in schema["anyOf"]]
        return [] if any(not found for found in tried) else [f"{at} fits no alternative: {tried}"]
    return [*_scalar(schema, value, at), *_inside(document, schema, value, at)]


def _scalar(schema: dict[str, Any], value: Any, at: str) -> list[str]:
    found = []
    kind = schema.get("type")
    if kind and not isinstance(value, _TYPES[kind]):
        found.append(f"{at} is no {kind}: {value!r}")
    if kind in ("integer", "number") and isinstance(value, bool):
        found.append(f"{at} is a truth value")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at} is none of {schema['enum']}: {value!r}")
    if schema.get("format") == "date-time" and not _is_moment(value):
        found.append(f"{at} is no time with its zone: {value!r}")
    return found


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


def _inside(document: dict[str, Any], schema: dict[str, Any], value: Any, at: str) -> list[str]:
    if isinstance(value, list):
        each = schema.get("items", {})
        return [
            m for n, item in enumerate(value) for m in misfits(document, each, item, f"{at}[{n}]")
        ]
    if not isinstance(value, dict):
        return []
    properties = schema.get("properties", {})
    found = [f"{at}.{name} is missing" for name in schema.get("required", []) if name not in value]
    other = schema.get("additionalProperties", True)
    for pattern, each in schema.get("patternProperties", {}).items():
        named = [name for name in value if re.search(pattern, name)]
        found += [m for name in named for m in misfits(document, each, value[name], f"{at}.{name}")]
    for name, item in value.items():
        if name in properties:
            found += misfits(document, properties[name], item, f"{at}.{name}")
        elif isinstance(other, dict):
            found += misfits(document, other, item, f"{at}.{name}")
        elif other is False or properties:
            found.append(f"{at}.{name} is not declared")
    return found
