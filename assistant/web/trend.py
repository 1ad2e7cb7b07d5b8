"""How a metric went over runs of the same questions: a drawing, and the same as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.results import Estimate
from assistant.runs import Run
from assistant.web.figure import (
    JUDGED,
    LOWER_IS_BETTER,
    answered_by,
    between,
    in_order,
    is_bounded,
    judge_words,
    number,
    tells,
    title,
    when,
)
from assistant.web.runs import address
from assistant.web.words import escape, one_line, say
from prompts import wording

_WIDE, _TALL, _LEFT, _RIGHT, _TOP, _FOOT = 760, 280, 62, 18, 14, 44
# The drawing shows the newest this many; the table has them all.
MOST = 25
_STEPS = (.01, .02, .05, .1, .2, .25, .5)


@dataclass(frozen=True, slots=True)
class Series:
    """Finished runs of the same questions, answered in the same way, the oldest first."""

    key: str
    runs: tuple[Run, ...]

    @property
    def name(self) -> str:
        """The dataset, how many questions of it, and how they were answered."""
        told = self.runs[-1].manifest
        asked = say("evaluation.run.asked", count=told.dataset.questions, name=told.dataset.name)
        by = wording("page")["evaluation"]["trend"]["by"].get(told.composer, told.composer)
        return say("evaluation.trend.name", asked=asked, by=by, count=len(self.runs))

    @property
    def metrics(self) -> list[str]:
        """What some of the runs have a figure for."""
        return in_order(list(dict.fromkeys(
            name for run in self.runs for name, one in run.summaries.items() if one.estimate)))


def series(runs: Sequence[Run]) -> list[Series]:
    """The runs put together, those with most runs first. A run without figures is in none."""
    found: dict[str, list[Run]] = {}
    for run in sorted(runs, key=lambda one: (one.started, one.name)):
        told = run.manifest
        if run.is_finished and any(one.estimate for one in run.summaries.values()):
            key = "/".join((told.dataset.name, told.dataset.digest, told.composer))
            found.setdefault(key, []).append(run)
    return sorted((Series(key, tuple(held)) for key, held in found.items()),
                  key=lambda one: -len(one.runs))


def trends_html(found: Sequence[Series], key: str = "", metric: str = "") -> str:
    """The choice of questions and metric, the drawing and its table; "" where no questions were
    asked twice."""
    found = [one for one in found if len(one.runs) > 1]
    if not found:
        return ""
    chosen = next((one for one in found if one.key == key), found[0])
    metrics = chosen.metrics
    name = metric if metric in metrics else metrics[0]
    return (f'<section id="trend" aria-labelledby="trend-heading"><h3 id="trend-heading">'
            f"{escape(say('evaluation.trend.heading'))}</h3><div class=\"choices\">"
            f"{_choice('series', [(one.key, one.name) for one in found], chosen.key)}"
            f"{_choice('metric', [(one, title(one)) for one in metrics], name)}</div>"
            f"{_shown(chosen, name)}</section>")


def _choice(name: str, options: Sequence[tuple[str, str]], chosen: str) -> str:
    items = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{one_line(words)}</option>" for value, words in options)
    return (f'<label class="field"><span>{escape(say(f"evaluation.trend.{name}"))}</span>'
            f'<select data-trend="{name}">{items}</select></label>')


def _shown(chosen: Series, metric: str) -> str:
    points = [(run, one.estimate) for run in chosen.runs
              if (one := run.summaries.get(metric)) and one.estimate]
    better = "lower" if metric in LOWER_IS_BETTER else "higher" if is_bounded(metric) else "neither"
    told = f"{tells(metric)} {say(f'evaluation.better.{better}')}".strip()
    if metric in JUDGED:
        told += f" {say('evaluation.trend.judged')}"
    drawn = points[-MOST:]
    older = f" {say('evaluation.trend.older', count=MOST)}" if len(points) > MOST else ""
    how = escape(say("evaluation.trend.how") + older)
    label = one_line(say("evaluation.trend.label", metric=title(metric), name=chosen.name))
    return (f'<p class="quiet">{one_line(told)}</p><div class="wide" role="region" tabindex="0"'
            f' aria-label="{label}">{_svg(drawn, metric, label)}</div>'
            f'<p class="readout" aria-hidden="true" data-how="{how}">{how}</p>'
            f"<details><summary>{escape(say('evaluation.trend.table'))}</summary>"
            f"{_table(points, metric)}</details>")


Points = Sequence[tuple[Run, Estimate]]


def _table(points: Points, metric: str) -> str:
    heads = "".join(f'<th scope="col">{escape(say(f"evaluation.columns.{name}"))}</th>'
                    for name in ("run", "value", "interval", "scored", "by", "judge"))

    def cell(name: str, html: str) -> str:
        return f'<td data-label="{escape(say(f"evaluation.columns.{name}"))}">{html}</td>'

    rows = "".join(
        f'<tr><th scope="row"><a href="{address("run", run.name)}">{one_line(run.name)}</a>'
        f'<span class="tells">{one_line(when(run.manifest.started))}</span></th>'
        f"{cell('value', number(at.value, metric))}"
        f"{cell('interval', escape(between(at, metric)))}{cell('scored', f'{at.n:,}')}"
        f"{cell('by', one_line(answered_by(run.manifest)))}"
        f"{cell('judge', _judge(run))}</tr>" for run, at in points)
    return (f'<table class="stacked"><caption class="hidden-words">{escape(title(metric))}'
            f"</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")


def _judge(run: Run) -> str:
    judge = run.manifest.judge
    if judge is None:
        return escape(say("evaluation.judge.none"))
    return f'{one_line(judge.name)} <span class="tells">{escape(judge_words(judge))}</span>'


def _svg(points: Points, metric: str, label: str) -> str:
    low, high, step = _scale(points, is_bounded(metric))
    base, wide = _TALL - _FOOT, _WIDE - _LEFT - _RIGHT

    def across(place: int) -> float:
        return _LEFT + wide * (place + .5) / len(points)

    def up(value: float) -> float:
        return base - (base - _TOP) * (value - low) / (high - low)

    lines = "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{up(at):.1f}"'
        f' y2="{up(at):.1f}"/><text x="{_LEFT - 8}" y="{up(at) + 4:.1f}" text-anchor="end">'
        f"{escape(_tick(at, step, metric))}</text>" for at in _ticks(low, high, step))
    path = " ".join(f"{across(place):.1f},{up(at.value):.1f}"
                    for place, (_, at) in enumerate(points))
    dots = "".join(
        _point(across(place), up(at.value), up(at.low), up(at.high), base, place + 1,
               _words(run, at, metric), address("run", run.name))
        for place, (run, at) in enumerate(points))
    return (f'<svg class="trend" viewBox="0 0 {_WIDE} {_TALL}" role="group" aria-label="{label}">'
            f'{lines}<polyline class="way" points="{path}"/>{dots}'
            f'<text class="axis" x="{_LEFT + wide / 2:.0f}" y="{_TALL - 6}" text-anchor="middle">'
            f"{escape(say('evaluation.trend.axis'))}</text></svg>")


def _words(run: Run, at: Estimate, metric: str) -> str:
    return say("evaluation.trend.point", run=run.name, when=when(run.manifest.started),
               value=number(at.value, metric), between=between(at, metric), n=at.n)


def _point(x: float, y: float, low: float, high: float, base: float, place: int, words: str,
           href: str) -> str:
    said = one_line(words)
    return (f'<a href="{href}" class="point" aria-label="{said}"><title>{said}</title>'
            f'<rect class="reach" x="{x - 12:.1f}" y="{_TOP}" width="24"'
            f' height="{base - _TOP + 22:.0f}"/>'
            f'<line class="bar" x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}"/>'
            f'<line class="bar" x1="{x - 5:.1f}" x2="{x + 5:.1f}" y1="{low:.1f}" y2="{low:.1f}"/>'
            f'<line class="bar" x1="{x - 5:.1f}" x2="{x + 5:.1f}" y1="{high:.1f}" y2="{high:.1f}"/>'
            f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
            f'<text x="{x:.1f}" y="{base + 17:.0f}" text-anchor="middle">{place}</text></a>')


def _scale(points: Points, bounded: bool) -> tuple[float, float, float]:
    """The lowest and highest value drawn and the step between lines, so that every interval is
    in it; from 0 to 1 at most for what is bounded."""
    least = min(at.low for _, at in points)
    most = max(at.high for _, at in points)
    reach = (most - least) or max(abs(most), 1.0) / 10
    wanted = reach / 4
    if bounded:
        step = next((one for one in _STEPS if one >= wanted), .5)
    else:
        power = 10.0 ** math.floor(math.log10(wanted))
        step = next(power * one for one in (1, 2, 5, 10) if power * one >= wanted)
    low, high = math.floor(least / step) * step, math.ceil(most / step) * step
    if bounded:
        low, high = max(0.0, low), min(1.0, high)
    if high - low < step / 2:
        low, high = (low - step, high) if bounded and high >= 1 else (low, high + step)
    return low, high, step


def _ticks(low: float, high: float, step: float) -> list[float]:
    return [low + step * place for place in range(round((high - low) / step) + 1)]


def _tick(at: float, step: float, metric: str) -> str:
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    digits = max(digits, 2) if is_bounded(metric) else digits
    return f"{at:,.{digits}f}{' s' if metric == 'seconds' else ''}"
