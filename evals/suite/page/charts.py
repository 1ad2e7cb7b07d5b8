"""Small drawings in SVG, each with its text: an interval on its scale, times by length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evals.suite.page.elements import Html, element
from evals.suite.page.words import counted, seconds

_WIDE, _HIGH, _EDGE = 160, 20, 6
_BARS, _TALL, _TOP, _FOOT = 24, 110, 36, 22


def interval(value: float, low: float, high: float, told: str) -> Html:
    """A value and its interval on the line from 0 to 1. ``told`` is what it is read out as."""
    def at(part: float) -> str:
        return f"{_EDGE + max(0.0, min(1.0, part)) * (_WIDE - 2 * _EDGE):.1f}"

    middle = _HIGH / 2
    ticks = [element("line", x1=at(part), x2=at(part), y1=middle - 5, y2=middle + 5,
                     class_="tick") for part in (0, .25, .5, .75, 1)]
    return element(
        "svg", element("line", x1=at(0), x2=at(1), y1=middle, y2=middle, class_="scale"), ticks,
        element("rect", x=at(low), y=middle - 4, rx=3, height=8, class_="span",
                width=f"{max(2.0, float(at(high)) - float(at(low))):.1f}"),
        element("rect", x=f"{float(at(value)) - 1.5:.1f}", y=middle - 8, width=3, height=16,
                class_="dot"),
        viewBox=f"0 0 {_WIDE} {_HIGH}", width=_WIDE, height=_HIGH, role="img", aria_label=told,
        class_="interval")


def times(values: Sequence[float], marks: Mapping[str, float]) -> Html:
    """How many questions took how long, in bars of equal width, with named marks at some
    times. Nothing for no values. The longest few per cent share the last bar where they would
    press all others into the first."""
    if not values:
        return Html("")
    ordered = sorted(values)
    top = ordered[-1]
    cut = min(top, 3 * ordered[int(.9 * (len(ordered) - 1))]) or 1.0
    bars = [0] * _BARS
    for value in ordered:
        bars[min(_BARS - 1, int(value / cut * _BARS))] += 1
    step, most = 600 / _BARS, max(bars)
    drawn = [element("rect", x=f"{place * step + 1:.1f}", width=f"{step - 2:.1f}",
                     y=f"{_TOP + _TALL * (1 - count / most):.1f}",
                     height=f"{count / most * _TALL:.1f}", class_="bar")
             for place, count in enumerate(bars) if count]
    last = f"{seconds(cut)} and more" if cut < top else seconds(cut)
    base = _TOP + _TALL
    told = (f"{counted(len(values), 'question')} by the time the whole answer took, from 0 to "
            f"{seconds(top)}: " + ", ".join(f"{name} {seconds(at)}" for name, at in marks.items())
            + f". The tallest bar is {counted(most, 'question')}.")
    return element(
        "svg", drawn, element("line", x1=0, x2=600, y1=base, y2=base, class_="scale"),
        [part for place, (name, at) in enumerate(marks.items()) if at <= cut
         for part in _mark(name, at / cut * 600, 11 + 15 * place)],
        element("text", "0", x=0, y=base + 16),
        element("text", last, x=600, y=base + 16, text_anchor="end"),
        viewBox=f"0 0 600 {base + _FOOT}", role="img", aria_label=told, class_="spread")


def _mark(name: str, x: float, y: int) -> list[Html]:
    end = x > 500
    return [element("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=y - 10, y2=_TOP + _TALL, class_="at"),
            element("text", name, x=f"{x - 4 if end else x + 4:.1f}", y=y,
                    text_anchor="end" if end else None)]
