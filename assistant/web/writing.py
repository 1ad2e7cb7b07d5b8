"""The words around "Write it up": what a fetch costs, how it is going, what went wrong."""

from __future__ import annotations

from assistant.backend import ProseState, ProseStatus
from assistant.web.words import escape, one_line, say


def size_words(count: int) -> str:
    """Bytes as a person would say them, such as "1.1 GB"; "" for an unknown size."""
    if count >= 1_000_000_000:
        return f"{count / 1e9:.1f} GB"
    return f"{max(1, round(count / 1e6))} MB" if count > 0 else ""


def fetch_label(state: ProseState) -> str:
    """What the button says that starts the fetch, or starts it again."""
    if state.status is ProseStatus.FAILED:
        return say("write.retry")
    size = size_words(state.total_bytes)
    return say("write.fetch", size=size) if size else say("write.fetch_unsized")


def panel_html(state: ProseState) -> str:
    """The model's state in words, with a bar while it is fetched; "" when it is ready."""
    if state.status is ProseStatus.READY:
        return ""
    if state.status is ProseStatus.FETCHING:
        return _progress(state)
    if state.status is ProseStatus.LOADING:
        return note_html(say("write.loading"))
    if state.status is ProseStatus.FAILED:
        return note_html(say("write.failed", message=state.message).strip())
    size = size_words(state.total_bytes)
    return note_html(say("write.confirm", size=size) if size else say("write.confirm_unsized"))


def note_html(words: str) -> str:
    """A line of the panel, said aloud when it appears."""
    return f'<p class="panel" role="status">{one_line(words)}</p>'


def _progress(state: ProseState) -> str:
    if state.total_bytes <= 0:
        return note_html(say("write.starting"))
    share = min(1.0, state.done_bytes / state.total_bytes)
    words = say("write.fetching", done=f"{state.done_bytes / 1e6:,.0f}",
                total=f"{state.total_bytes / 1e6:,.0f}", percent=int(share * 100))
    # No live region: it would be read out twice a second. A progress element can be asked.
    return (f'<div class="panel"><progress max="100" value="{share * 100:.1f}"'
            f' aria-label="{escape(say("write.progress"))}"></progress>'
            f"<p>{escape(words)}</p></div>")
