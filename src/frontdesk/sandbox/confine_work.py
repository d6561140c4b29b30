"""What a work child gives up: network, other processes, changes to files, its account, memory and time.

Unlike a script's child it may still open files for reading, since libraries load parts of themselves late.
"""

import os
import resource
import struct
import sys

from frontdesk.sandbox.confine import NOBODY, end_with_parent, harden, leave_root, limit

# By machine: its audit number, and the calls refused. In order: sockets (socket connect accept sendto bind listen
# socketpair sendmsg accept4 sendmmsg), processes (clone fork vfork execve execveat clone3 kill tkill tgkill ptrace
# process_vm_readv process_vm_writev pidfd_send_signal pidfd_open pidfd_getfd), the system (mount umount2 chroot
# setns unshare bpf perf_event_open add_key request_key keyctl io_uring_* open_by_handle_at userfaultfd
# init_module finit_module kexec_load), files (creat openat2 unlink unlinkat rename renameat renameat2 rmdir mkdir mkdirat link
# linkat symlink symlinkat chmod fchmodat chown fchownat truncate ftruncate).
_REFUSED = {
    "x86_64": (
        0xC000003E,
        (
            *(41, 42, 43, 44, 49, 50, 53, 46, 288, 307),
            *(56, 57, 58, 59, 322, 435, 62, 200, 234, 101, 310, 311, 424, 434, 438),
            *(165, 166, 161, 308, 272, 321, 298, 248, 249, 250, 425, 426, 427, 304, 323, 175, 313, 246),
            *(85, 437, 87, 263, 82, 264, 316, 84, 83, 258, 86, 265, 88, 266, 90, 268, 92, 260, 76, 77),
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            *(198, 203, 202, 206, 200, 201, 199, 211, 242, 269),
            *(220, 221, 281, 435, 129, 130, 131, 117, 270, 271, 424, 434, 438),
            *(40, 39, 51, 268, 97, 280, 241, 217, 218, 219, 425, 426, 427, 265, 282, 105, 273, 104),
            *(437, 35, 38, 276, 34, 37, 36, 53, 54, 45, 46),
        ),
    ),
}
# By machine: the calls that open files (open openat), and which of their arguments holds the flags.
_OPENS = {"x86_64": ((2, 1), (257, 2)), "aarch64": ((56, 2),)}
_CHANGES = 0x243
"""O_WRONLY, O_RDWR, O_CREAT, O_TRUNC."""
_OTHER_ABI = 0x40000000
"""Call numbers from here on are those of a second interface of x86_64, under which the same calls have other numbers."""


def limit_use(memory_bytes: int, cpu_s: int) -> list[str]:
    """Before the job's libraries are loaded: what they take counts too."""
    end_with_parent()  # what it is missing is told when all of it is confined
    os.nice(10)  # a customer who waits for an answer goes first
    limits = (("memory limit", resource.RLIMIT_AS, memory_bytes), ("no core files", resource.RLIMIT_CORE, 0))
    missing = [name for name, kind, most in limits if not limit(kind, most)]
    try:
        # The soft limit ends the child with a signal of its own, by which the parent knows it.
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
    except (OSError, ValueError):
        missing.append("CPU limit")
    return missing


def confine_work() -> list[str]:
    """After the job's libraries are loaded, before it is given anything. Gives what is not possible here."""
    missing: list[str] = []
    if os.geteuid() == 0 and not (_readable_by_nobody() and leave_root()):
        missing.append("unprivileged account")
    limits = (("no files written", resource.RLIMIT_FSIZE), ("no processes", resource.RLIMIT_NPROC))
    missing += [name for name, kind in limits if not limit(kind, 0)]
    return missing + harden(_code())


def _readable_by_nobody() -> bool:
    """Whether the libraries are: below a home folder, say, what is loaded late could not be read any more."""
    places = [place for place in sys.path if os.path.isdir(place)]  # noqa: PTH112 - pathlib costs a start
    try:
        os.seteuid(NOBODY)
    except OSError:
        return False
    try:
        return all(os.access(place, os.R_OK | os.X_OK, effective_ids=True) for place in places)
    finally:
        os.seteuid(0)


def _code() -> bytes:
    machine = os.uname().machine
    if machine not in _REFUSED or struct.calcsize("P") != 8:  # noqa: PLR2004 - the numbers above are those of 64 bits
        return b""
    audit, calls = _REFUSED[machine]
    load, equal, from_on, any_of, give = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, refuse = 0x7FFF0000, 0x00050001
    opens = [
        instruction
        for call, argument in _OPENS[machine]
        for instruction in (
            (equal, 0, 4, call),
            (load, 0, 0, 16 + 8 * argument),
            (any_of, 0, 1, _CHANGES),
            (give, 0, 0, refuse),
            (give, 0, 0, allow),
        )
    ]
    code = [(load, 0, 0, 4), (equal, 1, 0, audit), (give, 0, 0, refuse), (load, 0, 0, 0)]
    # A hit jumps over all that comes after it, to the refusal at the end.
    code.append((from_on, len(calls) + len(opens) + 1, 0, _OTHER_ABI))
    code += [(equal, len(calls) - at + len(opens), 0, call) for at, call in enumerate(calls)]
    code += [*opens, (give, 0, 0, allow), (give, 0, 0, refuse)]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)
