"""A move is the name of a method of the world or of a part of it, and what it is given."""

from typing import Any, TypeAlias

Move: TypeAlias = tuple[str, tuple[Any, ...]]
