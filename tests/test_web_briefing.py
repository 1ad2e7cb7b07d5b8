"""The briefing view as HTML and as calls, without a browser."""

from __future__ import annotations

import base64
import io
import time
from typing import Any

import docx
import pytest

from assistant.web.board import Board
from assistant.web.briefing import briefing_html
from assistant.web.chat import turn_html
from assistant.web.dialogue import answer
from assistant.web.marks import Marks
from assistant.web.session import Session, Turn
from tests.browser import answers
from tests.browser.backend import CHIEF, HOSTILE, METADATA, PHONES, FakeBackend
from tests.paper.samples import OWNER
from tests.test_web_render import HARMLESS, Seen


class Desk:
    """A browser with its key, over a fake backend."""

    def __init__(self) -> None:
        self.backend, self.session = FakeBackend(), Session()
        self.marks = Marks(self.backend.feedback)
        self.marks.follow(self.session)
        self.board = Board(self.backend, self.backend.papers, self.marks)
        self.paper = ""

    def ask(self, question: str) -> Turn:
        turn = self.session.begin(question)
        assert turn is not None
        list(answer(self.backend, self.session, turn))
        return turn

    def do(self, name: str, **more: object) -> dict[str, Any]:
        reply = self.board.serve({"do": name, "owner": OWNER, "paper": self.paper, "view": True,
                                  **more})
        self.paper = reply.get("paper", "")
        return reply

    def pin(self, turn: Turn, name: str = "pin_answer") -> dict[str, Any]:
        return self.do(name, visit=turn.visit, mark=turn.mark)

    def pin_first(self) -> dict[str, Any]:
        finding = self.backend.kept[METADATA.id].findings[0]
        return self.do("pin", origin=f"f:{finding.id}", report=METADATA.id)

    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.do("look")["view"]["items"]
        return found


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_pinned_finding_begins_a_briefing_and_is_unpinned_again(desk: Desk) -> None:
    reply = desk.pin_first()
    assert (reply["count"], reply["problem"]) == (1, "")
    assert reply["said"] == "Pinned. The briefing has 1 item."
    (origin,) = reply["pins"]
    assert desk.pin_first()["count"] == 1
    reply = desk.do("unpin", origin=origin)
    assert (reply["count"], reply["pins"]) == (0, [])
    assert reply["said"] == "Unpinned. The briefing has 0 items."


def test_an_unpinned_answer_comes_back_with_the_words_that_were_changed(desk: Desk) -> None:
    turn = desk.ask(PHONES)
    desk.pin(turn)
    heading = desk.items()[0]["key"]
    desk.do("edit", item=heading, words="My heading")
    desk.do("move", item=heading, after=desk.items()[2]["key"])
    before = desk.items()
    reply = desk.do("unpin", origin=f"a:{turn.mark}")
    assert reply["undo"]
    assert reply["said"] == ("Unpinned. The briefing has 0 items. 1 item with your own words is "
                             "gone with it; Undo, beside the button, brings it back.")
    reply = desk.do("repin", origin=f"a:{turn.mark}")
    assert reply["said"] == "Back in the briefing as it was. The briefing has 3 items."
    assert reply["pins"] == [f"a:{turn.mark}"]
    assert desk.items() == before
    assert [one["words"] for one in before][2] == "My heading"
    assert "can’t be brought back" in desk.do("repin", origin=f"a:{turn.mark}")["problem"]
    assert not desk.do("unpin", origin="a:nosuch")["undo"]


def test_an_answer_is_pinned_under_its_question(desk: Desk) -> None:
    turn = desk.ask(PHONES)
    reply = desk.pin(turn)
    assert reply["said"] == "Answer pinned as 3 items. The briefing has 3 items."
    assert reply["pins"] == [f"a:{turn.mark}"]
    assert [one["kind"] for one in desk.items()] == ["heading", "statement", "statement"]
    assert 'data-ref="2"' in desk.items()[2]["html"]


