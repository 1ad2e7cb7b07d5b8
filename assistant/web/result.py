"""A run's report as HTML: what was asked of what, every figure, refusals, and the questions."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence

from assistant.results import Question, Results, Summary, moment
from assistant.runs import Lack, Run
from assistant.web.figure import (
    GROUPS,
    JUDGED,
    LOWER_IS_BETTER,
    ORDER,
    answered_by,
    between,
    covered,
    interval_svg,
    is_bounded,
    judge_in_full,
    kind_words,
    number,
    outcomes,
    status_words,
    tells,
    title,
    when,
)
from assistant.web.runs import address, command
from assistant.web.words import escape, one_line, say

_BY_KIND = ("right", "refusal_right", "needed_recall", "citation_recall", "faithfulness",
            "factual_correctness")
_SHOW = ("all", "wrong", "refused_wrongly", "answered_wrongly", "refused", "undecided", "right")
# Means of fewer are told in lighter letters.
_FEW = 8


def head_html(run: Run, others: Sequence[Run], size: int) -> str:
    """The top of a run's page: what it is, its files, and what it can be compared with.

    ``others`` are runs of the same dataset, ``size`` that of the page file in bytes, 0 for none.
    """
    told = run.manifest
    facts = {
        "asked": say("evaluation.run.asked", count=told.dataset.questions, name=told.dataset.name),
        "by": answered_by(told), "reports": "; ".join(told.reports),
        "started": _times(run), "program": told.commit}
    items = "".join(f"<div><dt>{escape(say(f'evaluation.run.facts.{name}'))}</dt>"
                    f"<dd>{one_line(value)}</dd></div>" for name, value in facts.items() if value)
    judge = (f"<div><dt>{escape(say('evaluation.columns.judge'))}</dt>"
             f"<dd>{judge_in_full(told.judge)}</dd></div>")
    return (f'<p><a href="{address()}">{escape(say("evaluation.run.back"))}</a></p>'
            f'<h3 id="evaluation-title" tabindex="-1">{one_line(run.name)}</h3>{_lacks(run)}'
            f'<dl class="facts">{items}{judge}</dl>{_files(run, size)}{_compare(run, others)}')


def _times(run: Run) -> str:
    begun, ended = moment(run.manifest.started), moment(run.manifest.finished)
    told = when(run.manifest.started)
    if begun is None or ended is None or (begun.tzinfo is None) != (ended.tzinfo is None):
        return told
    seconds = max(0, round((ended - begun).total_seconds()))
    minutes, rest = divmod(seconds, 60)
    took = say("evaluation.run.minutes", minutes=minutes, seconds=rest) if minutes else \
        say("evaluation.run.seconds", count=rest)
    return say("evaluation.run.took", when=told, took=took)


def _lacks(run: Run) -> str:
    """What is amiss with a run and what to do about it."""
    lines = []
    place = shlex.quote(str(run.path))
    if not run.is_finished:
        lines.append(escape(say("evaluation.run.unfinished", done=run.answered,
                                total=run.manifest.dataset.questions)))
    if run.lack is not Lack.NOTHING and (run.is_finished or run.lack is not Lack.NO_REPORT):
        lines.append(f"{escape(say(f'evaluation.run.{run.lack.value}'))} "
                     f"{command(f'findings eval report {place}')}")
    return "".join(f'<p class="panel">{line}</p>' for line in lines)


def _files(run: Run, size: int) -> str:
    if not run.has_report:
        return ""
    whole = "" if not size else (
        f'<button type="button" class="plain main" data-do="file" data-file="report.html">'
        f"{escape(say('evaluation.run.whole'))}</button>")
    note = say("evaluation.run.saved", size=f"{max(size / 1e6, .1):.1f}") if size else ""
    return (f'<div class="buttons">{whole}<button type="button" class="plain" data-do="file"'
            f' data-file="report.json">{escape(say("evaluation.run.json"))}</button>'
            f'<span class="quiet">{escape(note)}</span></div>')


def _compare(run: Run, others: Sequence[Run]) -> str:
    if not others:
        return ""
    options = "".join(
        f'<option value="{escape(one.name)}"{" data-older" if one.started < run.started else ""}>'
        f"{one_line(one.name)}, {one_line(when(one.manifest.started))}</option>"
        for one in others)
    return (f'<div class="choices"><label class="field"><span>'
            f"{escape(say('evaluation.run.compare'))}</span><select data-with>{options}</select>"
            f'</label><button type="button" class="plain" data-do="compare">'
            f"{escape(say('evaluation.run.compare_button'))}</button></div>")


def figures_html(summaries: Sequence[Summary], floor: float) -> str:
    """Every metric, a table for each group; "" for none."""
    held = {one.metric: one for one in summaries}
    groups = {**GROUPS, "others": tuple(name for name in held if name not in ORDER)}
    tables = "".join(_group(group, [held[name] for name in names if name in held], floor)
                     for group, names in groups.items())
    if not tables:
        return f"<p>{escape(say('evaluation.run.nothing'))}</p>"
    return (f"<section><h4>{escape(say('evaluation.run.figures'))}</h4>"
            f'<p class="quiet">{escape(say("evaluation.run.how_sure"))}</p>{tables}</section>')


def _group(group: str, summaries: Sequence[Summary], floor: float) -> str:
    shown = [one for one in summaries if one.estimate]
    silent = [title(one.metric) for one in summaries if not one.estimate]
    if not summaries:
        return ""
    left = "" if not silent else (f'<p class="quiet">{escape(say("evaluation.run.silent"))} '
                                  f"{one_line('; '.join(silent))}.</p>")
    if not shown:
        return left
    heads = "".join(f'<th scope="col">{escape(say(f"evaluation.columns.{name}"))}</th>' for name in
                    ("metric", "value", "interval", "scored", "coverage", "without"))
    return (f'<table class="metrics stacked"><caption>'
            f"{escape(say(f'evaluation.groups.{group}'))}</caption><thead><tr>{heads}</tr></thead>"
            f"<tbody>{''.join(_metric(one, floor) for one in shown)}</tbody></table>{left}")


def _metric(one: Summary, floor: float) -> str:
    estimate, name = one.estimate, one.metric
    assert estimate is not None
    notes = " ".join([tells(name),
                      *([say("evaluation.better.lower")] if name in LOWER_IS_BETTER else []),
                      *([say("evaluation.judged_note")] if name in JUDGED else [])]).strip()
    words = between(estimate, name)
    drawn = interval_svg(estimate, say("evaluation.run.interval", between=words)) \
        if is_bounded(name) else ""
    coverage = covered(one.coverage)
    if one.coverage < floor:
        coverage = (f'<strong class="bad">▼ {coverage}</strong> '
                    f'<span class="tells">{escape(say("evaluation.run.floor"))}</span>')
    return (f'<tr><th scope="row">{one_line(title(name))}<span class="tells">{one_line(notes)}'
            f"</span></th>{_td('value', f'<strong>{number(estimate.value, name)}</strong>')}"
            f"{_td('interval', f'{drawn}<span>{escape(words)}</span>')}"
            f"{_td('scored', f'{estimate.n:,}')}{_td('coverage', coverage)}"
            f"{_td('without', escape(outcomes(one)) or escape(say('evaluation.nothing')))}</tr>")


def _td(name: str, html: str) -> str:
    return f'<td data-label="{escape(say(f"evaluation.columns.{name}"))}"><div>{html}</div></td>'


def kinds_html(results: Results) -> str:
    """The main figures by kind of question, those asked most first."""
    by = {kind: {one.metric: one.estimate for one in summaries if one.estimate}
          for kind, summaries in results.by_kind.items()}
    names = [name for name in _BY_KIND if any(name in held for held in by.values())]
    if not names:
        return ""
    asked = Counter(one.kind for one in results.questions)
    heads = "".join(f'<th scope="col">{escape(title(name))}</th>' for name in names)
    rows = []
    for kind in sorted(by, key=lambda one: -asked[one]):
        cells = []
        for name in names:
            at = by[kind].get(name)
            few = ' class="few"' if at and at.n < _FEW else ""
            cells.append(f'<td data-label="{escape(title(name))}"{few}>' + (
                f'<div><span class="value">{number(at.value, name, 2)}</span>'
                f'<span class="tells">{escape(between(at, name, 2))}, '
                f"{escape(say('evaluation.run.of', count=at.n))}</span></div>" if at else
                f'<div class="quiet">{escape(say("evaluation.none"))}</div>') + "</td>")
        rows.append(f'<tr><th scope="row"><button type="button" class="link" data-kind="'
                    f'{escape(kind)}">{one_line(kind_words(kind))}</button></th>'
                    f"{''.join(cells)}</tr>")
    return (f"<details><summary>{escape(say('evaluation.run.by_kind'))}</summary>"
            f'<p class="quiet">{escape(say("evaluation.run.by_kind_note", few=_FEW))}</p>'
            f'<table class="kinds stacked"><caption class="hidden-words">'
            f"{escape(say('evaluation.run.by_kind'))}</caption><thead><tr><th scope=\"col\">"
            f"{escape(say('evaluation.columns.kind'))}</th>{heads}</tr></thead><tbody>"
            f"{''.join(rows)}</tbody></table></details>")


def refusals_html(results: Results) -> str:
    """Answers and refusals against what the reports can answer, and the way to the wrong ones."""
    counts = results.confusion
    if not counts:
        return ""
    rows = ""
    for key, right in (("answerable", "answered"), ("unanswerable", "refused")):
        cells = ""
        for what in ("answered", "refused"):
            count = counts.get(f"{key}, {what}", 0)
            css = "good" if what == right else "bad" if count else "quiet"
            sign = "✓" if what == right else "✗"
            word = say("evaluation.refusals.right" if what == right else
                       "evaluation.refusals.wrong")
            wrong = f"{what}_wrongly"
            way = "" if what == right or not count else (
                f' <button type="button" class="link" data-show="{wrong}">'
                f"{escape(say('evaluation.refusals.show'))}</button>")
            cells += (f'<td data-label="{escape(say(f"evaluation.refusals.{what}"))}"><div>'
                      f'<strong>{count}</strong> <span class="{css}">{sign} {escape(word)}</span>'
                      f"{way}</div></td>")
        rows += f'<tr><th scope="row">{escape(say(f"evaluation.refusals.{key}"))}</th>{cells}</tr>'
    heads = "".join(f'<th scope="col">{escape(say(f"evaluation.refusals.{name}"))}</th>'
                    for name in ("reports", "answered", "refused"))
    failed = sum(one.failed for one in results.questions)
    note = f'<p class="quiet">{escape(say("evaluation.refusals.failed", count=failed))}</p>' \
        if failed else ""
    return (f"<section><h4>{escape(say('evaluation.refusals.heading'))}</h4>"
            f'<table class="refusals stacked"><caption class="hidden-words">'
            f"{escape(say('evaluation.refusals.heading'))}</caption><thead><tr>{heads}</tr></thead>"
            f"<tbody>{rows}</tbody></table>{note}</section>")


def questions_html(questions: Sequence[Question]) -> str:
    """Every question in a line that opens to its detail, and what picks some of them."""
    if not questions:
        return f"<p>{escape(say('evaluation.questions.none'))}</p>"
    counted = Counter(state for one in questions for state in ("all", *_states(one)))
    kinds = Counter(one.kind for one in questions)
    show = [(name, say("evaluation.questions.option", words=say(f"evaluation.show.{name}"),
                       count=counted[name])) for name in _SHOW]
    kind = [("", say("evaluation.questions.every")),
            *((name, say("evaluation.questions.option", words=kind_words(name), count=count))
              for name, count in sorted(kinds.items()))]
    return (f'<section id="asked"><h4 id="asked-heading" tabindex="-1">'
            f"{escape(say('evaluation.questions.heading'))}</h4>"
            f'<div class="choices" role="search">{_select("show", show)}{_select("kind", kind)}'
            f'<label class="field"><span>{escape(say("evaluation.questions.words"))}</span>'
            f'<input type="search" autocomplete="off" data-pick="words"></label></div>'
            f'<p class="quiet" id="picked" role="status"></p>'
            f'<div class="asked">{"".join(map(_line, questions))}</div></section>')


def _select(name: str, options: Sequence[tuple[str, str]]) -> str:
    items = "".join(f'<option value="{escape(value)}">{one_line(words)}</option>'
                    for value, words in options)
    return (f'<label class="field"><span>{escape(say(f"evaluation.questions.{name}"))}</span>'
            f'<select data-pick="{name}">{items}</select></label>')


def _states(one: Question) -> list[str]:
    return [name for name, holds in (
        ("right", one.right is True), ("wrong", one.right is False),
        ("undecided", one.right is None), ("refused", one.refused),
        ("refused_wrongly", one.refused_wrongly),
        ("answered_wrongly", one.answered_wrongly)) if holds]


def sign_html(right: bool | None) -> str:
    """Whether an answer is right, as sign and word."""
    name, mark, css = {True: ("right", "✓", "good"), False: ("wrong", "✗", "bad"),
                       None: ("undecided", "?", "quiet")}[right]
    return (f'<span class="sign {css}"><span aria-hidden="true">{mark}</span> '
            f"{escape(say(f'evaluation.signs.{name}'))}</span>")


def _line(one: Question) -> str:
    words = escape(" ".join((one.question, one.id, one.reference, one.note)).casefold())
    return (f'<details class="question" data-id="{escape(one.id)}" data-kind="{escape(one.kind)}"'
            f' data-states="{" ".join(_states(one))}" data-words="{words}"><summary>'
            f'{sign_html(one.right)}<span class="what">{one_line(one.question)}</span>'
            f'<span class="tells">{one_line(kind_words(one.kind))} · '
            f"{one_line(status_words(one.status))}</span></summary>"
            f'<div class="detail" data-slot></div></details>')
