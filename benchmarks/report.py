"""All results on one page of tables and charts: ``python -m benchmarks.report``."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from benchmarks.record import LARGEST, RESULTS

PAGE = "index.html"
_SIZED = re.compile(r"^(?P<size>[\d,]+): (?P<name>.+), p95$")
# What is drawn against the size of the library: the names of scale's measures.
_CURVES = ("search", "search from words, reranked", "search in one force", "answer")
_COLOURS = ("#1d70b8", "#b3541e", "#00703c", "#4c2c92")
_DASHES = ("", "6 3", "2 3", "8 3 2 3")
_WIDTH, _HEIGHT, _MARGIN = 640, 260, 56


def page(results: Sequence[dict[str, Any]]) -> str:
    """The page: a section for each benchmark, with charts where there are sizes or peers."""
    kept = {told["benchmark"]: told["measures"] for told in results}
    body = "".join(_section(told, kept.get(told["benchmark"] + LARGEST, ())) for told in results)
    listed = "".join(f'<li><a href="#{escape(told["benchmark"])}">{escape(told["benchmark"])}</a>'
                     f" {_verdict(told)}</li>" for told in results)
    shell = Template((Path(__file__).with_name("report.html")).read_text("utf-8"))
    return shell.substitute(contents=listed, body=body)


def write(folder: Path = RESULTS) -> Path:
    """Make the page from the JSON files of a folder."""
    told = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    path = folder / PAGE
    path.write_text(page(told), "utf-8")
    return path


def _verdict(told: dict[str, Any]) -> str:
    held = [one for one in told["measures"] if one["met"] is not None]
    missed = sum(not one["met"] for one in held)
    if not held:
        return ""
    return f"({len(held)} targets, {f'{missed} missed' if missed else 'all met'})"


def _section(told: dict[str, Any], larger: Sequence[dict[str, Any]]) -> str:
    """A benchmark's part; ``larger`` are the measures of its largest library, which are drawn as
    the ends of its curves."""
    machine = told["machine"]
    where = (f'{told["date"]}, {machine["cores"]} cores of {machine["processor"]}, '
             f'{machine["memory_gb"]} GB, Python {machine["python"]}, load average '
             f'{told["load"][0]} before and {told["load"][-1]} after')
    notes = "".join(f"<li>{escape(note)}</li>" for note in told["notes"])
    notes += "".join(f"<li>Not measured: {escape(one)}</li>" for one in told["skipped"])
    name = escape(told["benchmark"])
    return (f'<section id="{name}"><h2>{name}</h2><p class="where">{escape(where)}</p>'
            f'{_curves([*told["measures"], *larger])}'
            f'{_bars(told["measures"])}{_table(told["measures"])}'
            f"{f'<ul>{notes}</ul>' if notes else ''}</section>")


def _table(measures: Sequence[dict[str, Any]]) -> str:
    rows = "".join(_row(one) for one in measures)
    return ("<table><thead><tr><th>measure</th><th>value</th><th>target</th><th>met</th>"
            f"<th>peer</th><th>times as fast</th></tr></thead><tbody>{rows}</tbody></table>")


def _row(one: dict[str, Any]) -> str:
    met = {True: '<td class="yes">yes</td>', False: '<td class="no">no</td>',
           None: "<td></td>"}[one["met"]]
    ratio = "" if one["ratio"] is None else f'{one["ratio"]:.2f}'
    return (f'<tr><th scope="row">{escape(one["name"])}</th>'
            f'<td>{_number(one["value"])} {escape(one["unit"])}</td>'
            f'<td>{_number(one["target"])}</td>{met}<td>{_number(one["peer"])}</td>'
            f"<td>{ratio}</td></tr>")


def _curves(measures: Sequence[dict[str, Any]]) -> str:
    """p95 against the size of the library, both on scales that multiply; "" without sizes."""
    found: dict[str, list[tuple[float, float]]] = {}
    for one in measures:
        if told := _SIZED.match(one["name"]):
            name = re.sub(r" \([\d,]+\)$", "", told["name"])
            if name in _CURVES:
                found.setdefault(name, []).append(
                    (float(told["size"].replace(",", "")), max(one["value"], 0.01)))
    lines = {name: points for name, points in found.items() if len(points) > 1}
    return _chart(lines) if lines else ""


def _chart(lines: dict[str, list[tuple[float, float]]]) -> str:
    from math import ceil, floor, log10

    sizes = [log10(x) for points in lines.values() for x, _ in points]
    values = [log10(y) for points in lines.values() for _, y in points]
    left, right, low, high = min(sizes), max(sizes), floor(min(values)), ceil(max(values))

    def place(x: float, y: float) -> tuple[float, float]:
        across = _MARGIN + (log10(x) - left) / (right - left) * (_WIDTH - 2 * _MARGIN)
        return across, _HEIGHT - 36 - (log10(y) - low) / (high - low) * (_HEIGHT - 60)

    parts = []
    for power in range(low, high + 1):
        _, y = place(10 ** left, 10 ** power)
        parts.append(f'<line x1="{_MARGIN}" x2="{_WIDTH - _MARGIN}" y1="{y:.1f}" y2="{y:.1f}"'
                     f' class="grid"/><text x="{_MARGIN - 6}" y="{y + 4:.1f}"'
                     f' text-anchor="end">{10.0 ** power:g} ms</text>')
    for power in range(ceil(left), floor(right) + 1):
        x, _ = place(10 ** power, 10 ** low)
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - 16}" text-anchor="middle">'
                     f"{10 ** power:,}</text>")
    keys = []
    for number, (name, points) in enumerate(lines.items()):
        colour, dash = _COLOURS[number % 4], _DASHES[number % 4]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*one) for one in sorted(points)))
        style = f'stroke="{colour}" stroke-dasharray="{dash}"'
        parts.append(f'<polyline points="{path}" fill="none" stroke-width="2" {style}/>')
        keys.append(f'<li><svg width="36" height="8" aria-hidden="true"><line x1="0" x2="36" y1="4"'
                    f' y2="4" stroke-width="2" {style}/></svg> {escape(name)}, p95</li>')
    return (f'<figure><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Milliseconds '
            f'against findings in the library; the table below has the numbers">{"".join(parts)}'
            f'</svg><figcaption>Milliseconds against findings in the library<ul class="keys">'
            f'{"".join(keys)}</ul></figcaption></figure>')


def _bars(measures: Sequence[dict[str, Any]]) -> str:
    """How many times as fast as the peer, for what is not a spread's other part."""
    rated = [one for one in measures if one["ratio"] is not None
             and not one["name"].endswith((", least", ", p50", ", p99"))]
    if not rated:
        return ""
    most = max(max(one["ratio"] for one in rated), 1.0)
    rows = "".join(
        f'<tr><th scope="row">{escape(one["name"])}</th><td><span class="bar" '
        f'style="width:{one["ratio"] / most * 100:.1f}%"></span></td><td>{one["ratio"]:.2f}</td>'
        "</tr>" for one in rated)
    return f'<table class="bars"><caption>Times as fast as the peer</caption>{rows}</table>'


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


if __name__ == "__main__":
    sys.stdout.write(f"{write().name}\n")
