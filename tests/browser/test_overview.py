"""The library's overview in a real browser, over the real service: grid, bars, file, sorting,
and a newer version of a report put in the place of the one before."""

from __future__ import annotations

import csv
import io
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.service import Service
from assistant.settings import load
from index.sync import sync
from tests.browser import axe
from tests.browser.backend import FakeBackend
from tests.browser.steps import CARD, DONE, LISTED, colours, contrast, drop, file, fits
from tests.fakes import TinyEmbedder

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [*(ROOT / "corpus" / "reports").glob("*.t*")]
LIBRARY = [*SHIPPED, *(ROOT / "evals" / "reports").glob("*-*.*")]
GRID = "#overview-body table.grades"
EDITION = """PEEL 2023-25: Kent
Published on {day}
Responding to the public
{grade}
Kent Police {judged} at responding to the public.
Area for improvement
The force should answer calls faster.
"""
WIDE = {"viewport": {"width": 1280, "height": 860}}
NARROW = {"viewport": {"width": 320, "height": 640}}


def service_over(home: Path, files: list[Path]) -> Service:
    folder = home / "reports"
    folder.mkdir()
    for one in files:
        shutil.copy(one, folder)
    embedder = TinyEmbedder()
    sync(home / "home", folder, embedder)
    return Service(load(home=home / "home"), embedder)


@pytest.fixture
def files() -> list[Path]:
    """The reports of the library."""
    return LIBRARY


@pytest.fixture
def backend(tmp_path: Path, files: list[Path]) -> Iterator[Service]:
    """The real service in a home of its own."""
    service = service_over(tmp_path, files)
    yield service
    service.close()


def open_overview(page: Any) -> None:
    page.click(".views a[data-view=library]")
    page.click(".parts a[data-part=overview]")
    page.wait_for_selector("#overview-body section, #overview-body p")


def choose(page: Any, **choices: str) -> None:
    for name, value in choices.items():
        page.select_option(f"#overview-view select[name={name}]", value)
    page.wait_for_function("document.querySelector('#overview-said').textContent")


def test_the_grid_is_one_step_from_the_library_and_back(tab: Any) -> None:
    open_overview(tab)
    assert tab.url.endswith("#library/overview")
    assert tab.title() == "Overview of the library · Findings"
    assert tab.evaluate("document.activeElement.id") == "overview-heading"
    assert tab.get_attribute(".parts a[data-part=overview]", "aria-current") == "page"
    assert not tab.is_visible("#adding")
    assert tab.locator(f"{GRID} tbody tr:not(.force)").count() == 6
    assert "Lincolnshire, PEEL 2021/22: Responding to the public" in tab.inner_text(
        f"{GRID} a:has(.inadequate) >> nth=0")
    tab.go_back()
    tab.wait_for_selector(LISTED)
    assert tab.is_visible("#adding")
    assert not tab.is_visible("#overview-view")
    assert tab.title() == "Library · Findings"


def test_a_link_opens_the_overview(tab: Any, url: str) -> None:
    other = tab.context.new_page()
    other.goto(f"{url}#library/overview")
    other.wait_for_selector(GRID)
    assert not other.is_visible("#adding")


def test_a_grade_opens_its_judgment_and_the_way_back_leads_to_it(tab: Any) -> None:
    open_overview(tab)
    link = f"{GRID} a:has(.inadequate) >> nth=0"
    address = tab.get_attribute(link, "href")
    tab.focus(link)
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#report mark")
    assert "inadequate at responding to the public" in tab.inner_text("#report mark >> nth=0")
    tab.go_back()
    tab.wait_for_selector(GRID)
    tab.wait_for_function(
        "(href) => document.activeElement.getAttribute('href') === href", arg=address)


def test_force_and_year_limit_the_grid_and_the_bars(tab: Any) -> None:
    open_overview(tab)
    choose(tab, force="Norfolk")
    tab.wait_for_function(f"document.querySelectorAll('{GRID} tbody').length === 1")
    assert tab.inner_text("#overview-said") == "Overview of 2 reports."
    assert "Lincolnshire" not in tab.inner_text("#overview-body")
    bar = "#overview-body [data-ask='All areas for improvement on investigating crime for Norfolk']"
    assert tab.inner_text(f"{bar} .count") == "3"
    choose(tab, year="2018")
    tab.wait_for_selector('#overview-body:has-text("No report of the library is on Norfolk, 2018")')
    choose(tab, force="", year="")
    tab.wait_for_function(f"document.querySelectorAll('{GRID} tbody').length === 3")


def test_a_bar_asks_for_the_list_that_it_counts(tab: Any) -> None:
    open_overview(tab)
    bar = "[data-ask='All areas for improvement on investigating crime']"
    assert tab.inner_text(f"{bar} .count") == "14"
    tab.focus(bar)
    tab.keyboard.press("Enter")
    tab.wait_for_selector(DONE, timeout=30_000)
    assert tab.url.endswith("#questions")
    assert "All 14 areas for improvement on investigating crime" in tab.inner_text(DONE)


