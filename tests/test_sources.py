"""Where the indexed reports came from, and whether their files are as they were."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.sources import IndexedSources, Original, State
from corpus import library
from index import catalogue
from index.wanted import CORRECTIONS


class TestIndexedSources:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "reports"
        folder.mkdir()
        canvas = pytest.importorskip("reportlab.pdfgen.canvas")
        sheet = canvas.Canvas(str(folder / "borset.pdf"))
        for n in range(2):
            sheet.drawString(72, 700, f"The force has a backlog of {n + 2} devices to examine.")
            sheet.drawString(72, 680, "The force should improve how it examines digital devices.")
            sheet.showPage()
        sheet.save()
        (folder / "plain.txt").write_text("Kent Police\nThe force is good at this.\n")
        return folder

    @pytest.fixture
    def sources(self, folder: Path, tmp_path: Path) -> IndexedSources:
        found = library.read_items(library.items([folder], tmp_path / CORRECTIONS))
        catalogue.write(tmp_path / "catalogue.sqlite", found.reports)
        manifest = SimpleNamespace(digests=dict(found.digests), kept=(), passages_file=False)
        index: Any = SimpleNamespace(catalogue=catalogue.Catalogue(tmp_path / "catalogue.sqlite"),
                                     manifest=manifest)
        return IndexedSources(tmp_path, lambda: index)

    def named(self, sources: IndexedSources, ending: str) -> str:
        known = sources._index().catalogue.sources()
        return next(one for one, (_, source) in known.items() if source.endswith(ending))

    def test_only_a_file_with_pages_is_an_original(self, sources: IndexedSources) -> None:
        text, paged = self.named(sources, ".txt"), self.named(sources, ".pdf")
        assert not sources.has_pages(text)
        assert sources.original(text) is None
        assert sources.original("nosuch") is None
        assert sources.has_pages(paged)

    def test_a_changed_and_a_missing_file_are_told_apart(self, sources: IndexedSources,
                                                         folder: Path) -> None:
        paged = self.named(sources, ".pdf")
        path = folder / "borset.pdf"
        assert sources.original(paged) == Original(path, State.SAME)
        path.write_bytes(path.read_bytes() + b"\n")
        assert sources.original(paged) == Original(path, State.CHANGED)
        path.unlink()
        assert sources.original(paged) == Original(path, State.MISSING)

    def test_a_finding_leads_to_its_report(self, sources: IndexedSources) -> None:
        paged = self.named(sources, ".pdf")
        one = next(f for f in sources._index().catalogue.findings() if f.report_id == paged)
        assert sources.report_of(one.id) == paged
        assert one.page == 1
        assert sources.report_of("nosuch") is None
