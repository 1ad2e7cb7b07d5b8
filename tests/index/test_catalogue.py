"""The catalogue: whatever a filter asks, exactly what it admits; summaries agree with the whole."""

from __future__ import annotations

import random
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.errors import FixConfiguration
from corpus.model import Finding, FindingKind, Grade, Metadata, Polarity, Report
from index import catalogue
from index.catalogue import Catalogue
from index.filter import Filter, topics_of
from index.words import words

SECTIONS = (
    (), ("Effectiveness",), ("Effectiveness", "How effective is the force at investigating crime?"),
    ("Legitimacy", "Protecting vulnerable people"), ("Protecting vulnerable people",),
    ("Effectiveness", "Preventing crime", "Investigating crime"), ("Odd, \"quoted\" [heading]",))
FORCES = ("Kent", "Dorset", None)
YEARS = (2016, 2017, 2018, None)


def reports() -> list[Report]:
    """Forty reports of nothing, one and up to twenty findings, of every kind."""
    drawn = random.Random(5)
    made = []
    for number in range(40):
        force, year = drawn.choice(FORCES), drawn.choice(YEARS)
        about = Metadata(f"r{number}", f"Report {40 - number}", force, year,
                         guessed=("force",) if number % 2 else ())
        text, found = "", []
        for n in range(drawn.choice((0, 1, 5, 20))):
            said = f"The force handled {drawn.randrange(9)} of {number} cases {2000 + n}."
            kind = drawn.choice(list(FindingKind))
            found.append(Finding(
                f"f{number}-{n}", about.id, drawn.choice(SECTIONS), kind,
                drawn.choice(list(Polarity)), said, len(text), len(text) + len(said),
                drawn.choice((None, "The force:")), force, year, drawn.choice((None, 3)),
                drawn.choice(list(Grade)) if kind is FindingKind.JUDGMENT else None,
                drawn.choice((None, 2014)), drawn.random() < 0.1))
            text += said + "\n"
        made.append(Report(about, f"/reports/r{number}.txt", text, SECTIONS[1:2], tuple(found)))
    return made


REPORTS = reports()
FINDINGS = [finding for report in REPORTS for finding in report.findings]


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue.write(tmp_path / "c.sqlite", REPORTS)
    opened = Catalogue(tmp_path / "c.sqlite")
    yield opened
    opened.close()


def some(drawn: random.Random, values: list[object]) -> frozenset[object]:
    """Often nothing, else some of the values and now and then one that does not occur."""
    if drawn.random() < 0.6:
        return frozenset()
    return frozenset(drawn.sample(values, drawn.randint(1, min(3, len(values)))))


def drawn_filter(drawn: random.Random) -> Filter:
    return Filter(
        reports=some(drawn, [*(r.id for r in REPORTS[:6]), "r99"]),  # type: ignore[arg-type]
        forces=some(drawn, ["Kent", "Dorset", "Essex"]),  # type: ignore[arg-type]
        years=some(drawn, [2016, 2017, 2018, 1066]),  # type: ignore[arg-type]
        kinds=some(drawn, [*(k.value for k in FindingKind), "rumour"]),  # type: ignore[arg-type]
        polarities=some(drawn, [p.value for p in Polarity]),  # type: ignore[arg-type]
        topics=some(drawn, ["investigating", "vulnerable", "nothing"]),  # type: ignore[arg-type]
        sections=some(drawn, [*(part for path in SECTIONS for part in path),
                              "Elsewhere"]),  # type: ignore[arg-type]
        grades=some(drawn, [g.value for g in Grade]),  # type: ignore[arg-type]
        ids=some(drawn, [*(f.id for f in FINDINGS[::7]), "f99"]))  # type: ignore[arg-type]


def test_findings_are_those_that_the_filter_admits_in_reading_order(held: Catalogue) -> None:
    drawn = random.Random(11)
    sizes = Counter[int]()
    for _ in range(600):
        wanted = drawn_filter(drawn)
        expected = [finding for finding in FINDINGS if wanted.admits(finding)]
        assert held.findings(wanted) == expected, wanted
        assert held.count(wanted) == len(expected)
        sizes[min(len(expected), 3)] += 1
    assert len(sizes) == 4


