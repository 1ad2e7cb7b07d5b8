"""Searching and listing: filters are exact, lists complete, every candidate keeps its ranks."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.model import Finding, FindingKind, Grade, Metadata, Polarity, Report, finding_id
from index import catalogue
from index.catalogue import Catalogue
from index.filter import Filter, topics_of
from index.store import Index
from index.sync import sync
from index.words import terms
from tests.fakes import TinyEmbedder
from tests.index.places import passages


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, shipped: Path) -> Iterator[Index]:
    home = tmp_path_factory.mktemp("home")
    sync(home, shipped, TinyEmbedder())
    opened = Index(home, TinyEmbedder())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Passages, half of them Kent's and half Dorset's."""
    folder = tmp_path_factory.mktemp("wide")
    sync(folder / "home", passages(folder / "p.jsonl", 700), TinyEmbedder())
    opened = Index(folder / "home", TinyEmbedder())
    yield opened
    opened.close()


def one_of(text: str, **values: object) -> Finding:
    told: dict[str, object] = {"section": ("Effectiveness",), "kind": FindingKind.NARRATIVE,
                               "polarity": Polarity.NEUTRAL, "force": "Kent", "year": 2017}
    told |= values
    return Finding(id=finding_id("r", told["section"], told["kind"], text),  # type: ignore[arg-type]
                   report_id="r", text=text, start=0, end=len(text), **told)  # type: ignore[arg-type]


CONDITIONS: list[tuple[dict[str, frozenset[object]], bool]] = [
    ({"reports": frozenset({"r"})}, True), ({"reports": frozenset({"q"})}, False),
    ({"forces": frozenset({"Kent"})}, True), ({"forces": frozenset({"Dorset"})}, False),
    ({"years": frozenset({2016, 2017})}, True), ({"years": frozenset({2018})}, False),
    ({"kinds": frozenset({"judgment"})}, True), ({"kinds": frozenset({"strength"})}, False),
    ({"polarities": frozenset({"negative"})}, True),
    ({"polarities": frozenset({"positive"})}, False),
    ({"grades": frozenset({"requires improvement"})}, True),
    ({"grades": frozenset({"good"})}, False),
    ({"sections": frozenset({"How effective is the force at investigating crime?"})}, True),
    ({"sections": frozenset({"Legitimacy"})}, False),
    ({"topics": frozenset({"no-such-topic"})}, False),
    ({"ids": frozenset({"0", "no-such-finding"})}, False),
    ({"forces": frozenset({"Kent"}), "years": frozenset({2018})}, False),
    ({"forces": frozenset({"Kent"}), "years": frozenset({2017})}, True),
    ({}, True),
]


@pytest.mark.parametrize(("conditions", "admitted"), CONDITIONS)
def test_each_condition_of_a_filter(conditions: dict[str, frozenset[object]],
                                    admitted: bool) -> None:
    judged = one_of("Kent Police requires improvement.", kind=FindingKind.JUDGMENT,
                    polarity=Polarity.NEGATIVE, grade=Grade.REQUIRES_IMPROVEMENT,
                    section=("Effectiveness", "How effective is the force at investigating crime?"))
    wanted = Filter(**conditions)  # type: ignore[arg-type]
    assert wanted.admits(judged) is admitted
    assert bool(wanted) is bool(conditions)
    assert set(wanted.to_dict()) == set(conditions)


def test_a_topic_is_told_by_its_headings() -> None:
    found = one_of("x", section=("Effectiveness", "How effective is the force at tackling serious "
                                 "and organised crime?"))
    (topic,) = topics_of(found)
    assert Filter(topics=frozenset({topic})).admits(found)
    assert not Filter(topics=frozenset({topic})).admits(one_of("x"))


def test_a_filter_of_findings_themselves() -> None:
    wanted, other = one_of("x"), one_of("y")
    chosen = Filter(ids=frozenset({wanted.id}))
    assert chosen.admits(wanted)
    assert not chosen.admits(other)
    assert not Filter(ids=frozenset({wanted.id}), years=frozenset({1066})).admits(wanted)
    assert chosen.to_dict() == {"ids": [wanted.id]}


