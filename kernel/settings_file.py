"""Reads a settings file into its frozen model, or stops with file, key, value and remedy.

The one exception to "no I/O in kernel": every package has such a file, and none may know another.
"""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from kernel.errors import BadSettings

Model = TypeVar("Model", bound=BaseModel)
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path, model: type[Model], *, error: type[BadSettings] = BadSettings) -> Model:
    """Raises `error` for a file that is missing, is not YAML, or does not have the shape."""
    return checked(path, parsed(path, from_yaml, error), model, error=error)


def from_yaml(text: str) -> object:
    """libyaml's safe loader where PyYAML has it: a restart reads all files (`bench restart`)."""
    return yaml.load(text, _LOADER)  # noqa: S506 - a safe loader, either of them


def read_toml(path: Path, *, error: type[BadSettings] = BadSettings) -> dict[str, object]:
    """The file's tables as they stand; `checked` makes the model of them. Raises `error`."""
    found = parsed(path, tomllib.loads, error)
    assert isinstance(found, dict), "TOML is always a table"
    return found


def parsed(
    path: Path, parse: Callable[[str], object], error: type[BadSettings] = BadSettings
) -> object:
    """What stands in the file, of no shape yet. Raises `error`."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise error(
            f"{path} cannot be read: {err.strerror}.",
            remedy="Restore the file from the distribution's config/ folder.",
        ) from err
    except (yaml.YAMLError, ValueError) as err:
        raise error(
            f"{path} cannot be understood: {' '.join(str(err).split())}.",
            remedy="Mend the line that is named; save the file as UTF-8, indent with blanks only.",
        ) from err


def checked(
    source: Path | str, found: object, model: type[Model], *, error: type[BadSettings] = BadSettings
) -> Model:
    """The model of what was found. Raises `error` with the first wrong key and its value."""
    try:
        return model.model_validate(found)
    except ValidationError as err:
        raise error(_problem(source, err), remedy=_remedy(err)) from err


def moved(key: str, instead: str) -> PydanticCustomError:
    """For a validator that meets a key of an older version. `instead`: what to do now."""
    return PydanticCustomError(
        "moved", "{key} does not stand here any more", {"key": key, "instead": instead}
    )


def _problem(source: Path | str, err: ValidationError) -> str:
    first = err.errors()[0]
    key = ".".join(str(part) for part in first["loc"]) or "(the whole file)"
    more = f" ({err.error_count() - 1} more)" if err.error_count() > 1 else ""
    return f"{source}: key {key}: value {_shown(first['input'])}: {first['msg']}{more}."


def _shown(value: object) -> str:
    text = f"a table with {len(value)} keys" if isinstance(value, Mapping) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _remedy(err: ValidationError) -> str:
    first = err.errors()[0]
    match first["type"]:
        case "moved":
            return f"Take {first['ctx']['key']} out; {first['ctx']['instead']}."
        case "missing":
            return "Add the key."
        case "extra_forbidden":
            return "Remove the key, or correct its spelling."
        case _:
            return "Give the key a value of the kind that is named."
