"""Two runs of the same questions side by side: which answers changed, question by question."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.results import Question, Results
from assistant.runs import Run
from assistant.web.figure import (
    GROUPS,
    JUDGED,
    LOWER_IS_BETTER,
    in_order,
    kind_words,
    number,
    outcome_words,
    status_words,
    title,
    when,
)
from assistant.web.result import sign_html
from assistant.web.runs import address, command
from assistant.web.words import escape, one_line, say

# Smaller differences are the arithmetic's.
_NOTHING = 1e-9


class Kind(StrEnum):
    """What became of a question from one run to the other, what matters most first."""

    LOST = "lost"
    GAINED = "gained"
    SCORED = "scored"
    WORDED = "worded"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Step:
    """A metric that changed. A value is None where there is none, and the outcome says why."""

    metric: str
    before: float | None
    after: float | None
    why_before: str
    why_after: str


@dataclass(frozen=True, slots=True)
class Change:
    """A question of both runs, and what changed of it."""

    before: Question
    after: Question
    kind: Kind
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two runs over the questions that both ask alike. ``same_judge`` is whether what a judge
    decides may be compared."""

    changes: tuple[Change, ...]
    only_before: int
    only_after: int
    same_judge: bool


def contrast(one: Run, other: Run, before: Results, after: Results) -> Contrast:
    """What changed from one run to the other."""
    then = {asked.id: asked for asked in before.questions}
    now = {asked.id: asked for asked in after.questions}
    both = [name for name in then if name in now and then[name].question == now[name].question
            and then[name].history == now[name].history]
    same_judge = _judge(one) == _judge(other) and _judge(one) is not None
    return Contrast(tuple(_change(then[name], now[name], same_judge) for name in both),
                    len(then) - len(both), len(now) - len(both), same_judge)


def _judge(run: Run) -> tuple[str, str | None, int] | None:
    judge = run.manifest.judge
    return (judge.name, judge.fingerprint, judge.repeats) if judge else None


def _change(before: Question, after: Question, same_judge: bool) -> Change:
    steps = tuple(step for name in in_order(list({**before.scores, **after.scores}))
                  if name not in GROUPS["cost"] and (same_judge or name not in JUDGED)
                  if (step := _step(name, before, after)))
    if before.right and after.right is False:
        kind = Kind.LOST
    elif before.right is False and after.right:
        kind = Kind.GAINED
    elif steps:
        kind = Kind.SCORED
    else:
        worded = before.answer != after.answer or before.status != after.status
        kind = Kind.WORDED if worded else Kind.SAME
    return Change(before, after, kind, steps)


def _step(name: str, before: Question, after: Question) -> Step | None:
    """None where nothing changed, or where one of the runs was not scored by this metric."""
    then, now = before.scores.get(name), after.scores.get(name)
    if then is None or now is None:
        return None
    if then.value is None or now.value is None:
        same = then.outcome == now.outcome
    else:
        same = abs(then.value - now.value) <= _NOTHING
    return None if same else Step(name, then.value, now.value, then.outcome, now.outcome)


def contrast_html(one: Run, other: Run, found: Contrast) -> str:
    """The page of a comparison."""
    counts = {kind: [c for c in found.changes if c.kind is kind] for kind in Kind}
    total = "".join(
        f'<li><strong>{len(counts[kind])}</strong> '
        f"{escape(say(f'evaluation.contrast.{kind.value}', count=len(counts[kind])))}</li>"
        for kind in Kind)
    parts = "".join(_part(kind, counts[kind], one, other) for kind in Kind if kind is not Kind.SAME)
    place = f"findings eval compare {shlex.quote(str(one.path))} {shlex.quote(str(other.path))}"
    nothing = "" if parts else f"<p>{escape(say('evaluation.contrast.nothing'))}</p>"
    return (f'<p><a href="{address()}">{escape(say("evaluation.run.back"))}</a></p>'
            f'<h3 id="evaluation-title" tabindex="-1">{escape(say("evaluation.contrast.heading"))}'
            f"</h3>{_runs(one, other)}{_notes(one, other, found)}"
            f'<ul class="tally">{total}</ul>'
            f"<p>{escape(say('evaluation.contrast.hint'))} {command(place)}</p>{nothing}{parts}")


