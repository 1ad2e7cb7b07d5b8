"""Changed words against the item's own findings, by the check that ships."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from assistant.paper.checker import Checker
from assistant.paper.checking import checked, finding_of
from assistant.paper.paper import Item, Kind, Paper, Standing
from assistant.paper.store import Papers
from assistant.verify.entailment import open_entailment
from tests.paper.samples import OWNER, pinned, report

BACKLOG, ASKED = 0, 1


def outcome(words: str, *at: int) -> tuple[Standing, str]:
    cited = tuple(pinned(n).citations[0] for n in at)
    found = checked(Item(kind=Kind.STATEMENT, words=words, citations=cited), open_entailment())
    return found.standing, found.reason


@pytest.mark.parametrize("at", range(5))
def test_what_is_pinned_passes_the_check_as_it_stands(at: int) -> None:
    assert outcome(pinned(at).words, at) == (Standing.SUPPORTED, "")


@pytest.mark.parametrize("words", [
    "The high-tech crime unit has a backlog of digital devices to examine, which delays "
    "investigations.",
    "A backlog of digital devices awaiting examination is delaying investigations."])
def test_the_same_in_other_words_is_supported(words: str) -> None:
    assert outcome(words, BACKLOG)[0] is Standing.SUPPORTED


@pytest.mark.parametrize("words", [
    "The force has no backlog of digital devices awaiting examination.",
    "The force has a backlog of 300 digital devices awaiting examination.",
    "The chief constable has resigned.",
    "Police recorded crime fell in the year to March."])
def test_what_the_findings_do_not_say_is_not_supported_and_says_why(words: str) -> None:
    standing, reason = outcome(words, BACKLOG)
    assert standing is Standing.UNSUPPORTED
    assert reason


def test_one_unsupported_sentence_among_others_is_named() -> None:
    standing, reason = outcome(f"{pinned(BACKLOG).words} The chief constable has resigned.",
                               BACKLOG)
    assert standing is Standing.UNSUPPORTED
    assert reason.startswith("“The chief constable has resigned.”: ")


def test_each_sentence_may_rest_on_another_of_its_findings() -> None:
    words = f"{pinned(BACKLOG).words} {pinned(ASKED).words}"
    assert outcome(words, BACKLOG, ASKED)[0] is Standing.SUPPORTED
    assert outcome(words, BACKLOG)[0] is Standing.UNSUPPORTED


def test_a_finding_that_speaks_to_a_program_bears_out_its_own_words_alone() -> None:
    hidden = replace(report().findings[BACKLOG], hidden=True)
    item = pinned(0, replace(report(), findings=(hidden,)))
    assert checked(item, open_entailment()).standing is Standing.SUPPORTED
    changed = item.model_copy(update={"words": "A backlog of devices delays investigations."})
    assert checked(changed, open_entailment()).standing is Standing.UNSUPPORTED


def test_a_citation_tells_its_finding_again() -> None:
    for at, finding in enumerate(report().findings):
        assert finding_of(pinned(at).citations[0]) == finding


def settled(papers: Papers, key: str) -> Paper:
    for _ in range(600):
        paper = papers.load(OWNER, key)
        if all(one.standing is not Standing.CHECKING for one in paper.items):
            return paper
        time.sleep(0.05)
    raise AssertionError("the check never ended")


def test_the_check_runs_beside_and_keeps_its_outcome(tmp_path: Path) -> None:
    papers = Papers(tmp_path)
    paper = papers.create(OWNER, Paper().added([pinned(0), pinned(1)], {}))
    for at, words in enumerate(("There is no backlog.", pinned(1).words + " ")):
        key = paper.items[at].key
        papers.change(OWNER, paper.key, partial(Paper.edited, key=key, words=words))
    Checker(papers).look(OWNER, papers.load(OWNER, paper.key))
    first, second = settled(papers, paper.key).items
    assert first.standing is Standing.UNSUPPORTED
    assert second.standing is Standing.SUPPORTED


def test_a_check_that_fails_is_told_as_not_made(tmp_path: Path) -> None:
    def broken() -> None:
        raise RuntimeError("no model")

    papers = Papers(tmp_path)
    paper = papers.create(OWNER, Paper().added([pinned(0)], {}))
    paper = papers.change(OWNER, paper.key, lambda one: one.edited(one.items[0].key, "Other."))
    Checker(papers, broken).look(OWNER, paper)  # type: ignore[arg-type]
    assert settled(papers, paper.key).items[0].standing is Standing.UNCHECKED
