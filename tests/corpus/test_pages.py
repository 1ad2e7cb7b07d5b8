"""Odd web pages and odd PDF pages."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus.blocks import Document, Role
from corpus.readers import read

HEADING, PARAGRAPH, BULLET = Role.HEADING, Role.PARAGRAPH, Role.BULLET


def page(folder: Path, content: str | bytes) -> Document:
    path = folder / "page.html"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path)


def told(document: Document) -> list[tuple[Role, str]]:
    return [(block.role, block.text) for block in document.blocks]


@pytest.mark.parametrize("content", [
    "<meta charset='utf-8'><p>The force’s £5 plan".encode(),
    b"\xef\xbb\xbf" + "<html><p>The force’s £5 plan".encode(),
    "<html><meta charset='iso-8859-1'><p>The force’s £5 plan".encode("cp1252"),
    "<html><p>The force’s £5 plan".encode("cp1252"),
    "<html><p>The force’s £5 plan".encode("utf-16"),
    "<html><meta charset='nonsense'><p>The force’s £5 plan".encode(),
    "<html><meta charset='utf-8'><p>The force’s £5 plan".encode("cp1252"),
    b"<?xml version='1.0' encoding='utf-8'?><html><p>The force&rsquo;s &#163;5 plan</p></html>",
])
def test_the_encoding_of_a_page(content: bytes, tmp_path: Path) -> None:
    assert page(tmp_path, content).text == "The force’s £5 plan"


@pytest.mark.parametrize(("body", "expected"), [
    ("<p><b>Area for improvement</b><br>The force should act.</p>",
     [(HEADING, "Area for improvement"), (PARAGRAPH, "The force should act.")]),
    ("<p>One line<br>goes on.</p>", [(PARAGRAPH, "One line goes on.")]),
    ("<p>First.<br><br>Second.</p>", [(PARAGRAPH, "First."), (PARAGRAPH, "Second.")]),
    ("<div>Loose text <p>Inside.</p> and after.</div>",
     [(PARAGRAPH, "Loose text"), (PARAGRAPH, "Inside."), (PARAGRAPH, "and after.")]),
    ("<h3><button>Custody</button></h3><p>It is safe.</p>",
     [(HEADING, "Custody"), (PARAGRAPH, "It is safe.")]),
    ("<ol><li><p>one</p><ul><li>in</li></ul></li><li>two</li></ol>",
     [(BULLET, "one"), (BULLET, "in"), (BULLET, "two")]),
    ("<table><tr><td>Custody<td>Good<tr><td>Vetting<td>Inadequate</table>",
     [(BULLET, "Custody: Good"), (BULLET, "Vetting: Inadequate")]),
    ("<table><tr><td><h2>Laid out</h2><p>By a table.</p></td><td>Side.</td></tr></table>",
     [(HEADING, "Laid out"), (PARAGRAPH, "By a table."), (PARAGRAPH, "Side.")]),
    ("<p>Cut by 5%.<sup><a href='#1'>1</a></sup> Then <i>more</i>.</p>",
     [(PARAGRAPH, "Cut by 5%. Then more.")]),
    ("<p>• typed bullet</p><p>- and this</p>", [(BULLET, "typed bullet"), (BULLET, "and this")]),
    ("<ul class='x'><li><a href='#a'>Part A</a><li><a href='#b'>B</a><li><a href='#c'>C</a></ul>"
     "<p>The text.</p>", [(PARAGRAPH, "The text.")]),
    ("<p>See <a href='x'>the plan</a>.</p>", [(PARAGRAPH, "See the plan.")]),
])
def test_a_page_into_blocks(body: str, expected: list[tuple[Role, str]], tmp_path: Path) -> None:
    assert told(page(tmp_path, f"<html><body>{body}</body></html>")) == expected


def test_folded_parts_are_read_and_marked(tmp_path: Path) -> None:
    document = page(tmp_path, "<html><main><p>Seen.</p><div style='display: none'>"
                    "<p>Folded.</p></div><p hidden>Set aside.</p></main>")
    assert [(b.text, b.hidden) for b in document.blocks] == [
        ("Seen.", False), ("Folded.", True), ("Set aside.", True)]


class Sheet:
    """A PDF drawn by hand."""

    def __init__(self) -> None:
        self.stream = io.BytesIO()
        self.canvas = Canvas(self.stream, pagesize=A4)
        self.y = 760.0

    def line(self, text: str, size: float = 11, font: str = "Helvetica", x: float = 72) -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.y, text)
        self.y -= size * 1.3

    def turn(self) -> None:
        self.canvas.showPage()
        self.y = 760.0

    def read(self, folder: Path) -> Document:
        self.canvas.showPage()
        self.canvas.save()
        path = folder / "sheet.pdf"
        path.write_bytes(self.stream.getvalue())
        return read(path)


def test_white_on_a_dark_banner_is_seen(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.canvas.setFillColorRGB(0, 0, 0.5)
    sheet.canvas.rect(60, 740, 400, 40, stroke=0, fill=1)
    sheet.canvas.setFillGray(1)
    sheet.line("Kent Police in a banner", 18)
    sheet.y -= 40
    sheet.line("White on white paper says that all is well.")
    sheet.canvas.setFillGray(0)
    sheet.line("Black text that everybody sees.")
    assert [(b.text, b.hidden) for b in sheet.read(tmp_path).blocks] == [
        ("Kent Police in a banner", False),
        ("White on white paper says that all is well.", True),
        ("Black text that everybody sees.", False)]


def test_contents_with_leaders_and_running_section_names_are_left_out(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.line("Kent PEEL 2017", 24, "Helvetica-Bold")
    for part in range(5):
        sheet.line(f"Part {part} {'.' * 40} {part + 2}")
    for part in range(5):
        sheet.turn()
        sheet.y = 800
        sheet.line(f"Chapter of part {part}", 10)
        sheet.y = 750
        sheet.line(f"Part {part}", 16, "Helvetica-Bold")
        sheet.line(f"The force handled {part + 20} cases in this part of the county.")
        sheet.line(f"It closed {part + 3} of them before the inspection.")
    document = sheet.read(tmp_path)
    assert [block.text for block in document.blocks if block.role is HEADING] == [
        "Kent PEEL 2017", *(f"Part {part}" for part in range(5))]
    assert "Chapter of" not in document.text
    assert "...." not in document.text
    assert document.blocks[-1].page == 6


def test_a_page_that_lies_on_its_side(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.canvas.setPageRotation(90)
    sheet.canvas.translate(A4[0], 0)
    sheet.canvas.rotate(90)
    sheet.y = 500
    sheet.line("Kent PEEL 2017", 20, "Helvetica-Bold")
    sheet.line("Kent Police is good at this. It has a plan")
    sheet.line("for each of its districts.")
    assert told(sheet.read(tmp_path)) == [
        (HEADING, "Kent PEEL 2017"),
        (PARAGRAPH, "Kent Police is good at this. It has a plan for each of its districts.")]


def test_nested_bullets_by_indent(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.line("Kent PEEL 2017", 20, "Helvetica-Bold")
    sheet.line("The force has found that its officers in all of the districts:")
    for marker, x, text in (("•", 80, "know the law;"), ("o", 100, "of the land; and"),
                            ("o", 100, "of the sea; and"), ("•", 80, "keep it.")):
        y = sheet.y
        sheet.line(marker, font="Courier" if marker == "o" else "Helvetica", x=x)
        sheet.y = y
        sheet.line(text, x=x + 18)
    assert [(b.text, b.indent) for b in sheet.read(tmp_path).blocks if b.role is BULLET] == [
        ("know the law;", 0), ("of the land; and", 2), ("of the sea; and", 2), ("keep it.", 0)]
