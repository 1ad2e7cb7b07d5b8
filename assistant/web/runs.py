"""The list of evaluation runs as HTML, and what readers' marks come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from assistant.feedback import Entry, Verdict
from assistant.results import Summary
from assistant.runs import Lack, Listing, Passed, Run
from assistant.web.figure import (
    JUDGED,
    answered_by,
    between,
    judge_words,
    number,
    title,
    when,
)
from assistant.web.words import escape, one_line, say

# The figures that a list shows.
MAIN = ("right", "refusal_right", "needed_recall", "faithfulness")
RUN_COMMAND = "findings eval run"
USE_COMMAND = "findings eval from-use FILE"
_COLUMNS = ("run", "questions", "by", "judge", *MAIN, "state")


@dataclass(frozen=True, slots=True)
class Marked:
    """How many answers readers have marked, and how."""

    up: int = 0
    down: int = 0
    corrected: int = 0

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Marked:
        """Counted."""
        up = sum(one.verdict is Verdict.UP for one in entries)
        return cls(up, len(entries) - up, sum(bool(one.correction) for one in entries))


def address(*parts: str) -> str:
    """The fragment of a place in this view, for an attribute."""
    return escape("#" + "/".join(("evaluation", *(quote(part, safe="") for part in parts))))


def command(text: str) -> str:
    """A command to type."""
    return f"<code>{escape(text)}</code>"


def marks_html(marked: Marked, may_edit: bool) -> str:
    """What readers' marks come to, what makes questions of them, and the way to take them out."""
    count = marked.up + marked.down
    if not count:
        told = f"<p>{escape(say('evaluation.marks.none'))}</p>"
    else:
        told = (f"<p>{escape(say('evaluation.marks.count', count=count))} "
                f"{escape(say('evaluation.marks.helpful', count=marked.up))}; "
                f"{escape(say('evaluation.marks.not_right', count=marked.down))}; "
                f"{escape(say('evaluation.marks.corrected', count=marked.corrected))}.</p>"
                f"<p>{escape(say('evaluation.marks.command'))} {command(USE_COMMAND)}</p>")
    button = "" if not (count and may_edit) else (
        f'<div class="buttons"><button type="button" class="plain" data-do="marks">'
        f"{escape(say('evaluation.marks.download'))}</button>"
        f'<span class="quiet">{escape(say("evaluation.marks.private"))}</span></div>')
    return (f'<section class="marked" aria-labelledby="marks-heading"><h3 id="marks-heading">'
            f"{escape(say('evaluation.marks.heading'))}</h3>{told}{button}</section>")


def runs_html(listing: Listing) -> str:
    """The table of runs, then what was passed over; without a run, how to make one."""
    heading = (f'<h3 id="evaluation-title" tabindex="-1">'
               f"{escape(say('evaluation.list.heading', count=len(listing.runs)))}</h3>")
    passed = _passed(listing.passed)
    if not listing.runs:
        return (f'<section><h3 id="evaluation-title" tabindex="-1">'
                f"{escape(say('evaluation.list.empty'))}</h3>"
                f"<p>{escape(say('evaluation.list.empty_text'))}</p>"
                f"<p>{command(f'{RUN_COMMAND} --limit 12')}</p>"
                f"<p>{escape(say('evaluation.list.empty_all'))} {command(RUN_COMMAND)}</p>"
                f"{passed}</section>")
    more = f"<p>{escape(say('evaluation.list.more', count=listing.more))}</p>" \
        if listing.more else ""
    rows = "".join(map(_row, listing.runs))
    return (f"<section>{heading}{_sorter()}"
            f'<table class="runs stacked"><caption class="hidden-words">'
            f"{escape(say('evaluation.list.caption'))}</caption><thead><tr>"
            f'{"".join(map(_head, _COLUMNS))}</tr></thead><tbody>{rows}</tbody></table>'
            f'<p class="quiet">{escape(say("evaluation.list.how_sure"))}</p>{more}{passed}'
            f"</section>")


