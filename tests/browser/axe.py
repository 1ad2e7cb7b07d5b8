"""axe-core, the accessibility checker, from the npm registry: fetched once, checked by its digest,
and run inside a page."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

VERSION = "4.14.1"
INTEGRITY = ("FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVG"
             "tQ==")
HOW = "axe-core can't be had: this test needs npm and its registry"
# What WCAG 2.2 AA asks for, and what axe holds for good practice.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """async ([rules, within]) => {
    const found = await axe.run(within || document, {runOnly: {type: 'tag', values: rules}});
    return found.violations.map((one) => `${one.id} (${one.impact}): ${one.help}: ` +
        one.nodes.slice(0, 4).map((node) => node.target.join(' ') + ' ' +
            (node.any[0]?.message ?? node.all[0]?.message ?? '')).join(' | '));
}"""


@cache
def source() -> str | None:
    """The checker's script; None where it can't be fetched. Raises ``AssertionError`` for a
    package that is not the one expected."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([npm, "pack", f"axe-core@{VERSION}", "--silent"], cwd=folder,
                              capture_output=True, text=True, timeout=120, check=False)
        packed = Path(folder) / done.stdout.strip().splitlines()[-1] if done.stdout.strip() \
            else None
        if done.returncode or packed is None or not packed.is_file():
            return None
        digest = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        assert digest == INTEGRITY, f"axe-core {VERSION} is not the package expected"
        with tarfile.open(packed) as archive:
            member = archive.extractfile("package/axe.min.js")
            assert member is not None
            return member.read().decode()


def violations(page: Any, within: str = "") -> list[str]:
    """What axe finds wrong on a page as it stands, or ``within`` a part of it, in sentences."""
    script = source()
    assert script is not None
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(f"(() => {{ {script}\n }})()")
    return list(page.evaluate(_RUN, [_RULES, within]))
