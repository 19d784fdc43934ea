"""How a process gives up, for ever, all that reading does not need.

In two steps, because the reader's own modules are loaded between them: `isolate()` leaves the network and takes care
that the process dies with its parent; `confine()` bounds memory, time and output, gives up the root account and every
capability, and puts the seccomp filter on. Only the filter is indispensable: where the kernel refuses it, nothing
is read. Namespaces are a second wall where the kernel permits them.
"""

import ctypes
import dataclasses
import os
import platform
import resource
import signal
import socket
import sys

from liaison.files import seccomp
from liaison.refusal import Finding, Refused, mark

NOBODY = 65534
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
_CAPABILITY_VERSION_3 = 0x20080522
_FILES_OPEN_MAX = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """What a reader may use up. A wrong guess costs a refusal with these words, never the machine."""

    memory_bytes: int = 768 * 1024 * 1024
    cpu_seconds: int = 300
    wait_seconds: float = 600.0
    line_bytes: int = 4 * 1024 * 1024
    output_bytes: int = 1024 * 1024 * 1024


@dataclasses.dataclass(frozen=True, slots=True)
class Confinement:
    """Which walls stand: the filter always, namespaces and the nobody account where the system permits them."""

    seccomp: bool
    namespaces: bool
    account: int


def isolate(parent: int) -> bool:
    """Die with `parent`, and leave the networks and shared memory; return whether the kernel permitted the latter."""
    if sys.platform != "linux":
        raise Refused(_no_jail(sys.platform))
    _die_with(parent)
    libc = ctypes.CDLL(None, use_errno=True)
    walls = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
    return libc.unshare(walls) == 0 or libc.unshare(walls | CLONE_NEWUSER) == 0


def confine(limits: Limits, *, parent: int, namespaces: bool, machine: str = "") -> Confinement:
    """Give up everything but reading what is open and writing the answer; refuse where that cannot be had."""
    known = seccomp.machine_named(machine or platform.machine())
    _bound(limits)
    account = _become_nobody()
    _drop_capabilities()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    _die_with(parent)  # a change of account had cleared it
    try:
        seccomp.install(known)
    except OSError as failure:
        raise Refused(_no_jail(str(failure))) from failure
    _prove()
    return Confinement(seccomp=True, namespaces=namespaces, account=account)


def _bound(limits: Limits) -> None:
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, _FILES_OPEN_MAX),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))


def _become_nobody() -> int:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    return os.geteuid()


def _drop_capabilities() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if libc.capset(header, nothing) != 0:
        raise Refused(_no_jail(os.strerror(ctypes.get_errno())))


def _die_with(parent: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(1)  # the parent died before this line: nobody waits for an answer


def _prove() -> None:
    """Try two doors: a filter that was accepted and does not hold would be worse than none."""
    try:
        os.close(os.open("/", os.O_RDONLY))
    except PermissionError:
        pass
    else:
        raise Refused(_no_jail("open"))
    try:
        socket.socket(socket.AF_UNIX).close()
    except PermissionError:
        return
    raise Refused(_no_jail("socket"))


def _no_jail(reason: str) -> Finding:
    return Finding(
        code="jail.not_possible",
        problem=mark("This system does not let a reader be confined (%(reason)s), so the file was not opened."),
        remedy=mark("Run on Linux with seccomp; in a container, do not switch seccomp off or forbid it."),
        values={"reason": reason},
    )