def _column(name: str) -> str:
    return title(name) if name in MAIN else say(f"evaluation.columns.{name}")


def _head(name: str) -> str:
    # The list comes newest first, and says so.
    order = ' aria-sort="descending"' if name == "run" else ""
    judged = f'<span class="tells">{escape(say("evaluation.judged"))}</span>' \
        if name in JUDGED else ""
    return (f'<th scope="col"{order}><button type="button" data-sort="{name}">'
            f"{escape(_column(name))}</button>{judged}</th>")


def _sorter() -> str:
    """Where the table is a list of cards, its heads can't be pressed."""
    options = "".join(f'<option value="{name}">{escape(_column(name))}</option>'
                      for name in _COLUMNS)
    return (f'<div class="sorter"><label class="field"><span>{escape(say("evaluation.sort"))}'
            f'</span><select data-sorter>{options}</select></label>'
            f'<button type="button" class="plain" data-turn>{escape(say("evaluation.turn"))}'
            f"</button></div>")


def _row(run: Run) -> str:
    told = run.manifest
    judge = one_line(told.judge.name) if told.judge else escape(say("evaluation.judge.none"))
    worth = judge_words(told.judge)
    cells = [
        _cell("questions", f"{told.dataset.questions:,}", told.dataset.questions,
              one_line(told.dataset.name)),
        _cell("by", one_line(answered_by(told)), answered_by(told).casefold()),
        _cell("judge", judge, told.judge.name if told.judge else "", escape(worth)),
        *(_figure(name, run.summaries.get(name)) for name in MAIN),
        _cell("state", *_state(run))]
    head = (f'<a href="{address("run", run.name)}">{one_line(run.name)}</a>'
            f'<span class="tells"><time datetime="{escape(told.started or "")}">'
            f"{one_line(when(told.started))}</time></span>")
    return (f'<tr><th scope="row" data-key="run" data-value="{run.started.isoformat()}">{head}'
            f'</th>{"".join(cells)}</tr>')


def _cell(name: str, html: str, value: object, under: str = "") -> str:
    below = f'<span class="tells">{under}</span>' if under else ""
    return (f'<td data-key="{name}" data-value="{escape(str(value))}"'
            f' data-label="{escape(_column(name))}"><span class="value">{html}</span>{below}</td>')


def _figure(name: str, summary: Summary | None) -> str:
    estimate = summary.estimate if summary else None
    if estimate is None:
        none = escape(say("evaluation.none"))
        return _cell(name, f'<span class="quiet">{none}</span>', "")
    return _cell(name, number(estimate.value, name, 2), estimate.value,
                 escape(between(estimate, name, 2)))


def _state(run: Run) -> tuple[str, str, str]:
    """The words, what is sorted by, and what to do about it."""
    total = run.manifest.dataset.questions
    if not run.is_finished:
        words = say("evaluation.states.unfinished")
        under = say("evaluation.states.answered", done=run.answered, total=total)
        return f'<span class="even">◐ {escape(words)}</span>', words, escape(under)
    if run.lack is Lack.NOTHING:
        words = say("evaluation.states.finished")
        return f'<span class="good">✓ {escape(words)}</span>', words, ""
    words = say("evaluation.states.finished")
    return (f'<span class="bad">✗ {escape(words)}</span>', f"{words} {run.lack.value}",
            escape(say(f"evaluation.states.{run.lack.value}")))


def _passed(passed: Sequence[Passed]) -> str:
    if not passed:
        return ""
    items = "".join(f"<li><strong>{one_line(one.name)}</strong>: {one_line(one.reason)}</li>"
                    for one in passed)
    return (f'<details class="passed"><summary>'
            f"{escape(say('evaluation.list.passed', count=len(passed)))}</summary>"
            f"<ul>{items}</ul></details>")
