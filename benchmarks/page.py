"""The page in a real browser over a real server: from Enter to the evidence on screen."""

from __future__ import annotations

import importlib.util
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.service import bring_in_step, open_embedder
from assistant.settings import SHIPPED_REPORTS
from benchmarks import material
from benchmarks.measure import Effort, Measure, Result, median, spread
from benchmarks.serving import served
from tests.browser.chromium import HOW, browser, executable

READY_S, EVIDENCE_MS, MARKED_MS = 2.0, 200.0, 150.0
_QUESTIONS = 30
_EARLY, _OPENED = 5, 10
_PATIENCE_S = 120.0
# Seconds on end without work that count as settled.
_CALM = 3
# Notes when Enter goes down, when the first card of this question has been painted, and when the
# answer is complete.
_WATCH = """(asked) => {
  const box = document.querySelector('#question textarea');
  window.seen = new Promise((done) => box.addEventListener('keydown', () => {
    const start = performance.now();
    const found = {};
    const look = () => {
      const turn = document.querySelector('#current .turn');
      if (turn?.querySelector('.asked')?.textContent.includes(asked)) {
        if (turn.querySelector('.card')) found.cards ??= performance.now() - start;
        if (turn.dataset.phase === 'done') found.done ??= performance.now() - start;
      }
      if (found.done) done(found); else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, { once: true, capture: true }));
}"""

# Bytes that came over the wire for the page and all it loads, and how many requests.
_WEIGHT = """() => {
  const all = [...performance.getEntriesByType('navigation'),
               ...performance.getEntriesByType('resource')]
    .filter((one) => !/queue|component_server|heartbeat/.test(one.name));
  return [all.reduce((sum, one) => sum + one.encodedBodySize, 0), all.length];
}"""


def run(effort: Effort) -> Result:
    """Type questions into the page that ``findings serve`` shows."""
    if importlib.util.find_spec("playwright") is None:
        return Result(skipped=("the page, which needs: pip install playwright",))
    if executable() is None:
        return Result(skipped=(f"the page: {HOW}",))
    with TemporaryDirectory() as scratch:
        settings = material.settings(Path(scratch) / "home")
        bring_in_step(settings, open_embedder(settings), SHIPPED_REPORTS)
        with browser() as (context, _), _timed(settings.home_path) as (url, starting, server):
            page = context.new_page()
            begun = time.perf_counter()
            page.goto(url)
            page.wait_for_selector("#question textarea", timeout=_PATIENCE_S * 1000)
            ready = time.perf_counter() - begun
            asked = material.questions(min(_QUESTIONS, effort.questions))
            early = [_ask(page, question) for question in asked[:_EARLY]]
            settling = _settle(server)
            found = [_ask(page, question) for question in asked]
            marked = [took for question in asked[:_OPENED]
                      if (took := _marked(page, question)) is not None]
            weight, requests = page.evaluate(_WEIGHT)
    notes = [f"{_shown(found)} of {len(found)} questions showed findings; times include the "
             "browser's wait for its next frame (17 ms at most)",
             f"the server prepared itself for {settling:.0f} s more, the language model where "
             "it is there; the questions asked meanwhile are named so"]
    return Result((Measure("findings serve, until the page answers", starting, "s"),
                   Measure("page opened, until a question can be typed", ready, "s",
                           target=READY_S),
                   Measure("page weight as sent", weight / 1e6, "MB"),
                   Measure("requests for it", requests, ""),
                   *spread("click to marked span", marked, "ms", target=MARKED_MS),
                   *spread("Enter to evidence on screen", _cards(found), "ms",
                           target=EVIDENCE_MS),
                   *spread("Enter to the whole answer", [one["done"] for one in found], "ms"),
                   median("Enter to evidence, server still preparing", _cards(early), "ms")),
                  tuple(notes))


def _cards(found: Sequence[dict[str, float]]) -> list[float]:
    return [one["cards"] for one in found if "cards" in one]


def _shown(found: Sequence[dict[str, float]]) -> int:
    return len(_cards(found))


def _ask(page: Any, question: str) -> dict[str, float]:
    page.fill("#question textarea", question)
    page.evaluate(_WATCH, question)
    page.press("#question textarea", "Enter")
    found: dict[str, float] = page.evaluate("window.seen")
    page.click("#new")
    page.wait_for_selector("#current .turn", state="detached")
    return found


def _marked(page: Any, question: str) -> float | None:
    """Milliseconds from a click on the first citation to its span marked in the report; None
    for an answer without one."""
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#current .turn[data-phase=done]")
    if page.query_selector("#current .cite") is None:
        page.click("#new")
        page.wait_for_selector("#current .turn", state="detached")
        return None
    page.evaluate("performance.clearMeasures('findings:marked')")
    page.click("#current .cite >> nth=0")
    page.wait_for_function("performance.getEntriesByName('findings:marked').length")
    took = float(page.evaluate("performance.getEntriesByName('findings:marked').at(-1).duration"))
    page.click("#reader [data-do=close]")
    page.click("#new")
    page.wait_for_selector("#current .turn", state="detached")
    return took


@contextmanager
def _timed(home: Path) -> Iterator[tuple[str, float, int]]:
    """A server's address, the seconds that it took to start, its process id."""
    begun = time.perf_counter()
    with served(home) as (url, process):
        yield url, time.perf_counter() - begun, process


def _settle(process: int) -> float:
    """Wait until the server has nothing more to prepare; the seconds that this took."""
    begun = time.perf_counter()
    before, calm = _processor(process), 0
    while calm < _CALM and time.perf_counter() - begun < _PATIENCE_S:
        time.sleep(1)
        now = _processor(process)
        calm = calm + 1 if now - before < 0.1 else 0
        before = now
    return time.perf_counter() - begun


def _processor(process: int) -> float:
    """Seconds of the processor that a process has used."""
    told = subprocess.run(["ps", "-o", "cputimes=", "-p", str(process)], capture_output=True,
                          text=True, check=True)
    return float(told.stdout)
