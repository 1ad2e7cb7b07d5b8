"""An index on a Chroma server: how long it takes to store, to mirror, to take up a change."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.service import open_embedder
from benchmarks import material, reports
from benchmarks.archive import Neighbouring
from benchmarks.measure import Effort, Measure, Result, median, taken
from index.shared.access import Access
from index.shared.shared import Shared
from tests.chroma.servers import Chroma

_REPORTS = 100
_SETTLED_S = 2.5


def run(effort: Effort) -> Result:
    """Time two machines that share 100 reports through a server on this one. The embedding, which
    is measured elsewhere, is left out by giving texts that are alike vectors that are near."""
    count = _REPORTS if effort.repeats > 1 else 5
    with TemporaryDirectory() as scratch:
        root = Path(scratch)
        chroma = Chroma(root / "chroma")
        chroma.start()
        try:
            return _measured(root, chroma, count)
        finally:
            chroma.stop()


def _measured(root: Path, chroma: Chroma, count: int) -> Result:
    folder = root / "reports"
    made = reports.write(folder, count)
    embedder = Neighbouring(open_embedder(material.settings(root / "models")))
    first, second = (Shared(root / name, root / name / "mirror", Access(chroma.url))
                     for name in ("one", "two"))
    stored = taken(lambda: first.sync(folder, embedder))
    findings = first.sync(folder, embedder).findings
    mirrored = taken(lambda: second.follow(embedder))
    sizes = [_size(second.folder), _size(root / "chroma" / "data")]
    looks = [taken(lambda: second.follow(embedder)) for _ in range(20)]
    time.sleep(_SETTLED_S)
    changed = next(path for path in made if path.suffix == ".txt")
    changed.write_text(changed.read_text("utf-8") + "\nOfficers now carry cameras.\n", "utf-8")
    again = taken(lambda: first.sync(folder, embedder))
    followed = taken(lambda: second.follow(embedder))
    for one in (first, second):
        one.close()
    return Result((
        Measure(f"{count} reports, {findings:,} findings read and stored", stored, "s"),
        Measure("mirrored by another machine", mirrored, "s"),
        Measure("the mirror", sizes[0] / 1e6, "MB"),
        Measure("the server's folder", sizes[1] / 1e6, "MB"),
        median("a look for a newer edition", [look * 1e3 for look in looks], "ms"),
        Measure("one file changed, stored", again, "s"),
        Measure("one file changed, mirrored", followed, "s")))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
