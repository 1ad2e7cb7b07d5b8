"""Evidence cards: the cited findings, each with its place in its report."""

from __future__ import annotations

import json
from collections.abc import Sequence

from assistant.answer import Citation
from assistant.web.pins import pin_card
from assistant.web.words import escape, one_line, say

# More than this many cards are folded away, so that a long list leaves the answer in sight.
CARDS_SHOWN = 6
# From here on a card is its number, its kind and its quote: a list can have a thousand.
CARDS_FULL = 50

_SHAPES = {"positive": "▲", "negative": "▼", "neutral": "●"}


def kind_words(kind: str) -> str:
    """A finding's kind as a reader would say it; an unknown kind in its own name."""
    try:
        return say(f"kinds.{kind}")
    except KeyError:
        return kind.replace("_", " ").capitalize()


def place_words(citation: Citation) -> str:
    """The heading that a finding stands under, innermost."""
    return citation.section[-1] if citation.section else citation.title


def reference(title: str, section: Sequence[str]) -> str:
    """A report and the heading that a finding stands under in it, as one cites them."""
    named = bool(section) and section[-1].casefold() not in title.casefold()
    return f"{title}, {section[-1]}" if named else title


def kind_badge(kind: str, polarity: str) -> str:
    """A kind with its polarity told by a shape and, unless the kind says it, by a word."""
    shape = _SHAPES.get(polarity, _SHAPES["neutral"])
    words = escape(kind_words(kind))
    said = "" if kind in ("strength", "weakness") or polarity == "neutral" else (
        f'<span class="hidden-words"> ({escape(say(f"polarity.{polarity}"))})</span>')
    return (f'<span class="badge {escape(polarity)}"><span aria-hidden="true">{shape}</span> '
            f"{words}{said}</span>")


def card(citation: Citation, nearest: bool = False) -> str:
    """One finding as HTML. A ``nearest`` finding answers nothing and so shows no number."""
    n = citation.n
    named = {"n": n, "kind": kind_words(citation.kind).lower(), "section": place_words(citation)}
    label = say("citation.nearest_label" if nearest else "citation.open_label", **named)
    number = "" if nearest else f'<span class="number" aria-hidden="true">{n}</span>'
    lead = f'<span class="lead">{one_line(citation.lead_in)}</span> ' if citation.lead_in else ""
    return (
        f'{_opened(citation, told=_cited(citation))}<p class="top">{number}'
        f"{kind_badge(citation.kind, citation.polarity)}{_grade(citation)}</p>"
        f"<blockquote>{lead}<q>{escape(citation.quote)}</q></blockquote>"
        f'<p class="place">{_place(citation)}</p><p class="tools">'
        f'<button type="button" class="link" data-open="{n}" aria-label="{escape(label)}">'
        f"{escape(say('citation.open'))}</button>{_copier(n)}{_pin(citation, nearest)}</p></li>")


def _copier(n: int) -> str:
    label = escape(say("reader.copy_quote_label", n=n))
    return (f'<button type="button" class="link" data-copy aria-label="{label}">'
            f"{escape(say('reader.copy_quote'))}</button>")


def _pin(citation: Citation, nearest: bool) -> str:
    return pin_card(citation, kind_words(citation.kind).lower(), place_words(citation), nearest)


def _opened(citation: Citation, css: str = "card", told: str = "") -> str:
    """The element of a card with all that the script needs to open its finding."""
    return (f'<li class="{css} {escape(citation.polarity)}" data-n="{citation.n}"'
            f' data-report="{escape(citation.report_id)}" data-start="{citation.start}"'
            f' data-end="{citation.end}" data-kind="{escape(kind_words(citation.kind))}"'
            f' data-finding="{escape(citation.finding_id)}"{told}>')


def _cited(citation: Citation) -> str:
    """What a copied quote says of its place."""
    return (f' data-reference="{one_line(reference(citation.title, citation.section))}"'
            f' data-page="{citation.page or ""}"')


def _lines(citations: Sequence[Citation]) -> str:
    """Small cards as a list; "" for none. It holds what copied quotes say of their places once
    for all, since a thousand cards stand under a few headings."""
    if not citations:
        return ""
    named = [reference(one.title, one.section) for one in citations]
    places = {name: at for at, name in enumerate(dict.fromkeys(named))}
    told = escape(json.dumps([" ".join(name.split()) for name in places], ensure_ascii=False))
    items = "".join(_small(one, places[name])
                    for one, name in zip(citations, named, strict=True))
    return f'<ul class="cards lines" data-references="{told}">{items}</ul>'


def _small(citation: Citation, place: int) -> str:
    """A card in a line or two. The quote is whole, since the script looks it up in the report;
    the style sheet shortens it. The scripts add the buttons that copy and pin it. ``place`` is
    that of its reference in its list."""
    n = citation.n
    named = {"n": n, "kind": kind_words(citation.kind).lower(), "section": place_words(citation)}
    label = escape(say("citation.open_label", **named))
    told = f' data-at="{place}"' + (f' data-page="{citation.page}"' if citation.page else "")
    return (f'{_opened(citation, "card small", told)}<button type="button" class="link"'
            f' data-open="{n}" aria-label="{label}">{n}</button><q>{escape(citation.quote)}</q>'
            f'<p class="tools"></p></li>')


def _grade(citation: Citation) -> str:
    if not citation.grade:
        return ""
    return f' <span class="grade {escape(citation.polarity)}">{escape(citation.grade)}</span>'


def _place(citation: Citation) -> str:
    # A title such as "Northamptonshire PEEL 2017: Effectiveness" already names its pillar.
    named = citation.title.casefold()
    parts = [citation.title, *(one for one in citation.section if one.casefold() not in named)]
    if citation.page is not None:
        parts.append(say("citation.page", page=citation.page))
    place = ' <span aria-hidden="true">›</span> '.join(one_line(part) for part in parts)
    return f"{place}. {escape(say('citation.hidden'))}" if citation.hidden else place


def cards(citations: Sequence[Citation], heading: str, nearest: bool = False) -> str:
    """A labelled list of cards, the first few open to view and the others folded; "" for none."""
    if not citations:
        return ""
    shown = "".join(card(one, nearest) for one in citations[:CARDS_SHOWN])
    rest, small = citations[CARDS_SHOWN:CARDS_FULL], citations[CARDS_FULL:]
    more = escape(say("turn.more", count=len(rest) + len(small)))
    folded = "" if not rest else (
        f'<details class="more"><summary>{more}</summary><ul class="cards">'
        f'{"".join(card(one, nearest) for one in rest)}</ul>{_lines(small)}</details>')
    return (f'<section class="evidence{" nearest" if nearest else ""}"><h3>{escape(heading)}</h3>'
            f'<ul class="cards">{shown}</ul>{folded}</section>')


def mark(citation: Citation) -> str:
    """The number in the text that opens a citation: a button with a spoken label."""
    label = say("citation.label", n=citation.n, kind=kind_words(citation.kind).lower(),
                section=place_words(citation))
    return (f'<button type="button" class="cite" data-open="{citation.n}"'
            f' aria-label="{escape(label)}">[{citation.n}]</button>')
