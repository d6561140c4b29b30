"""What a child process gives up before it reads the first script: accounts, files, sockets, processes, memory.

Only Linux has all of it; what cannot be had on a machine is returned by name, and the program logs it.
`confine` is for the children that run scripts; `confine_work` builds on the same pieces for those that do our own work.
"""

import ctypes
import os
import resource
import signal
import struct
import sys
import time

NOBODY = 65534
ADDRESS_SPACE_BYTES = 256 << 20
CPU_S = 60
"""For the child's whole life. The pool replaces a child long before; this is for a pool that is gone."""

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2

# By machine: its audit number, and the calls that computing and talking over open pipes needs:
# read write mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn mremap madvise getpid exit
# exit_group futex clock_gettime gettimeofday getrandom sigaltstack.
_CALLS = {
    "x86_64": (
        0xC000003E,
        (0, 1, 9, 10, 11, 12, 13, 14, 15, 25, 28, 39, 60, 231, 202, 228, 96, 318, 131),
    ),
    "aarch64": (
        0xC00000B7,
        (63, 64, 222, 226, 215, 214, 134, 135, 139, 216, 233, 172, 93, 94, 98, 113, 169, 278, 132),
    ),
}


def confine() -> list[str]:
    """The order matters: the account goes while it still can, the filter comes last."""
    # The host's time zone is none of a script's business.
    os.environ["TZ"] = "UTC0"
    time.tzset()
    missing: list[str] = []
    if os.geteuid() == 0 and not leave_root():
        missing.append("unprivileged account")
    missing += [name for name, kind, most in _limits() if not limit(kind, most)]
    return [*missing, *harden(_code())]


def harden(code: bytes) -> list[str]:
    """No more rights, an end with the parent's, and only the calls that the filter `code` lets through."""
    if not sys.platform.startswith("linux"):
        return ["no_new_privs", "death signal", "seccomp"]
    missing: list[str] = []
    libc = ctypes.CDLL(None, use_errno=True)
    for name, option, value in (
        ("no_new_privs", _PR_SET_NO_NEW_PRIVS, 1),
        ("death signal", _PR_SET_PDEATHSIG, int(signal.SIGKILL)),
        ("not dumpable", _PR_SET_DUMPABLE, 0),
    ):
        if libc.prctl(option, value, 0, 0, 0) != 0:
            missing.append(name)
    program = _Program(len(code) // 8, code)
    if not code or libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        missing.append("seccomp")
    return missing


def end_with_parent() -> bool:
    """At once, before anything that takes a while: who is killed leaves nobody behind. `harden` says it again, for a
    change of the account takes it back.
    """
    if not sys.platform.startswith("linux"):
        return False
    ended: int = ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    return ended == 0


def leave_root() -> bool:
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        return False
    return True


def _limits() -> list[tuple[str, int, int]]:
    # With no descriptor left to take, nothing can be opened; those already open go on working.
    return [
        ("memory limit", resource.RLIMIT_AS, ADDRESS_SPACE_BYTES),
        ("CPU limit", resource.RLIMIT_CPU, CPU_S),
        ("no files written", resource.RLIMIT_FSIZE, 0),
        ("no processes", resource.RLIMIT_NPROC, 0),
        ("no core files", resource.RLIMIT_CORE, 0),
        ("no descriptors", resource.RLIMIT_NOFILE, 0),
    ]


def limit(kind: int, most: int) -> bool:
    try:
        resource.setrlimit(kind, (most, most))
    except (OSError, ValueError):
        return False
    return True


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _code() -> bytes:
    """Any other call fails with EPERM: whoever breaks out of the engine has nothing to call."""
    machine = _CALLS.get(os.uname().machine)
    if machine is None or struct.calcsize("P") != 8:  # noqa: PLR2004 - the numbers above are those of 64 bits
        return b""
    return _instructions(*machine)


def _instructions(audit: int, calls: tuple[int, ...]) -> bytes:
    load, equal, give = 0x20, 0x15, 0x06
    allow, refuse = 0x7FFF0000, 0x00050001
    code = [(load, 0, 0, 4), (equal, 1, 0, audit), (give, 0, 0, refuse), (load, 0, 0, 0)]
    # A hit jumps over the calls after it and over the refusal.
    code += [(equal, len(calls) - at, 0, call) for at, call in enumerate(calls)]
    code += [(give, 0, 0, refuse), (give, 0, 0, allow)]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)
