"""What stands around the conversation: header, introduction, report viewer, footer."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.web.chat import suggestions_html
from assistant.web.words import escape, one_line, say
from corpus.model import Metadata

# More titles than this are folded away, so that the page begins with the question.
TITLES_SHOWN = 2


def header_html(reports: Sequence[Metadata]) -> str:
    """The product's name, what it is, and which reports it answers from."""
    indexed = _indexed([report.title for report in reports])
    return (f'<div class="masthead"><div><h1>{escape(say("name"))}</h1>'
            f'<p class="tagline">{escape(say("tagline"))}</p></div>{indexed}</div>')


def _indexed(titles: Sequence[str]) -> str:
    if not titles:
        return f'<p class="indexed">{escape(say("header.none"))}</p>'
    if len(titles) <= TITLES_SHOWN:
        return f'<p class="indexed">{one_line(say("header.few", titles="; ".join(titles)))}</p>'
    items = "".join(f"<li>{one_line(title)}</li>" for title in titles)
    summary = escape(say("header.reports", count=len(titles)))
    return (f'<details class="indexed"><summary>{summary}</summary><ul>{items}</ul></details>')


def intro_html(reports: Sequence[Metadata], suggestions: Sequence[str]) -> str:
    """What a person sees before the first question; without reports, how to add some."""
    if not reports:
        return (f'<section class="intro"><h2>{escape(say("intro.empty_heading"))}</h2>'
                f"<p>{escape(say('intro.empty_text'))}</p>"
                f"<p><code>{escape(say('intro.empty_command'))}</code></p></section>")
    return (f'<section class="intro"><h2>{escape(say("intro.heading"))}</h2>'
            f"<p>{escape(say('intro.text'))}</p>"
            f"{suggestions_html(suggestions, say('intro.suggestions'))}</section>")


def footer_html(reports: Sequence[Metadata], model: str = "") -> str:
    """Whose reports these are and under which licence, each statement once, and who is told what.

    ``model`` is a configured language model's name, as in the settings; "" or "local" for none
    beyond the embedded one.
    """
    said = dict.fromkeys(report.attribution or report.licence or say("footer.no_licence")
                         for report in reports)
    lines = "".join(f"<p>{one_line(one)}</p>" for one in said)
    stays = say("footer.stays") if model in ("", "local") else say("footer.told", model=model)
    return f'<div class="foot">{lines}<p>{one_line(stays)}</p></div>'


def reader_html() -> str:
    """The empty report viewer; the page's script fills it with a report and marks the finding.

    The wording that the script needs travels in ``data-`` attributes.
    """
    position = say("reader.position", n="#n", total="#total")
    words = {"position": position, "loading": say("reader.loading"),
             "missing": say("reader.missing"), "failed": say("reader.failed")}
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in words.items())
    return (
        f'<section id="reader" aria-label="{escape(say("reader.label"))}" hidden{data}>'
        f'<div class="bar"><div class="what"><h2 id="reader-title" tabindex="-1"></h2>'
        f'<p id="reader-position" role="status"></p></div><div class="tools">'
        f'{_tool("previous", "‹")}{_tool("next", "›")}{_tool("close", "×")}</div></div>'
        f'<div id="report" tabindex="0" role="region" aria-labelledby="reader-title"></div>'
        f'</section><div id="announce" class="hidden-words" role="status" aria-live="polite">'
        f'</div><div id="tip" role="tooltip" hidden></div>')


def _tool(name: str, sign: str) -> str:
    words = escape(say(f"reader.{name}"))
    return (f'<button type="button" data-do="{name}" aria-label="{words}" title="{words}">'
            f'<span aria-hidden="true">{sign}</span></button>')
