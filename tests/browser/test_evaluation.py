"""The evaluation view in a real browser: the list, a run, a question, two runs side by side."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.browser.backend import HOSTILE_TEXT, FakeBackend
from tests.browser.steps import colours, contrast, fits
from tests.test_runs import make, manifest, question, report, summary
from tests.test_web_evaluation import JUDGE, entry, rich_question

pytestmark = pytest.mark.browser

ROWS = "table.runs tbody tr"
QUESTION = "#asked .question"
VISIBLE = f"{QUESTION}:not([hidden])"
PHONE = {"viewport": {"width": 390, "height": 844}}
NARROW_DARK = {"viewport": {"width": 320, "height": 700}, "color_scheme": "dark"}


def home(backend: FakeBackend) -> Path:
    return backend.runs.path.parent


def three_runs(backend: FakeBackend) -> None:
    """Two finished runs of the same questions, and one that is still going."""
    where = home(backend)
    figures = [summary("right", .5), summary("faithfulness", .9), summary("seconds", .0814)]
    make(where, "early", manifest(started="2026-11-01T10:00:00+00:00"), report(
        question("q1"), question("q2", 0.0, refused=True, status="not_in_reports"),
        summaries=figures, confusion={"answerable, answered": 1, "answerable, refused": 1},
        by_kind={"lookup": [summary("right", .5)]}))
    make(where, "later", manifest(started="2026-11-20T10:00:00+00:00", judge=JUDGE), report(
        rich_question(answer="Otherwise."), question("q2"),
        question("q3", kind="count", question="How many devices wait?"),
        summaries=[summary("right", .75), *figures[1:]],
        confusion={"answerable, answered": 3}))
    make(where, "going", manifest(started="2026-11-30T10:00:00+00:00", finished=None,
                                  composer="prose", model="local:small"))


def open_view(page: Any, where: str = "") -> None:
    """Turn to a place in the view and wait until it is drawn."""
    page.evaluate("(where) => { location.hash = where; }", f"evaluation{where}")
    page.wait_for_selector("#evaluation-title")


def names(page: Any) -> list[str]:
    return [str(one) for one in page.locator(f"{ROWS} th a").all_inner_texts()]


def test_without_runs_the_view_says_how_to_make_one(tab: Any) -> None:
    tab.click(".views a[data-view=evaluation]")
    tab.wait_for_selector("#evaluation-title")
    shown = tab.inner_text("#evaluation-body")
    assert "No run yet" in shown
    assert "findings eval run --limit 12" in shown
    assert "Readers have not marked any answer yet" in shown
    assert tab.evaluate("document.activeElement.id") == "evaluation-heading"
    assert tab.title().startswith("Evaluation")
    assert not tab.is_visible("#work")
    assert tab.locator("#trend").count() == 0


def test_runs_are_sorted_by_each_column_from_the_keyboard(tab: Any, backend: FakeBackend) -> None:
    three_runs(backend)
    open_view(tab)
    assert names(tab) == ["going", "later", "early"]
    assert "agrees with 68% of labels" in tab.inner_text(f"{ROWS} >> nth=1")
    assert "Not finished" in tab.inner_text(f"{ROWS} >> nth=0")
    tab.focus("[data-sort=right]")
    tab.keyboard.press("Enter")
    assert names(tab) == ["later", "early", "going"]
    assert tab.get_attribute("th:has([data-sort=right])", "aria-sort") == "descending"
    assert "Sorted by Right in everything, highest first" in tab.inner_text("#evaluation-said")
    tab.keyboard.press("Enter")
    assert names(tab) == ["early", "later", "going"]
    assert tab.locator("[aria-sort]").count() == 1


def test_a_trend_is_drawn_of_the_metric_that_is_chosen(tab: Any, backend: FakeBackend) -> None:
    three_runs(backend)
    open_view(tab)
    assert tab.locator("#trend .point").count() == 2
    tab.select_option("[data-trend=metric]", "seconds")
    tab.wait_for_selector('#trend [role=region][aria-label^="Time over runs"]')
    assert tab.evaluate("document.activeElement.dataset.trend") == "metric"
    tab.focus("#trend .point")
    assert "early, 1 Nov 2026, 10:00 UTC: 81 ms" in tab.inner_text("#trend .readout")
    tab.click("#trend summary")
    assert "later" in tab.inner_text("#trend table")
    tab.focus("#trend .point >> nth=1")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#evaluation-title:has-text('later')")
    assert tab.evaluate("document.activeElement.id") == "evaluation-title"


def test_a_run_is_read_and_its_questions_are_picked(tab: Any, backend: FakeBackend) -> None:
    three_runs(backend)
    open_view(tab)
    tab.click("text=later")
    tab.wait_for_selector(QUESTION)
    assert "63% to 73%" in tab.inner_text(".facts")
    assert tab.locator(VISIBLE).count() == 3
    tab.select_option("[data-pick=show]", "wrong")
    assert tab.locator(VISIBLE).count() == 1
    assert tab.inner_text("#picked") == "1 question shown"
    tab.select_option("[data-pick=show]", "all")
    tab.fill("[data-pick=words]", "DEVICES many")
    assert tab.locator(VISIBLE).count() == 1
    tab.select_option("[data-pick=kind]", "lookup")
    assert "No question is like that" in tab.inner_text("#picked")


def test_a_question_opens_to_its_answer_evidence_and_judgments(tab: Any,
                                                               backend: FakeBackend) -> None:
    three_runs(backend)
    open_view(tab, "/run/later")
    assert "Second finding" not in tab.content()
    tab.focus(f"{QUESTION} summary")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(f"{QUESTION} h5")
    tab.click(f"{QUESTION} .scores summary")
    tab.click(f"{QUESTION} summary:has-text('Evidence before it')")
    shown = tab.inner_text(f"{QUESTION} >> nth=0")
    for words in ("It is so. [1]", "The reference", "Needed and not cited (1)", "Second finding",
                  "not given", "agrees with 68% of labels"):
        assert words in shown, words


def test_the_address_of_a_question_opens_it(tab: Any, backend: FakeBackend) -> None:
    three_runs(backend)
    open_view(tab, "/run/later/q3")
    tab.wait_for_selector(f'{QUESTION}[data-id=q3][open] h5')
    assert tab.evaluate("document.activeElement.closest('.question').dataset.id") == "q3"
    tab.go_back()
    tab.wait_for_function("document.body.dataset.view === 'ask'")


def test_wrong_refusals_are_shown_from_their_count(tab: Any, backend: FakeBackend) -> None:
    three_runs(backend)
    open_view(tab, "/run/early")
    tab.click("[data-show=refused_wrongly]")
    assert tab.locator(VISIBLE).count() == 1
    assert "What of q2?" in tab.inner_text(VISIBLE)
    assert tab.evaluate("document.activeElement.id") == "asked-heading"
    tab.click("summary:has-text('by kind')")
    tab.click(".kinds [data-kind=lookup]")
    assert tab.locator(VISIBLE).count() == 2


def test_the_whole_report_is_saved_as_it_is(tab: Any, backend: FakeBackend) -> None:
    three_runs(backend)
    open_view(tab, "/run/later")
    for file in ("report.html", "report.json"):
        with tab.expect_download() as coming:
            tab.click(f'[data-file="{file}"]')
        saved = Path(coming.value.path()).read_bytes()
        assert saved == (backend.runs.path / "later" / file).read_bytes()
        assert coming.value.suggested_filename == f"later.{file.partition('.')[2]}"
    tab.wait_for_selector("#evaluation-said:has-text('has been saved')", state="attached")


def test_two_runs_are_compared_the_earlier_one_first(tab: Any, backend: FakeBackend) -> None:
    three_runs(backend)
    open_view(tab, "/run/later")
    tab.click("[data-do=compare]")
    tab.wait_for_selector("#evaluation-title:has-text('What changed')")
    assert tab.evaluate("location.hash") == "#evaluation/compare/early/later"
    shown = tab.inner_text("#evaluation-body")
    assert "Newly right (1)" in shown
    assert "findings eval compare" in shown
    assert "Left out: 1 only in the first run, 2 only in the second." in shown
    tab.click(".changes summary")
    tab.click("text=This question in the first run")
    tab.wait_for_selector(f"{QUESTION}[data-id=q2][open] h5")


def test_marks_are_counted_and_saved(tab: Any, backend: FakeBackend) -> None:
    backend.feedback.keep(entry("a"))
    open_view(tab)
    assert "Readers have marked 1 answer: 1 helpful" in tab.inner_text(".marked")
    with tab.expect_download() as coming:
        tab.click("[data-do=marks]")
    line = Path(coming.value.path()).read_text("utf-8")
    assert json.loads(line)["id"] == "a"


def test_a_run_that_is_gone_is_told_and_the_list_is_there_again(tab: Any,
                                                                backend: FakeBackend) -> None:
    three_runs(backend)
    open_view(tab)
    shutil.rmtree(backend.runs.path / "later")
    tab.click("text=later")
    tab.wait_for_selector("#evaluation-trouble:has-text('no longer there')")
    tab.click("#evaluation-trouble button")
    tab.wait_for_selector("#evaluation-trouble:has-text('no longer there')")
    open_view(tab)
    tab.wait_for_selector(ROWS)
    assert names(tab) == ["going", "early"]
    assert tab.inner_text("#evaluation-trouble") == ""
    tab.evaluate("location.hash = 'evaluation/odd/%E0%A4%A'")
    tab.wait_for_selector("#evaluation-trouble:has-text('nothing at this address')")


@pytest.mark.parametrize("tab", [PHONE, NARROW_DARK], indirect=True)
def test_every_page_of_the_view_fits_a_phone(tab: Any, backend: FakeBackend) -> None:
    long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 4
    three_runs(backend)
    make(home(backend), "w" * 120, manifest(model=long, composer="prose"), report(
        rich_question(question=long, answer=long, kind=long)))
    for where in ("", "/run/later", f"/run/{'w' * 120}/q1", "/compare/early/later", "/run/going"):
        open_view(tab, where)
        if where.endswith("q1"):
            tab.wait_for_selector(f"{QUESTION}[open] h5")
        tab.wait_for_timeout(300)
        assert fits(tab), where
    open_view(tab)
    assert tab.is_visible("[data-sorter]")
    tab.select_option("[data-sorter]", "right")
    assert names(tab)[0] == "later"
    tab.click("[data-turn]")
    assert names(tab)[0] != "later"
    for selector in (f"{ROWS} .tells", f"{ROWS} .good", f"{ROWS} a", ".readout"):
        assert contrast(*colours(tab, f"#evaluation-frame {selector}")) >= 4.5, selector


def test_what_is_hidden_does_not_lengthen_the_page(tab: Any, backend: FakeBackend) -> None:
    open_view(tab)
    for view in ("#evaluation", "#library", "#questions"):
        tab.evaluate("(view) => { location.hash = view; }", view)
        tab.wait_for_timeout(500)
        tall, end = tab.evaluate(
            "[document.documentElement.scrollHeight, scrollY"
            " + document.querySelector('.foot').getBoundingClientRect().bottom]")
        assert tall <= max(end + 40, 860), view


def test_hostile_runs_stay_text(tab: Any, backend: FakeBackend) -> None:
    bad = rich_question(id="q/1 %", question=HOSTILE_TEXT, answer=HOSTILE_TEXT, kind=HOSTILE_TEXT,
                        sentences=[{"text": HOSTILE_TEXT}])
    for name in ("bad <i>1", "bad %2"):
        make(home(backend), name, manifest(model=HOSTILE_TEXT, composer=HOSTILE_TEXT), report(bad))
    open_view(tab)
    tab.click(f"{ROWS} a >> nth=0")
    tab.wait_for_selector(QUESTION)
    tab.click(f"{QUESTION} > summary")
    tab.wait_for_selector(f"{QUESTION} h5")
    assert HOSTILE_TEXT[:60] in tab.inner_text(f"{QUESTION} .text")
    tab.click("[data-do=compare]")
    tab.wait_for_selector("#evaluation-title:has-text('What changed')")
    assert tab.locator("#evaluation-frame :is(script, img, i)").count() == 0
    assert "owned" not in tab.title()
