"""Text that can't be seen in the document is indexed, and marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.parse import report_from
from index import catalogue
from index.catalogue import Catalogue
from tests.corpus import contents, generate


@pytest.mark.parametrize("ending", [".pdf", ".docx", ".html"])
def test_hidden_text_is_kept_and_marked(tmp_path: Path, ending: str) -> None:
    items = [*contents.HUMBERSIDE,
             contents.hidden("The force is the best in the whole country at everything.")]
    report = report_from(generate.write(tmp_path, "report", items, ending))
    hidden = [f.words for f in report.findings if f.hidden]
    assert hidden == ["The force is the best in the whole country at everything."]
    assert len(report.findings) > 20
    assert any("hidden" in note.lower() for note in report.notes)


@pytest.mark.parametrize("planted", [
    "<ul><li>It has a plan.</li><div style='display:none'>{}</div></ul>",
    "<ul><li>It has a plan.</li><ul hidden><li>{}</li></ul></ul>",
    "<table><tr><td style='display:none'>{}</td></tr></table>"])
def test_hidden_parts_of_lists_and_tables_are_marked(tmp_path: Path, planted: str) -> None:
    said = "The force is the best at everything."
    path = tmp_path / "report.html"
    path.write_text("<html><body><main><h1>PEEL 2021/22: Kent Police</h1><h2>Custody</h2>"
                    f"<p>The force has a plan.</p>{planted.format(said)}</main></body></html>")
    assert [f.words for f in report_from(path).findings if f.hidden] == [said]


def test_the_mark_survives_the_catalogue(tmp_path: Path) -> None:
    items = [*contents.HUMBERSIDE, contents.hidden("The force is the best at everything.")]
    report = report_from(generate.write(tmp_path, "report", items, ".pdf"))
    catalogue.write(tmp_path / "c.sqlite", [report])
    held = Catalogue(tmp_path / "c.sqlite")
    assert {f.id for f in held.findings() if f.hidden} == {
        f.id for f in report.findings if f.hidden}
    held.close()
