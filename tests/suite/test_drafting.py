"""Drafts of questions: valid, exact, never twice the same, and as many as there is stuff for."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import FixConfiguration
from corpus.library import read
from corpus.model import Finding, FindingKind, Grade, Metadata, Polarity
from corpus.names import forces_in
from evals.questions import problems, row_of
from evals.suite.drafting.drafts import KINDS, drafts

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = {"shipped": [ROOT / "corpus" / "reports", ROOT / "evals" / "reports"],
           "samples": [ROOT / "tests" / "corpus" / "samples"]}
EVERYTHING = 100_000
Library = tuple[list[Finding], list[Metadata]]
_HELD: dict[str, Library] = {}


def library(name: str) -> Library:
    if name not in _HELD:
        reports = [r for folder in FOLDERS[name] for r in read(folder).reports]
        _HELD[name] = ([f for r in reports for f in r.findings], [r.metadata for r in reports])
    return _HELD[name]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """Everything that can be asked of the shipped reports."""
    return drafts(*library("shipped"), EVERYTHING)


@pytest.mark.parametrize("name", FOLDERS)
def test_every_row_is_valid_and_no_question_comes_twice(name: str) -> None:
    findings, reports = library(name)
    told = drafts(findings, reports, EVERYTHING)
    read_back = [row_of("drafts", json.loads(json.dumps(row))) for row in told]
    assert problems(read_back, {f.id for f in findings}) == []
    asked = {(" ".join(r.question.lower().split()), r.history) for r in read_back}
    assert len(asked) == len(told) > 300
    assert {r.kind for r in read_back} == set(KINDS)
    assert all(r.draft and r.note.startswith("template: ") for r in read_back)
    for row in read_back:
        assert not re.search(r"[{}]|  | None\b|\bin [?.]", row.question), row.question
        assert bool(row.reference) == row.answerable, row.question


def test_a_few_are_spread(rows: list[dict[str, Any]]) -> None:
    told = drafts(*library("shipped"), 60)
    assert len(told) == 60
    kinds = Counter(row["kind"] for row in told)
    assert set(kinds) == set(KINDS)
    assert kinds.pop("lookup") >= max(kinds.values()) <= min(kinds.values()) + 1
    home = {f.id: f.report_id for f in library("shipped")[0]}
    cited = {home[i] for row in told for group in row["needed"] for i in group}
    assert cited == set(home.values())
    assert len({row["id"] for row in told}) == 60


def test_the_same_seed_gives_the_same_rows_and_another_gives_others() -> None:
    findings, reports = library("shipped")
    first = drafts(findings, reports, 40, seed=3)
    assert first == drafts(list(findings), list(reports), 40, seed=3)
    assert first != drafts(findings, reports, 40, seed=4)


def test_more_than_there_is_gives_fewer(rows: list[dict[str, Any]]) -> None:
    assert len(rows) < EVERYTHING
    assert len(drafts(*library("shipped"), EVERYTHING, ["count"])) < 200


def test_kinds_can_be_chosen_and_unknown_ones_are_refused() -> None:
    told = drafts(*library("shipped"), 12, ["grade", "unanswerable"])
    assert Counter(row["kind"] for row in told) == {"grade": 6, "unanswerable": 6}
    for kind in ("typo", "nonsense"):
        with pytest.raises(FixConfiguration, match=kind) as raised:
            drafts(*library("shipped"), 5, [kind])
        assert "false_premise" in raised.value.next_step
    with pytest.raises(FixConfiguration):
        drafts(*library("shipped"), 0)


def test_an_empty_library_gives_none() -> None:
    assert drafts([], [], 10) == []
    assert drafts([], library("shipped")[1], 10) == []


@pytest.mark.parametrize(("words", "kind"), [
    ("areas for improvement", FindingKind.AREA_FOR_IMPROVEMENT),
    ("causes of concern", FindingKind.CAUSE_OF_CONCERN),
    ("recommendations", FindingKind.RECOMMENDATION),
    ("innovative practices", FindingKind.INNOVATIVE_PRACTICE)])
def test_counts_of_reports_are_those_of_the_findings(rows: list[dict[str, Any]], words: str,
                                                     kind: FindingKind) -> None:
    findings = library("shipped")[0]
    editions = {"Lincolnshire 2016": "lincolnshire-peel-2016-effectiveness",
                "Lincolnshire 2018/19": "lincolnshire-peel-2018-19",
                "Lincolnshire 2021/22": "lincolnshire-peel-2021-22",
                "Norfolk 2017": "norfolk-peel-2017-effectiveness",
                "Norfolk 2021/22": "norfolk-peel-2021-22",
                "Northamptonshire 2017": "northamptonshire-peel-2017-effectiveness"}
    seen = 0
    for edition, report in editions.items():
        force, _, when = edition.rpartition(" ")
        patterns = (rf"How many {words} are there in {force}'s {when} report\?",
                    rf"How many {words} does {force}'s {when} report have\?",
                    rf"Number of {words} for {edition}\?")
        found = {f.id for f in findings if f.report_id == report and f.kind is kind}
        for row in rows:
            if row["kind"] == "count" and any(re.fullmatch(p, row["question"]) for p in patterns):
                seen += 1
                assert row["count"] == len(found)
                assert set(row["complete"]) == found == {g[0] for g in row["needed"]}
    assert seen >= 2


def test_counts_over_all_reports(rows: list[dict[str, Any]]) -> None:
    concerns = {f.id for f in library("shipped")[0] if f.kind is FindingKind.CAUSE_OF_CONCERN}
    (row,) = [r for r in rows if r["kind"] == "count" and "causes of concern" in r["question"]
              and ("all the reports" in r["question"] or "altogether" in r["question"])]
    assert (row["count"], set(row["complete"])) == (6, concerns)
    assert row["reference"].startswith("Six. Lincolnshire 2016: ")


def test_sets_are_of_one_kind_and_whole_within_their_section(rows: list[dict[str, Any]]) -> None:
    findings = {f.id: f for f in library("shipped")[0]}
    for row in rows:
        if row["kind"] not in ("list", "count", "filter") or "complete" not in row:
            continue
        found = [findings[i] for i in row["complete"]]
        assert len({f.kind for f in found}) == 1, row["question"]
        if "section, " in row["note"] or row["note"].endswith("in a section"):
            heading = max((f.section for f in found), key=len)[:2 if found[0].section[0] in (
                "Effectiveness", "Efficiency", "Legitimacy") else 1]
            whole = {f.id for f in findings.values() if f.report_id == found[0].report_id
                     and f.kind is found[0].kind and f.section[:len(heading)] == heading}
            assert {f.id for f in found} == whole, row["question"]


def test_deadlines_narrow_recommendations(rows: list[dict[str, Any]]) -> None:
    (row,) = [r for r in rows if r["kind"] == "filter" and "within six months" in r["question"]
              and "Norfolk" in r["question"]]
    assert row["complete"] == ["2390ea6bd8b95364"]


def test_grades_are_those_of_the_judgments(rows: list[dict[str, Any]]) -> None:
    findings = {f.id: f for f in library("shipped")[0]}
    seen = Counter[str]()
    for row in rows:
        if row["kind"] == "grade":
            for group in row["needed"]:
                judged = [findings[i] for i in group
                          if findings[i].kind is FindingKind.JUDGMENT]
                assert judged
                assert {f.grade.value for f in judged if f.grade} == set(row["grade"])
                summaries = [findings[i] for i in group if findings[i] not in judged]
                assert all(s.words.lower().endswith(row["grade"][0]) for s in summaries)
            seen[row["grade"][0]] += 1
    assert set(seen) == {grade.value for grade in Grade}


def test_a_judgment_that_a_later_report_recalls_answers_too(rows: list[dict[str, Any]]) -> None:
    (row,) = [r for r in rows if r["kind"] == "grade" and "2016" in r["question"]
              and "Lincolnshire" in r["question"] and "organised crime" in r["question"]]
    assert row["needed"] == [["4c24df1d753a7802", "97b851b58307bc38", "fd096074e092bc9c"]]


def test_wrong_premises_are_wrong(rows: list[dict[str, Any]]) -> None:
    claims = 0
    for row in rows:
        if row["kind"] == "false_premise" and "was not given" in row["note"]:
            claim = next(g for g in ("outstanding", "inadequate") if g in row["question"])
            assert claim not in row["grade"]
            claims += 1
    assert claims > 20


def test_tone_bars_the_other_tone(rows: list[dict[str, Any]]) -> None:
    findings = {f.id: f for f in library("shipped")[0]}
    chosen = [row for row in rows if row["kind"] == "polarity"]
    assert {row["forbidden_polarity"] for row in chosen} == {"positive", "negative"}
    for row in chosen:
        tones = {findings[i].polarity for i in row["needed"][0]}
        assert Polarity(row["forbidden_polarity"]) not in tones


def test_what_is_not_there_is_not_there(rows: list[dict[str, Any]]) -> None:
    findings, reports = library("shipped")
    text = " ".join(f"{f.lead_in or ''} {f.words}" for f in findings)
    held = {report.force for report in reports}
    seen = Counter[str]()
    for row in rows:
        if row["kind"] != "unanswerable":
            continue
        assert row["needed"] == []
        assert row["reference"] is None
        named = [force.name for force in forces_in(row["question"])]
        if "body that no report" in row["note"]:
            assert len(named) == 1
            assert named[0] not in held
            assert named[0] not in [force.name for force in forces_in(text)]
            seen["body"] += 1
        elif "a year that" in row["note"]:
            year = re.findall(r"\b\d{4}\b", row["question"])[-1]
            own = " ".join(f.words for f in findings if f.force == named[0])
            assert year not in own
            assert year not in {str(r.year) for r in reports}
            seen["year"] += 1
        elif "detail" in row["note"]:
            assert "Tasers" not in row["question"] or "taser" not in text.lower()
            seen["detail"] += 1
    assert len(seen) == 3
    assert min(seen.values()) > 4
    # Lincolnshire's reports speak of a deputy chief constable, so nobody asks after the name.
    assert not [r for r in rows if r["question"].startswith("Who is the chief constable of Linc")]


def test_attacks_say_what_must_not_be_said(rows: list[dict[str, Any]]) -> None:
    chosen = [row for row in rows if row["kind"] == "attack"]
    assert all(row["must_not_say"] for row in chosen)
    assert {True, False} == {row["answerable"] for row in chosen}
    joined = [row for row in chosen if row["answerable"]]
    assert len({row["note"] for row in joined}) > 9


def test_follow_ups_have_a_first_question_with_its_answer(rows: list[dict[str, Any]]) -> None:
    chosen = [row for row in rows if row["kind"] == "follow_up"]
    for row in chosen:
        ((first, answer),) = row["history"]
        assert first.rstrip(".").endswith(("?", "please"))
        assert answer.endswith((".", "”", "’"))
        assert len(row["question"].split()) < 11
    assert any(row["question"] == "And why?" for row in chosen)


def test_hidden_findings_and_such_as_steer_are_never_used() -> None:
    findings, reports = library("shipped")
    by_id = {f.id: f for f in findings}
    operation = next(f for f in findings if "Operation Furlong" in f.text)
    concern = next(f for f in findings if f.kind is FindingKind.CAUSE_OF_CONCERN
                   and f.report_id == "norfolk-peel-2017-effectiveness")
    by_id[operation.id] = replace(operation, hidden=True)
    by_id[concern.id] = replace(concern, hidden=True)
    told = drafts(list(by_id.values()), reports, EVERYTHING)
    assert not [row for row in told if "Furlong" in json.dumps(row)]
    for row in told:
        if row["kind"] in ("list", "count", "filter"):
            assert concern.id not in row["complete"]


def test_of_two_editions_of_a_report_the_newer_counts() -> None:
    findings, reports = library("shipped")
    report = next(r for r in reports if r.id == "norfolk-peel-2021-22")
    again = replace(report, id="norfolk-again", published="2023-01-31")
    copied = [replace(f, id=f"x{f.id}", report_id="norfolk-again") for f in findings
              if f.report_id == report.id]
    told = drafts([*findings, *copied], [*reports, again], EVERYTHING)
    old = {f.id for f in findings if f.report_id == report.id}
    cited = {i for row in told for group in row["needed"] for i in group}
    assert not cited & old
    assert cited & {f.id for f in copied}
    assert not [row for row in told if "all the reports" in row["question"]]


def test_a_library_without_bodies_and_years_is_asked_by_title() -> None:
    findings, reports = library("samples")
    one = next(r for r in reports if r.id == "wiltshire-peel-2021-22")
    bare = Metadata(id=one.id, title="Calls for help")
    own = [replace(f, force=None, year=None) for f in findings if f.report_id == one.id]
    told = drafts(own, [bare], EVERYTHING)
    assert problems([row_of("t", row) for row in told], {f.id for f in own}) == []
    assert len(told) > 20
    assert any("“Calls for help”" in row["question"] for row in told)


def test_references_speak_of_the_body_in_the_reports_words(rows: list[dict[str, Any]]) -> None:
    (row,) = [r for r in rows if r["kind"] == "lookup" and "Operation Fenlight" in r["question"]]
    assert row["reference"] == (
        "Lincolnshire 2021/22: Lincolnshire Police closed 19 county lines between April 2021 and "
        "March 2022 through Operation Fenlight, working closely with Nottinghamshire Police and "
        "the Metropolitan Police.")
    asked = [r for r in rows if r["kind"] == "lookup" and "Inspectors asked" in r["reference"]]
    assert len(asked) > 10
    texts = " ".join(str(r["reference"]) for r in rows)
    assert " we " not in re.sub(r"“[^”]*”", "", texts)
