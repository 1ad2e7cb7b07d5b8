"""What the library view's parts make of reports, dropped files and a browser's requests."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.access.who import Role, Visit
from assistant.shelf import Candidate, Progress, Stage
from assistant.web import inbox as inbox_module
from assistant.web.arrivals import arrival_html
from assistant.web.catalogue import (
    confirm_html,
    progress_html,
    removed_html,
    shelved_html,
    unread_html,
)
from assistant.web.desk import Desk
from assistant.web.details import counts_html, facts_html, form_html, grades_html
from assistant.web.frame import library_html, views_html
from assistant.web.inbox import FORGOTTEN_S, Inbox
from assistant.web.words import plain
from corpus.errors import GiveUp, TryAgain
from corpus.model import Metadata
from corpus.readers import SUFFIXES
from tests.browser.backend import METADATA
from tests.browser.shelf import BROKEN, GOOD, GRADES, HOSTILE_WORDS, FakeShelf, shelved
from tests.test_web_render import HOSTILE, Seen

HARMLESS = {"h3", "h4", "p", "ul", "ol", "li", "span", "strong", "details", "summary", "form",
            "label", "input", "button", "div", "progress", "a"}
HOSTILE_METADATA = Metadata(HOSTILE, HOSTILE, force=HOSTILE, cycle=HOSTILE, pillar=HOSTILE,
                            publisher=HOSTILE, published=HOSTILE, url=HOSTILE,
                            guessed=("title", "force", "licence"))
GUESSED = Metadata("r", "A report", force="Borsetshire", year=2018, cycle="PEEL 2018",
                   published="2018-03-02", guessed=("force", "year", "licence"))


def candidate(stage: Stage = Stage.READY, metadata: Metadata | None = GUESSED,
              replaces: str | None = None, problem: str = "") -> Candidate:
    return Candidate("t", "a.pdf", stage, metadata, ("One", "Two"), GRADES,
                     {"weakness": 1, "strength": 2}, replaces, problem, ("Page 3 is empty.",))


class Counter:
    """A desk at which an editor stands."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def serve(self, wish: object) -> dict[str, Any]:
        return self._desk.serve(wish, Visit(role=Role.EDITOR))


def desk(shelf: FakeShelf, folder: Path) -> Counter:
    return Counter(Desk(shelf, Inbox(folder)))


def arrive(folder: Path, content: bytes, name: str = "a.txt") -> str:
    folder.joinpath("digest").mkdir(exist_ok=True)
    path = folder / "digest" / name
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize("made", [
    shelved_html(replace(shelved(HOSTILE_METADATA, True), name=HOSTILE, problem=HOSTILE,
                         grades=((HOSTILE, HOSTILE),), counts={HOSTILE: 2})),
    arrival_html(Candidate("t", HOSTILE, Stage.READY, HOSTILE_METADATA, (HOSTILE,),
                           ((HOSTILE, HOSTILE),), {HOSTILE: 1}, "r", notes=(HOSTILE,)),
                 {"r": HOSTILE}),
    arrival_html(Candidate("t", HOSTILE, Stage.FAILED, problem=HOSTILE), {}),
    confirm_html(HOSTILE), removed_html(HOSTILE), unread_html([HOSTILE]),
    progress_html(Progress(True, 1, 2, HOSTILE)), form_html(HOSTILE_METADATA, True)])
def test_text_from_files_never_becomes_an_element(made: str) -> None:
    seen = Seen(made)
    assert seen.tags <= HARMLESS
    assert seen.handlers == []
    assert made.count("<a ") == made.count(' href="#report=')
    assert "{{x}} ${y}" in made or "{{x}}" in seen.text


def test_a_report_says_what_it_is_and_what_is_guessed() -> None:
    text = Seen(shelved_html(replace(shelved(GUESSED), name="borsetshire.pdf"))).text
    assert "Borsetshire guessed" in text
    assert "2018 guessed" in text
    assert "published 2 March 2018" in text
    assert "21 findings: 5 judgments, 12 strengths, 1 weakness, 3 areas for improvement" in text
    assert "From the library folder: borsetshire.pdf" in text
    assert "Show 1 more grade" in text
    assert "Remove" not in text


def test_a_report_added_on_the_page_can_be_removed_and_its_problem_is_said() -> None:
    one = replace(shelved(METADATA, uploaded=True), problem="It is empty now.")
    text = Seen(shelved_html(one)).text
    assert "Remove" in text
    assert "the version before it goes on answering. It is empty now." in text
    assert "guessed" not in text


