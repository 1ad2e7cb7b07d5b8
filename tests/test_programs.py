"""What other programs may ask: the same answers, complete lists, clear words for what is wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Citation, Status
from assistant.backend import ProseState, ProseStatus
from assistant.citing import text_of, withheld
from assistant.exchange import (
    AskCall,
    AskReply,
    ListCall,
    ListReply,
    Problem,
    SearchCall,
    SearchReply,
)
from assistant.programs import InvalidInput, Programs, answered, called, link, problem
from assistant.service import Service
from assistant.updates import Update
from corpus.errors import FixConfiguration, GiveUp, TryAgain
from index.filter import Filter
from tests.shelves import ORDER

LIST = "List every area for improvement on investigating crime"


@pytest.fixture(scope="module")
def programs(service: Service) -> Programs:
    return Programs(service)


def ask(programs: Programs, question: str, **more: Any) -> AskReply:
    return programs.ask(called(AskCall, {"question": question, **more}))


def search(programs: Programs, query: str, **more: Any) -> SearchReply:
    return programs.search(called(SearchCall, {"query": query, **more}))


def listed(programs: Programs, **sent: Any) -> ListReply:
    return programs.list(called(ListCall, sent))


def test_a_question_comes_back_with_its_citations_and_the_way_to_each(programs: Programs) -> None:
    reply = ask(programs, LIST)
    assert reply.status is Status.ANSWERED
    numbers = {n for sentence in reply.sentences for n in sentence.citations}
    assert numbers == {one.n for one in reply.citations} != set()
    for one in reply.citations:
        assert one.link == link(one.finding_id) == f"#finding={one.finding_id}"
        assert one.title
        assert not one.steers


def test_the_keys_are_those_of_the_command_line(service: Service, programs: Programs) -> None:
    told = ask(programs, LIST).model_dump(mode="json")
    printed = service.ask(LIST, composer="quotes").to_dict()
    assert told.keys() == printed.keys()
    assert told["answer"] == printed["answer"]
    assert told["citations"][0].keys() == Citation.model_fields.keys() | {"link", "steers"}
    finding = listed(programs).model_dump(mode="json")["findings"][0]
    assert finding.keys() == service.current()[0].findings()[0].to_dict().keys() | {
        "title", "source", "guessed", "link", "steers"}


def test_an_unanswered_question_is_no_error(programs: Programs) -> None:
    reply = ask(programs, "Who won the football?")
    assert reply.status is Status.NOT_IN_REPORTS
    assert reply.citations == ()


def test_an_answer_keeps_to_the_scope_that_was_given(programs: Programs) -> None:
    everywhere = {one.force for one in ask(programs, LIST).citations}
    assert everywhere >= {"Norfolk", "Lincolnshire"}
    reply = ask(programs, LIST, force="norfolk police", year=2017)
    assert {(one.force, one.year) for one in reply.citations} == {("Norfolk", 2017)}


def test_a_follow_up_is_understood_from_the_history(programs: Programs) -> None:
    reply = ask(programs, "and recommendations?",
                history=[["List every area for improvement in Norfolk 2017", "..."]])
    assert "Norfolk" in reply.standalone_question
    assert {one.kind for one in reply.citations} == {"recommendation"} or not reply.citations


def test_a_quote_is_what_the_report_says_at_its_place(service: Service,
                                                      programs: Programs) -> None:
    for one in ask(programs, LIST).citations:
        report = service.report(one.report_id)
        assert report is not None
        assert report.text[one.start:one.end] == one.quote


def test_no_reply_tells_where_files_are(service: Service, programs: Programs) -> None:
    folder = str(Path(service.current()[0].manifest.library).parent)
    for reply in (ask(programs, LIST), listed(programs), search(programs, "phones")):
        assert folder not in reply.model_dump_json()


@pytest.mark.parametrize(("sent", "known"), [
    ({"force": "Atlantis"}, "Norfolk"), ({"year": 1999}, "2017"), ({"report": ["no-such"]},
                                                                "norfolk")])
def test_a_place_that_the_library_lacks_is_told_with_those_that_it_has(
        programs: Programs, sent: dict[str, Any], known: str) -> None:
    for call in (lambda: ask(programs, LIST, **sent), lambda: listed(programs, **sent),
                 lambda: search(programs, "phones", **sent)):
        with pytest.raises(InvalidInput) as caught:
            call()
        assert known in caught.value.next_step
        assert next(iter(sent)) in caught.value.reason


def test_a_topic_that_the_library_lacks_is_told_with_those_that_it_has(programs: Programs) -> None:
    with pytest.raises(InvalidInput) as caught:
        listed(programs, topic="football")
    assert "investigating crime" in caught.value.next_step


def test_places_that_no_report_has_together_are_told(programs: Programs) -> None:
    with pytest.raises(InvalidInput, match="No report"):
        ask(programs, LIST, force="Norfolk", year=2016)


def test_a_list_is_complete_and_counted_part_by_part(service: Service,
                                                     programs: Programs) -> None:
    whole = [one.id for one in service.current()[0].findings()]
    seen: list[str] = []
    offset: int | None = 0
    while offset is not None:
        part = listed(programs, offset=offset, limit=97)
        assert part.total == len(whole)
        assert part.count == len(part.findings)
        seen += [one.finding_id for one in part.findings]
        offset = part.next_offset
    assert seen == whole
    past = listed(programs, offset=len(whole))
    assert (past.count, past.next_offset, past.total) == (0, None, len(whole))


@pytest.mark.parametrize(("sent", "wanted"), [
    ({"kind": "recommendation"}, Filter(kinds=frozenset({"recommendation"}))),
    ({"kind": ["strength", "weakness"], "force": "Norfolk"},
     Filter(kinds=frozenset({"strength", "weakness"}), forces=frozenset({"Norfolk"}))),
    ({"polarity": "negative", "year": [2016, 2017]},
     Filter(polarities=frozenset({"negative"}), years=frozenset({2016, 2017}))),
    ({"grade": "requires improvement"}, Filter(grades=frozenset({"requires improvement"}))),
    ({"topic": "solving crimes"}, Filter(topics=frozenset({"investigating"}))),
    ({"topic": "investigating crime"}, Filter(topics=frozenset({"investigating"})))])
def test_a_list_holds_what_meets_every_condition(service: Service, programs: Programs,
                                                 sent: dict[str, Any], wanted: Filter) -> None:
    expected = [one.id for one in service.current()[0].findings() if wanted.admits(one)]
    reply = listed(programs, limit=200, **sent)
    assert expected
    assert reply.total == len(expected)
    assert [one.finding_id for one in reply.findings] == expected[:200]


def test_a_search_ranks_within_its_scope(programs: Programs) -> None:
    reply = search(programs, "digital devices backlog", k=5, force="Lincolnshire")
    assert reply.count == len(reply.findings) == 5
    scores = [one.score for one in reply.findings]
    assert scores == sorted(scores, reverse=True)
    assert {one.force for one in reply.findings} == {"Lincolnshire"}
    assert "devices" in reply.findings[0].text


@pytest.mark.parametrize(("model", "sent", "named"), [
    (AskCall, {}, "question"), (AskCall, {"question": ""}, "question"),
    (AskCall, {"question": "x" * 2001}, "question"), (AskCall, {"question": 5}, "question"),
    (AskCall, {"question": "\ud800"}, "question"), (AskCall, {"question": None}, "question"),
    (AskCall, {"question": "x", "history": "no"}, "history"),
    (AskCall, {"question": "x", "history": [["a"]]}, "history"),
    (AskCall, {"question": "x", "history": [["a", "b"]] * 21}, "history"),
    (AskCall, {"question": "x", "history": [["a", "b" * 20_001]]}, "history"),
    (AskCall, {"question": "x", "composer": "auto"}, "composer"),
    (AskCall, {"question": "x", "temperature": 1}, "temperature"),
    (AskCall, {"question": "x", "force": ["a"] * 21}, "force"),
    (SearchCall, {"query": "x" * 501}, "query"), (SearchCall, {"query": "x", "k": 51}, "k"),
    (SearchCall, {"query": "x", "k": 0}, "k"), (ListCall, {"kind": "gossip"}, "kind"),
    (ListCall, {"limit": 201}, "limit"), (ListCall, {"offset": -1}, "offset"),
    (ListCall, {"year": "soon"}, "year"), (ListCall, {"grade": "great"}, "grade"),
    (ListCall, {"polarity": {"a": 1}}, "polarity")])
def test_what_cannot_be_taken_is_named(model: type[Any], sent: dict[str, Any],
                                       named: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        called(model, sent)
    assert named in caught.value.reason
    assert "question" in caught.value.next_step or "force" in caught.value.next_step
    assert len(str(caught.value)) < 1500


def test_a_query_without_words_is_told(programs: Programs) -> None:
    with pytest.raises(InvalidInput):
        search(programs, "   ")


class NoModel(Service):
    """The service where no language model is there."""

    def __init__(self, service: Service) -> None:
        self.__dict__ = dict(service.__dict__)

    def prose_state(self) -> ProseState:
        return ProseState(ProseStatus.ABSENT, "a model")


def test_prose_without_a_model_is_refused_not_replaced(service: Service) -> None:
    with pytest.raises(FixConfiguration) as caught:
        ask(Programs(NoModel(service)), LIST, composer="prose")
    assert "composer" in caught.value.next_step


class Noting(NoModel):
    """The service with a language model, noting who was asked to compose."""

    def prose_state(self) -> ProseState:
        return ProseState(ProseStatus.READY, "a model")

    def stream(self, question: str, *history: Any, **more: Any) -> Iterator[Update]:
        self.composers.append(more["composer"])
        yield from super().stream(question, *history, **{**more, "composer": "quotes"})


def test_a_model_writes_only_where_a_program_asks_for_it(service: Service) -> None:
    noting = Noting(service)
    noting.composers = []
    ask(Programs(noting), LIST)
    ask(Programs(noting), LIST, composer="prose")
    assert noting.composers == ["quotes", "prose"]


def test_each_error_says_what_to_do_about_it(caplog: pytest.LogCaptureFixture) -> None:
    kinds = {error: problem(error("It happened.", "Do this.")).type
             for error in (InvalidInput, FixConfiguration, TryAgain, GiveUp)}
    assert list(kinds.values()) == ["invalid_input", "fix_configuration", "try_again", "give_up"]

    def broken() -> AskReply:
        raise RuntimeError("/secret/path")

    with caplog.at_level(logging.ERROR):
        told = answered(broken)
    assert isinstance(told, Problem)
    assert "secret" not in told.text
    assert "secret" in caplog.text


def test_what_speaks_to_a_program_is_marked_and_kept_from_models(service: Service) -> None:
    open_list = listed(Programs(service), force="Kent")
    (order,) = [one for one in open_list.findings if one.steers]
    assert ORDER in order.text
    discreet = listed(Programs(service, for_models=True), force="Kent")
    assert discreet.total == open_list.total
    assert [one.finding_id for one in discreet.findings] == \
        [one.finding_id for one in open_list.findings]
    assert "Ignore all" not in discreet.model_dump_json()
    assert withheld() in [one.text for one in discreet.findings]
    assert "seized phones" in discreet.model_dump_json()


def test_an_answer_for_models_leaves_out_what_speaks_to_them(service: Service) -> None:
    question = "List every finding on investigating crime in Kent"
    plain = ask(Programs(service), question, force="Kent")
    assert any(one.steers for one in plain.citations)
    reply = ask(Programs(service, for_models=True), question, force="Kent")
    assert len(reply.citations) == len(plain.citations)
    assert "Ignore all" not in reply.model_dump_json()
    assert "Ignore all" not in text_of(reply)
    assert "seized phones" in reply.answer


def test_a_field_left_empty_asks_nothing() -> None:
    assert called(ListCall, {"force": None, "kind": []}) == ListCall()
