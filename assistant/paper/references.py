"""A briefing as it is read: its parts in order, and each cited finding once under a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from assistant.answer import Citation
from assistant.paper.paper import Item, Kind, Paper, Source, Standing
from corpus.model import Report
from prompts import wording


class Held(StrEnum):
    """Whether the library still has what a citation quotes."""

    HERE = "here"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Reference:
    """A cited finding under its number. ``place`` is its report's title, heading and page as a
    sentence, ``said`` its quote behind the words that lead in to it; ``url`` is empty unless the
    report has a web address; ``flag`` says what has become of the report, "" while it is as it
    was."""

    n: int
    citation: Citation
    place: str
    said: str
    url: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """An item with the numbers of its references. ``flag`` says in words what is to be known of a
    statement that the program's check didn't pass, "" for any other. ``report`` names the reports
    that a statement is from where the briefing draws on several, since "the force" could be any
    of them; "" where there is but one."""

    item: Item
    numbers: tuple[int, ...] = ()
    flag: str = ""
    report: str = ""

    @property
    def lead(self) -> str:
        """The words that stand before a statement to say which report it is from; "" for none."""
        told = str(wording("paper")["of_report"])
        return told.format(report=self.report) if self.report else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole briefing, ready to be shown or written to a file. ``credits`` are the statements of
    the reports' licences, each once."""

    title: str
    introduction: tuple[str, ...]
    parts: tuple[Part, ...]
    references: tuple[Reference, ...]
    credits: tuple[str, ...]


def held(citation: Citation, report: Report | None) -> Held:
    """What has become of a cited finding in its report as the library has it now."""
    if report is None:
        return Held.GONE
    if report.text[citation.start:citation.end] == citation.quote:
        return Held.HERE
    return Held.HERE if citation.quote in report.text else Held.CHANGED


def sheet(paper: Paper, library: Mapping[str, Report | None]) -> Sheet:
    """The briefing with its references numbered in the order of first mention. ``library`` has
    the reports that it cites by id, None for those that are gone."""
    numbers: dict[tuple[str, str], int] = {}
    cited: list[Citation] = []
    parts = []
    names = named(paper)
    for item in paper.items:
        for citation in item.citations:
            name = (citation.report_id, citation.finding_id)
            if name not in numbers:
                cited.append(citation)
                numbers[name] = len(cited)
        own = tuple(dict.fromkeys(numbers[c.report_id, c.finding_id] for c in item.citations))
        of = dict.fromkeys(names.get(c.report_id, "") for c in item.citations)
        parts.append(Part(item, own, _flag(item), "; ".join(one for one in of if one)))
    references = tuple(_reference(n, one, paper.sources.get(one.report_id),
                                  library.get(one.report_id)) for n, one in enumerate(cited, 1))
    used = [paper.sources.get(report) for report in dict.fromkeys(c.report_id for c in cited)]
    credits = dict.fromkeys(_credit(source) for source in used if source is not None)
    introduction = tuple(" ".join(one.split()) for one in paper.introduction.splitlines()
                         if one.strip())
    return Sheet(paper.title or str(wording("paper")["untitled"]), introduction, tuple(parts),
                 references, tuple(one for one in credits if one))


def reports_of(paper: Paper) -> frozenset[str]:
    """The ids of all reports that a briefing cites."""
    return frozenset(c.report_id for item in paper.items for c in item.citations)


def named(paper: Paper) -> dict[str, str]:
    """What to call each of the reports that a briefing cites, by id: body and year, as far as no
    two are called the same, else the title. Nothing where it draws on one report alone."""
    cited = {c.report_id: c for item in paper.items for c in item.citations}
    if len(cited) < 2:
        return {}
    short = {key: " ".join(str(one) for one in (c.force, c.year) if one)
             for key, c in cited.items()}
    titles = {key: " ".join((paper.sources[key].title if key in paper.sources
                             else c.title).split()) for key, c in cited.items()}
    often = Counter(short.values())
    return {key: name if name and often[name] == 1 else titles[key]
            for key, name in short.items()}


def _flag(item: Item) -> str:
    words = wording("paper")["flags"]
    if item.kind is not Kind.STATEMENT or item.standing is Standing.SUPPORTED:
        return ""
    if item.standing is Standing.UNSUPPORTED:
        return str(words["unsupported"]).format(reason=item.reason)
    return str(words["unchecked"])


def _reference(n: int, citation: Citation, source: Source | None,
               report: Report | None) -> Reference:
    words = wording("paper")
    title = source.title if source else citation.title
    parts = [title, *(one for one in citation.section if one.casefold() not in title.casefold())]
    if citation.page is not None:
        parts.append(str(words["page"]).format(page=citation.page))
    place = ", ".join(" ".join(part.split()) for part in parts)
    if citation.hidden:
        place = f"{place} ({words['hidden']})"
    place = place if place[-1:] in ".?!" else f"{place}."
    state = held(citation, report)
    flag = "" if state is Held.HERE else str(words["flags"][state.value])
    quote = str(words["quote"]).format(quote=" ".join(citation.quote.split()))
    said = " ".join(f"{citation.lead_in or ''} {quote}".split())
    return Reference(n, citation, place, said, web_address(source.url if source else None), flag)


def web_address(url: str | None) -> str:
    """An address that is safe to link to: http or https with a host and no blanks; else ""."""
    text = (url or "").strip()
    if not text or len(text) > 2000 or any(c.isspace() or c in '<>"\\^`{|}' for c in text):
        return ""
    try:
        split = urlsplit(text)
    except ValueError:
        return ""
    return text if split.scheme in ("http", "https") and split.hostname else ""


def _credit(source: Source) -> str:
    if source.attribution:
        return " ".join(source.attribution.split())
    if source.licence:
        told = wording("paper")["licensed"]
        return str(told).format(title=source.title, licence=source.licence)
    return str(wording("paper")["no_licence"]).format(title=source.title)
