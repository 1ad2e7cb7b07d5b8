"""What the overview's page makes of a library: table, bars, file, and whatever is asked for."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import cast

import pytest

from assistant.answer import Status
from assistant.backend import Backend
from assistant.overview import ASKED_FOR, Column, Overview, Parsed, overview_of
from assistant.service import Service
from assistant.settings import load
from assistant.web.bars import bars_html, question_for
from assistant.web.catalogue import shelved_html
from assistant.web.grid import grid_csv, grid_html
from assistant.web.overview import Overviews, frame_html, overview_html
from corpus.model import Finding, FindingKind, Grade, Metadata, Polarity, Report
from corpus.names import topics
from index.sync import sync
from tests.browser.shelf import HOSTILE_WORDS, shelved
from tests.fakes import TinyEmbedder
from tests.test_web_render import HOSTILE, Seen

ROOT = Path(__file__).resolve().parents[1]
HARMLESS = {"section", "h2", "h3", "h4", "p", "ul", "li", "span", "div", "small", "a", "button",
            "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "details", "summary"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The shipped report and the five invented ones, indexed."""
    home = tmp_path_factory.mktemp("overview")
    folder = home / "reports"
    folder.mkdir()
    for file in (*(ROOT / "corpus" / "reports").glob("*.t*"),
                 *(ROOT / "evals" / "reports").glob("*-*.*")):
        shutil.copy(file, folder)
    embedder = TinyEmbedder()
    sync(home / "home", folder, embedder)
    served = Service(load(home=home / "home"), embedder)
    yield served
    served.close()


@pytest.fixture(scope="module")
def library(service: Service) -> list[Parsed]:
    reports = (service.report(about.id) for about in service.reports())
    return [(one.metadata, one.findings) for one in reports if one is not None]


@pytest.fixture(scope="module")
def whole(library: list[Parsed]) -> Overview:
    return overview_of(library)


def hostile() -> Parsed:
    """A report whose names and texts try to become elements or formulas."""
    def finding(identifier: str, kind: FindingKind, grade: Grade | None = None) -> Finding:
        return Finding(identifier, "r", (HOSTILE,), kind, Polarity.NEUTRAL, "x", 0, 1,
                       grade=grade, force="=1+1", year=2021, hidden=True)

    about = Metadata("r", HOSTILE, force="=1+1", cycle=HOSTILE, year=2021)
    return about, [finding('"><script>', FindingKind.JUDGMENT, Grade.GOOD),
                   finding("b", FindingKind.RECOMMENDATION)]


class Shelf:
    """A backend with one hand-made report."""

    def __init__(self, *reports: Parsed) -> None:
        self.kept = {about.id: Report(about, "r.txt", "x", (), tuple(found))
                     for about, found in reports}

    def reports(self) -> list[Metadata]:
        return [one.metadata for one in self.kept.values()]

    def report(self, report_id: str) -> Report | None:
        return self.kept.get(report_id)


def served(*reports: Parsed) -> Overviews:
    return Overviews(cast(Backend, Shelf(*reports)))


def test_the_table_has_a_caption_and_headings_with_a_scope(whole: Overview) -> None:
    html = grid_html(whole)
    assert "<caption>Grades by force and cycle" in html
    assert html.count('<th scope="col"') == len(whole.columns) + 1
    assert html.count('<th scope="row"') == 6
    assert html.count('scope="rowgroup"') == 3
    assert html.count("<td>") == 6 * len(whole.columns)
    assert "“Adequate” has existed since 2021 only" in html
    assert "can’t be compared directly" in html


