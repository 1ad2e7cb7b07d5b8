"""Someone else's text against the reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.drafts import Judged, Standing, verify
from assistant.manuscript import manuscript
from corpus.readers import read
from index.store import Index
from index.sync import sync

DRAFT = """# Briefing

Northamptonshire Police has a backlog of digital devices waiting to be examined. [1]
The force was graded outstanding at investigating crime. [1]
Penguins live in the southern hemisphere.

## Sources
[1] HMICFRS, PEEL: Police effectiveness 2017, Northamptonshire
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, shipped: Path,
          real_embedder: Any) -> Iterator[Index]:
    home = tmp_path_factory.mktemp("home")
    source = tmp_path_factory.mktemp("library")
    folders = (shipped, Path(__file__).resolve().parents[2] / "evals" / "reports")
    for path in (p for folder in folders for p in folder.iterdir()):
        (source / path.name).write_bytes(path.read_bytes())
    sync(home, source, real_embedder)
    opened = Index(home, real_embedder)
    yield opened
    opened.close()


def judged(index: Index, tmp_path: Path, text: str) -> list[Judged]:
    path = tmp_path / "draft.md"
    path.write_text(text, "utf-8")
    return list(verify(manuscript(read(path)), index))


def test_each_sentence_has_its_standing(index: Index, tmp_path: Path) -> None:
    found = judged(index, tmp_path, DRAFT)
    assert [one.verdict for one in found] == [
        Standing.SUPPORTED, Standing.UNSUPPORTED, Standing.NOT_IN_REPORTS]
    assert "backlog of digital devices" in found[0].citations[0].quote
    assert found[0].cites == ("HMICFRS, PEEL: Police effectiveness 2017, Northamptonshire",)
    assert "outstanding" in found[1].reason
    assert found[2].citations == ()


def test_a_sentence_is_held_against_the_report_that_it_cites(index: Index,
                                                             tmp_path: Path) -> None:
    said = "Northamptonshire Police has a backlog of digital devices in its high-tech crime unit."
    wrong = judged(index, tmp_path, f"{said} [1]\n\n## Sources\n[1] Norfolk 2017\n")[0]
    assert wrong.verdict is Standing.UNSUPPORTED
    assert "the report that it cites does not say so; Northamptonshire" in wrong.reason
    assert wrong.citations[0].force == "Northamptonshire"
    right = judged(index, tmp_path, f"{said} [1]\n\n## Sources\n[1] Northamptonshire 2017\n")[0]
    assert right.verdict is Standing.SUPPORTED


def test_a_sentence_belongs_to_the_force_of_its_heading(index: Index, tmp_path: Path) -> None:
    said = "The force requires improvement at investigating crime and reducing re-offending."
    ours, theirs = judged(index, tmp_path, f"# Northamptonshire\n\n{said}\n\n# Norfolk\n\n{said}\n")
    assert ours.verdict is Standing.SUPPORTED
    assert {c.force for c in ours.citations} == {"Northamptonshire"}
    assert theirs.verdict is not Standing.SUPPORTED


def test_the_reports_own_words_are_supported(index: Index, tmp_path: Path) -> None:
    quotes = [f.words for f in index.findings() if len(f.words.split()) > 8][:40]
    text = "\n\n".join(f"{q[:1].upper()}{q[1:].rstrip('.;')}." for q in quotes)
    found = judged(index, tmp_path, text)
    assert len(found) >= 40
    assert sum(one.verdict is Standing.SUPPORTED for one in found) >= 0.95 * len(found)
