"""What a confined process cannot do, tried from inside one."""

import json
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from liaison.files import seccomp
from liaison.refusal import Refused

ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import ctypes, json, mmap, os, resource, socket, subprocess, sys, threading
sys.path.insert(0, {root!r})
from liaison.files.confinement import Limits, confine, isolate
parent = os.getppid()
inside = confine(Limits(), parent=parent, namespaces=isolate(parent))
"""

DOORS = {
    "a socket of the internet": "socket.socket(socket.AF_INET)",
    "a socket of this machine": "socket.socket(socket.AF_UNIX)",
    "a pair of sockets": "socket.socketpair()",
    "a new file": "os.open('/tmp/liaison-jail-test', os.O_WRONLY | os.O_CREAT)",
    "the passwords": "os.open('/etc/shadow', os.O_RDONLY)",
    "a file anyone may read": "os.open('/etc/hostname', os.O_RDONLY)",
    "a home": "os.listdir(os.path.expanduser('~root'))",
    "whether a file exists": "os.stat('/etc/passwd')",
    "a link": "os.symlink('/etc/passwd', '/tmp/liaison-jail-link')",
    "deleting": "os.unlink('/tmp/liaison-jail-no-such-file')",
    "a program": "os.execv('/bin/true', ['/bin/true'])",
    "a fork": "os.fork()",
    "a program by its side": "os.posix_spawn('/bin/true', ['/bin/true'], {})",
    "a signal to its parent": "os.kill(parent, 0)",
    "another root": "os.chroot('/')",
    "the account it had": "os.setuid(0)",
    "more memory": "resource.prlimit(os.getpid(), resource.RLIMIT_AS, (-1, -1))",
    "executable memory": "mmap.mmap(-1, 4096, prot=7)",
    "the name of the machine": "socket.sethostname('elsewhere')",
}

CALLS = {  # on x86_64, on aarch64
    "ptrace": (101, 117),
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "process_vm_readv": (310, 270),
    "unshare": (272, 97),
    "clone3": (435, 435),
    "memfd_create": (319, 279),
}


def inside(body: str) -> "subprocess.CompletedProcess[str]":
    script = PREPARE.format(root=str(ROOT)) + textwrap.dedent(body)
    return subprocess.run(
        [sys.executable, "-I", "-B", "-c", script], capture_output=True, text=True, timeout=60, env={}, cwd="/"
    )


class TestGivenAConfinedProcess:
    @pytest.mark.parametrize("door", DOORS, ids=lambda name: name.replace(" ", "_"))
    def test_when_it_tries_a_door_then_it_is_closed(self, door):
        done = inside(
            f"""
            try:
                {DOORS[door]}
            except PermissionError:
                os.write(1, b"closed")
            """
        )

        assert (done.stdout, done.returncode) == ("closed", 0), done.stderr

    @pytest.mark.parametrize("call", CALLS)
    def test_when_it_calls_the_kernel_by_number_then_it_is_denied(self, call):
        number = CALLS[call][list(seccomp.MACHINES).index(os.uname().machine)]
        done = inside(
            f"""
            libc = ctypes.CDLL(None, use_errno=True)
            answer = libc.syscall({number}, 0, 0, 0, 0, 0, 0)
            os.write(1, str((answer, ctypes.get_errno())).encode())
            """
        )

        assert done.stdout == "(-1, 1)", done.stderr

    def test_when_it_calls_by_the_x32_table_then_it_dies(self):
        done = inside("ctypes.CDLL(None).syscall(0x40000000 + 39)")

        assert done.returncode == -31  # SIGSYS

    def test_when_it_starts_a_thread_then_it_cannot(self):
        done = inside(
            """
            try:
                threading.Thread(target=print).start()
            except RuntimeError:
                os.write(1, b"closed")
            """
        )

        assert done.stdout == "closed", done.stderr

    def test_when_it_takes_too_much_memory_then_it_gets_none(self):
        done = inside(
            """
            try:
                bytearray(2 * 1024 ** 3)
            except MemoryError:
                os.write(1, b"bounded")
            """
        )

        assert done.stdout == "bounded", done.stderr

    def test_then_it_still_reads_and_answers_what_was_open(self):
        done = inside("os.write(1, json.dumps([inside.seccomp, inside.account, os.read(0, 10).decode()]).encode())")

        holds, account, read = json.loads(done.stdout)
        assert holds is True
        assert account != 0
        assert read == ""


class TestGivenAComputerOfAnotherKind:
    def test_when_a_reader_is_to_be_confined_then_it_is_refused(self):
        with pytest.raises(Refused, match="riscv64") as refused:
            seccomp.machine_named("riscv64")

        assert refused.value.code == "jail.machine_unknown"

    @pytest.mark.parametrize("machine", seccomp.MACHINES.values(), ids=seccomp.MACHINES)
    def test_a_filter_ends_in_a_no_and_fits_the_kernel(self, machine):
        steps = seccomp.program(machine)

        assert len(steps) % 8 == 0
        assert len(steps) // 8 < 4096  # BPF_MAXINSNS
        assert steps[-8:] == bytes([6, 0, 0, 0, 1, 0, 5, 0])  # answer: EPERM


class TestGivenAKernelThatWillNotConfine:
    @pytest.mark.parametrize(
        "install",
        ["lambda machine: (_ for _ in ()).throw(OSError(38, 'Function not implemented'))", "lambda machine: None"],
        ids=["it_says_no", "it_says_yes_and_does_nothing"],
    )
    def test_when_a_reader_is_to_be_confined_then_it_is_refused(self, install):
        script = PREPARE.format(root=str(ROOT)).replace(
            "parent = ",
            f"""
from liaison.files import seccomp
from liaison.refusal import Refused
seccomp.install = {install}
parent = """,
        )
        script = (
            script.replace("inside = ", "try:\n    inside = ") + "except Refused as refused:\n    print(refused.code)"
        )
        done = subprocess.run(
            [sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=60, cwd="/"
        )

        assert done.stdout.strip() == "jail.not_possible", done.stderr


class TestGivenAParentThatDies:
    def test_then_the_confined_process_dies_with_it(self):
        waiting = PREPARE.format(root=str(ROOT)) + "\nos.write(1, b'ready')\nos.read(0, 1)"
        middle = f"""
import os, subprocess, sys
child = subprocess.Popen(
    [sys.executable, "-I", "-c", {waiting!r}], stdin=subprocess.PIPE, stdout=subprocess.PIPE
)
child.stdout.read(5)
print(child.pid, flush=True)
os.kill(os.getpid(), 9)
"""
        done = subprocess.run([sys.executable, "-I", "-c", middle], capture_output=True, text=True, timeout=60)
        grandchild = int(done.stdout)

        assert _gone(grandchild)


def _gone(process: int) -> bool:
    """Whether the process ends within five seconds; a zombie that nobody waits for has ended."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
