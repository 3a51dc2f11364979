"""A private Asterisk 22 from Debian's testing suite: fetched once, without root, nothing installed.

Its programs run on an older system through their own loader and libraries. The tree is built
beside its final place and renamed, under a file lock, so that two starts do not collide and a
broken download leaves nothing behind.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hotline.private.errors import NoAsteriskTree
from hotline.private.places import cache_home, we_are_root
from hotline.private.progress import Say, say

SUITE = "forky"
ARCHITECTURE = "amd64"
BUILD = 1  # raise it when the tree is laid out differently
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
FETCH_WITHIN_S = 600
PACKAGES = (
    *("asterisk", "asterisk-modules", "asterisk-config"),
    *("asterisk-core-sounds-en", "asterisk-core-sounds-en-wav"),
    *(
        "libc6",
        "libbsd0",
        "libcap2",
        "libcrypt1",
        "libedit2",
        "libgcc-s1",
        "libgsm1",
        "libjansson4",
    ),
    *("libmd0", "libnspr4", "libnss3", "libsqlite3-0", "libsrtp2-1", "libssl3t64", "libstdc++6"),
    *("libsystemd0", "libtinfo6", "liburiparser1", "libuuid1", "libxml2-16", "libxslt1.1"),
    *("libzstd1", "zlib1g"),
)


@dataclass(frozen=True, slots=True)
class AsteriskTree:
    """Where the parts of an unpacked tree lie."""

    root: Path

    @property
    def libraries(self) -> Path:
        return self.root / "usr/lib/x86_64-linux-gnu"

    @property
    def loader(self) -> Path:
        return self.libraries / "ld-linux-x86-64.so.2"

    @property
    def program(self) -> Path:
        return self.root / "usr/sbin/asterisk"

    @property
    def modules(self) -> Path:
        return self.libraries / "asterisk/modules"

    @property
    def shared_data(self) -> Path:
        return self.root / "usr/share/asterisk"

    def command(self, *arguments: str) -> list[str]:
        """Asterisk through its own loader; the first word is the program to execute."""
        return [
            str(self.loader),
            "--library-path",
            str(self.libraries),
            str(self.program),
            *arguments,
        ]


def asterisk_tree(*, tell: Say = say) -> AsteriskTree:
    """The tree in the per-user cache, built at the first call (5-60 s). Raises NoAsteriskTree."""
    key = hashlib.sha256(repr((BUILD, SUITE, ARCHITECTURE, PACKAGES)).encode()).hexdigest()[:12]
    cache = cache_home()
    final = cache / f"asterisk-{key}"
    if not final.exists():
        with _only_one(cache / f"asterisk-{key}.lock"):
            if not final.exists():
                tell("fetching a private Asterisk 22, once (下载私有 Asterisk，仅首次) ...")
                _build(final)
                tell(f"Asterisk unpacked in {final} (versions in versions.txt)")
    return AsteriskTree(final / "tree")


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build(final: Path) -> None:
    half = Path(tempfile.mkdtemp(prefix=f".{final.name}.", dir=final.parent))
    try:
        half.chmod(0o755)
        packages = _download(half)
        (half / "versions.txt").write_text(_unpack(packages, half / "tree"), encoding="utf-8")
        for rest in ("apt", "packages"):
            shutil.rmtree(half / rest)
        half.rename(final)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _download(half: Path) -> list[Path]:
    """All packages, by a private apt state; signatures are checked by apt as always."""
    if not KEYRING.exists():
        raise NoAsteriskTree(
            f"Debian's archive keyring {KEYRING} is missing.",
            remedy="Install it: apt-get install debian-archive-keyring",
        )
    options = _apt_options(half / "apt", _mirror())
    target = half / "packages"
    target.mkdir()
    _run(["apt-get", *options, "update", "-qq"], half)
    _run(["apt-get", *options, "download", "-qq", *PACKAGES], target)
    return sorted(target.glob("*.deb"))


def _mirror() -> str:
    """DEBIAN_MIRROR, else the mirror that this machine's apt already uses."""
    if named := os.environ.get("DEBIAN_MIRROR"):
        return named
    lines = _run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)"], Path("/")
    )
    return choose_mirror(lines)


def choose_mirror(lines: str) -> str:
    """The first main archive among `URI RELEASE COMPONENT` lines. Raises NoAsteriskTree."""
    words = [line.split() for line in lines.splitlines()]
    found = [
        uri
        for uri, release, component in (three for three in words if len(three) == 3)
        if component == "main"
        and "security" not in uri
        and not re.search(r"-(security|updates|backports|proposed-updates)$", release)
    ]
    debian = [uri for uri in found if "debian" in uri]
    for uri in debian or found:
        return uri
    raise NoAsteriskTree(
        "apt on this machine names no Debian mirror.",
        remedy="Set DEBIAN_MIRROR, for example DEBIAN_MIRROR=http://deb.debian.org/debian",
    )


def _apt_options(state: Path, mirror: str) -> list[str]:
    """On the command line, because that alone overrides the machine's own (its proxy stays).

    Check-Valid-Until is off: a mirror frozen in time serves a Release file past its date.
    """
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True)
    (state / "status").touch()
    source = f"deb [signed-by={KEYRING} arch={ARCHITECTURE}] {mirror} {SUITE} main\n"
    (state / "sources.list").write_text(source, encoding="utf-8")
    settings = {
        "Dir::State": state / "state",
        "Dir::State::status": state / "status",
        "Dir::Cache": state / "cache",
        "Dir::Etc::sourcelist": state / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "APT::Architecture": ARCHITECTURE,
        "APT::Architectures": ARCHITECTURE,
        "Acquire::Languages": "none",
        "Acquire::Check-Valid-Until": "false",
        "Acquire::Retries": "3",
        "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    }
    if we_are_root():
        settings["APT::Sandbox::User"] = "root"  # apt's own user cannot read our temporary folder
    return [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]


def _unpack(packages: list[Path], tree: Path) -> str:
    """Unpack them all; what was unpacked, as `package=version` lines."""
    tree.mkdir()
    lines = []
    for package in packages:
        _run(["dpkg-deb", "-x", str(package), str(tree)], tree)
        lines.append(
            _run(["dpkg-deb", "-W", "--showformat=${Package}=${Version}\n", str(package)], tree)
        )
    return "".join(lines)


def _run(command: list[str], folder: Path) -> str:
    """Standard output of an apt or dpkg command. Raises NoAsteriskTree with its own words."""
    program = shutil.which(command[0])
    if program is None:
        raise NoAsteriskTree(
            f"{command[0]} is missing: the private Asterisk is fetched from Debian.",
            remedy="Use Debian or Ubuntu, or a site's own Asterisk (setting ami.host).",
        )
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            [program, *command[1:]],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=FETCH_WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise NoAsteriskTree(
            f"{command[0]} did not finish within {FETCH_WITHIN_S} s.",
            remedy="Check the network or the proxy, then start again.",
        ) from late
    if done.returncode != 0:
        raise NoAsteriskTree(
            f"{command[0]} failed: {done.stderr.strip()[-600:]}",
            remedy="Check that the Debian mirror can be reached (or set DEBIAN_MIRROR).",
        )
    return done.stdout
