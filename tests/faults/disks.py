"""Disks in trouble: one that is full, one that can only be read."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

SIZE = 48 << 20


class Disk(Protocol):
    """A folder on a disk that can be made full."""

    path: Path

    def full(self, leave: int = 0) -> contextmanager[None]:  # type: ignore[valid-type]
        """Within, there is room for about so many bytes."""
        ...


def mounted(path: Path, *options: str) -> bool:
    """Whether a small disk in memory could be mounted there: root can, as a rule."""
    if os.geteuid() != 0:
        return False
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(path)],
                          capture_output=True, check=False)
    return done.returncode == 0


def unmount(path: Path) -> None:
    """Take the disk away again, even where a file of it is still open."""
    subprocess.run(["umount", "-l", str(path)], capture_output=True, check=True)


class Small:
    """A disk of its own in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def full(self, leave: int = 0) -> Iterator[None]:
        filler = self.path / "filler"
        about = os.statvfs(self.path)
        try:
            with filler.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, about.f_bavail * about.f_frsize - leave or 1)
            yield
        finally:
            filler.unlink(missing_ok=True)


class Limited:
    """Where nothing can be mounted: no file of this process may grow beyond a size."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def full(self, leave: int = 0) -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (leave, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def small(path: Path) -> Iterator[Disk]:
    """A small disk at ``path``, or the next best thing."""
    path.mkdir()
    if not mounted(path, f"size={SIZE}"):
        yield Limited(path)  # type: ignore[misc]
        return
    try:
        yield Small(path)  # type: ignore[misc]
    finally:
        unmount(path)


@contextmanager
def read_only(path: Path) -> Iterator[bool]:
    """Within, nothing under ``path`` can be written. Yields whether that could be arranged."""
    if os.geteuid() != 0:
        folders = [path, *(one for one in path.rglob("*") if one.is_dir())]
        for one in folders:
            one.chmod(0o555)
        try:
            yield True
        finally:
            for one in folders:
                one.chmod(0o755)
        return
    steps = (["mount", "--bind", str(path), str(path)],
             ["mount", "-o", "remount,ro,bind", str(path)])
    done = [subprocess.run(step, capture_output=True, check=False).returncode for step in steps]
    try:
        yield not any(done)
    finally:
        if not done[0]:
            unmount(path)
