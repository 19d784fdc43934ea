"""The list of system calls that a jailed reader may make, as a Linux seccomp filter.

An allow-list: reading and writing what is already open, memory, time and the end. Everything else - opening a file,
a socket, a program, a thread, another process's memory - answers EPERM. Memory can never become executable. A call
of another architecture's table (the x32 and 32-bit ways round such filters) kills the process.
"""

import ctypes
import dataclasses
import errno
import struct

from liaison.refusal import Finding, Refused, mark

PR_SET_NO_NEW_PRIVS = 38
SECCOMP_SET_MODE_FILTER = 1
SECCOMP_FILTER_FLAG_TSYNC = 1
PROT_EXEC = 4

_LOAD_WORD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_IF_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_IF_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_ANSWER = 0x06  # BPF_RET | BPF_K
_KILL = 0x80000000
_DENY = 0x00050000 | errno.EPERM
_ALLOW = 0x7FFF0000
_AT_NUMBER, _AT_ARCHITECTURE, _AT_THIRD_ARGUMENT = 0, 4, 32
_X32_BIT = 0x40000000


@dataclasses.dataclass(frozen=True, slots=True)
class Machine:
    """The numbers of one architecture's system calls: those allowed, and those allowed without PROT_EXEC."""

    audit_number: int
    seccomp: int
    allowed: frozenset[int]
    without_execution: frozenset[int]


# Each call's number on x86_64 and on aarch64 (the kernel's tables, unistd_64.h and asm-generic/unistd.h).
_ALLOWED: dict[str, tuple[int, int]] = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "fstat": (5, 80), "lseek": (8, 62),
    "pread64": (17, 67), "writev": (20, 66),
    "brk": (12, 214), "munmap": (11, 215), "mremap": (25, 216), "madvise": (28, 233),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "futex": (202, 98), "sched_yield": (24, 124), "restart_syscall": (219, 128),
    "nanosleep": (35, 101), "clock_nanosleep": (230, 115), "clock_gettime": (228, 113), "clock_getres": (229, 114),
    "gettimeofday": (96, 169), "getrusage": (98, 165), "getpid": (39, 172), "gettid": (186, 178),
    "getrandom": (318, 278), "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip
_WITHOUT_EXECUTION: dict[str, tuple[int, int]] = {"mmap": (9, 222), "mprotect": (10, 226)}


def _machine(column: int, *, audit_number: int, seccomp: int) -> Machine:
    return Machine(
        audit_number=audit_number,
        seccomp=seccomp,
        allowed=frozenset(numbers[column] for numbers in _ALLOWED.values()),
        without_execution=frozenset(numbers[column] for numbers in _WITHOUT_EXECUTION.values()),
    )


MACHINES: dict[str, Machine] = {
    "x86_64": _machine(0, audit_number=0xC000003E, seccomp=317),
    "aarch64": _machine(1, audit_number=0xC00000B7, seccomp=277),
}


def program(machine: Machine) -> bytes:
    """Return the filter as the kernel takes it: eight bytes an instruction.

    >>> len(program(MACHINES["x86_64"])) // 8
    69
    """
    steps = [
        _step(_LOAD_WORD, _AT_ARCHITECTURE),
        _step(_IF_EQUAL, machine.audit_number, then=1),
        _step(_ANSWER, _KILL),
        _step(_LOAD_WORD, _AT_NUMBER),
        _step(_IF_AT_LEAST, _X32_BIT, otherwise=1),
        _step(_ANSWER, _KILL),
    ]
    for number in sorted(machine.allowed):
        steps += [_step(_IF_EQUAL, number, otherwise=1), _step(_ANSWER, _ALLOW)]
    for number in sorted(machine.without_execution):
        steps += [
            _step(_IF_EQUAL, number, otherwise=4),
            _step(_LOAD_WORD, _AT_THIRD_ARGUMENT),
            _step(_IF_BIT, PROT_EXEC, then=1),
            _step(_ANSWER, _ALLOW),
            _step(_ANSWER, _DENY),
        ]
    return b"".join([*steps, _step(_ANSWER, _DENY)])


def machine_named(name: str) -> Machine:
    """Return what is known of an architecture (`platform.machine()`), or refuse: without a filter nothing is read."""
    if name in MACHINES:
        return MACHINES[name]
    raise Refused(
        Finding(
            code="jail.machine_unknown",
            problem=mark(
                "Files from outside are only read in a jail, and none is known for “%(machine)s” computers."
            ),
            remedy=mark("Import on a Linux computer with an x86_64 or aarch64 processor."),
            values={"machine": name or "?"},
        )
    )


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def install(machine: Machine) -> None:
    """Put every thread of this process under the filter, for ever; OSError where the kernel will not."""
    code = program(machine)
    buffer = ctypes.create_string_buffer(code, len(code))
    described = _Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    done = libc.syscall(
        ctypes.c_long(machine.seccomp),
        ctypes.c_long(SECCOMP_SET_MODE_FILTER),
        ctypes.c_long(SECCOMP_FILTER_FLAG_TSYNC),
        ctypes.byref(described),
    )
    if done != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def _step(code: int, value: int, *, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)
