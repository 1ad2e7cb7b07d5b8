"""What Word files hold besides plain paragraphs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from corpus.blocks import Document, Role
from corpus.readers import read

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STYLES = (f'<w:styles xmlns:w="{W}">'
           '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
           '<w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="My style"/>'
           '<w:basedOn w:val="H1"/></w:style>'
           '<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style>'
           "</w:styles>")
_NUMBERING = (f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">'
              '<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>'
              '<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum>'
              '<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>')


def word(folder: Path, body: str) -> Document:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{W}" xmlns:mc="http://schemas'
                         '.openxmlformats.org/markup-compatibility/2006"><w:body>'
                         f"{body}</w:body></w:document>")
        archive.writestr("word/styles.xml", _STYLES)
        archive.writestr("word/numbering.xml", _NUMBERING)
        archive.writestr("word/vbaProject.bin", b"\x00macro")
    path = folder / "report.docx"
    path.write_bytes(stream.getvalue())
    return read(path)


def run(text: str, look: str = "") -> str:
    return f"<w:r><w:rPr>{look}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def para(content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def test_tracked_changes_are_taken_as_accepted(tmp_path: Path) -> None:
    document = word(tmp_path, para(
        run("The force is ") + "<w:del><w:r><w:delText>bad</w:delText></w:r></w:del>"
        f"<w:ins>{run('good')}</w:ins>" + run(" at this.")) + para(
        run("Its plan "), '<w:rPr><w:del w:id="1"/></w:rPr>') + para(run("works.")))
    assert document.text == "The force is good at this.\nIts plan works."


def test_styles_bold_lines_and_contents(tmp_path: Path) -> None:
    document = word(tmp_path, para(run("Contents 1"), '<w:pStyle w:val="T1"/>')
                    + para(run("Title"), '<w:pStyle w:val="H1"/>')
                    + para(run("Part"), '<w:pStyle w:val="Mine"/>')
                    + para(run("Areas for improvement", "<w:b/>"))
                    + para(run("All of this is bold and a sentence.", "<w:b/>"))
                    + para(run("Not bold", '<w:b w:val="0"/>')))
    assert [(block.role, block.text) for block in document.blocks] == [
        (Role.HEADING, "Title"), (Role.HEADING, "Part"), (Role.HEADING, "Areas for improvement"),
        (Role.PARAGRAPH, "All of this is bold and a sentence."), (Role.PARAGRAPH, "Not bold")]


def test_numbered_lists_count_and_typed_bullets_are_bullets(tmp_path: Path) -> None:
    def item(text: str, depth: int) -> str:
        return para(run(text), f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="7"/></w:numPr>')

    document = word(tmp_path, item("one", 0) + item("inside", 1) + item("more", 1) + item("two", 0)
                    + para(run("• typed")))
    assert [(b.marker, b.indent, b.text) for b in document.blocks] == [
        ("1.", 0, "one"), ("(a)", 2, "inside"), ("(b)", 2, "more"), ("2.", 0, "two"),
        ("-", 0, "typed")]


def test_a_text_box_is_read_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{para(run('In the box.'))}</w:txbxContent>"
    document = word(tmp_path, para(
        run("Beside it.") + "<w:r><mc:AlternateContent><mc:Choice>" + box
        + "</mc:Choice><mc:Fallback>" + box + "</mc:Fallback></mc:AlternateContent></w:r>"))
    assert document.text == "Beside it.\nIn the box."


@pytest.mark.parametrize("look", ["<w:vanish/>", '<w:color w:val="FFFFFF"/>'])
def test_hidden_words_are_marked(look: str, tmp_path: Path) -> None:
    document = word(tmp_path, para(run("Seen. ") + run("Not seen.", look) + run(" Seen again.")))
    assert [(b.text, b.hidden) for b in document.blocks] == [
        ("Seen.", False), ("Not seen.", True), ("Seen again.", False)]


def test_white_on_a_background_is_seen(tmp_path: Path) -> None:
    white = '<w:color w:val="FFFFFF"/>'
    document = word(tmp_path, para(run("A banner of words.", white), '<w:shd w:fill="000080"/>')
                    + para(run("Marked.", white + '<w:highlight w:val="black"/>')))
    assert [b.hidden for b in document.blocks] == [False, False]


def test_a_table_without_a_header_and_one_that_only_lays_out(tmp_path: Path) -> None:
    def table(*rows: tuple[str, ...]) -> str:
        return "<w:tbl>" + "".join("<w:tr>" + "".join(
            f"<w:tc>{para(run(cell))}</w:tc>" for cell in row) + "</w:tr>" for row in rows
        ) + "</w:tbl>"

    document = word(tmp_path, table(("Custody", "Good"), ("Vetting", "Inadequate"))
                    + table(("A box of its own.",)))
    assert [(b.role, b.text) for b in document.blocks] == [
        (Role.BULLET, "Custody: Good"), (Role.BULLET, "Vetting: Inadequate"),
        (Role.PARAGRAPH, "A box of its own.")]
