"""Numbers of references, what has become of reports, statements of licences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.paper.paper import Item, Kind, Paper, Source, Standing
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


def of(force: str | None, year: int | None, title: str, key: str) -> Item:
    """A statement of another report that says "The force has ..." as well."""
    item = pinned(0)
    cited = item.citations[0].model_copy(update={
        "force": force, "year": year, "title": title, "report_id": key, "finding_id": key})
    return Item(kind=item.kind, words=item.words, citations=(cited,))


def test_items_of_one_report_leave_it_to_the_reference() -> None:
    paper = Paper().added([pinned(0), pinned(1)], {METADATA.id: Source.of(METADATA)})
    assert [one.lead for one in sheet(paper, library()).parts] == ["", ""]


def test_where_there_are_several_each_item_says_which_it_is_of() -> None:
    kent = of("Kent", 2019, "Kent 2019", "k19")
    both = kent.model_copy(update={"key": "0" * 16,
                                   "citations": (*kent.citations, *pinned(0).citations)})
    heading = Item(kind=Kind.HEADING, words="Phones")
    paper = Paper().added([heading, pinned(0), kent, both], {METADATA.id: Source.of(METADATA)})
    assert [one.lead for one in sheet(paper, library()).parts] == [
        "", "Northamptonshire 2017:", "Kent 2019:", "Kent 2019; Northamptonshire 2017:"]


def test_reports_that_would_be_called_the_same_go_by_their_titles() -> None:
    items = [of("Kent", 2019, "Kent 2019: Effectiveness", "a"),
             of("Kent", 2019, "Kent 2019: Legitimacy", "b"), of(None, None, "A school", "c"),
             of("Kent", None, "Kent once", "d")]
    kept = {"c": Source(title="The school  report")}
    shown = sheet(Paper().added(items, kept), {})
    assert [one.report for one in shown.parts] == [
        "Kent 2019: Effectiveness", "Kent 2019: Legitimacy", "The school report", "Kent"]


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
