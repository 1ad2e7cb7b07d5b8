"""The domain's words as data: abbreviations, lay words and short names of forces."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

import corpus
from assistant.glossary import kinds_of_crime, synonyms
from corpus.names import forces, forces_in
from index.words import stems, terms

DATA = Path(corpus.__file__).parent / "data"
GLOSSARY: dict[str, Any] = tomllib.loads((DATA / "glossary.toml").read_text("utf-8"))
ABBREVIATIONS: dict[str, str] = GLOSSARY["abbreviations"]
EXPAND: dict[str, list[str]] = GLOSSARY["expand"]
FORCES: list[dict[str, Any]] = tomllib.loads((DATA / "forces.toml").read_text("utf-8"))["force"]
# Words that stand in ordinary questions. Some of them are abbreviations in policing as well.
ORDINARY = frozenset("""
a act add aid all am an and any app are area arm arms as ask at bad be bed beds bit but by call can
care case cat cop cut day did do end fact far few fit for force four get go good grade had has have
he help her hit how i if in is it its jet key kit lead least less let list long low main man map may
me men met more most ms my new no not now of off old on one or our out own pace page pay per plan
pr put rate risk role rota run said say see set she sit so some sort staff stop talk team term
test than that the them they this time to too top two up us use was way we well were what when who
why will with word work year yes you
""".split())


def said_of(question: str) -> set[str]:
    """All that is added to the search for a question."""
    return {phrase for group in synonyms(question).values() for phrase in group}


def test_every_entry_is_of_the_right_sort() -> None:
    assert set(GLOSSARY) == {"hurried", "abbreviations", "expand", "compounds"}
    for short, full in GLOSSARY["hurried"].items():
        assert short == short.lower().strip(), short
        assert full == full.strip() != short, short
    for short, full in ABBREVIATIONS.items():
        assert re.fullmatch(r"[a-z]+(?:&[a-z])?\d?", short), short
        assert isinstance(full, str), short
        assert len(terms(full)) > 1, short
        assert full == full.strip(), short
    for key, also in EXPAND.items():
        assert key == key.lower().strip(), key
        assert terms(key), f"nothing of {key!r} is left to look for"
        assert also, key
        assert all(isinstance(phrase, str) and terms(phrase) for phrase in also), key
        assert len(set(also)) == len(also), key
        assert key not in also, key


def test_entries_hold_no_parts_of_other_words() -> None:
    """A finding has an entry when the entry is anywhere in its text: "call" is in "basically"."""
    for key, also in EXPAND.items():
        assert all(len(phrase) > 4 or phrase.isupper() for phrase in also), key


def test_entries_say_more_than_every_finding() -> None:
    """The stems of "use of force" are in "the force uses", and so in most findings."""
    for key, also in EXPAND.items():
        assert all(stems(phrase) - {"forc", "use", "action", "work", "polic", "good"}
                   for phrase in also), key


def test_an_abbreviation_is_no_ordinary_word() -> None:
    assert not ORDINARY & set(ABBREVIATIONS)


def test_plurals_of_abbreviations_have_plural_forms() -> None:
    for short in ABBREVIATIONS:
        if f"{short}s" in ABBREVIATIONS and short != "dc":
            one, many = stems(ABBREVIATIONS[short]), stems(ABBREVIATIONS[f"{short}s"])
            assert one == many or many - one == {"peopl"}, short
            assert ABBREVIATIONS[short] != ABBREVIATIONS[f"{short}s"]


def test_no_key_means_two_things() -> None:
    for key in ABBREVIATIONS.keys() & EXPAND.keys():
        assert stems(ABBREVIATIONS[key]) in [stems(phrase) for phrase in EXPAND[key]], key


def test_no_abbreviation_is_the_name_of_a_force() -> None:
    for key in [*ABBREVIATIONS, *EXPAND]:
        assert forces_in(key) == [], key


@pytest.mark.parametrize(("question", "added"), [
    ("How many coppers are there?", "police officers"),
    ("What is done about bent coppers?", "corruption"),
    ("Are kids kept safe?", "children"),
    ("Are pensioners who were conned visited?", "elderly"),
    ("Are pensioners who were conned visited?", "fraud"),
    ("How many were banged up?", "custody"),
    ("How long do handsets wait?", "digital devices"),
    ("How long do handsets wait?", "delay"),
    ("What about hackers?", "cyber crime"),
    ("Are there more stabbings?", "knife crime"),
    ("Is it ready for a terror attack?", "armed attack"),
    ("What if there is a gunman?", "firearms"),
    ("Are they picking up the phone?", "callers"),
    ("Do few cases end up in court?", "summons"),
    ("Are beat officers moved away?", "neighbourhood policing"),
    ("Do sergeants look at the files?", "supervision"),
    ("Is the caseload too high?", "workloads"),
    ("Are they burnt out?", "wellbeing"),
    ("Does the whistleblowing line work?", "confidential reporting"),
    ("Are background checks up to date?", "vetting"),
    ("Is there racism in stop & search?", "disproportionality"),
    ("Is there racism in stop & search?", "stop and search"),
    ("What about children who run away?", "missing children"),
    ("What about grooming?", "child sexual exploitation"),
    ("Is partner violence taken seriously?", "domestic abuse"),
    ("What is done for trafficked people?", "modern slavery"),
    ("Do they use intel well?", "intelligence"),
    ("Is it joined up with the NHS?", "partner organisations"),
    ("Do officers write down all crimes?", "crime recording"),
    ("What is the detection rate?", "outcomes"),
    ("Who deals with warrants?", "outstanding suspects"),
    ("Which AFIs are there?", "areas for improvement"),
])
def test_typical_questions_find_the_reports_words(question: str, added: str) -> None:
    assert added in said_of(question)


@pytest.mark.parametrize("question", [
    "Who leads the investigation team?", "Is the force speeding up investigations?",
    "What does this warrant?", "Has it met its targets at pace?", "Is it good at preventing crime?",
])
def test_plain_questions_stay_as_they_are(question: str) -> None:
    assert said_of(question) == set()


@pytest.mark.parametrize("question", [
    "Does it understand repeat offences?", "Do officers log crimes?", "How many crimes are there?"])
def test_more_words_that_name_no_kind_of_crime(question: str) -> None:
    assert kinds_of_crime(question) == []


def test_an_alias_names_one_force() -> None:
    owners = defaultdict(set)
    for row in FORCES:
        names = [row["name"], row["official"], *row["aliases"]]
        assert len({name.lower() for name in row["aliases"]}) == len(row["aliases"]), row["name"]
        for name in names:
            owners[name.lower()].add(row["name"])
            found = [force.name for force in forces_in(f"How good is {name} at this?")]
            assert found == [row["name"]], name
    assert all(len(named) == 1 for named in owners.values())
    assert len(FORCES) == len(forces()) == 43 + 3


def test_no_alias_is_an_ordinary_word() -> None:
    # "beds" stands for Bedfordshire, as it is mostly typed.
    assert not (ORDINARY - {"beds"}) & {alias.lower() for row in FORCES for alias in row["aliases"]}


@pytest.mark.parametrize(("typed", "name"), [
    ("northants", "Northamptonshire"), ("lincs", "Lincolnshire"), ("notts", "Nottinghamshire"),
    ("leics", "Leicestershire"), ("derbys", "Derbyshire"), ("gmp", "Greater Manchester"),
    ("west mids", "West Midlands"), ("wmp", "West Midlands"), ("the met", "Metropolitan"),
    ("mps", "Metropolitan"), ("a&s", "Avon and Somerset"),
    ("avon & somerset", "Avon and Somerset"), ("d&c", "Devon and Cornwall"),
    ("tvp", "Thames Valley"), ("west yorks", "West Yorkshire"), ("wyp", "West Yorkshire"),
    ("south yorks", "South Yorkshire"), ("syp", "South Yorkshire"),
    ("north yorks", "North Yorkshire"), ("nyp", "North Yorkshire"), ("herts", "Hertfordshire"),
    ("beds", "Bedfordshire"), ("cambs", "Cambridgeshire"), ("glos", "Gloucestershire"),
    ("wilts", "Wiltshire"), ("hants", "Hampshire"), ("hampshire and isle of wight", "Hampshire"),
    ("dyfed powys", "Dyfed-Powys"), ("swp", "South Wales"), ("nwp", "North Wales"),
    ("humbs", "Humberside"), ("lancs", "Lancashire"), ("staffs", "Staffordshire"),
    ("warks", "Warwickshire"), ("colp", "City of London"), ("btp", "British Transport Police"),
])
def test_short_names_of_forces(typed: str, name: str) -> None:
    assert [force.name for force in forces_in(f"how is {typed} doing on asb")] == [name]


@pytest.mark.parametrize("text", ["Has it met demand?", "Was the demand met?", "bucks the trend"])
def test_ordinary_words_name_no_force(text: str) -> None:
    assert forces_in(text) == []
