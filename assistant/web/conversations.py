"""The conversations that a browser has had, as a list to open, name, link to and delete."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from assistant.conversation import TITLE_LIMIT, Head
from assistant.conversations import KEPT, Conversations
from assistant.web.session import Session
from assistant.web.words import escape, one_line, plain, say
from corpus.errors import FindingsError, GiveUp

logger = logging.getLogger(__name__)

Wish = Mapping[str, Any]
# What the browser's script makes up and keeps: 32 random bytes.
_SECRET = re.compile(r"[0-9a-f]{64}")


def owner_of(sent: object, user: str | None = None) -> str:
    """Whose conversations a browser asks for: those of the signed-in ``user``, else of the secret
    that it keeps; "" for none."""
    if user is not None:
        return f"user:{user}"
    return sent if isinstance(sent, str) and _SECRET.fullmatch(sent) else ""


class Drawer:
    """Serves the list. Safe to call from several threads; never raises for what a browser sends:
    problems come back in words."""

    def __init__(self, store: Conversations) -> None:
        self._store = store

    def serve(self, wish: object, user: str | None = None) -> dict[str, Any]:
        """Do what ``wish["do"]`` names (list, rename, delete or undo) with the conversation
        ``id`` of the signed-in ``user``, else of the owner that ``wish["owner"]`` shows to be.

        The reply holds the list as ``html``, how many there are in it as ``count``, what else
        there is to know as ``note``, a line to say aloud as ``said``, and for a deletion the
        offer to undo it as ``piece``; or else a ``problem`` in words.
        """
        known: Wish = wish if isinstance(wish, dict) else {}
        owner = owner_of(known.get("owner"), user)
        if not owner:
            return {"problem": say("conversations.no_owner")}
        try:
            done = self._done(known, owner)
            return {**self._list(owner, _text(known, "current")), **done}
        except FindingsError as error:
            return {"problem": plain(str(error))}
        except Exception:
            logger.exception("the list of conversations could not be served")
            return {"problem": say("library.unexpected")}

    def _list(self, owner: str, current: str) -> dict[str, Any]:
        listing = self._store.listing(owner)
        notes = []
        if not listing.heads:
            notes.append(say("conversations.empty"))
        if listing.unreadable:
            notes.append(say("conversations.unreadable", count=listing.unreadable))
        if len(listing.heads) >= KEPT:
            notes.append(say("conversations.most", count=KEPT))
        return {"html": "".join(item_html(head, head.id == current) for head in listing.heads),
                "count": len(listing.heads), "note": plain(" ".join(notes)), "said": ""}

    def _done(self, wish: Wish, owner: str) -> dict[str, Any]:
        identifier, do = _text(wish, "id"), wish.get("do")
        if do == "rename":
            head = self._store.rename(owner, identifier, plain(_text(wish, "title")))
            return {"said": say("conversations.renamed", title=plain(head.title))}
        if do == "delete":
            head = self._store.delete(owner, identifier)
            return {"piece": _deleted_html(head),
                    "said": say("conversations.deleted", title=plain(head.title))}
        if do == "undo":
            head = self._store.restore(owner, identifier)
            return {"said": say("conversations.restored", title=plain(head.title))}
        if do != "list":
            raise GiveUp(say("library.unexpected"))
        return {}


def _text(wish: Wish, name: str) -> str:
    value = wish.get(name)
    return value if isinstance(value, str) else ""


def item_html(head: Head, current: bool) -> str:
    """A conversation of the list; the ``current`` one is open in this tab."""
    title = plain(head.title) or say("conversations.untitled")
    here = ' aria-current="true"' if current else ""
    acts = "".join(_act(name, title) for name in ("rename", "link", "delete"))
    label = escape(say("conversations.more_label", title=title))
    questions = escape(say("conversations.questions", count=head.questions))
    return (
        f'<li data-id="{head.id}" data-title="{escape(title)}"'
        f'{" class=current" if current else ""}>'
        f'<button type="button" class="title" data-conversation="open"{here}>'
        f"<span>{one_line(title)}</span></button>"
        f'<p class="when"><time datetime="{escape(head.changed)}">'
        f"{escape(head.changed[:10])}</time> · {questions}</p>"
        f'<details><summary aria-label="{label}"><span aria-hidden="true">⋯</span></summary>'
        f'<div class="acts">{acts}</div></details></li>')


def _act(name: str, title: str) -> str:
    label = escape(say(f"conversations.{name}_label", title=title))
    return (f'<button type="button" class="link" data-conversation="{name}" aria-label="{label}">'
            f"{escape(say(f'conversations.{name}'))}</button>")


def _deleted_html(head: Head) -> str:
    title = plain(head.title) or say("conversations.untitled")
    label = escape(say("conversations.undo_label", title=title))
    return (f'<p data-id="{head.id}"><span>{one_line(say("conversations.deleted", title=title))}'
            f'</span> <button type="button" class="link" data-conversation="undo"'
            f' aria-label="{label}">{escape(say("conversations.undo"))}</button></p>')


def frame_html() -> str:
    """The empty list; its script asks for the contents. What the script says travels in
    ``data-`` attributes."""
    words = {"lost": "library.lost", "today": "conversations.today", "empty": "conversations.empty",
             "yesterday": "conversations.yesterday", "linked": "conversations.linked",
             "by-hand": "conversations.by_hand", "rename": "conversations.rename_field",
             "save": "conversations.save", "cancel": "conversations.cancel"}
    data = "".join(f' data-{name}="{escape(say(key))}"' for name, key in words.items())
    return (
        f'<section id="conversations" aria-labelledby="conversations-heading"{data}'
        f' data-limit="{TITLE_LIMIT}"><h2 id="conversations-heading">'
        f'<button type="button" aria-expanded="false" aria-controls="conversations-body"'
        f' data-conversation="fold"><span>{escape(say("conversations.heading"))}</span>'
        f' <span class="count"></span></button></h2><div id="conversations-body" hidden>'
        f'<button type="button" class="plain" data-conversation="new">'
        f'{escape(say("ask.new"))}</button><p class="trouble" role="alert" hidden></p>'
        f'<div id="conversations-deleted"></div><ul></ul><p class="quiet"></p></div>'
        f'<p id="conversations-said" class="hidden-words" role="status"></p></section>')


def kept_html(session: Session) -> str:
    """Where this conversation is kept, for the script, and what its reader should know of that."""
    kept = session.kept
    words = session.trouble or (say("conversations.copy") if session.copied else "")
    css = "trouble" if session.trouble else "copy"
    note = f'<p class="{css}" role="status">{one_line(words)}</p>' if words else ""
    return (f'<div data-id="{kept.id if kept else session.copied}"'
            f' data-stamp="{kept.stamp if kept else ""}">{note}</div>')


def asking_html() -> str:
    """The line above the question box while the last question is edited."""
    return (f'<p id="editing" role="status" hidden data-said="{escape(say("asking.editing"))}">'
            f'<span></span> <button type="button" class="link" data-turn-act="cancel">'
            f"{escape(say('asking.cancel'))}</button></p>")


def turn_acts_html(number: int, last: bool, failed: bool) -> str:
    """What can be done with a turn that has ended: ask it again, edit its question."""
    names = (["again"] if last or failed else []) + (["edit"] if last else [])
    buttons = "".join(
        f'<button type="button" class="link" data-turn-act="{name}" data-number="{number}">'
        f"{escape(say(f'asking.{name}'))}</button>" for name in names)
    return f'<div class="turn-acts choices">{buttons}</div>' if buttons else ""


def edited(sent: object) -> int:
    """The number of the turn that the next question takes the place of, as the browser says;
    0 for none."""
    try:
        number = json.loads(sent) if isinstance(sent, str) and sent else 0
    except ValueError:
        return 0
    return number if isinstance(number, int) else 0
