"""What the library view asks of the program: one call for each thing that can be done there."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from assistant.access.limits import Rate
from assistant.access.who import Role, Visit, limited_by
from assistant.operating.happenings import Refused, Why, tell
from assistant.shelf import Candidate, Shelf, Shelved, Stage
from assistant.web.arrivals import arrival_html, is_running, stage_words
from assistant.web.catalogue import (
    confirm_html,
    progress_html,
    removed_html,
    shelved_html,
    unread_html,
)
from assistant.web.details import FIELDS, form_html
from assistant.web.inbox import FILES_AT_ONCE, Inbox
from assistant.web.signin import later
from assistant.web.words import plain, say
from corpus.errors import FindingsError, GiveUp

logger = logging.getLogger(__name__)

VALUE_LIMIT = 500
Reply = dict[str, Any]
Wish = Mapping[str, Any]


class Desk:
    """Serves the library view over one shelf. Safe to call from several threads; never raises
    for what a browser sends: problems come back in words, beside the thing they belong to."""

    def __init__(self, shelf: Shelf, inbox: Inbox, uploads: Rate | None = None) -> None:
        self.shelf = shelf
        self.inbox = inbox
        self._uploads = uploads or Rate(0, 1)
        # All of these are for editors.
        self._actions: dict[str, Callable[[Wish, Visit], Reply]] = {
            "send": self._send, "drop": self._drop, "add": self._add,
            "put_away": self._put_away, "edit": self._edit, "correct": self._correct,
            "ask_remove": self._ask_remove, "remove": self._remove, "restore": self._restore}

    def serve(self, wish: object, visit: Visit) -> Reply:
        """Do what ``wish["do"]`` names for whoever ``visit`` is, then say how the library stands.
        ``arrivals`` are those of this visit alone, and ``reader`` says why only looking is
        allowed, "" where more is.

        The reply's ``reports`` are None where they are still those that ``wish["seen"]`` names.
        ``problems`` pair the key of a card ("" for the whole view) with what went wrong;
        ``piece`` is HTML that was asked for, ``said`` a line for the reader.
        """
        known: Wish = wish if isinstance(wish, dict) else {}
        action = self._actions.get(str(known.get("do")))
        reply: Reply = {}
        if action is not None:
            reply = self._try(_text(known, "key"), lambda: self._allowed(action, known, visit))
        stand = self._try("", lambda: self._stand(_text(known, "seen"), visit))
        problems = [*reply.get("problems", ()), *stand.get("problems", ())]
        return {"piece": "", **stand, **reply, "said": plain(reply.get("said", "")),
                "problems": [(one, plain(words)) for one, words in problems]}

    def _allowed(self, action: Callable[[Wish, Visit], Reply], wish: Wish, visit: Visit) -> Reply:
        if visit.role is not Role.EDITOR:
            raise GiveUp(say("signin.only_editors"))
        return action(wish, visit)

    def _own(self, visit: Visit) -> list[Candidate]:
        return [one for one in self.shelf.candidates() if one.owner == visit.key]

    def _try(self, key: str, action: Callable[[], Reply]) -> Reply:
        try:
            return action()
        except FindingsError as error:
            return {"problems": [(key, str(error))]}
        except Exception:
            logger.exception("a request of the library view failed")
            return {"problems": [(key, say("library.unexpected"))]}

    def _stand(self, seen: str, visit: Visit) -> Reply:
        candidates, shelved = self._own(visit), self.shelf.shelved()
        editing = visit.role is Role.EDITOR
        progress = self.shelf.progress()
        titles = {one.metadata.id: one.metadata.title for one in shelved}
        reports = [{"key": one.metadata.id, "html": shelved_html(one, editing),
                    "words": _words(one), "sort": _sort(one)} for one in shelved]
        digest = hashlib.sha256(json.dumps(reports).encode()).hexdigest()[:16]
        return {
            "arrivals": [self._arrival(one, titles) for one in candidates],
            "reports": None if digest == seen else reports, "seen": digest,
            "unread": unread_html(self.shelf.unread()), "progress": progress_html(progress),
            "busy": progress.busy or any(is_running(one) for one in candidates),
            "count": say("library.count", count=len(shelved)) if shelved else "",
            "all": _all_words(candidates),
            "reader": "" if editing else say("signin.asks_reader")}

    def _arrival(self, one: Candidate, titles: Mapping[str, str]) -> Reply:
        return {"key": one.token, "stage": one.stage.value, "html": arrival_html(one, titles),
                "said": plain(stage_words(one)), "done": plain(say("add.done", name=one.name))}

    def _send(self, wish: Wish, visit: Visit) -> Reply:
        """Before a file is sent: whether it may be."""
        wait = self._uploads.take(limited_by(visit))
        if wait:
            tell(Refused(Why.UPLOADS, visit.key, wait))
            raise GiveUp(say("limits.uploads", name=_text(wish, "name"), when=later(wait)))
        return {}

    def _drop(self, wish: Wish, visit: Visit) -> Reply:
        name = _text(wish, "name")
        waiting = len(self._own(visit))
        with self.inbox.taken(_text(wish, "path"), name) as path:
            if waiting >= FILES_AT_ONCE:
                raise GiveUp(say("add.too_many", name=name, count=waiting))
            self.shelf.drop(path, name, visit.key)
        return {}

    def _add(self, wish: Wish, visit: Visit) -> Reply:
        items = wish.get("items")
        problems: list[tuple[str, str]] = []
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict):
                key, values = _text(item, "key"), _values(item)
                done = self._try(key, partial(self._add_one, key, values, visit))
                problems += done.get("problems", ())
        return {"problems": problems}

    def _add_one(self, token: str, values: Mapping[str, str], visit: Visit) -> Reply:
        self._check_own(token, visit)
        self.shelf.add(token, values)
        return {}

    def _put_away(self, wish: Wish, visit: Visit) -> Reply:
        self._check_own(_text(wish, "key"), visit)
        self.shelf.put_away(_text(wish, "key"))
        return {}

    def _check_own(self, token: str, visit: Visit) -> None:
        """Raise ``GiveUp`` for the file of somebody else, in the words for one that is gone."""
        if any(one.token == token and one.owner != visit.key for one in self.shelf.candidates()):
            raise GiveUp(say("library.unknown"))

    def _edit(self, wish: Wish, _: Visit) -> Reply:
        return {"piece": form_html(self._shelved(wish).metadata, own_buttons=True)}

    def _correct(self, wish: Wish, _: Visit) -> Reply:
        title = self._shelved(wish).metadata.title
        self.shelf.correct(_text(wish, "key"), _values(wish))
        return {"said": say("details.saved", title=_values(wish).get("title") or title)}

    def _ask_remove(self, wish: Wish, _: Visit) -> Reply:
        return {"piece": confirm_html(self._shelved(wish).metadata.title)}

    def _remove(self, wish: Wish, _: Visit) -> Reply:
        report = self._shelved(wish).metadata
        self.shelf.remove(report.id)
        return {"piece": removed_html(report.title), "title": report.title,
                "said": say("shelved.removed", title=report.title)}

    def _restore(self, wish: Wish, _: Visit) -> Reply:
        self.shelf.restore(_text(wish, "key"))
        return {"said": say("shelved.restored", title=_text(wish, "title"))}

    def _shelved(self, wish: Wish) -> Shelved:
        key = _text(wish, "key")
        for one in self.shelf.shelved():
            if one.metadata.id == key:
                return one
        raise GiveUp(say("library.unknown"))


def _text(wish: Wish, name: str) -> str:
    value = wish.get(name)
    return value if isinstance(value, str) else ""


def _values(wish: Wish) -> dict[str, str]:
    """The corrections that a form sent: known fields only, each a short line."""
    sent = wish.get("values")
    given = sent if isinstance(sent, dict) else {}
    return {name: " ".join(value.split())[:VALUE_LIMIT] for name in FIELDS
            if isinstance(value := given.get(name), str)}


def _words(report: Shelved) -> str:
    """What a reader may look a report up by."""
    known = report.metadata
    parts = (known.title, known.force, known.cycle, known.year, known.pillar, known.publisher,
             report.name)
    return " ".join(str(part) for part in parts if part).casefold()


def _sort(report: Shelved) -> dict[str, str]:
    """What a report is put in order by, beside its title; a year counts before the day."""
    known = report.metadata
    return {"force": (known.force or "").casefold(),
            "newest": f"{known.year or 0:04} {known.published or ''}"}


def _all_words(candidates: Sequence[Candidate]) -> str:
    ready = sum(one.stage is Stage.READY for one in candidates)
    return say("add.all", count=ready) if ready > 1 else ""
