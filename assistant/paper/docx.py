"""A briefing as a Word document, in Word's own styles so that its navigation works."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from assistant.paper.paper import Kind
from assistant.paper.references import Part, Reference, Sheet
from assistant.paper.shown import plain
from prompts import wording

_LINK = RGBColor(0x1D, 0x5F, 0xA8)
_FLAG = RGBColor(0x94, 0x25, 0x14)
_REFERENCE, _NOTE = "Reference", "Author Note"
# Word's names of marks begin with a letter.
_MARK = "ref{n}"


def written(sheet: Sheet) -> bytes:
    """The document. Numbers in the text lead to the references at the end; addresses of reports
    are links. All text goes in as text."""
    words = wording("paper")
    document = Document()
    _prepare(document, sheet)
    document.add_paragraph(plain(sheet.title), style="Title")
    for one in sheet.introduction:
        document.add_paragraph(plain(one))
    for part in sheet.parts:
        _part(document, part)
    if sheet.references:
        document.add_heading(words["references"], level=1)
        document.add_paragraph(words["made"])
        for reference in sheet.references:
            _reference(document, reference)
    if sheet.credits:
        document.add_heading(words["credits"], level=1)
        for line in sheet.credits:
            document.add_paragraph(plain(line))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _prepare(document: Any, sheet: Sheet) -> None:
    """Properties, page, styles and the page's number."""
    told = document.core_properties
    # Word takes 255 characters here.
    told.title, told.author, told.language = plain(sheet.title)[:250], "", "en-GB"
    told.comments, told.created = "", datetime.now(UTC).replace(tzinfo=None)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.get_or_add_rPr().append(language)
    reference = document.styles.add_style(_REFERENCE, WD_STYLE_TYPE.PARAGRAPH)
    reference.base_style = normal
    reference.font.size = Pt(10)
    reference.paragraph_format.left_indent = Cm(1.0)
    reference.paragraph_format.first_line_indent = Cm(-1.0)
    note = document.styles.add_style(_NOTE, WD_STYLE_TYPE.PARAGRAPH)
    note.base_style = normal
    note.font.italic = True
    note.paragraph_format.left_indent = Cm(1.0)
    before, after = wording("paper")["sheet"].split("{page}")
    foot = section.footer.paragraphs[0]
    foot.add_run(before)
    _field(foot, "PAGE")
    foot.add_run(after)


def _part(document: Any, part: Part) -> None:
    item = part.item
    if item.kind is Kind.HEADING:
        document.add_heading(plain(item.words), level=1)
        return
    if item.kind is Kind.NOTE:
        paragraph = document.add_paragraph(style=_NOTE)
        paragraph.add_run(f"{wording('paper')['note']}: ").bold = True
        paragraph.add_run(plain(item.words))
        return
    paragraph = document.add_paragraph()
    if part.report:
        paragraph.add_run(f"{plain(part.lead)} ").bold = True
    paragraph.add_run(plain(item.words))
    if part.numbers:
        paragraph.add_run(" ")
    for n in part.numbers:
        _link(paragraph, f"[{n}]", anchor=_MARK.format(n=n))
    if part.flag:
        flag = paragraph.add_run(f" [{plain(part.flag)}]")
        flag.bold, flag.font.color.rgb = True, _FLAG


def _reference(document: Any, one: Reference) -> None:
    words = wording("paper")
    paragraph = document.add_paragraph(style=_REFERENCE)
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for edge in (start, end):
        edge.set(qn("w:id"), str(one.n))
    start.set(qn("w:name"), _MARK.format(n=one.n))
    paragraph._p.append(start)
    paragraph.add_run(f"[{one.n}] ").bold = True
    paragraph._p.append(end)
    paragraph.add_run(f"{plain(one.place)} {plain(one.said)}")
    if one.url:
        before, after = words["source"].split("{url}")
        paragraph.add_run(f" {before}")
        _link(paragraph, one.url, target=one.url)
        paragraph.add_run(after)
    if one.flag:
        flag = paragraph.add_run(f" {plain(one.flag)}")
        flag.bold, flag.font.color.rgb = True, _FLAG


def _link(paragraph: Any, text: str, anchor: str = "", target: str = "") -> None:
    """A link to a mark in the document, or to an address outside it."""
    link = OxmlElement("w:hyperlink")
    if anchor:
        link.set(qn("w:anchor"), anchor)
    else:
        link.set(qn("r:id"), paragraph.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK,
                                                      is_external=True))
    run = paragraph.add_run(text)
    run.font.color.rgb = _LINK
    run.font.underline = bool(target)
    link.append(run._r)
    paragraph._p.append(link)


def _field(paragraph: Any, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