def _runs(one: Run, other: Run) -> str:
    items = "".join(
        f"<div><dt>{escape(say(f'evaluation.contrast.{side}'))}</dt>"
        f'<dd><a href="{address("run", run.name)}">{one_line(run.name)}</a>'
        f'<span class="tells">{one_line(when(run.manifest.started))}</span></dd></div>'
        for side, run in (("first", one), ("second", other)))
    swapped = address("compare", other.name, one.name)
    return (f'<dl class="facts">{items}</dl><p><a href="{swapped}">'
            f"{escape(say('evaluation.contrast.swap'))}</a></p>")


def _notes(one: Run, other: Run, found: Contrast) -> str:
    told = []
    if one.manifest.dataset != other.manifest.dataset:
        told.append(say("evaluation.contrast.differ", count=len(found.changes)))
    if found.only_before or found.only_after:
        told.append(say("evaluation.contrast.only", first=found.only_before,
                        second=found.only_after))
    if not found.same_judge and (one.manifest.judge or other.manifest.judge):
        told.append(say("evaluation.contrast.judges"))
    return f'<p class="quiet">{escape(" ".join(told))}</p>' if told else ""


def _part(kind: Kind, changes: Sequence[Change], one: Run, other: Run) -> str:
    if not changes:
        return ""
    items = "".join(_item(change, one, other) for change in changes)
    opened = " open" if kind in (Kind.LOST, Kind.GAINED) else ""
    return (f"<details class=\"part\"{opened}><summary><h4>"
            f"{escape(say(f'evaluation.contrast.{kind.value}_heading', count=len(changes)))}</h4>"
            f'</summary><ul class="changes">{items}</ul></details>')


def _item(change: Change, one: Run, other: Run) -> str:
    steps = "".join(f"<li>{_told(step)}</li>" for step in change.steps if step.metric != "right")
    sides = "".join(
        f"<div><p><strong>{escape(say(f'evaluation.contrast.{side}'))}</strong> "
        f"{sign_html(asked.right)} "
        f'<span class="tells">{one_line(status_words(asked.status))}</span></p>'
        f'<p class="text">{escape(asked.answer)}</p>'
        f'<p><a href="{address("run", run.name, asked.id)}">'
        f"{escape(say(f'evaluation.contrast.open_{side}'))}"
        f'<span class="hidden-words">: {one_line(asked.question)}</span></a></p></div>'
        for side, asked, run in (("first", change.before, one), ("second", change.after, other)))
    figures = f'<ul class="steps">{steps}</ul>' if steps else ""
    return (f'<li><p class="what">{one_line(change.after.question)} '
            f'<span class="tells">{one_line(kind_words(change.after.kind))}</span></p>{figures}'
            f"<details><summary>{escape(say('evaluation.contrast.answers'))}"
            f'<span class="hidden-words">: {one_line(change.after.question)}</span></summary>'
            f'<div class="pair">{sides}</div></details></li>')


def _told(step: Step) -> str:
    def value(at: float | None, why: str) -> str:
        return outcome_words(why) if at is None else number(at, step.metric, 2)

    words = say("evaluation.contrast.step", metric=title(step.metric),
                before=value(step.before, step.why_before), after=value(step.after, step.why_after))
    if step.before is None or step.after is None:
        return one_line(words)
    rose = (step.after > step.before) != (step.metric in LOWER_IS_BETTER)
    sign, css = ("▲", "good") if rose else ("▼", "bad")
    said = say("evaluation.contrast.better" if rose else "evaluation.contrast.worse")
    return f'<span class="{css}">{sign} {escape(said)}</span> {one_line(words)}'
