"""What the briefing view asks of the program: one call for each thing that can be done there."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from assistant.answer import Answer
from assistant.backend import Backend
from assistant.paper.checker import Checker
from assistant.paper.files import exported
from assistant.paper.markdown import as_html, as_text
from assistant.paper.paper import Item, Kind, Paper, Source, Standing
from assistant.paper.pinning import pinned_answer, pinned_finding, title_of
from assistant.paper.references import Sheet, reports_of, sheet
from assistant.paper.store import Listing, Papers
from assistant.web.briefing import credits_html, item_html, list_html, references_html
from assistant.web.held import Held
from assistant.web.marks import Marks
from assistant.web.reader import report_html
from assistant.web.words import plain, say
from corpus.errors import FindingsError, GiveUp

logger = logging.getLogger(__name__)

Reply = dict[str, Any]
Wish = Mapping[str, Any]
_SECRET = re.compile(r"[0-9a-f]{64}")


class Board:
    """Serves the briefing view. Safe to call from several threads; never raises for what a
    browser sends: problems come back in words."""

    def __init__(self, backend: Backend, papers: Papers, marks: Marks) -> None:
        self._backend = backend
        self._papers = papers
        self._marks = marks
        self._checker = Checker(papers)
        self.held = Held(backend)
        self._actions: dict[str, Callable[[str, Wish], Reply]] = {
            "pin": self._pin, "pin_answer": self._pin_answer, "brief": self._brief,
            "unpin": self._unpin, "repin": self._repin, "new": self._new, "delete": self._delete,
            "undelete": self._undelete, "title": self._title, "introduction": self._introduction,
            "add": self._add, "move": self._move, "edit": self._edit, "remove": self._remove,
            "restore": self._restore, "export": self._export, "copy": self._copy,
            "report": self._report}

    def serve(self, wish: object, user: str | None = None) -> Reply:
        """Do what ``wish["do"]`` names in the briefing ``paper``, then say how it stands:
        ``count`` items, the ``pins``, and with ``view`` all that is shown.

        Briefings are those of the ``user`` who signed in, else those of the browser whose random
        secret ``wish["owner"]`` is. Items come without HTML where ``have`` holds their version.
        ``problem`` is what went wrong, ``said`` a line for the reader.
        """
        known: Wish = wish if isinstance(wish, dict) else {}
        owner = _owner(known, user)
        action = self._actions.get(_text(known, "do"), _nothing)
        done = self._try(lambda: action(owner, known))
        stand = self._try(lambda: self._stand(owner, known, _text(done, "paper")))
        problem = plain(str(done.get("problem") or stand.get("problem") or ""))
        return {**stand, **done, "problem": problem, "said": plain(_text(done, "said"))}

    def _try(self, action: Callable[[], Reply]) -> Reply:
        try:
            return action()
        except FindingsError as error:
            return {"problem": str(error)}
        except Exception:
            logger.exception("a request of the briefing view failed")
            return {"problem": say("library.unexpected")}

    # How things stand

    def _stand(self, owner: str, wish: Wish, changed: str) -> Reply:
        listing = self._papers.listing(owner)
        paper = self._current(owner, listing, changed or _text(wish, "paper"))
        if paper is not None:
            self._checker.look(owner, paper)
        stand: Reply = {"paper": paper.key if paper else "",
                        "count": len(paper.items) if paper else 0,
                        "pins": sorted(paper.pins) if paper else []}
        if wish.get("view"):
            shown = paper or Paper()
            stand["view"] = self._view(shown, wish) | {
                "list": list_html(listing, paper.key if paper else "")}
        return stand

    def _current(self, owner: str, listing: Listing, key: str) -> Paper | None:
        """The briefing that is open: the one named, else the one that was changed last."""
        known = [one.key for one in listing.papers]
        if not known:
            return None
        return self._papers.load(owner, key if key in known else known[0])

    def _view(self, paper: Paper, wish: Wish) -> Reply:
        shown = sheet(paper, self.held.reports(reports_of(paper)))
        have = wish.get("have")
        items = [self._item(n, shown, have if isinstance(have, dict) else {})
                 for n in range(len(shown.parts))]
        return {"title": paper.title, "introduction": paper.introduction, "items": items,
                "name": plain(shown.title), "lead": [plain(one) for one in shown.introduction],
                "references": references_html(shown), "credits": credits_html(shown.credits),
                "busy": any(one.standing is Standing.CHECKING for one in paper.items)}

    def _item(self, at: int, shown: Sheet, have: Mapping[str, object]) -> Reply:
        part = shown.parts[at]
        html = item_html(part, at, len(shown.parts), shown)
        version = hashlib.sha256(html.encode("utf-8", "replace")).hexdigest()[:12]
        same = have.get(part.item.key) == version
        return {"key": part.item.key, "version": version, "html": None if same else html,
                "kind": part.item.kind.value, "words": part.item.words,
                "standing": part.item.standing.value}

    # Pinning

    def _pin(self, owner: str, wish: Wish) -> Reply:
        report = self._backend.report(_text(wish, "report"))
        origin = _text(wish, "origin")
        finding = next((one for one in report.findings if f"f:{one.id}" == origin), None) \
            if report is not None else None
        if report is None or finding is None:
            raise GiveUp(say("briefing.unknown"))
        item = pinned_finding(finding, report.metadata.title, report.source)
        return self._pinned(owner, wish, [item], say("briefing.pinned"))

    def _pin_answer(self, owner: str, wish: Wish) -> Reply:
        answer, mark = self._answered(wish)
        items = pinned_answer(answer, mark, answer.standalone_question)
        return self._pinned(owner, wish, items, say("briefing.pinned_answer", count=len(items)))

    def _pinned(self, owner: str, wish: Wish, items: list[Item], said: str) -> Reply:
        origin, sources = items[0].origin, self._sources(items)

        def pin(paper: Paper) -> Paper:
            return paper if origin in paper.pins else paper.added(items, sources)

        paper = self._change(owner, wish, pin)
        return {"paper": paper.key,
                "said": f"{said} {say('briefing.holds', count=len(paper.items))}"}

    def _brief(self, owner: str, wish: Wish) -> Reply:
        answer, mark = self._answered(wish)
        items = pinned_answer(answer, mark)
        paper = Paper().titled(title_of(answer.standalone_question))
        paper = self._papers.create(owner, paper.added(items, self._sources(items)))
        return {"paper": paper.key, "said": say("briefing.made", count=len(items))}

    def _answered(self, wish: Wish) -> tuple[Answer, str]:
        turn = self._marks.turn(_text(wish, "visit"), _text(wish, "mark"))
        if turn.answer is None or not turn.answer.status.has_answer:
            raise GiveUp(say("briefing.no_answer"))
        return turn.answer, turn.mark

    def _sources(self, items: list[Item]) -> dict[str, Source]:
        wanted = {cited.report_id for item in items for cited in item.citations}
        return {one.id: Source.of(one) for key in wanted
                if (found := self._backend.report(key)) and (one := found.metadata)}

    def _unpin(self, owner: str, wish: Wish) -> Reply:
        origin = _text(wish, "origin")
        taken: list[Item] = []

        def unpin(paper: Paper) -> Paper:
            taken.extend(one for one in paper.items if one.origin == origin)
            return paper.unpinned(origin)

        paper = self._change(owner, wish, unpin)
        edited = sum(one.edited for one in taken)
        lost = f" {say('briefing.unpinned_edited', count=edited)}" if edited else ""
        return {"paper": paper.key, "undo": bool(taken),
                "said": f"{say('briefing.unpinned')} "
                        f"{say('briefing.holds', count=len(paper.items))}{lost}"}

    def _repin(self, owner: str, wish: Wish) -> Reply:
        """Undo what was unpinned last of an origin, with its places and its changed words."""
        paper = self._change(owner, wish, lambda one: one.repinned(_text(wish, "origin")))
        return {"paper": paper.key,
                "said": f"{say('briefing.repinned')} "
                        f"{say('briefing.holds', count=len(paper.items))}"}

    # Changing

    def _change(self, owner: str, wish: Wish, change: Callable[[Paper], Paper]) -> Paper:
        """Change the briefing that is open; where this browser has none yet, it begins one."""
        listing = self._papers.listing(owner)
        key = _text(wish, "paper")
        known = [one.key for one in listing.papers]
        if key not in known and not known:
            return self._papers.create(owner, change(Paper()))
        if key and key not in known:
            raise GiveUp(say("briefing.gone"))
        return self._papers.change(owner, key or known[0], change)

    def _new(self, owner: str, _: Wish) -> Reply:
        paper = self._papers.create(owner, Paper())
        return {"paper": paper.key, "said": say("briefing.begun")}

    def _delete(self, owner: str, wish: Wish) -> Reply:
        paper = self._papers.load(owner, _text(wish, "which"))
        self._papers.delete(owner, paper.key)
        said = say("briefing.deleted", title=paper.title or say("briefing.untitled"))
        return {"said": said, "notice": plain(said)}

    def _undelete(self, owner: str, wish: Wish) -> Reply:
        key = _text(wish, "which")
        self._papers.restore(owner, key)
        return {"paper": key, "said": say("briefing.undeleted")}

    def _title(self, owner: str, wish: Wish) -> Reply:
        return {"paper": self._change(owner, wish, lambda p: p.titled(_text(wish, "text"))).key}

    def _introduction(self, owner: str, wish: Wish) -> Reply:
        return {"paper": self._change(owner, wish,
                                      lambda p: p.introduced(_text(wish, "text"))).key}

    def _add(self, owner: str, wish: Wish) -> Reply:
        kind = Kind.HEADING if wish.get("kind") == Kind.HEADING.value else Kind.NOTE
        blank = Item(kind=kind, words="…")
        after = wish.get("after")
        place = after if isinstance(after, str) else None
        paper = self._change(owner, wish, lambda p: p.added([blank], {}, place).edited(
            blank.key, _text(wish, "words")))
        return {"paper": paper.key, "item": blank.key, "said": say(f"briefing.{kind.value}_added")}

    def _edit(self, owner: str, wish: Wish) -> Reply:
        key = _text(wish, "item")
        paper = self._change(owner, wish, lambda p: p.edited(key, _text(wish, "words")))
        waits = paper.item(key).standing is Standing.CHECKING
        return {"said": say("briefing.checking" if waits else "briefing.saved", reason="")}

    def _move(self, owner: str, wish: Wish) -> Reply:
        key, by, after = _text(wish, "item"), wish.get("by"), wish.get("after")
        step = 1 if by == 1 else -1
        paper = self._change(owner, wish, lambda p: p.moved_behind(key, after)
                             if isinstance(after, str) else p.moved(key, step))
        return {"said": say("briefing.moved", place=paper.place(key) + 1,
                            count=len(paper.items))}

    def _remove(self, owner: str, wish: Wish) -> Reply:
        self._change(owner, wish, lambda p: p.without(_text(wish, "item")))
        return {"said": say("briefing.removed"), "notice": say("briefing.removed")}

    def _restore(self, owner: str, wish: Wish) -> Reply:
        self._change(owner, wish, lambda p: p.restored(_text(wish, "item")))
        return {"said": say("briefing.restored")}

    # Taking away

    def _sheet(self, owner: str, wish: Wish) -> Sheet:
        paper = self._papers.load(owner, _text(wish, "paper"))
        return sheet(paper, self.held.reports(reports_of(paper)))

    def _export(self, owner: str, wish: Wish) -> Reply:
        file = exported(self._sheet(owner, wish), _text(wish, "format"))
        return {"file": {"name": file.name, "type": file.type,
                         "data": base64.b64encode(file.content).decode()},
                "said": say("briefing.exported", name=file.name)}

    def _copy(self, owner: str, wish: Wish) -> Reply:
        shown = self._sheet(owner, wish)
        return {"copy": {"html": as_html(shown), "text": as_text(shown)}}

    def _report(self, _: str, wish: Wish) -> Reply:
        report = self._backend.report(_text(wish, "report"))
        if report is None:
            return {"problem": say("briefing.missing")}
        return {"report": {"title": plain(report.metadata.title), "html": report_html(report)}}


def _nothing(_: str, __: Wish) -> Reply:
    return {}


def _owner(wish: Wish, user: str | None) -> str:
    """Whose briefings are meant; "" where that can't be told."""
    if user is not None:
        return f"user:{user}"
    sent = _text(wish, "owner")
    return sent if _SECRET.fullmatch(sent) else ""


def _text(wish: Wish, name: str) -> str:
    value = wish.get(name)
    return value if isinstance(value, str) else ""
