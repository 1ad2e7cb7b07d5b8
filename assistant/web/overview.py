"""The library's overview on the page: its empty frame, and what fills it when it is asked for."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from typing import Any

from assistant.backend import Backend
from assistant.overview import Overview, Parsed, overview_of
from assistant.web.bars import bars_html
from assistant.web.grid import force_words, grid_csv, grid_html
from assistant.web.words import escape, one_line, plain, say
from corpus.errors import FindingsError

logger = logging.getLogger(__name__)

Reply = dict[str, Any]
Wish = Mapping[str, Any]
# Spreadsheets read a file as UTF-8 only where it begins with this mark.
_UTF8 = "\ufeff"


class Overviews:
    """Serves the overview of one backend's library. Safe to call from several threads; never
    raises for what a browser sends: problems come back in words."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def serve(self, wish: object) -> Reply:
        """The overview of the reports on ``wish["force"]`` from ``wish["year"]`` ("" for all),
        or, where ``wish["do"]`` is "csv", its grid as a file.

        ``html`` is None where it is still what ``wish["seen"]`` names. ``forces`` and ``years``
        are what can be chosen; a choice that is no longer among them is taken for all.
        ``problem`` is "" or says what went wrong.
        """
        known: Wish = wish if isinstance(wish, dict) else {}
        try:
            return self._csv(known) if known.get("do") == "csv" else self._show(known)
        except FindingsError as error:
            return {"problem": plain(str(error))}
        except Exception:
            logger.exception("the overview could not be made")
            return {"problem": plain(say("overview.unexpected"))}

    def _parsed(self) -> list[Parsed]:
        reports = (self.backend.report(about.id) for about in self.backend.reports())
        return [(report.metadata, report.findings) for report in reports if report is not None]

    def _show(self, wish: Wish) -> Reply:
        parsed = self._parsed()
        force, year = _chosen(parsed, wish)
        html = overview_html(overview_of(parsed, force, year), force, year)
        digest = hashlib.sha256(html.encode()).hexdigest()[:16]
        count = len([one for one, _ in parsed if force in (None, one.force)
                     and year in (None, one.year)])
        said = say("overview.said", reports=say("overview.shown", count=count))
        return {"html": None if digest == wish.get("seen") else html, "seen": digest,
                "force": force or "", "year": str(year or ""), "said": plain(said),
                "forces": [[name, plain(name)] for name in _forces(parsed)],
                "years": [str(one) for one in _years(parsed)], "problem": ""}

    def _csv(self, wish: Wish) -> Reply:
        parsed = self._parsed()
        text = grid_csv(overview_of(parsed, *_chosen(parsed, wish)))
        return {"text": _UTF8 + text, "name": say("overview.grid.csv_name"), "problem": ""}


def _forces(parsed: list[Parsed]) -> list[str]:
    return sorted({about.force for about, _ in parsed if about.force})


def _years(parsed: list[Parsed]) -> list[int]:
    return sorted({about.year for about, _ in parsed if about.year}, reverse=True)


def _chosen(parsed: list[Parsed], wish: Wish) -> tuple[str | None, int | None]:
    force = next((one for one in _forces(parsed) if one == wish.get("force")), None)
    year = next((one for one in _years(parsed) if str(one) == wish.get("year")), None)
    return force, year


def overview_html(overview: Overview, force: str | None, year: int | None) -> str:
    """The grid and the bars, or why there are none."""
    if overview.rows:
        return grid_html(overview) + bars_html(overview, force, year)
    if force is None and year is None:
        return (f"<p>{escape(say('overview.empty'))}</p>"
                f'<p><a href="#library">{escape(say("overview.empty_link"))}</a></p>')
    parts = [force_words(force)] if force else []
    chosen = ", ".join([*parts, *([str(year)] if year else [])])
    return f"<p>{one_line(say('overview.none_chosen', chosen=chosen))}</p>"


def frame_html() -> str:
    """The overview before anything is in it; its script asks for the contents."""
    data = "".join(f' data-{name}="{escape(say(f"overview.{name}"))}"'
                   for name in ("loading", "lost"))
    return (
        f'<section id="overview-view" aria-labelledby="overview-heading"{data}>'
        f'<h2 id="overview-heading" tabindex="-1">{escape(say("overview.heading"))}</h2>'
        f"<p>{escape(say('overview.text'))}</p>"
        f'<div class="choose" hidden>{_select("force")}{_select("year")}</div>'
        f'<p id="overview-trouble" class="trouble" role="alert" hidden></p>'
        f'<div id="overview-body"></div></section>'
        f'<div id="overview-said" class="hidden-words" role="status"></div>')


def _select(name: str) -> str:
    return (f'<label class="field"><span>{escape(say(f"overview.{name}"))}</span>'
            f'<select name="{name}"><option value="">{escape(say(f"overview.all_{name}s"))}'
            f"</option></select></label>")


def parts_html() -> str:
    """Links between the two parts of the library's view: its reports and its overview."""
    links = "".join(
        f'<a href="#{target}" data-part="{part}">{escape(say(f"overview.{part}"))}</a>'
        for part, target in (("reports", "library"), ("overview", "library/overview")))
    return f'<nav class="parts" aria-label="{escape(say("overview.label"))}">{links}</nav>'


def server_of(backend: Backend) -> Callable[[object], Reply]:
    """What the overview's script calls."""
    served = Overviews(backend)

    def overview(wish: object) -> Reply:
        return served.serve(wish)

    return overview