def test_everything_comes_back_as_it_went_in(held: Catalogue) -> None:
    assert held.findings() == held.findings(Filter()) == FINDINGS
    assert held.count() == held.count(Filter()) == len(held) == len(FINDINGS)
    assert [held.report(report.id) for report in REPORTS] == REPORTS
    assert held.report("r99") is None
    assert held.reports() == sorted((r.metadata for r in REPORTS), key=lambda m: m.title)
    assert held.sources() == {r.id: (r.metadata.title, r.source) for r in REPORTS}
    assert held.ids == [finding.id for finding in FINDINGS]


def test_findings_by_id_in_the_order_asked(held: Catalogue) -> None:
    asked = [FINDINGS[9].id, "f99", FINDINGS[2].id, FINDINGS[9].id]
    assert list(held.get(asked).items()) == [(FINDINGS[n].id, FINDINGS[n]) for n in (9, 2)]
    assert held.get([]) == {}


def test_summaries_agree_with_the_findings(held: Catalogue) -> None:
    expected: dict[str, set[FindingKind]] = {}
    for finding in FINDINGS:
        for topic in topics_of(finding):
            expected.setdefault(topic, set()).add(finding.kind)
    assert held.topics() == expected
    assert held.sections() == tuple(dict.fromkeys(finding.section for finding in FINDINGS))
    said = Counter(w for f in FINDINGS for w in words(f.text) if len(w) > 1)
    assert held.vocabulary() == said
    assert held.vocabulary() is held.vocabulary()
    years = {int(y) for f in FINDINGS for y in re.findall(r"\b(?:19|20)\d\d\b", f.text)}
    assert years == {int(w) for w in held.vocabulary() if re.fullmatch(r"(?:19|20)\d\d", w)}


def test_an_empty_catalogue(tmp_path: Path) -> None:
    catalogue.write(tmp_path / "c.sqlite", [])
    held = Catalogue(tmp_path / "c.sqlite")
    assert held.findings() == held.reports() == held.lexical(["force"], 5) == []
    assert held.findings(Filter(years=frozenset({2016}), sections=frozenset({"x"}))) == []
    assert held.topics() == held.vocabulary() == held.sources() == {}
    held.close()


def test_many_threads_read_the_same(held: Catalogue) -> None:
    def read(seed: int) -> bool:
        drawn = random.Random(seed)
        for _ in range(20):
            wanted = drawn_filter(drawn)
            assert held.findings(wanted) == [f for f in FINDINGS if wanted.admits(f)]
            assert held.lexical(["force", "cases"], 5, held.rows(wanted)) is not None
            assert len(held.reports()) == len(held.sources()) == len(REPORTS)
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(16)))


def test_damage_that_shows_late_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    catalogue.write(path, REPORTS)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE findings SET kind = 'rumour', text = 'x'")
    connection.execute("DROP TABLE words")
    connection.commit()
    connection.close()
    held = Catalogue(path)
    for read in (held.findings, held.vocabulary):
        with pytest.raises(FixConfiguration, match=r"The index is damaged.*--rebuild"):
            read()
    held.close()
    path.write_bytes(b"x" * 5000)
    with pytest.raises(FixConfiguration, match=r"The index is damaged.*--rebuild"):
        Catalogue(path)


@pytest.mark.parametrize("groups", [[["cases"]], [["3"], ["cases"]], [["seven", "handled"]],
                                    [["2003"]], [["nothing"]], [["cases"], ["nothing"]]])
@pytest.mark.parametrize("wanted", [Filter(), Filter(forces=frozenset({"Kent"}))])
def test_all_that_hold_certain_words(held: Catalogue, groups: list[list[str]],
                                     wanted: Filter) -> None:
    expected = [f.id for f in held.findings(wanted)
                if all(any(word in words(f"{f.text} {f.force or ''} {f.year or ''}")
                           for word in group) for group in groups)]
    assert held.holding(groups, wanted) == expected


def test_long_words_are_found_in_other_forms(tmp_path: Path) -> None:
    text = "Supervisors review crimes. Nobody supervises staff. It surveys victims."
    parts = re.findall(r"[^.]+\.", text)
    found = [Finding(f"s{n}", "r", (), FindingKind.NARRATIVE, Polarity.NEUTRAL, part,
                     text.index(part), text.index(part) + len(part))
             for n, part in enumerate(parts)]
    catalogue.write(tmp_path / "s.sqlite", [Report(Metadata("r", "R"), "r.txt", text, (),
                                                   tuple(found))])
    opened = Catalogue(tmp_path / "s.sqlite")
    assert opened.holding([["supervision"]]) == ["s0", "s1"]
    assert opened.holding([["survey of victims", "victims"]]) == ["s2"]
    opened.close()
