"""Reads a YAML file into its frozen model, or stops with file, key, value and remedy."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from kernel.errors import BadSettings

Model = TypeVar("Model", bound=BaseModel)


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Raises BadSettings for a file that is missing, is not YAML, or does not have the shape."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise BadSettings(
            f"{path} cannot be read: {err.strerror}.",
            remedy="Restore the file from the distribution's config/ folder.",
        ) from err
    except (yaml.YAMLError, UnicodeDecodeError) as err:
        raise BadSettings(
            f"{path} is not YAML in UTF-8: {' '.join(str(err).split())}.",
            remedy="Mend the line that is named; indent with blanks only.",
        ) from err
    try:
        return model.model_validate(raw)
    except ValidationError as err:
        raise BadSettings(_explain(path, err), remedy=_remedy(err)) from err


def _explain(path: Path, err: ValidationError) -> str:
    first = err.errors()[0]
    key = ".".join(str(part) for part in first["loc"]) or "(the whole file)"
    more = f" ({err.error_count() - 1} more)" if err.error_count() > 1 else ""
    return f"{path}: key {key}: value {_short(first['input'])}: {first['msg']}{more}."


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _remedy(err: ValidationError) -> str:
    match err.errors()[0]["type"]:
        case "missing":
            return "Add the key."
        case "extra_forbidden":
            return "Remove the key, or correct its spelling."
        case _:
            return "Give the key a value of the kind that is named."
