"""The library's reports as HTML, the files that can't be read, and how the index is doing."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from assistant.shelf import Progress, Shelved
from assistant.web.details import counts_html, facts_html, grades_html, title_html
from assistant.web.words import escape, one_line, say


def shelved_html(report: Shelved, editing: bool = True) -> str:
    """One report of the library: what it is, what is in it, where it came from; with the buttons
    that change it where ``editing`` is allowed."""
    title = report.metadata.title.strip() or say("shelved.untitled")
    origin = say("shelved.uploaded" if report.uploaded else "shelved.folder", name=report.name)
    status = say("shelved.older_in_use" if report.problem else "shelved.in_use")
    problem = "" if not report.problem else (
        f'<p class="trouble">{one_line(say("shelved.problem", problem=report.problem))}</p>')
    change = _button("edit", "correct", title) if editing else ""
    remove = "" if not (report.uploaded and editing) else _button("ask_remove", "remove", title)
    return (f'<h4 tabindex="-1">{title_html(report.metadata)}</h4>'
            f"{facts_html(report.metadata)}{problem}{grades_html(report.grades)}"
            f'{counts_html(report.counts)}<p class="quiet origin">'
            f"{one_line(f'{status} {origin}')}</p>"
            f'<p class="trouble" data-trouble role="alert" hidden></p><div data-slot></div>'
            f'<div class="buttons" data-own>{_read(report.metadata.id, title)}'
            f"{change}{remove}</div>")


def _read(report_id: str, title: str) -> str:
    label = one_line(say("shelved.read_label", title=title))
    return (f'<a class="plain" href="#report={quote(report_id, safe="")}" aria-label="{label}">'
            f"{escape(say('shelved.read'))}</a>")


def _button(do: str, word: str, title: str) -> str:
    label = one_line(say(f"shelved.{word}_label", title=title))
    return (f'<button type="button" class="plain" data-do="{do}" aria-label="{label}">'
            f"{escape(say(f'shelved.{word}'))}</button>")


def confirm_html(title: str) -> str:
    """The question before a report is removed, with its two answers."""
    question = one_line(say("shelved.remove_ask", title=title))
    return (f'<div class="confirm" role="group" aria-label="{question}"><p>{question}</p>'
            f'<div class="buttons"><button type="button" class="plain danger" data-do="remove">'
            f"{escape(say('shelved.remove_yes'))}</button>"
            f'<button type="button" class="plain" data-do="cancel">'
            f"{escape(say('shelved.remove_no'))}</button></div></div>")


def removed_html(title: str) -> str:
    """What stands in place of a removed report: that it is gone, and the way back."""
    label = one_line(say("shelved.undo_label", title=title))
    return (f"<p>{one_line(say('shelved.removed', title=title))}</p>"
            f'<p class="trouble" data-trouble role="alert" hidden></p>'
            f'<button type="button" class="plain" data-do="restore" aria-label="{label}">'
            f"{escape(say('shelved.undo'))}</button>")


def unread_html(files: Sequence[str]) -> str:
    """The files that can't be read, each with its reason; "" for none."""
    if not files:
        return ""
    items = "".join(f"<li>{one_line(one)}</li>" for one in files)
    return (f"<h3>{escape(say('library.unread_heading', count=len(files)))}</h3>"
            f"<p>{escape(say('library.unread_text'))}</p><ul>{items}</ul>")


def progress_html(progress: Progress) -> str:
    """How far the index is; "" when it is in step."""
    if not progress.busy:
        return ""
    words = progress.message.strip() or say("progress.busy")
    known = progress.total > 0
    share = say("progress.share", done=progress.done, total=progress.total) if known else ""
    at = f' max="{progress.total}" value="{min(progress.done, progress.total)}"' if known else ""
    return (f'<p class="stage">{one_line(words)} <span class="quiet">{escape(share)}</span></p>'
            f'<progress{at} aria-label="{escape(say("progress.bar"))}"></progress>'
            f'<p class="quiet">{escape(say("progress.note"))}</p>')
