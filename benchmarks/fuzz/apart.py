"""A hunt in a process of its own, whose death is a fault as well: C code reads some formats."""

from __future__ import annotations

import mmap
import multiprocessing
import struct
import time
from multiprocessing.connection import Connection

from benchmarks.fuzz.hunt import Found, Hunt
from benchmarks.fuzz.kinds import KINDS
from benchmarks.fuzz.trial import SLOW_S

# Memory that an execution may not need: the product gives its readers as much.
_MEMORY = 2_000_000_000
_DEATHS = 20
_WITHOUT_A_SIGN_S = 6 * SLOW_S
# The number of executions, the length of the input in hand, and then the input.
_HEAD = struct.Struct("QQ")


def hunted(name: str, executions: int, seed: int, until: float = float("inf")) -> Found:
    """Hunt through one format in a child process. Where it dies or gives no sign of life, the
    input in its hands is blamed and another goes on."""
    whole = Found()
    for life in range(_DEATHS + 1):
        left = executions - whole.executions
        if left <= 0 or time.monotonic() > until:
            break
        found = _life(name, left, seed + 1000 * life, until)
        whole.executions += found.executions
        whole.seconds += found.seconds
        whole.refused += found.refused
        whole.edges, whole.kept = max(whole.edges, found.edges), max(whole.kept, found.kept)
        for fault, content in found.faults.items():
            whole.blame(fault, content)
    return whole


def _life(name: str, executions: int, seed: int, until: float) -> Found:
    context = multiprocessing.get_context("fork")
    shared = mmap.mmap(-1, _HEAD.size + KINDS[name].longest * 2)
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(name, executions, seed, until, shared, theirs))
    begun = time.perf_counter()
    child.start()
    theirs.close()
    found, last, quiet_since = None, -1, time.monotonic()
    while found is None:
        if ours.poll(0.5):
            try:
                found = ours.recv()
            except EOFError:
                break
        count, _ = _HEAD.unpack_from(shared)
        if count != last:
            last, quiet_since = count, time.monotonic()
        elif time.monotonic() - quiet_since > _WITHOUT_A_SIGN_S:
            child.kill()
            break
    child.join()
    ours.close()
    if found is None:
        found = _death(shared, child.exitcode)
        found.seconds = time.perf_counter() - begun
    shared.close()
    assert isinstance(found, Found)
    return found


def _death(shared: mmap.mmap, code: int | None) -> Found:
    count, length = _HEAD.unpack_from(shared)
    found = Found(executions=max(1, count))
    found.blame(f"the process ended with {code}", shared[_HEAD.size:_HEAD.size + length])
    return found


def _child(name: str, executions: int, seed: int, until: float, shared: mmap.mmap,
           answers: Connection) -> None:
    import resource

    for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard),
                                  hard))
    count = 0

    def note(content: bytes) -> None:
        nonlocal count
        count += 1
        _HEAD.pack_into(shared, 0, count, len(content))
        shared[_HEAD.size:_HEAD.size + len(content)] = content

    answers.send(Hunt(KINDS[name], seed, note).run(executions, until))
    answers.close()
