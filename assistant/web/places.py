"""Where to look, as HTML: the line above the question box, and everything that can be chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from assistant.web.choosing import Option, options
from assistant.web.words import escape, one_line, say
from corpus.model import Metadata

# The longest group comes last.
_SHOWN = ("forces", "years", "kinds", "reports")
# A longer group can be searched.
LONG = 12


def bar_html() -> str:
    """The line that opens the choices and shows those that were made; its script fills it."""
    words = {"all": "scope.all", "whole": "scope.whole", "nowhere": "scope.nowhere"}
    data = "".join(f' data-{name}="{escape(say(key))}"' for name, key in words.items())
    data += "".join(f' data-{name}="{escape(text)}"' for name, text in {
        "remove": say("scope.remove", name="#name"), "gone": say("scope.gone", name="#name"),
        "one": say("scope.matches", count=1, total="#total"),
        "many": say("scope.matches", count="#count", total="#total")}.items())
    return (
        f'<div id="scope" hidden{data}><button type="button" id="scope-open" aria-expanded="false"'
        f' aria-controls="places"><span>{escape(say("scope.open"))}</span>'
        f'<span id="scope-all">{escape(say("scope.all"))}</span></button>'
        f'<ul id="scope-chips"></ul><p id="scope-said" role="status"></p></div>')


def places_html(reports: Sequence[Metadata]) -> str:
    """Everything that can be chosen, as groups of tick boxes; "" where there are no reports.

    A group with one value is there but hidden, so that a choice made before stays good.
    """
    if not reports:
        return ""
    offered = options(reports)
    groups = "".join(_group(group, offered[group], reports) for group in _SHOWN)
    digest = hashlib.sha256(repr(offered).encode()).hexdigest()[:16]
    return (
        f'<div id="places" role="group" aria-label="{escape(say("scope.panel"))}"'
        f' data-library="{digest}" data-total="{len(reports)}">{groups}'
        f'<p class="places-end"><span id="places-count" role="status"></span>'
        f'<button type="button" class="plain" data-places="clear">{escape(say("scope.clear"))}'
        f'</button><button type="button" class="plain" data-places="done">'
        f"{escape(say('scope.done'))}</button></p></div>")


def _group(group: str, values: Sequence[Option], reports: Sequence[Metadata]) -> str:
    hidden = " hidden" if len(values) < 2 else ""
    of_report = {one.id: one for one in reports} if group == "reports" else {}
    boxes = "".join(
        f'<li><label><input type="checkbox" name="{group}" value="{escape(value)}"'
        f"{_place_of(of_report.get(value))}><span>{one_line(name)}</span></label></li>"
        for value, name in values)
    label = escape(say("scope.filter"))
    search = "" if len(values) <= LONG else (
        f'<input type="search" class="sift" autocomplete="off" aria-label="{label}"'
        f' placeholder="{label}">')
    return (f'<fieldset class="{group}"{hidden}><legend>{escape(say(f"scope.groups.{group}"))}'
            f"</legend>{search}<ul>{boxes}</ul></fieldset>")


def _place_of(report: Metadata | None) -> str:
    if report is None:
        return ""
    return f' data-force="{escape(report.force or "")}" data-year="{report.year or ""}"'
