"""A briefing as a PDF: titled, with bookmarks, page numbers and embedded fonts."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.platypus import Paragraph, SimpleDocTemplate

from assistant.paper.fonts import MISSING, Family, family_for
from assistant.paper.paper import Kind
from assistant.paper.references import Part, Reference, Sheet
from assistant.paper.shown import plain
from prompts import wording

_INK, _QUIET, _LINK, _FLAG = "#0b0c0c", "#505a5f", "#1d5fa8", "#942514"


class _Printed(SimpleDocTemplate):  # type: ignore[misc]
    """Adds a bookmark for each heading as it is placed."""

    def afterFlowable(self, flowable: Any) -> None:
        """Note a heading in the outline."""
        title = getattr(flowable, "bookmark", "")
        if title:
            name = f"h{self.seq.nextf('heading')}"
            self.canv.bookmarkPage(name)
            self.canv.addOutlineEntry(title, name, level=0)


def written(sheet: Sheet) -> bytes:
    """The file. Numbers in the text lead to the references at the end. All text is escaped, so
    that none of it is taken as the writer's own markup."""
    printer = _Printer(family_for(_all_text(sheet)))
    out = BytesIO()
    document = _Printed(out, pagesize=A4, leftMargin=2.5 * cm, rightMargin=2.5 * cm,
                        topMargin=2.2 * cm, bottomMargin=2.2 * cm, lang="en-GB",
                        title=plain(sheet.title), author="", displayDocTitle=True,
                        subject=wording("paper")["document"], creator="Findings")
    document.build(printer.story(sheet), onFirstPage=printer.foot, onLaterPages=printer.foot)
    return out.getvalue()


class _Printer:
    """Makes a sheet's paragraphs in one family of fonts."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.missed = False
        text = ParagraphStyle("text", fontName=family.regular, fontSize=10, leading=15,
                              spaceAfter=7, textColor=HexColor(_INK), splitLongWords=1)
        self.text = text
        self.title = ParagraphStyle("title", text, fontName=family.bold, fontSize=20, leading=25,
                                    spaceAfter=14)
        self.heading = ParagraphStyle("heading", text, fontName=family.bold, fontSize=13,
                                      leading=18, spaceBefore=12, spaceAfter=5, keepWithNext=1)
        self.note = ParagraphStyle("note", text, leftIndent=12, borderPadding=(0, 0, 0, 8),
                                   fontName=family.italic)
        self.reference = ParagraphStyle("reference", text, fontSize=9, leading=13, leftIndent=20,
                                        firstLineIndent=-20)

    def story(self, sheet: Sheet) -> list[Any]:
        """All paragraphs in order."""
        words = wording("paper")
        made = [self._headed(sheet.title, self.title),
                *(Paragraph(self._safe(one), self.text) for one in sheet.introduction)]
        made += [self._part(part) for part in sheet.parts]
        if sheet.references:
            made += [self._headed(words["references"]),
                     Paragraph(self._safe(words["made"]), self.text)]
            made += [self._reference(one) for one in sheet.references]
        if sheet.credits:
            made += [self._headed(words["credits"]),
                     *(Paragraph(self._safe(one), self.text) for one in sheet.credits)]
        if self.missed:
            made.append(Paragraph(self._safe(words["missing"]), self.text))
        return made

    def foot(self, canvas: Any, document: Any) -> None:
        """The page's number."""
        canvas.setFont(self.family.regular, 9)
        canvas.setFillColor(HexColor(_QUIET))
        told = wording("paper")["sheet"].format(page=document.page)
        canvas.drawRightString(A4[0] - 2.5 * cm, 1.2 * cm, told)

    def _safe(self, text: str) -> str:
        shown = self.family.text(plain(text))
        self.missed = self.missed or (MISSING in shown and MISSING not in text)
        return str(escape(shown)).replace("\n", "<br/>")

    def _headed(self, text: str, style: ParagraphStyle | None = None) -> Paragraph:
        made = Paragraph(self._safe(text), style or self.heading)
        made.bookmark = self.family.text(plain(text))
        return made

    def _part(self, part: Part) -> Paragraph:
        item = part.item
        if item.kind is Kind.HEADING:
            return self._headed(item.words)
        if item.kind is Kind.NOTE:
            label = self._safe(f"{wording('paper')['note']}:")
            return Paragraph(f"<b>{label}</b> {self._safe(item.words)}", self.note)
        marks = "".join(f'<a href="#ref{n}" color="{_LINK}">[{n}]</a>' for n in part.numbers)
        flag = f' <font color="{_FLAG}"><b>[{self._safe(part.flag)}]</b></font>' \
            if part.flag else ""
        lead = f"<b>{self._safe(part.lead)}</b> " if part.lead else ""
        return Paragraph(f"{lead}{self._safe(item.words)} {marks}{flag}", self.text)

    def _reference(self, one: Reference) -> Paragraph:
        words = wording("paper")
        said = self._safe(f"{one.place} {one.said}")
        text = f'<a name="ref{one.n}"/><b>[{one.n}]</b> {said}'
        if one.url:
            link = f'<a href={quoteattr(one.url)} color="{_LINK}">{self._safe(one.url)}</a>'
            before, after = words["source"].split("{url}")
            text += f" {self._safe(before)}{link}{self._safe(after)}"
        if one.flag:
            text += f' <font color="{_FLAG}"><b>{self._safe(one.flag)}</b></font>'
        return Paragraph(text, self.reference)


def _all_text(sheet: Sheet) -> str:
    parts = [sheet.title, *sheet.introduction, *sheet.credits]
    parts += [f"{part.lead}{part.item.words}{part.flag}" for part in sheet.parts]
    parts += [f"{one.place}{one.said}{one.url}" for one in sheet.references]
    return "".join(dict.fromkeys(plain("".join(parts))))
