"""Runs between fork and exec of a store server: drops root, ties its life to the parent, then becomes it.

Started as a plain script (`python -I -S shim.py PARENT MODE SIGNAL COMMAND...`), so it imports the
standard library only. MODE is `plain`, `namespace` or `user:UID:GID`.
"""

import ctypes
import os
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
OVERFLOW_UID = 65534
"""Inside the namespace we must be someone the passwd file knows; `nobody` nearly always is there."""


def enter_user_namespace() -> None:
    """PostgreSQL refuses uid 0. In here we are `nobody`, outside the files still belong to root."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused a user namespace")
    for name, content in (
        ("setgroups", "deny"),
        ("uid_map", f"{OVERFLOW_UID} 0 1"),
        ("gid_map", f"{OVERFLOW_UID} 0 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as handle:
            handle.write(content)


def become_user(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def main(arguments: list[str]) -> None:
    parent, mode, signal_number, *command = arguments
    if mode == "namespace":
        enter_user_namespace()
    elif mode.startswith("user:"):
        uid, gid = mode.removeprefix("user:").split(":")
        become_user(int(uid), int(gid))
    os.umask(0o077)
    if sys.platform == "linux" and signal_number != "0":
        # After the change of user: that change clears the setting.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
        if os.getppid() != int(parent):
            sys.exit("the starting process is already gone")
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