def test_facts_leave_out_what_is_not_known_and_what_the_cycle_says() -> None:
    assert Seen(facts_html(METADATA)).text == "NorthamptonshirePEEL 2017EffectivenessHMICFRS"
    assert facts_html(Metadata("r", "t")) == ""
    assert "spring 2018" in facts_html(Metadata("r", "t", published="spring 2018"))


def test_nothing_found_is_said() -> None:
    assert "No finding in it" in counts_html({})
    assert "No grade in it" in grades_html(())
    assert "2 odd things" not in counts_html({"odd_thing": 2})
    assert "Odd thing: 2" in counts_html({"odd_thing": 2})
    assert 'class="grade neutral">excellent' in grades_html((("Leadership", "excellent"),))


def test_each_stage_offers_what_can_be_done_then() -> None:
    offered = {stage: [do for do in ("add", "put_away") if f'data-do="{do}"' in arrival_html(
        candidate(stage, problem="x"), {})] for stage in Stage}
    assert offered == {
        Stage.WAITING: ["put_away"], Stage.PARSING: ["put_away"], Stage.READY: ["add", "put_away"],
        Stage.ADDING: [], Stage.ADDED: [], Stage.FAILED: ["put_away"]}
    assert "<progress" in arrival_html(candidate(Stage.PARSING, None), {})
    assert "<progress" not in arrival_html(candidate(), {})


def test_a_preview_shows_what_was_found_and_asks_about_guesses() -> None:
    made = arrival_html(candidate(), {})
    text = Seen(made).text
    assert "2 details are guessed." in text
    assert "2 sections found" in text
    assert "3 findings: 2 strengths, 1 weakness" in text
    assert "Page 3 is empty." in text
    assert '<details open data-form>' in made
    assert 'data-guessed="force year"' in made
    sure = arrival_html(candidate(metadata=METADATA), {})
    assert '<details data-form>' in sure
    assert 'name="confirm"' not in sure


def test_a_replacement_names_what_it_replaces() -> None:
    made = Seen(arrival_html(candidate(replaces="r"), {"r": "The old one"})).text
    assert "takes the place of “The old one”" in made
    assert "Replace" in made
    assert "takes the place of a report" in arrival_html(candidate(replaces="r"), {})


def test_a_failure_is_named_with_its_reason() -> None:
    assert "It is locked." in arrival_html(candidate(Stage.FAILED, None, problem="It is locked."),
                                           {})
    assert "could not be read" in arrival_html(candidate(Stage.FAILED, None), {})


def test_progress_is_a_bar_with_words_and_nothing_when_idle() -> None:
    assert progress_html(Progress(False)) == ""
    made = progress_html(Progress(True, 5, 4))
    assert 'max="4" value="4"' in made
    assert "Answers come from the index as it was until this is done." in made
    assert "value=" not in progress_html(Progress(True))


def test_the_empty_view_takes_what_the_readers_take() -> None:
    made = library_html()
    assert f'accept="{",".join(sorted(SUFFIXES))}"' in made
    assert "plain text; up to 50 MB each" in Seen(made).text
    assert Seen(made).text.count("Markdown") == 1
    assert 'href="#library"' in views_html()


def test_words_for_plain_places_lose_overrides_and_line_breaks() -> None:
    assert plain("a\u202eb\n c") == "a\ufffdb c"