def test_a_finding_without_a_grade_meets_no_grade() -> None:
    assert not Filter(grades=frozenset({"good"})).admits(one_of("The force is good."))


@pytest.mark.parametrize(("kind", "count"), [
    ("judgment", 4), ("area_for_improvement", 12), ("cause_of_concern", 1),
    ("recommendation", 6)])
def test_lists_are_complete(index: Index, kind: str, count: int) -> None:
    found = index.findings(Filter(kinds=frozenset({kind})))
    assert len(found) == count
    assert all(finding.kind.value == kind for finding in found)
    assert [f.start for f in found] == sorted(f.start for f in found)


def test_findings_come_back_as_they_went_in(index: Index, shipped: Path) -> None:
    from corpus.library import read

    (report,) = read(shipped).reports
    assert tuple(index.findings()) == report.findings
    stored = index.report(report.id)
    assert stored == report
    assert index.reports() == [report.metadata]
    assert index.report("no-such-report") is None
    assert index.catalogue.get(["no-such-finding", report.findings[3].id]) == {
        report.findings[3].id: report.findings[3]}


def test_every_candidate_keeps_its_scores_and_ranks(index: Index) -> None:
    hits = index.search("backlog of digital devices", candidates=10)
    assert "backlog of digital devices" in hits[0].finding.text
    dense = sorted(hit.dense_rank for hit in hits if hit.dense_rank)
    lexical = sorted(hit.lexical_rank for hit in hits if hit.lexical_rank)
    assert dense == list(range(1, len(dense) + 1))
    assert lexical == list(range(1, len(lexical) + 1))
    assert len(dense) == 10
    for hit in hits:
        assert (hit.dense is None) == (hit.dense_rank is None)
        assert (hit.lexical is None) == (hit.lexical_rank is None)
        expected = sum(1 / (60 + rank) for rank in (hit.dense_rank, hit.lexical_rank) if rank)
        assert hit.fused == pytest.approx(expected)
    assert [hit.fused for hit in hits] == sorted((hit.fused for hit in hits), reverse=True)
    ranked = sorted((hit for hit in hits if hit.dense_rank), key=lambda hit: hit.dense_rank or 0)
    scores = [hit.dense or 0.0 for hit in ranked]
    assert scores == sorted(scores, reverse=True)


def test_a_narrow_scope_is_searched_whole(index: Index) -> None:
    wanted = Filter(kinds=frozenset({"recommendation"}))
    hits = index.search("phones, drones and vans", wanted)
    assert len(hits) == 6
    assert {hit.finding.kind for hit in hits} == {FindingKind.RECOMMENDATION}
    assert [hit.dense_rank for hit in sorted(hits, key=lambda h: h.dense_rank or 0)] == [
        1, 2, 3, 4, 5, 6]


def test_a_scope_that_admits_nothing(index: Index) -> None:
    assert index.search("phones", Filter(forces=frozenset({"Dorset"}))) == []
    assert index.findings(Filter(years=frozenset({1066}))) == []


def test_a_wide_scope_gives_its_own_findings_only(wide: Index) -> None:
    hits = wide.search("Note 401 on phones", Filter(forces=frozenset({"Kent"})), candidates=20)
    assert hits
    assert {hit.finding.force for hit in hits} == {"Kent"}
    assert hits[0].finding.id == "p401"
    assert len([hit for hit in hits if hit.dense_rank]) == 20
    assert len([hit for hit in hits if hit.lexical_rank]) == 20
    assert len(wide.findings(Filter(forces=frozenset({"Kent"})))) == 350


def test_narrow_and_wide_scopes_agree_on_the_best(wide: Index) -> None:
    narrow = Filter(forces=frozenset({"Kent"}), years=frozenset({2019}))
    assert len(wide.findings(narrow)) == wide.count(narrow) < 150
    text = wide.findings(narrow)[40].text
    assert wide.search(text, narrow)[0].finding.text == text
    assert wide.search(text)[0].finding.text == text