def test_a_cell_is_lettered_named_in_words_and_linked_to_its_judgment(
        whole: Overview, library: list[Parsed]) -> None:
    html = grid_html(whole)
    links = re.findall(r'<a[^>]*href="#finding=(\w+)"[^>]*>(.*?)</a>', html)
    known = {one.id: one for _, found in library for one in found}
    said = {identifier: Seen(inside).text for identifier, inside in links}
    assert len(links) == 52  # 51 judgments, and a question that a report doesn't grade
    letters = {"outstanding": "O", "good": "G", "adequate": "A", "requires improvement": "RI",
               "inadequate": "I", "not graded": "NG"}
    for identifier, text in said.items():
        grade = known[identifier].grade or Grade.NOT_GRADED
        assert re.search(rf"\b{letters[grade.value]}\b", text)
        assert grade.value in text
        assert str(known[identifier].force) in text
    carried = next(text for text in said.values() if "judged in 2016" in text)
    assert "Lincolnshire, PEEL 2018/19: Serious and organised crime" in carried
    assert any("behaves ethically and lawfully" in text for text in said.values())


def test_the_legend_says_every_letter(whole: Overview) -> None:
    legend = re.search(r'<ul class="legend".*?</ul>', grid_html(whole))
    assert legend is not None
    assert [Seen(one).text for one in re.findall("<li>.*?</li>", legend[0])] == [
        "O outstanding", "G good", "A adequate", "RI requires improvement", "I inadequate",
        "NG not graded", "· not in these reports"]


def test_every_bar_asks_for_exactly_what_it_counts(service: Service,
                                                   library: list[Parsed]) -> None:
    asked = 0
    for force, year in ((None, None), ("Lincolnshire", None), (None, 2017), ("Norfolk", 2021)):
        made = overview_of(library, force, year)
        for tally in made.by_topic:
            for kind, count in tally.counts.items():
                question = question_for(tally.column, kind, force, year)
                if tally.column.topic is None:
                    assert question is None
                    continue
                assert question is not None
                answer = service.ask(question)
                assert answer.status is Status.ANSWERED, question
                assert len(answer.citations) == count, question
                assert {one.kind for one in answer.citations} == {kind.value}
                asked += 1
    assert asked > 30


def test_every_topic_can_be_asked_for() -> None:
    # "Fire prevention" names crime prevention as well: its findings are read in the report.
    for topic in topics():
        for kind in ASKED_FOR:
            asked = question_for(Column(topic.key, topic.label, topic.key), kind, "Kent", 2023)
            assert (asked is None) == (topic.key == "fire_prevention")


def test_a_force_that_no_question_can_name_is_read_in_its_report() -> None:
    about = Metadata("r", "r", force="Borsetshire", year=2021)
    found = [Finding("f", "r", ("Investigating crime",), FindingKind.RECOMMENDATION,
                     Polarity.NEUTRAL, "x", 0, 1, force="Borsetshire", year=2021)]
    html = bars_html(overview_of([(about, found)]), "Borsetshire", None)
    assert "data-ask" not in html
    assert 'href="#finding=f"' in html


def test_bars_have_their_numbers_and_the_tables_the_same(whole: Overview) -> None:
    html = bars_html(whole, None, None)
    text = Seen(html).text
    assert "14 areas for improvement on investigating crime: list them" in text
    assert "1 cause of concern on supporting its workforce: show it" in text
    assert 'data-ask="All areas for improvement on investigating crime" data-alone' in html
    assert "1 area for improvement under “Meeting current demands and using resources”" in text
    table = re.findall(r'<tr><th scope="row">(.*?)</th>((?:<td>\d+</td>)+)</tr>', html)
    numbers = {unescape(name): re.findall(r"\d+", cells) for name, cells in table}
    assert numbers["Vulnerable people"] == ["11", "2", "7"]
    assert numbers["Norfolk"] == ["11", "2", "8"]
    assert numbers["All"] == ["41", "6", "24"]


