"""Numbers of references, what has become of reports, statements of licences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.paper.paper import Paper, Source, Standing
from assistant.paper.references import sheet, web_address
from corpus.model import Report
from tests.browser.backend import METADATA
from tests.paper.samples import URL, library, pinned, report, sample


def test_references_are_numbered_by_first_mention_and_each_finding_once() -> None:
    shown = sheet(sample(), library())
    assert [one.numbers for one in shown.parts] == [(), (1,), (2,), (), (2, 1), (3,)]
    assert [one.n for one in shown.references] == [1, 2, 3]
    assert shown.references[0].said.startswith("The force: “has a backlog of digital devices")


def test_numbers_follow_the_order_of_items() -> None:
    paper = sample()
    shown = sheet(paper.moved(paper.items[2].key, -1), library())
    assert [one.numbers for one in shown.parts] == [(), (1,), (2,), (), (1, 2), (3,)]
    assert shown.references[1].said.startswith("The force: “has a backlog")


def test_a_reference_says_title_section_page_and_address() -> None:
    item = pinned(0)
    cited = item.citations[0].model_copy(update={"page": 12})
    paper = Paper().added([item.model_copy(update={"citations": (cited,)})],
                          {METADATA.id: Source.of(report().metadata)})
    (one,) = sheet(paper, library()).references
    assert one.place == ("Northamptonshire PEEL 2017: Effectiveness, How effective is the force at "
                         "investigating crime and reducing re-offending?, page 12.")
    assert one.url == URL


@pytest.mark.parametrize(("held", "flag"), [
    (None, "This report is no longer in the library."),
    (replace(report(), text="Something else.", findings=()),
     "The report has been changed since: this quote is no longer in it in these words."),
    (replace(report(), text="New words in front. " + report().text, findings=()), ""),
    (report(), "")])
def test_a_citation_says_what_has_become_of_its_report(held: Report | None, flag: str) -> None:
    paper = Paper().added([pinned(0)], {METADATA.id: Source.of(METADATA)})
    (one,) = sheet(paper, {METADATA.id: held}).references
    assert one.flag == flag
    assert one.said.startswith("The force: “has a backlog")


def test_each_licence_is_stated_once_and_none_is_made_up() -> None:
    shown = sheet(sample(), library())
    assert shown.credits == (METADATA.attribution,
                             'Hostile <b onclick="x">title</b>: no licence is recorded in the '
                             "library.")
    assert sheet(Paper(), {}).credits == ()


def test_only_what_did_not_pass_is_marked() -> None:
    paper = sample()
    key = paper.items[1].key
    changed = paper.edited(key, "Other words.")
    assert sheet(changed, library()).parts[1].flag == "Not checked against the reports"
    bad = changed.judged(key, "Other words.", Standing.UNSUPPORTED, "it adds 3")
    assert sheet(bad, library()).parts[1].flag == "Not supported by the reports: it adds 3"
    good = changed.judged(key, "Other words.", Standing.SUPPORTED)
    assert {one.flag for one in sheet(good, library()).parts} == {""}


@pytest.mark.parametrize("url", [
    "javascript:alert(1)", "JAVASCRIPT:alert(1)", "file:///etc/passwd", "data:text/html,x",
    "https://", "http://a b", 'https://x/"><script>', "//example.org", "https://[", "", None,
    "https://example.org/\n[x]"])
def test_only_safe_web_addresses_are_linked(url: str | None) -> None:
    assert web_address(url) == ""
