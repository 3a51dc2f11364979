"""Start a server that dies with us and is not root: standard library only, run as a script.

    python -I -S trampoline.py SIGNAL MODE UMASK PROGRAM ARGS...

1. The kernel sends SIGNAL to the server when its parent dies, even by kill -9. It sends it when
   the *thread* that started the child ends: so servers are started from the main thread only.
2. MODE `keep` stays who we are. `namespace` (root only) maps root to nobody inside a user
   namespace: PostgreSQL refuses to be root, and this way the files stay ours. `user:UID:GID`
   (root only) becomes that user for good.
"""

import ctypes
import os
import signal
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
NOBODY = 65534

libc = ctypes.CDLL(None, use_errno=True)


def enter_namespace() -> bool:
    """Root becomes nobody inside a new user namespace; False where that is forbidden."""
    uid, gid = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        return False
    maps = (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {uid} 1"),
        ("gid_map", f"{NOBODY} {gid} 1"),
    )
    try:
        for name, text in maps:
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    except OSError:  # no /proc, or a profile that allows the namespace but not the map
        return False
    return True


def namespace_allowed() -> bool:
    """Tried in a child, because it cannot be undone."""
    pid = os.fork()
    if pid == 0:
        os._exit(0 if enter_namespace() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def become(mode: str) -> None:
    """Give up root as MODE says."""
    if mode == "namespace":
        if not enter_namespace():
            sys.exit("no user namespace")
    elif mode.startswith("user:"):
        uid, gid = (int(part) for part in mode.split(":")[1:])
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def main() -> None:
    death_signal, mode, umask, program, arguments = (
        int(sys.argv[1]),
        sys.argv[2],
        sys.argv[3],
        sys.argv[4],
        sys.argv[4:],
    )
    parent = os.getppid()
    become(mode)
    os.umask(int(umask, 8))
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)  # after setuid, which clears it
    if os.getppid() != parent:  # the parent died before we asked
        sys.exit(1)
    os.execv(program, arguments)  # noqa: S606 - the purpose of this file


if __name__ == "__main__":
    main()
