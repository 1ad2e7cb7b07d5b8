"""A dropped file as HTML: how far it has come, what was found in it, the form and the buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.shelf import Candidate, Stage
from assistant.web.details import (
    counts_html,
    facts_html,
    form_html,
    grades_html,
    guesses,
    guesses_html,
    title_html,
)
from assistant.web.words import escape, one_line, say
from corpus.model import Metadata

_RUNNING = (Stage.WAITING, Stage.PARSING, Stage.ADDING)


def is_running(candidate: Candidate) -> bool:
    """Whether something is being done with the file now."""
    return candidate.stage in _RUNNING


def arrival_html(candidate: Candidate, titles: Mapping[str, str]) -> str:
    """One dropped file; ``titles`` are those of the library's reports by id."""
    stage = candidate.stage
    parts = [f'<h4 tabindex="-1">{one_line(candidate.name)}</h4>', _stage(candidate)]
    if stage is Stage.FAILED:
        problem = candidate.problem.strip() or say("add.failed_text")
        parts.append(f'<p class="trouble">{one_line(problem)}</p>')
    if candidate.metadata is not None and stage is not Stage.FAILED:
        parts.append(_found(candidate, candidate.metadata))
    parts += [f'<p class="note">{one_line(note)}</p>' for note in candidate.notes]
    if stage is Stage.READY:
        parts.append(_preview(candidate, titles))
    parts += ['<p class="trouble" data-trouble role="alert" hidden></p>', _buttons(candidate)]
    return "".join(parts)


def _stage(candidate: Candidate) -> str:
    words = escape(say(f"add.{candidate.stage.value}"))
    bar = f'<progress aria-label="{words}"></progress>' if is_running(candidate) else ""
    return f'<p class="stage {candidate.stage.value}">{words}</p>{bar}'


def _found(candidate: Candidate, metadata: Metadata) -> str:
    title = f'<p class="title">{title_html(metadata)}</p>'
    if candidate.stage is not Stage.READY:
        return title + facts_html(metadata)
    # An open form below says the same again.
    facts = "" if guesses(metadata) else facts_html(metadata)
    return (f"{title}{facts}{grades_html(candidate.grades)}"
            f"{counts_html(candidate.counts or {})}{_sections(candidate.sections)}")


def _sections(sections: Sequence[str]) -> str:
    if not sections:
        return f'<p class="quiet">{escape(say("add.no_sections"))}</p>'
    items = "".join(f"<li>{one_line(one)}</li>" for one in sections)
    return (f"<details><summary>{escape(say('add.sections', count=len(sections)))}</summary>"
            f'<ol class="sections">{items}</ol></details>')


def _preview(candidate: Candidate, titles: Mapping[str, str]) -> str:
    said = ""
    if candidate.replaces is not None:
        title = titles.get(candidate.replaces)
        words = say("add.replaces", title=title) if title else say("add.replaces_unknown")
        said = f'<p class="note">{one_line(words)}</p>'
    if candidate.metadata is None:
        return said
    # With nothing to confirm the form is there for those who want it, but not in the way.
    opened = " open" if guesses(candidate.metadata) else ""
    return (f"{said}{guesses_html(candidate.metadata)}<details{opened} data-form><summary>"
            f"{escape(say('details.heading'))}</summary>{form_html(candidate.metadata, False)}"
            f"</details>")


def _buttons(candidate: Candidate) -> str:
    if candidate.stage in (Stage.ADDING, Stage.ADDED):
        return ""
    buttons = []
    if candidate.stage is Stage.READY:
        word = "replace" if candidate.replaces is not None else "button"
        label = "replace_label" if candidate.replaces is not None else "button_label"
        buttons.append(_button("add", "plain main", say(f"add.{word}"),
                               say(f"add.{label}", name=candidate.name)))
    buttons.append(_button("put_away", "plain", say("add.put_away"),
                           say("add.put_away_label", name=candidate.name)))
    return f'<div class="buttons">{"".join(buttons)}</div>'


def _button(do: str, css: str, words: str, label: str) -> str:
    return (f'<button type="button" class="{css}" data-do="{do}" aria-label="{one_line(label)}">'
            f"{escape(words)}</button>")


def stage_words(candidate: Candidate) -> str:
    """What is said aloud when a file reaches its stage; plain text."""
    return say("add.said", name=candidate.name, stage=say(f"add.{candidate.stage.value}"))