def test_a_bar_counts_the_whole_library_whatever_is_looked_in(tab: Any) -> None:
    tab.click("#scope-open")
    tab.check("#places input[value=Norfolk]")
    tab.click("[data-places=done]")
    open_overview(tab)
    tab.click("[data-ask='All areas for improvement on investigating crime']")
    tab.wait_for_selector(DONE, timeout=30_000)
    assert "All 14 areas for improvement" in tab.inner_text(DONE)


def test_the_numbers_are_in_a_table_too(tab: Any) -> None:
    open_overview(tab)
    tab.click("#overview-body summary")
    rows = tab.locator("#overview-body table.counts tbody tr")
    told = [" ".join(one.split()) for one in rows.all_inner_texts()]
    assert "Vulnerable people 11 2 7" in told
    assert "Northamptonshire 12 1 6" in told


def test_the_grid_is_saved_as_a_file(tab: Any) -> None:
    open_overview(tab)
    choose(tab, force="Lincolnshire")
    tab.wait_for_function(f"document.querySelectorAll('{GRID} tbody').length === 1")
    with tab.expect_download() as coming:
        tab.click("#overview-body [data-do=csv]")
    assert coming.value.suggested_filename == "grades.csv"
    text = Path(coming.value.path()).read_text("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert [line[1] for line in lines] == ["Cycle", "PEEL 2021/22", "PEEL 2018/19", "PEEL 2016"]
    assert "outstanding" in lines[1]


@pytest.mark.parametrize("tab", [NARROW, {"viewport": {"width": 390, "height": 844}}],
                         indirect=True)
def test_on_a_narrow_screen_the_grid_scrolls_in_its_box_and_keeps_its_heads(tab: Any) -> None:
    open_overview(tab)
    assert fits(tab)
    box = "#overview-body .box >> nth=0"
    tab.evaluate("document.querySelector('#overview-body .box').scrollTo(400, 120)")
    frame = tab.locator(box).bounding_box()
    corner = tab.locator(f"{GRID} .corner").bounding_box()
    first = tab.locator(f"{GRID} th[scope=row]").first.bounding_box()
    assert abs(corner["x"] - frame["x"]) < 3
    assert abs(corner["y"] - frame["y"]) < 3
    assert abs(first["x"] - frame["x"]) < 3
    assert first["width"] < frame["width"] / 2
    tab.focus(f"{GRID} tbody tr:nth-child(3) td:last-child a, {GRID} a >> nth=-1")
    spot = tab.evaluate("document.activeElement.getBoundingClientRect().left")
    assert spot >= first["x"] + first["width"] - 1
    tab.click("#overview-body summary")
    assert fits(tab)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_and_words_have_contrast_in_light_and_dark(tab: Any, scheme: str) -> None:
    tab.emulate_media(color_scheme=scheme)
    tab.reload()
    tab.wait_for_selector("#question textarea")
    open_overview(tab)
    letters = [f"{GRID} .letter.{grade}" for grade in (
        "outstanding", "good", "adequate", "requires-improvement", "inadequate", "not-graded",
        "not-inspected")]
    for selector in (*letters, f"{GRID} caption", f"{GRID} th.old", f"{GRID} thead th",
                     f"{GRID} small", ".compare", ".legend span:last-child", ".bar .count",
                     ".topics h4", "#overview-body [data-do=csv]", ".choose select",
                     ".parts a[aria-current]", ".parts a:not([aria-current])"):
        ink, paper = colours(tab, selector)
        assert contrast(ink, paper) >= 4.5, (selector, ink, paper)


@pytest.mark.parametrize("tab", [WIDE, {**NARROW, "color_scheme": "dark"}], indirect=True)
def test_the_accessibility_checker_finds_nothing_wrong(tab: Any) -> None:
    if axe.source() is None:
        pytest.skip(axe.HOW)
    open_overview(tab)
    tab.click("#overview-body summary")
    assert axe.violations(tab) == []


def test_links_in_the_grid_are_large_enough_to_hit(tab: Any) -> None:
    open_overview(tab)
    sizes = tab.evaluate(f"""[...document.querySelectorAll('{GRID} a, #overview-body .bar')]
        .map((one) => one.getBoundingClientRect()).map((one) => [one.width, one.height])""")
    assert min(width for width, _ in sizes) >= 24
    assert min(height for _, height in sizes) >= 24


def test_reports_are_put_in_order(tab: Any) -> None:
    tab.click(".views a[data-view=library]")
    tab.wait_for_selector(f"{LISTED} >> nth=5")
    titles = f"{LISTED} h4"
    by_title = tab.locator(titles).all_text_contents()
    tab.select_option("#library-sort select", "newest")
    newest = tab.locator(f"{LISTED} .facts").all_inner_texts()
    assert "2021/22" in newest[1]
    assert "14 October 2022" in newest[0]
    assert "2016" in newest[-1]
    tab.select_option("#library-sort select", "force")
    forces = [one.split("\n")[0].split(" guessed")[0]
              for one in tab.locator(f"{LISTED} .facts").all_inner_texts()]
    assert [one for one in forces if one] == sorted(forces)
    assert "2021/22" in tab.inner_text(f"{LISTED} .facts >> nth=0")
    tab.select_option("#library-sort select", "title")
    assert tab.locator(titles).all_text_contents() == by_title


class TestOneReport:
    @pytest.fixture
    def files(self) -> list[Path]:
        return SHIPPED

    def test_a_newer_version_takes_the_place_of_the_one_before(self, tab: Any,
                                                               backend: Service) -> None:
        tab.click(".views a[data-view=library]")
        tab.wait_for_selector(LISTED)
        old = EDITION.format(day="7 June 2024", grade="Adequate", judged="is adequate")
        drop(tab, file("kent.txt", old.encode()))
        tab.wait_for_selector(f"{CARD} [data-do=add]")
        assert "takes the place" not in tab.inner_text(CARD)
        tab.click(f"{CARD} [data-do=add]")
        kent = f'{LISTED}:has-text("Kent")'
        tab.wait_for_selector(kent, timeout=30_000)
        assert "adequate" in tab.inner_text(f"{kent} .grades").lower()
        assert "In use" in tab.inner_text(f"{kent} .origin")
        new = EDITION.format(day="8 August 2024", grade="Requires improvement",
                             judged="requires improvement")
        drop(tab, file("kent-august.txt", new.encode()))
        tab.wait_for_selector(f"{CARD} [data-do=add]")
        assert "takes the place of “" in tab.inner_text(CARD)
        assert tab.inner_text(f"{CARD} [data-do=add]") == "Replace"
        tab.click(f"{CARD} [data-do=add]")
        tab.wait_for_selector(f'{kent} .grade:has-text("requires improvement")', timeout=30_000)
        assert tab.locator(kent).count() == 1
        assert "8 August 2024" in tab.inner_text(kent)
        assert len(backend.reports()) == 2
        tab.click(".parts a[data-part=overview]")
        row = f"{GRID} tbody:has-text('Kent')"
        tab.wait_for_selector(row)
        assert tab.locator(f"{row} .letter.requires-improvement").count() == 1
        assert tab.locator(f"{row} .letter.adequate").count() == 0

    def test_a_report_that_is_being_added_comes_into_the_overview_by_itself(
            self, tab: Any, backend: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        indexes, may = backend.shelf._sync, threading.Event()

        def waits(told: Callable[[int, int], None]) -> None:
            may.wait(30)
            indexes(told)

        monkeypatch.setattr(backend.shelf, "_sync", waits)
        tab.click(".views a[data-view=library]")
        tab.wait_for_selector(LISTED)
        text = EDITION.format(day="7 June 2024", grade="Adequate", judged="is adequate")
        drop(tab, file("kent.txt", text.encode()))
        tab.click(f"{CARD} [data-do=add]")
        tab.wait_for_selector("#library-progress progress")
        tab.click(".parts a[data-part=overview]")
        tab.wait_for_selector(GRID)
        assert tab.locator(f"{GRID} tbody").count() == 1
        may.set()
        tab.wait_for_selector(f"{GRID} tbody:has-text('Kent')")

    def test_one_report_has_an_overview_without_choices_of_force(self, tab: Any) -> None:
        open_overview(tab)
        assert tab.locator(f"{GRID} tbody tr:not(.force)").count() == 1
        assert not tab.is_visible("#overview-view select[name=force]")


class TestEmptyLibrary:
    @pytest.fixture
    def backend(self) -> FakeBackend:
        return FakeBackend(empty=True)

    def test_an_empty_library_says_what_to_do(self, tab: Any) -> None:
        open_overview(tab)
        assert "no report in the library yet" in tab.inner_text("#overview-body")
        tab.click("#overview-body a")
        tab.wait_for_selector("#adding:visible")


class TestManyReports:
    @pytest.fixture
    def files(self, tmp_path: Path) -> list[Path]:
        from corpus.names import forces

        made = tmp_path / "made"
        made.mkdir()
        names = sorted(one.name for one in forces() if "Police" in one.official)[:20]
        for source in ("lincolnshire-2021-22", "lincolnshire-2018-19",
                       "lincolnshire-2016-effectiveness"):
            text = (ROOT / "evals" / "reports" / f"{source}.txt").read_text("utf-8")
            for name in names:
                target = made / f"{name.replace(' ', '-')}-{source}.txt"
                target.write_text(text.replace("Lincolnshire", name), "utf-8")
        return sorted(made.iterdir())

    def test_sixty_reports_stay_readable(self, tab: Any) -> None:
        open_overview(tab)
        tab.wait_for_selector(f"{GRID} tbody >> nth=19")
        assert tab.locator(f"{GRID} tbody tr:not(.force)").count() == 60
        box = tab.locator("#overview-body .box").first.bounding_box()
        assert box["height"] <= tab.viewport_size["height"]
        assert fits(tab)
