"""Spelling repair: towards the corpus's words only, and never of what was meant as it stands."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from assistant.spelling import Speller, edits, repaired

ENGLISH = frozenset("people with what about list show evidence garden affect effect".split())
WORDS = Counter({
    "forensic": 4, "evidence": 40, "vulnerable": 90, "sexual": 7, "offenders": 20,
    "recommendations": 15, "mental": 12, "health": 30, "wealth": 1, "stealth": 2, "heath": 1,
    "digital": 9, "officers": 70, "offences": 33, "burglary": 3, "police": 99, "crime": 80,
    "prime": 2, "crimes": 4, "victims": 50, "naïve": 1, "s": 500, "2017": 40, "high-tech": 3})


def is_word(word: str) -> bool:
    return word in ENGLISH


def mended(text: str) -> str:
    return repaired(text, WORDS, is_word)


@pytest.mark.parametrize(("said", "meant"), [
    ("forensik evidence", "forensic evidence"), ("vulnrable", "vulnerable"),
    ("sexaul offenders", "sexual offenders"), ("recomendations", "recommendations"),
    ("mentl helth", "mental health"), ("vlunerable people", "vulnerable people"),
    ("what about burglery?", "what about burglary?"), ("crmie", "crime"), ("pollice", "police"),
    ("the victms' wealth", "the victims' wealth"),
    ("ofcers", "officers"), ("Vulnrable people", "Vulnerable people"),
    ("people(offendrs)", "people(offenders)"), ("high-tech evidnce", "high-tech evidence"),
    ("naïv", "naïve"), ("naïvee", "naïve")])
def test_words_are_put_right(said: str, meant: str) -> None:
    assert mended(said) == meant


@pytest.mark.parametrize("text", [
    "", "people", "affect", "gardens", "police officers", "What about Forensik?", "PEEL",
    "VULNRABLE", "OCGs", "ocgs and afis and vuln and recs", "northants", "cambs", "polce2",
    "crim_", "wont", "crimez3", "don't people's", "zzzzzzzz", "日本語日本語", "xx yy zzz",
    "a" * 5000, "officer's", "polcie's", "mentel’nt"])
def test_what_stays_as_it_is(text: str) -> None:
    assert mended(text) == text


def test_english_words_stay_whatever_the_corpus_says() -> None:
    assert repaired("affect", {"effect": 1000}, is_word) == "affect"
    assert repaired("affect", {"effect": 1000}, lambda word: False) == "effect"


def test_a_short_word_may_have_one_slip_and_a_long_one_two() -> None:
    assert mended("cirmee") == "crime"
    assert mended("krmie") == "krmie"
    assert mended("evdince") == "evidence"
    assert mended("evdnc") == "evdnc"


def test_a_first_letter_is_doubted_only_when_it_is_the_only_slip() -> None:
    assert mended("rcime") == "crime"
    assert mended("bictims") == "victims"
    assert mended("bictms") == "bictms"


def test_the_nearest_word_wins_then_the_most_frequent() -> None:
    assert Speller(Counter({"crime": 1, "crimes": 99})).nearest("crimme") == "crime"
    assert Speller(Counter({"prime": 2, "crime": 80, "grime": 5})).nearest("drime") == "crime"
    assert Speller(Counter({"prime": 99, "crime": 80, "grime": 5})).nearest("drime") == "prime"


def test_words_without_counts() -> None:
    assert repaired("vulnrable", frozenset(WORDS), is_word) == "vulnerable"
    assert repaired("vulnrable", frozenset(), is_word) == "vulnrable"
    assert repaired("vulnrable", {"vulnerable"}, is_word) == "vulnerable"


def test_the_names_of_kinds_are_known_to_any_corpus() -> None:
    assert repaired("recomendations", {}, is_word) == "recommendations"
    assert repaired("areas for improvment", frozenset(), is_word) == "areas for improvement"


def test_another_vocabulary_is_taken_up() -> None:
    assert repaired("vulnrable", ["vulnerable"], is_word) == "vulnerable"
    assert repaired("vulnrable", ["digital"], is_word) == "vulnrable"
    assert repaired("digitl", ["digital"], is_word) == "digital"


@pytest.mark.parametrize(("typed", "near"), [("pats", "pass"), ("cohort", "chart")])
def test_a_word_of_its_own_is_not_made_into_a_near_one(typed: str, near: str) -> None:
    assert repaired(typed, {near: 9}, lambda _: False) == typed


@pytest.mark.parametrize(("one", "other", "distance"), [
    ("crime", "crime", 0), ("crime", "crimes", 1), ("crime", "cime", 1), ("crime", "crine", 1),
    ("crime", "rcime", 1), ("crime", "crimse", 1), ("crime", "cirmse", 2), ("ab", "ba", 1),
    ("crime", "police", 4), ("", "ab", 2), ("abcd", "badc", 2)])
def test_edits(one: str, other: str, distance: int) -> None:
    assert edits(one, other, 3) == min(distance, 4)
    assert edits(other, one, 3) == edits(one, other, 3)
    assert edits(one, other, 0) == min(distance, 1)


def test_every_word_with_one_slip_is_found() -> None:
    drawn = random.Random(3)
    letters = "abcdefghijklmnopqrstuvwxyz"
    known = ["".join(drawn.choices(letters, k=drawn.randrange(5, 12))) for _ in range(300)]
    speller = Speller(dict.fromkeys(known, 1))
    for word in known:
        at = drawn.randrange(1, len(word))
        slips = [word[:at] + word[at + 1:], word[:at] + "q" + word[at:],
                 word[:at] + "q" + word[at + 1:], word[:at - 1] + word[at] + word[at - 1]
                 + word[at + 1:]]
        for slip in slips:
            found = speller.nearest(slip)
            assert found is not None
            assert edits(slip, found, 1) <= 1
