"""What stands around the conversation: header, introduction, footer."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.access.binding import Binding
from assistant.web.chat import suggestions_html
from assistant.web.inbox import FILES_AT_ONCE, size_limit_mb
from assistant.web.overview import parts_html
from assistant.web.signin import sharing_words
from assistant.web.words import escape, one_line, say
from corpus.model import Metadata
from corpus.readers import SIZE_LIMIT, SUFFIXES
from prompts import wording

# More titles than this are folded away, so that the page begins with the question.
TITLES_SHOWN = 2


def header_html(reports: Sequence[Metadata], account: str = "") -> str:
    """The product's name, what it is, which reports it answers from, and who is signed in
    (``account``, as HTML)."""
    indexed = _indexed([report.title for report in reports])
    return (f'<div class="masthead"><div><h1>{escape(say("name"))}</h1>'
            f'<p class="tagline">{escape(say("tagline"))}</p></div>{indexed}{account}</div>')


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
                f"<p><code>{escape(say('intro.empty_command'))}</code></p>"
                f'<p><a href="#library">{escape(say("intro.empty_link"))}</a></p></section>')
    return (f'<section class="intro"><h2>{escape(say("intro.heading"))}</h2>'
            f"<p>{escape(say('intro.text'))}</p>"
            f"{suggestions_html(suggestions, say('intro.suggestions'))}</section>")


def footer_html(reports: Sequence[Metadata], model: str = "",
                binding: Binding | None = None) -> str:
    """Whose reports these are and under which licence, each statement once, and who is told what.
    Where only some of the reports state a licence, it says that the others don't, so that nobody
    takes it for theirs; where none does, there is nobody to give credit to.

    ``model`` is a configured language model's name, as in the settings; "" or "local" for none
    beyond the embedded one. ``binding`` is where the page is served, None for here.
    """
    stated = [one for report in reports if (one := _credit(report))]
    said = list(dict.fromkeys(stated))
    if silent := len(reports) - len(stated) if stated else 0:
        said.append(say("footer.no_licence", count=silent))
    lines = "".join(f"<p>{one_line(one)}</p>" for one in said)
    place = "signin.foot" if binding is not None and binding.is_shared else "footer"
    stays = say(f"{place}.stays") if model in ("", "local") else say(f"{place}.told", model=model)
    shared = f"<p>{escape(sharing_words(binding))}</p>" if binding is not None else ""
    return f'<div class="foot">{lines}<p>{one_line(stays)}</p>{shared}</div>'


def _credit(report: Metadata) -> str:
    return report.attribution or (say("footer.licence", licence=report.licence)
                                  if report.licence else "")


def views_html() -> str:
    """Links to the page's views; the script shows one of them and says which it is."""
    links = "".join(f'<a href="#{target}" data-view="{view}">{escape(say(f"views.{view}"))}</a>'
                    for view, target in (("ask", "questions"), ("library", "library"),
                                         ("briefing", "briefing"), ("evaluation", "evaluation")))
    return (f'<nav class="views" aria-label="{escape(say("views.label"))}"'
            f' data-title="{escape(say("name"))}">{links}</nav>')


def library_html() -> str:
    """The empty library view; its script asks for the contents once it is opened."""
    words = {"loading": "library.loading", "empty": "library.empty", "lost": "library.lost",
             "sending": "add.sending", "progress-done": "progress.done"}
    data = "".join(f' data-{name}="{escape(say(key))}"' for name, key in words.items())
    data += "".join(f' data-{name}="{escape(text)}"' for name, text in {
        "folder": say("add.folder", name="#name"), "not-sent": say("add.not_sent", name="#name"),
        "too-large": say("add.too_large", name="#name", size=size_limit_mb()),
        "first-only": say("add.first_only", count=FILES_AT_ONCE),
        "filtered-one": say("library.filtered", count=1),
        "filtered-many": say("library.filtered", count=2).replace("2", "#count"),
        "limit": str(SIZE_LIMIT), "at-once": str(FILES_AT_ONCE)}.items())
    return (
        f'<section id="library-view" aria-labelledby="library-heading"{data}>{parts_html()}'
        f'<h2 id="library-heading" tabindex="-1">{escape(say("library.heading"))}</h2>'
        f"<p>{escape(say('library.text'))}</p>"
        f'<div id="library-progress"></div>{_adding()}'
        f'<p id="reader-note" class="note" hidden></p>'
        f'<section id="unread" class="panel" hidden></section>'
        f'<h3 id="library-count" tabindex="-1"></h3>'
        f'<div class="seek"><label id="library-filter" class="field" hidden><span>'
        f'{escape(say("library.filter"))}</span><input type="search" autocomplete="off"></label>'
        f"{_sorting()}</div>"
        f'<p id="library-filtered" class="quiet" role="status"></p>'
        f'<ul id="removed" class="shelf"></ul><ul id="shelved" class="shelf"></ul>'
        f'</section><div id="library-said" class="hidden-words" role="status"></div>')


def _sorting() -> str:
    options = "".join(f'<option value="{order}">{escape(say(f"sorting.{order}"))}</option>'
                      for order in ("title", "force", "newest"))
    return (f'<label id="library-sort" class="field" hidden><span>{escape(say("sorting.label"))}'
            f"</span><select>{options}</select></label>")


def _adding() -> str:
    limits = say("add.limits", formats=_formats(), size=size_limit_mb(), count=FILES_AT_ONCE)
    return (
        f'<section id="adding" aria-labelledby="adding-heading">'
        f'<h3 id="adding-heading" tabindex="-1">{escape(say("add.heading"))}</h3>'
        f'<div class="drop"><p id="adding-text">{escape(say("add.text"))}</p>'
        f'<p><input type="file" id="files" class="hidden-words" multiple'
        f' accept="{",".join(sorted(SUFFIXES))}" aria-describedby="adding-text adding-limits">'
        f'<label for="files" class="plain main">{escape(say("add.choose"))}</label></p>'
        f'<p id="adding-limits" class="quiet">{escape(limits)}</p></div>'
        f'<div id="adding-trouble" class="trouble" role="alert"></div>'
        f'<ul id="sending" class="shelf"></ul><ul id="arrivals" class="shelf"></ul>'
        f'<div class="buttons" id="add-all" hidden>'
        f'<button type="button" class="plain main" data-do="add_all"></button>'
        f'<span class="quiet">{escape(say("add.all_note"))}</span></div></section>')


def _formats() -> str:
    """The formats that are taken, as a person would say them, each once."""
    named = wording("page")["formats"]
    taken = {one.lstrip(".") for one in SUFFIXES}
    words = [named[one] for one in named if one in taken]
    words += sorted(one.upper() for one in taken if one not in named)
    return ", ".join(dict.fromkeys(words))