def test_a_brief_becomes_a_briefing_of_its_own(desk: Desk) -> None:
    desk.pin_first()
    first = desk.paper
    reply = desk.pin(desk.ask(answers.BRIEF), "brief")
    assert reply["paper"] != first
    assert reply["view"]["title"]
    assert reply["view"]["list"].count("data-paper=") == 2
    assert "Licence of the reports" in reply["view"]["credits"]


def test_only_briefs_offer_to_be_taken_over_and_only_answers_to_be_pinned(desk: Desk) -> None:
    assert "data-brief" in turn_html(desk.ask(answers.BRIEF), last=True)
    shown = turn_html(desk.ask(PHONES), last=True)
    assert "data-brief" not in shown
    assert shown.count("data-pin=") == 3
    refused = turn_html(desk.ask(CHIEF), last=True)
    assert "Pin this answer" not in refused
    assert refused.count("data-pin=") == 2


def test_a_refusal_and_a_forgotten_answer_are_not_pinned(desk: Desk) -> None:
    assert desk.pin(desk.ask(CHIEF))["problem"]
    assert "no longer knows this answer" in desk.do("pin_answer", visit="x", mark="y")["problem"]
    gone = desk.do("pin", origin="f:0", report=METADATA.id)["problem"]
    assert gone.startswith("This finding is no longer in its report")
    assert desk.do("look")["count"] == 0


def test_changed_words_are_checked_without_being_waited_for(desk: Desk) -> None:
    desk.pin_first()
    key = desk.items()[0]["key"]
    reply = desk.do("edit", item=key, words="The force has no backlog of digital devices.")
    assert reply["said"] == "Being checked against the findings that it cites"
    for _ in range(600):
        view = desk.do("look")["view"]
        if not view["busy"]:
            break
        time.sleep(0.05)
    (item,) = view["items"]
    assert item["standing"] == "unsupported"
    assert "The reports don’t support this: " in item["html"]
    assert item["words"] == "The force has no backlog of digital devices."


def test_headings_and_notes_are_added_where_they_are_wanted_and_moved(desk: Desk) -> None:
    desk.pin_first()
    desk.do("add", kind="heading", words="Points", after="")
    note = desk.do("add", kind="note", words="Mine.\nTwo lines.")
    assert [one["kind"] for one in desk.items()] == ["heading", "statement", "note"]
    assert "Author’s note" in desk.items()[2]["html"]
    assert "data-ref" not in desk.items()[2]["html"]
    reply = desk.do("move", item=note["item"], by=-1)
    assert reply["said"] == "Moved to place 2 of 3."
    assert "no words" in desk.do("add", kind="note", words="  ")["problem"]


def test_a_removed_item_and_a_deleted_briefing_come_back(desk: Desk) -> None:
    desk.pin_first()
    key = desk.items()[0]["key"]
    assert desk.do("remove", item=key)["count"] == 0
    assert desk.do("restore", item=key)["count"] == 1
    paper = desk.paper
    reply = desk.do("delete", which=paper)
    assert (reply["paper"], reply["notice"]) == ("", "“Untitled briefing” has been deleted.")
    assert desk.do("undelete", which=paper)["paper"] == paper
    assert desk.do("look")["count"] == 1


def test_items_that_the_browser_has_are_not_sent_again(desk: Desk) -> None:
    desk.pin(desk.ask(PHONES))
    have = {one["key"]: one["version"] for one in desk.items()}
    assert [one["html"] for one in desk.do("look", have=have)["view"]["items"]] == [None] * 3


def test_a_report_that_is_gone_or_changed_is_told_and_the_quote_stays(desk: Desk) -> None:
    desk.pin_first()
    desk.backend.kept.pop(METADATA.id)
    desk.board.held.forget()
    view = desk.do("look")["view"]
    assert "This report is no longer in the library." in view["references"]
    assert "has a backlog of digital devices" in view["references"]
    assert METADATA.attribution in view["credits"]
    assert "no longer in the library" in desk.do("report", report=METADATA.id)["problem"]


