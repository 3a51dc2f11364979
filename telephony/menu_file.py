"""Reads config/menus.yaml, lines.yaml and levels.yaml.

A key that stands twice is refused: YAML itself would take the last.
"""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from kernel.settings_file import checked, parsed
from telephony.levels import BadLevels, Levels
from telephony.lines import BadLines, Lines
from telephony.menu import BadMenus, Menus


class _UniqueKeys(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [str(key.value) for key, _ in node.value]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            line = node.start_mark.line + 1
            raise yaml.YAMLError(f"the key {twice[0]!r} stands twice, at or below line {line}")
        return super().construct_mapping(node, deep)


def load_menus(path: Path) -> Menus:
    """Raises BadMenus with file, key, value and remedy; then `check_menus` for what it names."""
    return checked(path, parsed(path, _parse, BadMenus), Menus, error=BadMenus)


def load_lines(path: Path) -> Lines:
    """Raises BadLines with file, key, value and remedy; then `check_lines` for what it names."""
    return checked(path, parsed(path, _parse, BadLines), Lines, error=BadLines)


def load_levels(path: Path) -> Levels:
    """Raises BadLevels with file, key, value and remedy; then `check_levels` for what it names."""
    return checked(path, parsed(path, _parse, BadLevels), Levels, error=BadLevels)


def _parse(text: str) -> object:
    return yaml.load(text, Loader=_UniqueKeys)  # noqa: S506 - a SafeLoader
