"""What console/web is built from: locked, hashed, and no registry's address in it."""

import json
import re
from pathlib import Path
from typing import Final

WEB: Final = Path(__file__).parents[2] / "console/web"


def test_each_locked_package_has_its_hash_and_no_address() -> None:
    locked = json.loads((WEB / "package-lock.json").read_text("utf-8"))["packages"]
    packages = {name: one for name, one in locked.items() if name}

    assert [name for name, one in packages.items() if "resolved" in one] == []
    assert [name for name, one in packages.items() if not one.get("integrity")] == []
    assert "omit-lockfile-registry-resolved=true" in (WEB / ".npmrc").read_text("utf-8")


def test_every_package_is_asked_for_in_one_version() -> None:
    asked = json.loads((WEB / "package.json").read_text("utf-8"))
    versions = {**asked["dependencies"], **asked["devDependencies"]}

    assert [name for name, version in versions.items() if not version[0].isdigit()] == []


def test_node_comes_with_hashes_where_the_machine_has_none() -> None:
    text = (WEB / "node-requirements.txt").read_text("utf-8")

    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) >= 2
    assert "://" not in text


def test_the_sip_library_is_known_in_one_folder() -> None:
    sources = [*WEB.glob("src/**/*.ts"), *WEB.glob("src/**/*.vue")]
    knowing = {path.name for path in sources if "jssip" in path.read_text("utf-8")}

    assert knowing - {"env.d.ts"} == {"sip.ts", "resume.ts"}


def test_no_page_sets_html_or_inline_styles() -> None:
    """The policy would refuse the second; the first would run what citizens say."""
    pages = {path.name: path.read_text("utf-8") for path in WEB.glob("src/**/*.vue")}
    wrong = re.compile(r"v-html|innerHTML|(?<![:\w-])style=\"")

    assert [name for name, text in pages.items() if wrong.search(text)] == []
