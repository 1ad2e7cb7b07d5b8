"""``python deploy/hashes.py INDEX LOCK ...``: write the hashes of every file that may be installed
into locks of ``name==version`` lines.

``INDEX`` is the address of a package index's simple interface. Of each version the wheels for
Linux and macOS and the supported Pythons are listed, or its source where it has none. Wheels given
by ``--also`` are builds that the index does not have. Run it after a version was changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

_PINNED = re.compile(r"(?m)^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")
_INTERPRETERS = frozenset(("py3", "py311", "cp311", "cp312", "cp313", "cp314"))
_PROCESSORS = ("x86_64", "aarch64", "arm64", "universal2")
_ASKED_AT_ONCE = 8


def main(arguments: Sequence[str] | None = None) -> int:
    """Rewrite the locks; 1, and nothing written, where a version has no file to install."""
    parser = argparse.ArgumentParser(prog="python deploy/hashes.py", description=__doc__)
    parser.add_argument("index", help="address of the simple interface, up to the name")
    parser.add_argument("locks", nargs="+", type=Path, metavar="LOCK")
    parser.add_argument("--also", nargs="*", default=[], type=Path, metavar="WHEEL")
    options = parser.parse_args(arguments)
    more = _also(options.also)
    for lock in options.locks:
        text = lock.read_text("utf-8")
        pins = [(m["name"], m["version"]) for m in _PINNED.finditer(text)]
        with ThreadPoolExecutor(_ASKED_AT_ONCE) as pool:
            found = pool.map(lambda pin: hashes(options.index, *pin), pins)
        known = {pin: sorted({*some, *more.get(_key(*pin), ())})
                 for pin, some in zip(pins, found, strict=True)}
        if missing := [f"{name} {version}" for (name, version), some in known.items() if not some]:
            print(f"{lock}: nothing to install for {', '.join(missing)}", file=sys.stderr)
            return 1
        lock.write_text(written(text, known), "utf-8")
    return 0


def hashes(index: str, name: str, version: str) -> set[str]:
    """The SHA-256 of each file of a version that may be installed. Raises ``OSError`` where the
    index does not answer."""
    asked = urllib.request.Request(
        f"{index.rstrip('/')}/{canonicalize_name(name)}/",
        headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        files = json.load(answer)["files"]
    wheels, sources = set(), set()
    for file in files:
        name_of, digest = file["filename"], file["hashes"].get("sha256")
        if digest and _is_wheel_for_us(name_of, Version(version)):
            wheels.add(digest)
        elif digest and _is_source(name_of, Version(version)):
            sources.add(digest)
    return wheels or sources


def written(text: str, known: Mapping[tuple[str, str], Iterable[str]]) -> str:
    """A lock with the hashes of its pins, comments kept and earlier hashes gone."""
    lines = []
    for line in text.splitlines():
        if line.lstrip().startswith("--hash="):
            continue
        pinned = _PINNED.match(line)
        if not pinned:
            lines.append(line)
            continue
        pin = line.split("\\")[0].rstrip()
        digests = known[pinned["name"], pinned["version"]]
        lines.append(" \\\n    ".join([pin, *(f"--hash=sha256:{one}" for one in digests)]))
    return "\n".join(lines) + "\n"


def _is_wheel_for_us(file: str, version: Version) -> bool:
    try:
        _, of, _, tags = parse_wheel_filename(file)
    except (InvalidWheelFilename, InvalidVersion):
        return False
    return of.public == version.public and any(
        _runs(tag.interpreter, tag.abi)
        and (tag.platform == "any" or (tag.platform.startswith(("manylinux", "macosx", "linux"))
                                       and tag.platform.endswith(_PROCESSORS)))
        for tag in tags)


def _runs(interpreter: str, abi: str) -> bool:
    if abi == "abi3":
        return interpreter.startswith("cp3")
    return interpreter in _INTERPRETERS and not abi.endswith("t")


def _is_source(file: str, version: Version) -> bool:
    try:
        return parse_sdist_filename(file)[1] == version
    except (InvalidSdistFilename, InvalidVersion):
        return False


def _also(wheels: Iterable[Path]) -> dict[tuple[str, str], set[str]]:
    more: dict[tuple[str, str], set[str]] = {}
    for wheel in wheels:
        name, version, _, _ = parse_wheel_filename(wheel.name)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        more.setdefault(_key(name, version.public), set()).add(digest)
    return more


def _key(name: str, version: str) -> tuple[str, str]:
    return canonicalize_name(name), version


if __name__ == "__main__":
    sys.exit(main())
