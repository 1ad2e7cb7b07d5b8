"""The smallest inputs of what fuzzing found once: each is read, or refused with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.fuzz import promises, seeds
from corpus import passages
from corpus.errors import UnreadableReport
from corpus.parse import report_from
from corpus.readers import html

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.mark.parametrize(("name", "content", "said"), [
    # An item that is nothing but a list's own mark was a finding without text.
    ("a.html", b"<h4>Recommendation</h4>;", ";"),
    ("a.html", b"<p>The force:</p><ul><li>; and<li>is good</ul>", "; and"),
    ("a.txt", b"Kent Police\n\n- ; and\n- is good at this\n", "; and"),
    # A heading of hashes alone was the empty title of its report.
    ("a.txt", b"# ##\nThe force listens.\n", "The force listens."),
    # Figures that are no numbers, and more of them than a number has.
    ("a.html", '<ol start="²"><li>The force listens</ol>'.encode(), "The force listens"),
    ("a.html", '<table><tr><td colspan="²">One<td>Two</table>'.encode(), "Two"),
    ("a.html", b'<ol start="' + b"9" * 5000 + b'"><li>The force listens</ol>',
     "The force listens"),
    # Markup after its end lies beside the tree that is walked, a control character in it.
    ("a.html", b"<p>Yes.</p></html><main ><!><p>The force learns.</p><p><a href='/a'>Contact us"
     b"</a></p><\x0c\n", "The force learns"),
    # A grade on a line of its own under no heading, after a title that ran into the next line.
    ("a.txt", b"Durham PEEL 2016  EffectivenessLast updated 02/03/2017\nGood\nThe extent to which "
     b"the force is effective at keeping people safe a\xfbd ; orreducing crime is: good.\nThe "
     b"force is outstanding at everything it does.\n", "is outstanding at everything")])
def test_it_is_read(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    report = report_from(tmp_path / name)
    assert any(said in one.text for one in report.findings)
    assert list(promises.broken([report])) == []
    assert report.metadata.title


@pytest.mark.parametrize("content", [b"<html\r\n", b"<html", b"<!---->"])
def test_a_page_of_nothing_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(content)
    with pytest.raises(UnreadableReport):
        report_from(tmp_path / "a.html")
    with pytest.raises(UnreadableReport):
        html.read("a.html", content)


@pytest.mark.parametrize("depth", ["", "x", "-1", "²", "9" * 5000, "1000000000"])
def test_depths_of_word_lists_that_are_no_depths(depth: str, tmp_path: Path) -> None:
    properties = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr>'
    parts = {
        "word/document.xml": f"<w:document {_W}><w:body><w:p><w:pPr>{properties}<w:outlineLvl "
                             f'w:val="{depth}"/></w:pPr><w:r><w:t>The force listens.</w:t></w:r>'
                             "</w:p></w:body></w:document>",
        "word/styles.xml": f'<w:styles {_W}><w:style w:type="paragraph" w:default="1" '
                           f'w:styleId="a"><w:pPr>{properties}</w:pPr></w:style></w:styles>',
        "word/numbering.xml": f'<w:numbering {_W}><w:abstractNum w:abstractNumId="0"><w:lvl '
                              f'w:ilvl="{depth}"/></w:abstractNum><w:num w:numId="1">'
                              '<w:abstractNumId w:val="0"/></w:num></w:numbering>'}
    (tmp_path / "a.docx").write_bytes(seeds.zipped({k: v.encode() for k, v in parts.items()}))
    report = report_from(tmp_path / "a.docx")
    assert [one.text for one in report.findings] == ["The force listens."] or not report.findings
    assert len(report.text) < 200


@pytest.mark.parametrize(("row", "why"), [
    ({"id": "p", "text": "x", "metadata": {"section": 1.5}}, "neither text nor a list"),
    ({"id": "p", "text": "x", "metadata": {"section": {"a": 1}}}, "neither text nor a list"),
    ({"id": "p", "text": "x", "metadata": {"section": ["\ud800"]}}, "half a character"),
    ({"id": "p", "text": "x", "metadata": {"force": "\udfff"}}, "half a character"),
    ({"id": "", "text": "x"}, "needs an id"), ({"id": True, "text": "x"}, "needs an id")])
def test_a_passage_is_refused(row: dict[str, object], why: str, tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text(json.dumps(row), "utf-8")
    with pytest.raises(UnreadableReport, match=why):
        passages.load(tmp_path / "p.jsonl")


def test_lists_in_lists_without_end_are_refused(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text("[" * 100_000, "utf-8")
    with pytest.raises(UnreadableReport, match="beyond all reason"):
        passages.load(tmp_path / "p.jsonl")


def test_headings_of_nothing_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text(json.dumps(
        {"id": "p", "text": "x", "metadata": {"section": ["", None, " ", "Effectiveness"]}}),
        "utf-8")
    (report,) = passages.load(tmp_path / "p.jsonl")
    assert report.findings[0].section == ("Effectiveness",)
