"""What is known of a report: its facts in a line, its grades and counts, the form to correct it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from assistant.web.cards import kind_words
from assistant.web.words import escape, one_line, say
from corpus.model import FindingKind, Grade, Metadata

# More grades than this are folded away, so that a long library stays easy to look through.
GRADES_SHOWN = 4

FIELDS = ("title", "force", "year", "cycle", "pillar", "publisher", "published", "url")
_IN_LINE = ("force", "year", "cycle", "pillar", "publisher", "published", "url")
_KINDS = tuple(kind.value for kind in FindingKind)


def guesses(metadata: Metadata) -> list[str]:
    """The guessed fields that a reader can correct, in the order of the form."""
    return [name for name in FIELDS if name in metadata.guessed]


def title_html(metadata: Metadata) -> str:
    """A report's title, marked where it is guessed."""
    return (one_line(metadata.title.strip() or say("shelved.untitled"))
            + _mark(metadata, "title"))


def facts_html(metadata: Metadata) -> str:
    """Force or body, year, cycle and so on, each marked in words where it is guessed."""
    items = []
    for name in _IN_LINE:
        value = str(getattr(metadata, name) or "").strip()
        # A cycle such as "PEEL 2017" already says the year.
        if not value or (name == "year" and value in (metadata.cycle or "")
                         and "year" not in metadata.guessed):
            continue
        items.append(f"<li>{one_line(_said(name, value))}{_mark(metadata, name)}</li>")
    return f'<ul class="facts">{"".join(items)}</ul>' if items else ""


def _said(name: str, value: str) -> str:
    if name == "published":
        return say("shelved.published", date=_day(value))
    return say("shelved.source", url=value) if name == "url" else value


def _day(value: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day.day} {day:%B %Y}"


def _mark(metadata: Metadata, name: str) -> str:
    if name not in metadata.guessed:
        return ""
    return f' <span class="guessed">{escape(say("shelved.guessed"))}</span>'


def grades_html(grades: Sequence[tuple[str, str]]) -> str:
    """Each section's grade in a badge, the first few in sight and the others folded."""
    if not grades:
        return f'<p class="quiet">{escape(say("shelved.no_grades"))}</p>'
    shown = "".join(_grade(section, grade) for section, grade in grades[:GRADES_SHOWN])
    rest = grades[GRADES_SHOWN:]
    folded = "" if not rest else (
        f"<details><summary>{escape(say('shelved.more_grades', count=len(rest)))}</summary>"
        f'<ul class="grades">{"".join(_grade(*one) for one in rest)}</ul></details>')
    return (f'<ul class="grades" aria-label="{escape(say("shelved.grades"))}">{shown}</ul>{folded}')


def _grade(section: str, grade: str) -> str:
    known = {one.value: one.polarity.value for one in Grade}
    return (f'<li><span class="grade {known.get(grade, "neutral")}">{one_line(grade)}</span> '
            f"{one_line(section)}</li>")


def counts_html(counts: Mapping[str, int]) -> str:
    """How many findings there are, in all and of each kind."""
    total = sum(counts.values())
    if not total:
        return f'<p class="quiet">{escape(say("shelved.nothing_found"))}</p>'
    order = [*_KINDS, *sorted(set(counts) - set(_KINDS))]
    kinds = ", ".join(_counted(kind, counts[kind]) for kind in order if counts.get(kind))
    return (f'<p class="counts"><strong>{escape(say("shelved.findings", count=total))}</strong>: '
            f"{one_line(kinds)}</p>")


def _counted(kind: str, count: int) -> str:
    try:
        return say(f"counts.{kind}", count=count)
    except KeyError:
        return say("counts.other", kind=kind_words(kind), count=count)


def form_html(metadata: Metadata, own_buttons: bool) -> str:
    """The form that corrects a report's details; with ``own_buttons`` it can be saved by itself.

    The script sends what was changed, and the guessed ones as they are once the box that
    confirms them is ticked; ``data-guessed`` names those.
    """
    unsure = guesses(metadata)
    fields = "".join(_field(metadata, name) for name in FIELDS)
    confirm = "" if not unsure else (
        f'<label class="tick"><input type="checkbox" name="confirm"> '
        f"<span>{escape(say('details.confirm'))}</span></label>")
    buttons = "" if not own_buttons else (
        f'<div class="buttons"><button type="submit" class="plain main">'
        f"{escape(say('details.save'))}</button>"
        f'<button type="button" class="plain" data-do="cancel">{escape(say("details.cancel"))}'
        f"</button></div>")
    return (f'<form class="details" novalidate autocomplete="off" '
            f'data-guessed="{" ".join(unsure)}">{fields}{confirm}{buttons}</form>')


def _field(metadata: Metadata, name: str) -> str:
    value = escape(str(getattr(metadata, name) or ""))
    hint = say("details.published_hint") if name == "published" else ""
    mode = ' inputmode="numeric"' if name == "year" else ""
    said = f' <span class="hint">{escape(hint)}</span>' if hint else ""
    return (f'<label class="field {name}"><span>{escape(say(f"details.{name}"))}'
            f"{_mark(metadata, name)}{said}</span>"
            f'<input type="text" name="{name}" value="{value}" maxlength="500"{mode}></label>')


def guesses_html(metadata: Metadata) -> str:
    """How many details are guessed, in words; "" for none."""
    count = len(guesses(metadata))
    if not count:
        return ""
    return (f'<p class="guesses"><strong>{escape(say("details.guesses", count=count))}.</strong> '
            f"{escape(say('details.guesses_text'))}</p>")