def test_a_dropped_file_is_handed_on_and_its_arrival_removed(tmp_path: Path) -> None:
    shelf = FakeShelf([])
    path = arrive(tmp_path, GOOD)
    reply = desk(shelf, tmp_path).serve({"do": "drop", "path": path, "name": "b.txt"})
    assert reply["problems"] == []
    assert [one.name for one in shelf.candidates()] == ["b.txt"]
    assert not Path(path).exists()


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../outside.txt", "digest", "no\0pe"])
def test_nothing_outside_the_folder_is_taken_or_removed(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    outside = tmp_path / "outside.txt"
    outside.write_bytes(GOOD)
    arrive(folder, GOOD)
    shelf = FakeShelf([])
    sent = str(folder / path) if path.startswith("..") else path
    reply = desk(shelf, folder).serve({"do": "drop", "path": sent, "name": "x.txt"})
    assert reply["problems"][0][0] == ""
    assert "x.txt: the file could not be taken" in reply["problems"][0][1]
    assert shelf.candidates() == []
    assert outside.exists()


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    outside = tmp_path / "outside.txt"
    outside.write_bytes(GOOD)
    (folder / "link").symlink_to(outside)
    with pytest.raises(TryAgain), Inbox(folder).taken(str(folder / "link"), "link"):
        pass
    assert outside.exists()


def test_a_file_that_is_too_large_is_refused_and_removed(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "SIZE_LIMIT", 10)
    path = arrive(tmp_path, GOOD)
    with pytest.raises(GiveUp, match=r"a\.txt: the file is larger"), Inbox(tmp_path).taken(
            path, "a.txt"):
        pass
    assert not Path(path).exists()


def test_forgotten_arrivals_go_with_the_next_one(tmp_path: Path) -> None:
    old = Path(arrive(tmp_path, GOOD, "old.txt"))
    new = Path(arrive(tmp_path, GOOD, "new.txt"))
    past = time.time() - FORGOTTEN_S - 1
    os.utime(old, (past, past))
    with Inbox(tmp_path).taken(arrive(tmp_path, GOOD), "a.txt"):
        pass
    assert not old.exists()
    assert new.exists()


def test_only_so_many_files_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.web.desk.FILES_AT_ONCE", 1)
    shelf = FakeShelf([])
    served = desk(shelf, tmp_path)
    served.serve({"do": "drop", "path": arrive(tmp_path, BROKEN), "name": "a.txt"})
    path = arrive(tmp_path, BROKEN)
    reply = served.serve({"do": "drop", "path": path, "name": "b.txt"})
    assert "b.txt: 1 files are waiting already" in reply["problems"][0][1]
    assert len(shelf.candidates()) == 1
    assert not Path(path).exists()


@pytest.mark.parametrize("wish", [None, [], "x", {}, {"do": "nothing"}, {"do": 3},
                                  {"do": "drop"}, {"do": "add", "items": "x"},
                                  {"do": "add", "items": [None, {"key": 1}]},
                                  {"do": "remove", "key": "x"}, {"do": "restore", "key": "x"},
                                  {"do": "correct", "key": METADATA.id, "values": [1]}])
def test_whatever_a_browser_sends_the_library_is_shown(tmp_path: Path, wish: object) -> None:
    reply = desk(FakeShelf([shelved(METADATA)]), tmp_path).serve(wish)
    assert [one["key"] for one in reply["reports"]] == [METADATA.id]
    assert reply["arrivals"] == []
    assert reply["busy"] is False


def test_a_list_that_was_seen_is_not_sent_again(tmp_path: Path) -> None:
    shelf = FakeShelf([shelved(METADATA)])
    served = desk(shelf, tmp_path)
    first = served.serve({"do": "look"})
    assert first["count"] == "1 report"
    assert served.serve({"do": "look", "seen": first["seen"]})["reports"] is None
    served.serve({"do": "correct", "key": METADATA.id, "values": {"force": "Rutland"}})
    again = served.serve({"do": "look", "seen": first["seen"]})
    assert "Rutland" in again["reports"][0]["html"]


def test_corrections_are_known_fields_on_one_short_line(tmp_path: Path) -> None:
    shelf = FakeShelf([shelved(METADATA)])
    values = {"title": " a\n b ", "id": "other", "force": 3, "url": "x" * 900}
    desk(shelf, tmp_path).serve({"do": "correct", "key": METADATA.id, "values": values})
    assert shelf.given == [(METADATA.id, {"title": "a b", "url": "x" * 500})]


def test_a_refusal_is_said_beside_what_it_is_about(tmp_path: Path) -> None:
    shelf = FakeShelf([shelved(METADATA)])
    reply = desk(shelf, tmp_path).serve({"do": "remove", "key": METADATA.id})
    assert reply["problems"] == [
        (METADATA.id, "It was not added on the page. Take it out of its folder.")]
    assert reply["piece"] == ""


def test_a_fault_is_said_in_words_and_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                             caplog: pytest.LogCaptureFixture) -> None:
    def breaks() -> list[str]:
        raise RuntimeError("secret detail")

    shelf = FakeShelf([])
    monkeypatch.setattr(shelf, "unread", breaks)
    reply = desk(shelf, tmp_path).serve({"do": "look"})
    assert "fault in the program" in reply["problems"][0][1]
    assert "secret detail" not in str(reply)
    assert "secret detail" in caplog.text


def test_notices_hold_no_markup_of_their_own(tmp_path: Path) -> None:
    hostile = shelved(replace(METADATA, title=HOSTILE_WORDS), uploaded=True)
    reply = desk(FakeShelf([hostile]), tmp_path).serve({"do": "remove", "key": METADATA.id})
    assert HOSTILE_WORDS in reply["said"]
    assert Seen(reply["piece"]).tags <= HARMLESS