def test_the_file_is_the_grid_in_words(whole: Overview) -> None:
    lines = list(csv.reader(io.StringIO(grid_csv(whole))))
    assert lines[0][:4] == ["Force or body", "Cycle", "Year", "Effectiveness overall"]
    assert len(lines) == 7
    told = dict(zip(lines[0], lines[2], strict=True))
    assert told["Cycle"] == "PEEL 2018/19"
    assert told["Year"] == "2018"
    assert told["Serious and organised crime"] == "good (judged in 2016)"
    assert told["Supporting its workforce"] == "requires improvement; good"
    assert told["Recording crime"] == "not in these reports"
    assert dict(zip(lines[0], lines[3], strict=True))["Effectiveness overall"] == (
        "requires improvement; Recalled from 2015: good")


def test_no_text_of_a_report_becomes_an_element_or_a_formula() -> None:
    parsed = [hostile(), (Metadata("s", "s", force=HOSTILE_WORDS, year=2020), [])]
    made = overview_of(parsed)
    html = overview_html(made, None, None) + frame_html()
    seen = Seen(html)
    assert seen.tags <= HARMLESS | {"label", "select", "option"}
    assert seen.handlers == []
    assert "can’t be seen in the document" in html
    cells = [cell for line in csv.reader(io.StringIO(grid_csv(made))) for cell in line]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_an_empty_library_and_an_empty_choice_say_so(service: Service) -> None:
    reply = served().serve({"do": "show"})
    assert "no report in the library yet" in reply["html"]
    assert 'href="#library"' in reply["html"]
    assert (reply["forces"], reply["years"], reply["problem"]) == ([], [], "")
    none = Overviews(service).serve({"force": "Northamptonshire", "year": "2021"})
    assert "No report of the library is on Northamptonshire, 2021." in none["html"]


def test_a_report_without_grades_or_requests_says_that_there_are_none() -> None:
    found = [Finding("f", "r", ("Baking",), FindingKind.NARRATIVE, Polarity.NEUTRAL, "x", 0, 1)]
    html = served((Metadata("r", "A report"), found)).serve({})["html"]
    assert "No grade was found in these reports." in html
    assert "list no area for improvement" in html


def test_what_was_seen_is_not_sent_again_and_a_choice_is_kept(service: Service) -> None:
    overviews = Overviews(service)
    first = overviews.serve({"do": "show", "force": "Norfolk", "year": ""})
    assert first["force"] == "Norfolk"
    assert first["said"] == "Overview of 2 reports."
    assert [name for name, _ in first["forces"]] == ["Lincolnshire", "Norfolk",
                                                     "Northamptonshire"]
    assert first["years"] == ["2021", "2018", "2017", "2016"]
    again = overviews.serve({"do": "show", "force": "Norfolk", "year": "", "seen": first["seen"]})
    assert again["html"] is None
    gone = overviews.serve({"do": "show", "force": "Rutland", "year": "1066"})
    assert (gone["force"], gone["year"]) == ("", "")
    file = overviews.serve({"do": "csv", "force": "Norfolk"})
    assert file["name"] == "grades.csv"
    assert file["text"].startswith("\ufeffForce or body,")
    assert file["text"].count("Norfolk") == 2


@pytest.mark.parametrize("wish", [None, [], "x", 3, {"do": 4}, {"force": ["a"], "year": {}},
                                  {"do": "csv", "year": 2017}, {"seen": []}])
def test_whatever_a_browser_sends_there_is_an_answer(service: Service, wish: object) -> None:
    reply = Overviews(service).serve(wish)
    assert reply["problem"] == ""


def test_a_fault_is_said_in_words_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Shelf):
        def report(self, report_id: str) -> Report | None:
            raise RuntimeError("secret detail")

    reply = Overviews(cast(Backend, Broken(hostile()))).serve({})
    assert "fault in the program" in reply["problem"]
    assert "secret detail" not in str(reply)
    assert "secret detail" in caplog.text


def test_a_card_says_whether_answers_come_from_its_report() -> None:
    card = shelved(Metadata("r", "A report", force="Kent", cycle="PEEL 2016"))
    assert "In use: answers come from this report." in shelved_html(card)
    older = shelved_html(replace(card, problem="It is protected by a password."))
    assert "An earlier version is in use." in older
    assert "In use" not in older