@pytest.mark.parametrize("query", [
    "", " ", "the of and", "\"", "'", "\"\"", "AND", "OR NOT", "NEAR(a b)", "NEAR/2", "*",
    "phones*",
    "force:phones", "statement:phones", "^phones", "(", ")", "(phones", "-phones", "+phones", "\0",
    "phones\0AND", "{a b}: c", "a\"b", "phones\" OR \"1\"=\"1", "; DROP TABLE findings;", "é",
    "日本語",
    "😀", "½ ² ①", "\u202ephones", "a" * 5000, "phones " * 2000, "\ud800"])
def test_no_question_breaks_a_search(index: Index, query: str) -> None:
    hits = index.search(query.encode("utf-8", "replace").decode(), candidates=5)
    assert all(hit.finding.text for hit in hits)
    index.catalogue.lexical(terms(query), 5)
    index.catalogue.lexical([query, query.lower()], 5)
    assert len(index.findings()) == 72


@pytest.mark.parametrize("wanted", [
    Filter(forces=frozenset({"Kent"})), Filter(years=frozenset({2018}), forces=frozenset({"Kent"})),
    Filter(ids=frozenset({"p3", "p600", "p12"})), Filter(years=frozenset({2018, 2019, 2020}))])
def test_a_scope_is_searched_like_a_library_of_its_own(wide: Index, wanted: Filter) -> None:
    query = "Note 12 on phones 4200"
    inside = {f.id for f in wide.findings(wanted)}
    free = wide.search(query, candidates=700)
    hits = wide.search(query, wanted, candidates=10)
    for rank, score in (("dense_rank", "dense"), ("lexical_rank", "lexical")):
        expected = sorted((h for h in free if h.finding.id in inside and getattr(h, rank)),
                          key=lambda h: getattr(h, rank))[:10]
        found = sorted((h for h in hits if getattr(h, rank)), key=lambda h: getattr(h, rank))
        assert [h.finding.id for h in found] == [h.finding.id for h in expected]
        assert [getattr(h, score) for h in found] == pytest.approx(
            [getattr(h, score) for h in expected], abs=1e-5)


def test_no_character_breaks_a_lexical_search(index: Index) -> None:
    odd = [chr(n) for n in range(sys.maxunicode // 16) if unicodedata.category(chr(n))[0] in "LNMS"]
    for begin in range(0, len(odd), 400):
        index.catalogue.lexical(odd[begin:begin + 400], 3)
    assert index.catalogue.lexical(["phones"], 3)


def test_words_of_the_statement_weigh_more_than_those_of_its_place(tmp_path: Path) -> None:
    place = ("Drones",)
    report = _report([one_of("The force flies drones.", section=("Aviation",)),
                      one_of("The force bought helicopters.", section=place)])
    catalogue.write(tmp_path / "c.sqlite", [report])
    opened = Catalogue(tmp_path / "c.sqlite")
    ranked = opened.lexical(["drones"], 5)
    assert [opened.get([i])[i].text for i, _ in ranked] == [
        "The force flies drones.", "The force bought helicopters."]
    opened.close()


def test_a_home_given_by_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sync(Path("home"), passages(tmp_path / "p.jsonl", 10), TinyEmbedder())
    opened = Index(Path("home"), TinyEmbedder())
    assert len(opened.search("phones")) == 10
    opened.close()


def _report(findings: list[Finding]) -> Report:
    text = "\n".join(finding.text for finding in findings)
    placed, at = [], 0
    for finding in findings:
        placed.append(Finding(**{name: getattr(finding, name) for name in (
            "id", "report_id", "section", "kind", "polarity", "text", "force", "year")},
            start=at, end=at + len(finding.text)))
        at += len(finding.text) + 1
    return Report(Metadata("r", "A report"), "r.txt", text, (), tuple(placed))
