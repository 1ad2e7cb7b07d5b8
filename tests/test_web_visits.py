"""What is kept of sessions: of pages that are open all, of others the newest."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import gradio as gr
import pytest

import app
from assistant.settings import load
from assistant.web.session import Session
from assistant.web.visits import MOST, Visits
from benchmarks.asking import Asker, Visitor
from tests.browser.backend import FakeBackend
from tests.browser.chromium import free_port


@pytest.fixture
def page() -> Iterator[app.Running]:
    running = app.launch(FakeBackend(), load(port=free_port()))
    yield running
    running.close()


def opened(visits: Visits, name: str, visited: bool = True) -> Session:
    """A session as a page that was opened has one."""
    (number,) = [key for key, block in visits.blocks.default_config.blocks.items()
                 if isinstance(block, gr.State) and isinstance(block.value, Session)]
    session: Session = visits[name][number]
    session.visited = visited
    return session


def test_calls_of_programs_leave_nothing_behind_and_open_pages_stay(page: app.Running) -> None:
    visits = Visits(page.blocks, kept=3)
    mine = opened(visits, "open")
    for number in range(20):
        assert visits[f"call-{number}"] is not None
    assert list(visits.session_data) == ["open", "call-16", "call-17", "call-18", "call-19"]
    assert set(visits.time_last_used) == set(visits.session_data)
    assert opened(visits, "open") is mine


def test_of_closed_pages_the_newest_are_kept_to_come_back_to(page: app.Running) -> None:
    visits = Visits(page.blocks, kept=3)
    for number in range(10):
        opened(visits, f"page-{number}").leave()
        visits[f"page-{number}"].is_closed = True
    assert "page-0" not in visits
    assert "page-9" in visits
    assert len(visits.session_data) <= 4


def test_a_page_that_came_back_is_open_again(page: app.Running) -> None:
    visits = Visits(page.blocks, kept=2)
    session = opened(visits, "back")
    session.leave()
    visits["back"].is_closed = True
    turn = session.begin("What is left?")
    assert turn is not None
    for number in range(10):
        assert visits[f"call-{number}"] is not None
    assert "back" in visits


def test_whoever_never_opened_a_page_is_bounded_as_well(page: app.Running) -> None:
    visits = Visits(page.blocks, kept=3)
    visits.capacity = 6
    for number in range(10):
        opened(visits, f"odd-{number}", visited=False)
    assert len(visits.session_data) == 6
    assert Visits(page.blocks).capacity == MOST


def test_the_queue_forgets_the_calls_of_programs_whose_reply_was_taken(page: app.Running) -> None:
    visits, queue = Visits(page.blocks, kept=2), page.blocks._queue
    for number in range(12):
        # As the queue keeps one that ended; the first has not taken its reply.
        queue.pending_event_ids_session[f"call-{number}"] = {"event"} if number == 0 else set()
        queue.pending_messages_per_session[f"call-{number}"] = asyncio.Queue()
        assert visits[f"call-{number}"] is not None
    left = ["call-0", *(f"call-{number}" for number in range(7, 12))]
    assert sorted(queue.pending_event_ids_session) == sorted(left)
    assert sorted(queue.pending_messages_per_session) == sorted(left)


def test_the_running_page_keeps_its_sessions_so(page: app.Running) -> None:
    holder = page.blocks.app.state_holder
    assert isinstance(holder, Visits)
    assert page.blocks.state_holder is holder
    visitor, asker = Visitor(page.url), Asker(page.url)
    assert "Who asks?" in visitor.ask("Who asks?").html
    before = len(holder.session_data)
    for _ in range(3):
        asker.ask("What was found?")
    assert len(holder.session_data) == before + 3
    visitor.close()
    asker.close()
