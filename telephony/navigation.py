"""One tree of menus for the whole province, by its version; a city adds words, no keys (NAV-04).

Pure. The province gives out menus.yaml with a version and the mark of its tree; a city's own words
stand in `inserts` of levels.yaml and are not part of it.
"""

import hashlib
import json
from collections.abc import Mapping

from telephony.levels import Navigation
from telephony.menu import BadMenus, Menus


def tree_of(menus: Menus) -> str:
    """The mark of the tree: the same for the same menus, whatever the order and the comments, and
    whatever a later version of this program may add to a menu."""
    said = menus.model_dump(mode="json", exclude_defaults=True)
    plain = json.dumps(said, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def check_navigation(menus: Menus, release: Navigation | None) -> None:
    """The tree is the one that was given out. Raises BadMenus; without a release all is ours."""
    if release is None or tree_of(menus) == release.tree:
        return
    raise BadMenus(
        f"menus.yaml: its tree is {tree_of(menus)}, and the province's release "
        f"{release.version!r} is {release.tree}.",
        remedy="Restore the province's menus.yaml; words of your own stand in `inserts` of "
        "levels.yaml. The province itself: renew `navigation` there.",
    )


def with_inserts(menus: Menus, inserts: Mapping[str, tuple[str, ...]]) -> Menus:
    """A city's own words before the question, which stays the last; the keys stay."""
    changed = {
        name: menu.model_copy(
            update={"say": (*menu.say[:-1], *inserts.get(name, ()), menu.say[-1])}
        )
        for name, menu in menus.menus.items()
    }
    return menus.model_copy(update={"menus": changed})