def test_hostile_text_stays_text_in_every_part(desk: Desk) -> None:
    desk.pin(desk.ask(HOSTILE))
    nasty = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    desk.do("title", text=nasty)
    desk.do("introduction", text=nasty)
    desk.do("add", kind="note", words=nasty)
    desk.do("add", kind="heading", words=nasty)
    view = desk.do("look")["view"]
    pieces = [view["references"], view["credits"], view["list"],
              *(one["html"] for one in view["items"])]
    for piece in pieces:
        seen = Seen(piece)
        assert seen.tags <= HARMLESS | {"ol", "h4", "br", "details", "summary"}
        assert seen.handlers == []
    assert "script" not in Seen(briefing_html()).tags


def test_a_file_is_handed_over_whole(desk: Desk) -> None:
    desk.pin(desk.ask(PHONES))
    desk.do("title", text="Phones: 12/5")
    file = desk.do("export", format="docx")["file"]
    assert file["name"] == "Phones 12 5.docx"
    opened = docx.Document(io.BytesIO(base64.b64decode(file["data"])))
    assert opened.paragraphs[0].text == "Phones: 12/5"
    assert "no format" in desk.do("export", format="exe")["problem"]
    copied = desk.do("copy")["copy"]
    assert "<h1>Phones: 12/5</h1>" in copied["html"]
    assert "[1]" in copied["text"]


def test_briefings_of_another_browser_are_out_of_reach(desk: Desk) -> None:
    desk.pin_first()
    other = desk.board.serve({"do": "look", "owner": OWNER[::-1], "paper": desk.paper,
                              "view": True})
    assert (other["paper"], other["count"], other["pins"]) == ("", 0, [])
    assert other["view"]["items"] == []


def test_who_signed_in_has_the_same_briefings_in_every_browser(desk: Desk) -> None:
    finding = desk.backend.kept[METADATA.id].findings[0]
    pin = {"do": "pin", "origin": f"f:{finding.id}", "report": METADATA.id}
    desk.board.serve({**pin, "owner": OWNER}, "ada")
    assert desk.board.serve({"do": "look"}, "ada")["count"] == 1
    assert desk.board.serve({"do": "look", "owner": OWNER})["count"] == 0
    assert desk.board.serve({"do": "look", "owner": OWNER}, "bob")["count"] == 0


@pytest.mark.parametrize("secret", ["", "../../etc", "x" * 32, OWNER.upper(), OWNER * 3, 7,
                                    "user:ada"])
def test_what_is_no_secret_of_a_browser_is_refused(desk: Desk, secret: object) -> None:
    assert "Reload the page" in desk.board.serve({"do": "new", "owner": secret})["problem"]


@pytest.mark.parametrize("wish", [
    None, 7, [], {}, {"do": "pin"}, {"do": "nosuch"}, {"do": "edit", "item": 3, "words": None},
    {"do": "move", "item": "x", "by": "y"}, {"do": "title", "text": {}}, {"do": ["x"]},
    {"do": "title", "text": "x" * 500}, {"do": "export"}, {"do": "look", "have": 3},
    {"do": "add", "kind": "statement", "words": "x", "after": "nosuch"},
    {"do": "repin"}, {"do": "repin", "origin": 7}, {"do": "move", "item": "x", "after": "y"},
    {"do": "brief"}, {"do": "delete", "which": "../../x"}, {"owner": "../../../etc"}])
def test_whatever_a_browser_sends_is_answered_in_words(desk: Desk, wish: object) -> None:
    sent = {"owner": OWNER, "view": True, **wish} if isinstance(wish, dict) else wish
    reply = desk.board.serve(sent)
    assert isinstance(reply["problem"], str)
    assert "unexpected" not in reply["problem"]
    assert "fault in the program" not in reply["problem"]
