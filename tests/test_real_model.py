"""The embedded language model itself: fetched when absent, loaded, asked, and closed."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

import pytest

from assistant import settings
from assistant.compose import Draft, Evidence
from assistant.compose.prose import ProseComposer
from assistant.models.catalogue import DEFAULT, named
from assistant.models.embedded import Embedded
from assistant.models.registry import OpenedModel, open_model
from assistant.models.store import Status, Store
from corpus.model import Finding, FindingKind, Grade, Polarity

pytestmark = [pytest.mark.real_model, pytest.mark.network, pytest.mark.timeout(1200)]


def finding(text: str, kind: FindingKind, section: str, lead_in: str | None = None) -> Finding:
    grade = Grade.GOOD if kind is FindingKind.JUDGMENT else None
    return Finding(id=str(abs(hash(text))), report_id="r", section=("Effectiveness", section),
                   kind=kind, polarity=Polarity.NEUTRAL, text=text, start=0, end=len(text),
                   lead_in=lead_in, force="Eastborough", year=2018, grade=grade)


CUSTODY = "How effective is the force at running its custody suites?"
ROADS = "How effective is the force at keeping its roads safe?"
RURAL = "How effective is the force at tackling rural crime?"
SETS = [
    ("Why do detainees wait so long in custody?", [
        finding("has too few nurses in its custody suites at night, so detainees wait for care;",
                FindingKind.WEAKNESS, CUSTODY, "However, the force:"),
        finding("The force keeps its custody records to a good standard.",
                FindingKind.STRENGTH, CUSTODY),
        finding("The force should review how it trains new drivers.",
                FindingKind.AREA_FOR_IMPROVEMENT, ROADS)], 1, "nurses"),
    ("How good is the force at road safety?", [
        finding("The force has a small mounted section.", FindingKind.NARRATIVE, RURAL),
        finding("Eastborough Police is good at keeping its roads safe.",
                FindingKind.JUDGMENT, ROADS),
        finding("The force should record rural crime more accurately.",
                FindingKind.AREA_FOR_IMPROVEMENT, RURAL)], 2, "good"),
    ("What should the force do about hare coursing?", [
        finding("The force should publish its plans for the control room.",
                FindingKind.AREA_FOR_IMPROVEMENT, CUSTODY),
        finding("The force works with councils to reduce speeding.",
                FindingKind.STRENGTH, ROADS),
        finding("The force should patrol farmland more often to prevent hare coursing.",
                FindingKind.AREA_FOR_IMPROVEMENT, RURAL)], 3, "patrol"),
]


@pytest.fixture(scope="module")
def opened() -> Iterator[OpenedModel]:
    configured = settings.load(model="local")
    store, model = Store.of(configured), named(DEFAULT)
    store.pull(model)
    assert store.status(model) is Status.PRESENT
    found = open_model(configured)
    yield found
    found.close()


def answer(opened: OpenedModel, number: int) -> list[Draft]:
    question, findings, _, _ = SETS[number]
    evidence = [Evidence(n, f) for n, f in enumerate(findings, start=1)]
    return list(ProseComposer(opened.chat, opened.name, opened.manner).drafts(question, evidence))


def time_to_first_token(opened: OpenedModel, number: int) -> float:
    composer = ProseComposer(opened.chat, opened.name, opened.manner)
    question, findings, _, _ = SETS[number]
    started = time.perf_counter()
    pieces = opened.chat.stream([*composer.opening[:-1], ("human", f"{findings[0].words}\n"
                                                          f"{question}")])
    for piece in pieces:
        if piece.text:
            break
    return time.perf_counter() - started


def test_the_fixed_beginning_is_read_once(opened: OpenedModel) -> None:
    cold = time_to_first_token(opened, 0)
    again = [time_to_first_token(opened, n) for n in (1, 2)]
    assert min(again) < cold / 2, f"cold {cold:.2f} s, then {again}"


@pytest.mark.parametrize("number", range(len(SETS)))
def test_it_says_what_the_findings_say_and_cites_them(opened: OpenedModel, number: int) -> None:
    drafts = answer(opened, number)
    _, findings, right, word = SETS[number]
    assert drafts, "no draft"
    for draft in drafts:
        assert set(draft.citations) <= set(range(1, len(findings) + 1)), draft
    assert any(right in draft.citations and word in draft.text for draft in drafts), drafts
    assert opened.name == f"local:{DEFAULT}"


@pytest.mark.parametrize("form", ["auto", "grammar", "marks"])
def test_its_server_is_also_reached_by_address(opened: OpenedModel, form: Literal[
        "auto", "grammar", "marks"]) -> None:
    chat = opened.chat
    remote = open_model(settings.load(
        model=f"openai:{DEFAULT}", model_url=getattr(chat, "openai_api_base", None),
        model_key=getattr(chat, "openai_api_key", None), model_form=form, model_timeout=300.0))
    try:
        drafts = answer(remote, 0)
        assert any(1 in draft.citations and "nurses" in draft.text for draft in drafts), drafts
        assert all(set(draft.citations) <= {1, 2, 3} for draft in drafts)
    finally:
        remote.close()


def test_closing_stops_the_server() -> None:
    model = Embedded(settings.load(model="local"), named(DEFAULT))
    where = urlsplit(model.address)
    assert where.hostname == "127.0.0.1"
    with socket.create_connection((where.hostname, where.port or 0), timeout=5):
        pass
    model.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((where.hostname, where.port or 0), timeout=5)
