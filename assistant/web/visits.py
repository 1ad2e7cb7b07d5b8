"""What Gradio keeps of its sessions, bounded: a closed page's goes when others have come after it.

Gradio keeps a copy of the page's configuration, with all that was last shown in it, for each page
that was ever opened and for each call of a program: 10,000 of them, a few GB.
"""

from __future__ import annotations

import threading
from collections import deque

import gradio as gr
from gradio.state_holder import SessionState, StateHolder

from assistant.web.session import Session

# Closed pages and calls of programs whose session is kept: a tab that was out of reach for a while
# comes back to its own. Pages that are open keep theirs, however many they are.
KEPT = 64
# Of more than so many the one that was used longest ago loses what it has not kept, open or not:
# whoever asks without ever opening a page must not fill the memory.
MOST = 2000


class Visits(StateHolder):
    """Sessions by their hash, those used last at the end."""

    def __init__(self, blocks: gr.Blocks, kept: int = KEPT) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._kept, self._whole = kept, threading.RLock()
        # Sessions that went, oldest first, whose place in Gradio's queue may still be in use.
        self._gone: deque[str] = deque()
        self.set_blocks(blocks)
        self.capacity = MOST

    def __getitem__(self, session_id: str) -> SessionState:
        # Between making a session and handing it out none may drop it.
        with self._whole:
            return super().__getitem__(session_id)

    def update(self, session_id: str) -> None:
        """A session is used: it comes last, and what is over goes, oldest first."""
        super().update(session_id)
        with self._whole, self.lock:
            if len(self.session_data) <= self._kept:
                return
            over = [one for one, state in self.session_data.items()
                    if one != session_id and _is_over(state)]
            for one in over[:max(0, len(over) - self._kept)]:
                self.session_data.pop(one, None)
                self.time_last_used.pop(one, None)
                self._gone.append(one)
            self._forget()

    def _forget(self) -> None:
        """Gradio's queue keeps a place for each program that ever called. It goes when as many
        sessions have gone since as are kept, so that no reply still needs it."""
        queue = self.blocks._queue
        for _ in range(len(self._gone) - self._kept):
            one = self._gone.popleft()
            if one in self.session_data:
                continue
            if queue.pending_event_ids_session.get(one) \
                    and one in queue.pending_messages_per_session:
                # Its reply was not taken yet.
                self._gone.append(one)
                continue
            queue.pending_event_ids_session.pop(one, None)
            queue.pending_messages_per_session.pop(one, None)


def _is_over(state: SessionState) -> bool:
    """Whether no page is open for a session. Gradio says so of one whose connection ended; one
    that came back has begun something since, and a program's call never has a page."""
    held = [one for one in list(state.state_data.values()) if isinstance(one, Session)]
    return not held or (state.is_closed and not any(
        session.visited and not session.left for session in held))
