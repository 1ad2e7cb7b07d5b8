"""The files of a briefing, opened again: their structure, numbers, references and order."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import docx
import pypdfium2
import pytest
from markdown_it import MarkdownIt

from assistant.paper.files import exported, safe_name
from assistant.paper.markdown import as_html, as_text
from assistant.paper.paper import Item, Kind, Paper, Standing
from assistant.paper.references import Part, Sheet, sheet
from corpus.errors import GiveUp
from tests.browser.backend import HOSTILE_TEXT, METADATA
from tests.paper.samples import URL, library, sample

HOSTILE = ('<para><font color="red">x</font></para><img src="file:///etc/passwd"/> '
           "&lt; {{7*7}} ${x} [a](javascript:1) ![i](http://example.org/i) "
           "<script>alert(1)</script>")
UNPRINTABLE = "a\0b\x07c\ud800d\ufffee\u202ef"


def shown() -> Sheet:
    """The sample with one statement that was not supported."""
    paper = sample()
    key = paper.items[4].key
    paper = paper.edited(key, "The force has 300 devices.")
    return sheet(paper.judged(key, "The force has 300 devices.", Standing.UNSUPPORTED,
                              "it says 300 and its evidence does not"), library())


def hostile() -> Sheet:
    heading = Item(kind=Kind.HEADING, words="a\0b\x07c\ufffee\u202ef")
    paper = Paper(title=HOSTILE).introduced(HOSTILE + UNPRINTABLE).added(
        [heading, Item(kind=Kind.NOTE, words=f"=HYPERLINK(1)\n{HOSTILE}"), *sample().items],
        sample().sources)
    return sheet(paper.edited(heading.key, HOSTILE + UNPRINTABLE), {})


def document(of: Sheet) -> Any:
    return docx.Document(io.BytesIO(exported(of, "docx").content))


def pdf(of: Sheet) -> tuple[pypdfium2.PdfDocument, str]:
    opened = pypdfium2.PdfDocument(exported(of, "pdf").content)
    pages = [page.get_textpage().get_text_range() for page in opened]
    return opened, " ".join(" ".join(pages).replace("\ufffe", "-").split())


def in_order(text: str, *parts: str) -> None:
    at = -1
    for part in parts:
        found = text.find(part, at + 1)
        assert found > at, f"{part!r} is missing or out of order"
        at = found


PARTS = ("Meeting on investigations", "For the panel.", "Two points.", "Digital evidence",
         "Northamptonshire 2017: The force has a backlog of digital devices", "[1]",
         "Northamptonshire 2017:", "[2]", "Ask about the new unit.", "And its budget.",
         "Northamptonshire 2017: The force has 300 devices. [2][1]",
         "Not supported by the reports: it says 300", 'Hostile <b onclick="x">title</b>:', "[3]",
         "References",
         "[1] Northamptonshire PEEL 2017: Effectiveness, How effective is the force",
         "“has a backlog of digital devices", "[2] Northamptonshire",
         "“The force should improve its ability", "[3] Hostile", "Licence of the reports",
         "Open Government Licence v3.0")


def test_word_has_the_structure_that_its_navigation_uses() -> None:
    opened = document(shown())
    headed = [(one.style.name, one.text) for one in opened.paragraphs
              if one.style.name.startswith(("Title", "Heading"))]
    assert headed == [("Title", "Meeting on investigations"), ("Heading 1", "Digital evidence"),
                      ("Heading 1", "References"), ("Heading 1", "Licence of the reports")]
    assert opened.core_properties.title == "Meeting on investigations"
    assert opened.core_properties.language == "en-GB"
    in_order("\n".join(one.text for one in opened.paragraphs), *PARTS)


def test_numbers_in_word_lead_to_their_references_and_addresses_are_links() -> None:
    opened = document(shown())
    xml = opened.element.xml
    targets = re.findall(r'w:hyperlink w:anchor="(\w+)"', xml)
    marks = re.findall(r'w:bookmarkStart [^>]*w:name="(\w+)"', xml)
    assert targets == ["ref1", "ref2", "ref2", "ref1", "ref3"]
    assert marks == ["ref1", "ref2", "ref3"]
    assert {one.target_ref for one in opened.part.rels.values() if one.is_external} == {URL}


def test_the_authors_note_and_what_is_not_supported_are_marked_in_word() -> None:
    by_style = {one.style.name: one.text for one in document(shown()).paragraphs}
    assert by_style["Author Note"].startswith("Author’s note: Ask about")
    assert by_style["Reference"].startswith("[3]")


def test_the_pdf_has_title_language_bookmarks_and_page_numbers() -> None:
    content = exported(shown(), "pdf").content
    opened, text = pdf(shown())
    assert opened.get_metadata_dict()["Title"] == "Meeting on investigations"
    assert b"/Lang (en-GB)" in content
    assert b"/DisplayDocTitle true" in content
    assert [one.get_title() for one in opened.get_toc()] == [
        "Meeting on investigations", "Digital evidence", "References", "Licence of the reports"]
    assert "Page 1" in text
    in_order(text, *PARTS)
    assert URL in text


def test_the_fonts_of_the_pdf_are_embedded() -> None:
    content = exported(shown(), "pdf").content
    assert content.count(b"/FontFile2") >= 2


def test_letters_that_a_font_lacks_come_near_or_are_told() -> None:
    paper = Paper(title="Dŵr Cymru, smörgåsbord, “naïve”").added(
        [Item(kind=Kind.NOTE, words="non‑breaking 漢字 🚓")], {})
    _, text = pdf(sheet(paper, {}))
    assert re.search("D[ŵw]r Cymru, smörgåsbord, “naïve”", text)
    assert "non-breaking" in text.replace("‑", "-")
    assert "Some characters can’t be printed in this file" in text


def test_markdown_has_the_same_parts_in_the_same_order() -> None:
    source = exported(shown(), "md").content.decode()
    tokens = MarkdownIt().parse(source)
    text = "\n".join("".join(child.content or "\n" * ("break" in child.type)
                             for child in one.children) for one in tokens if one.children)
    in_order(text, *PARTS)
    headings = [(one.tag, tokens[at + 1].content) for at, one in enumerate(tokens)
                if one.type == "heading_open"]
    assert headings == [("h1", "Meeting on investigations"), ("h2", "Digital evidence"),
                        ("h2", "References"), ("h2", "Licence of the reports")]


@pytest.mark.parametrize("text", [
    HOSTILE, HOSTILE_TEXT, "# x", "- x", "+ x", "1. x", "23) x", "=====", "---", "> x", "~~~",
    "```", "    code", "[x]: http://example.org", "| a | b |", "&copy;", "www.example.org",
    "http://example.org", "a@example.org", "*a* _b_ `c`", "\\*", ":--- | ---:"])
def test_markdown_shows_any_text_as_it_stands(text: str) -> None:
    paper = Paper(title="T").added([Item(kind=Kind.NOTE, words=text),
                                    Item(kind=Kind.STATEMENT, words=text)], {})
    source = exported(sheet(paper, {}), "md").content.decode()
    reader = MarkdownIt("gfm-like", {"linkify": False})
    tokens = [child for one in reader.parse(source) for child in (one.children or [one])]
    kinds = {one.type for one in tokens}
    assert kinds <= {"heading_open", "heading_close", "paragraph_open", "paragraph_close", "text",
                     "blockquote_open", "blockquote_close", "strong_open", "strong_close",
                     "text_special"}
    said = "".join(one.content for one in tokens if one.type in ("text", "text_special"))
    assert " ".join(text.split()) in said
    assert not re.search(r"(?<!\\):?//|(?<![\\\w])www\.", source.replace("\\://", ""))


@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_hostile_text_stays_text(ending: str) -> None:
    if ending == "docx":
        content = exported(hostile(), "docx").content
        text = "\n".join(one.text for one in document(hostile()).paragraphs)
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            assert not any("media" in name or "embed" in name for name in parts.namelist())
            assert b"<script>" not in parts.read("word/document.xml")
    else:
        _, text = pdf(hostile())
    assert " ".join(HOSTILE.split()) in " ".join(text.split())
    assert "=HYPERLINK(1)" in text


def test_what_is_copied_is_plain_elements_and_no_formula() -> None:
    html, text = as_html(hostile()), as_text(hostile())
    assert set(re.findall(r"<(/?\w+)[^>]*>", html)) == {
        f"{end}{tag}" for tag in ("h1", "h2", "p", "b", "a") for end in ("", "/")}
    assert set(re.findall(r"<\w+ (\w+)=", html)) == {"href"}
    paper = Paper(title='=HYPERLINK("http://example.org")').added(
        [Item(kind=Kind.STATEMENT, words="@SUM(A1)"), Item(kind=Kind.HEADING, words="+1")], {})
    assert [line[:2] for line in as_text(sheet(paper, {})).split("\n\n")[:3]] == ["'=", "'@", "'+"]
    titled = Part(Item(kind=Kind.STATEMENT, words="x"), report="=HYPERLINK(1)\u202e <i>")
    copied = replace(sheet(Paper(), {}), parts=(titled,))
    assert "'=HYPERLINK(1)\ufffd <i>: x" in as_text(copied)
    assert "<b>&#x27;=HYPERLINK(1)\ufffd &lt;i&gt;:</b> x" in as_html(copied)
    assert "[1]" in text


def test_every_reference_and_licence_is_copied_in_order() -> None:
    in_order(as_text(shown()), *(one for one in PARTS))
    assert f'<a href="{URL.replace("&", "&amp;")}">' in as_html(shown())


@pytest.mark.parametrize(("title", "name"), [
    ("Meeting on investigations", "Meeting on investigations"),
    ("../../etc/passwd", "etc passwd"), ("a/b\\c:d*e?f\"g<h>i|j", "a b c d e f g h i j"),
    ("", "briefing"), ("...", "briefing"), ("\0\n\u202e", "briefing"), ("CON", "CON briefing"),
    ("x" * 300, "x" * 80), ("Dŵr: 12 May", "Dŵr 12 May"), ("-rf", "rf"), ("=cmd", "cmd")])
def test_the_name_of_a_file_is_safe(title: str, name: str) -> None:
    assert safe_name(title) == name


def test_a_briefing_without_a_title_or_items_can_be_written() -> None:
    for ending in ("docx", "pdf", "md"):
        assert exported(sheet(Paper(), {}), ending).name == f"Untitled briefing.{ending}"
    with pytest.raises(GiveUp):
        exported(sheet(Paper(), {}), "exe")


def test_a_gone_report_is_told_in_every_file() -> None:
    gone = sheet(sample(), {METADATA.id: None})
    for text in (pdf(gone)[1], exported(gone, "md").content.decode(),
                 "\n".join(one.text for one in document(gone).paragraphs)):
        assert "This report is no longer in the library." in text
        assert "has a backlog of digital devices" in text
