"""A draft read into sentences: marks, sources, headings, and what is no sentence."""

from __future__ import annotations

from pathlib import Path

from assistant.manuscript import Manuscript, manuscript
from corpus.readers import read

DRAFT = """# Paper for the board

## Kent

The force has a **backlog** of devices [1]. It is growing.[2, 3] Nobody knows why.

- Victims are kept informed[^a]
- 1

| Area | Grade |
|---|---|
| Digital forensics | It is graded good |

[^a]: HMICFRS, Kent 2018

## Sources

[1] HMICFRS: Kent Police, PEEL 2018
2. Norfolk 2017
"""


def of(tmp_path: Path, text: str, name: str = "draft.md") -> Manuscript:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return manuscript(read(path))


def test_sentences_with_their_marks_and_headings(tmp_path: Path) -> None:
    found = of(tmp_path, DRAFT).passages
    assert [(p.text, p.keys) for p in found[:4]] == [
        ("The force has a backlog of devices.", ("1",)), ("It is growing.", ("2", "3")),
        ("Nobody knows why.", ()), ("Victims are kept informed", ("a",))]
    assert found[1].before == "The force has a backlog of devices."
    assert all(p.headings == ("Paper for the board", "Kent") for p in found)
    assert "It is graded good" in found[4].text
    assert len(found) == 5


def test_the_list_of_sources(tmp_path: Path) -> None:
    assert of(tmp_path, DRAFT).sources == {
        "1": "HMICFRS: Kent Police, PEEL 2018", "2": "Norfolk 2017", "a": "HMICFRS, Kent 2018"}


def test_plain_text_and_nothing(tmp_path: Path) -> None:
    found = of(tmp_path, "The force is good at this. It has 4-6 officers [1-3].\n", "draft.txt")
    assert [(p.text, p.keys) for p in found.passages] == [
        ("The force is good at this.", ()), ("It has 4-6 officers.", ("1", "2", "3"))]
    assert of(tmp_path, "# Only a heading\n\n---\n\n42\n").passages == ()


def test_a_word_file(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading("Investigations", 1)
    document.add_paragraph("The force has a backlog of devices [1]. It is growing.")
    document.add_paragraph("Victims wait too long.", style="List Bullet")
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "Overall"
    table.cell(0, 1).text = "The force requires improvement overall"
    document.add_heading("References", 1)
    document.add_paragraph("[1] Kent 2018")
    path = tmp_path / "draft.docx"
    document.save(str(path))
    found = manuscript(read(path))
    assert [p.text for p in found.passages][:3] == [
        "The force has a backlog of devices.", "It is growing.", "Victims wait too long."]
    assert any("requires improvement overall" in p.text for p in found.passages)
    assert found.sources == {"1": "Kent 2018"}
