"""What a child gives up before it opens a document: network, new privileges, memory, time, and outliving its parent."""

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
SECCOMP_MODE_FILTER = 2
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
FOREIGN_ABI = 0x40000000
# By machine: the kernel's name for it, then socket, socketpair, execve, execveat, ptrace, io_uring_setup.
FORBIDDEN_CALLS = {
    "x86_64": (0xC000003E, (41, 53, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 199, 221, 281, 117, 425)),
}
OPEN_FILES = 64
LARGEST_RESULT = 64 * 1024 * 1024

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """Ends this process when `parent` ends, however that happens."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def lock_down(memory_bytes: int, cpu_s: int) -> None:
    """No network, no other programs, no new privileges, limited memory, processor time, files and output.

    The network goes twice: its namespace is left where the kernel grants one of our own, and sockets are refused.
    """
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    _refuse_calls()
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_s,
        resource.RLIMIT_FSIZE: LARGEST_RESULT,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for limit, wanted in limits.items():
        hard = resource.getrlimit(limit)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(limit, (value, value))


def silence() -> None:
    """Points the standard streams nowhere: libraries like to print what they read."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _refuse_calls() -> None:
    """Sockets, starting programs and looking into others fail with EACCES from now on, on machines known here."""
    if platform.machine() not in FORBIDDEN_CALLS:
        return
    architecture, calls = FORBIDDEN_CALLS[platform.machine()]
    steps = [(LOAD, 0, 0, 4), (JUMP_EQUAL, 0, len(calls) + 3, architecture), (LOAD, 0, 0, 0)]
    steps.append((JUMP_AT_LEAST, len(calls) + 1, 0, FOREIGN_ABI))
    steps += [(JUMP_EQUAL, len(calls) - number, 0, call) for number, call in enumerate(calls)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    pointer = struct.pack("HxxxxxxQ" if sys.maxsize > 2**32 else "HxxI", len(steps), ctypes.addressof(program))
    _libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.create_string_buffer(pointer), 0, 0)
