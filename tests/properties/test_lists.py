"""Filters, complete lists and paging on libraries that nobody thought of."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from assistant.followup import PAGE
from assistant.paging import page
from assistant.question import understand
from assistant.scope import scope_of
from corpus.model import Finding, FindingKind, Polarity, Report
from index import catalogue
from index.catalogue import Catalogue
from index.filter import Filter, topics_of
from tests.properties.drawn import FILTERS, reports


@contextmanager
def held(library: list[Report]) -> Iterator[Catalogue]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.sqlite"
        catalogue.write(path, library)
        opened = Catalogue(path)
        yield opened
        opened.close()


@given(library=reports(), wanted=FILTERS, step=st.integers(1, 5))
def test_a_list_is_complete_and_its_parts_lose_and_repeat_nothing(
        library: list[Report], wanted: Filter, step: int) -> None:
    everything = [finding for report in library for finding in report.findings]
    expected = [finding for finding in everything if wanted.admits(finding)]
    with held(library) as kept:
        assert kept.findings(wanted) == expected
        assert kept.count(wanted) == len(expected)
        part = kept.slices(wanted)
        pages = [part(begin, begin + step) for begin in range(0, len(expected) + step, step)]
        assert [one for each in pages for one in each] == expected
        assert kept.findings() == everything


@given(library=reports(), first=FILTERS, second=FILTERS)
def test_another_condition_never_adds_and_another_value_never_removes(
        library: list[Report], first: Filter, second: Filter) -> None:
    with held(library) as kept:
        both = Filter(reports=first.reports, forces=first.forces, kinds=second.kinds,
                      polarities=second.polarities)
        apart = [Filter(reports=first.reports, forces=first.forces),
                 Filter(kinds=second.kinds, polarities=second.polarities)]
        found = [{one.id for one in kept.findings(wanted)} for wanted in (both, *apart)]
        assert found[0] == found[1] & found[2]
        for year in (2016, 2017):
            with_more = Filter(years=frozenset({year, 1066}))
            assert kept.findings(with_more) == kept.findings(Filter(years=frozenset({year})))


@given(library=reports(), wanted=FILTERS)
def test_each_admitted_finding_meets_each_condition(library: list[Report],
                                                    wanted: Filter) -> None:
    """A second telling of what a filter means, field by field."""
    with held(library) as kept:
        for one in kept.findings(wanted):
            assert not wanted.forces or one.force in wanted.forces
            assert not wanted.years or one.year in wanted.years
            assert not wanted.kinds or one.kind.value in wanted.kinds
            assert not wanted.grades or (one.grade and one.grade.value in wanted.grades)
            if wanted.topics or wanted.sections:
                assert topics_of(one) & wanted.topics or set(one.section) & wanted.sections


@given(total=st.integers(1, 2 * PAGE + 7), offset=st.integers(0, 3 * PAGE))
def test_going_on_from_page_to_page_shows_each_finding_once(total: int, offset: int) -> None:
    found = [Finding(f"f{n}", "r", (), FindingKind.NARRATIVE, Polarity.NEUTRAL, "x", n, n + 1)
             for n in range(total)]
    scope = scope_of([], [], {})
    question = understand("List every weakness.", [], scope)
    shown: list[Finding] = []
    for _ in range(total // PAGE + 2):
        one = page(found, question)
        shown += one.shown
        if not one.following:
            break
        question = understand(one.following[0], [], scope)
    assert shown == found
    assert page(lambda begin, end: found[begin:end], question, total) == page(found, question)
