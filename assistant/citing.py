"""A reply in words for a language model: each claim with its citation, each quote on one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.exchange import AskReply, Cited, Listed, ListReply, Reply, SearchReply
from prompts import wording


def text_of(reply: Reply, page: str = "") -> str:
    """The whole reply as text. ``page`` is the address that the page is served at: with it each
    quote carries the address that opens its report."""
    if isinstance(reply, AskReply):
        return "\n".join(_answer(reply, page))
    if isinstance(reply, SearchReply):
        head = _say("found", count=reply.count) if reply.findings else _say("nothing")
        return "\n".join([head, *(_listed(n, one, page)
                                  for n, one in enumerate(reply.findings, 1))])
    return "\n".join(_list(reply, page))


def withheld() -> str:
    """What stands in place of a text that may have been written to steer a program."""
    return _say("withheld")


def _answer(reply: AskReply, page: str) -> Iterator[str]:
    yield _say("status", status=reply.status.value)
    if reply.standalone_question != reply.question:
        yield _say("understood", question=_line(reply.standalone_question))
    yield f"\n{_say('answer')}\n{reply.answer}"
    if reply.notice:
        yield f"\n{_say('notice', notice=reply.notice)}"
    for name, rows in (("citations", reply.citations), ("nearest", reply.nearest)):
        if rows:
            yield f"\n{_say(name)}"
            yield from (_cited(f"[{one.n}]" if name == "citations" else "-", one, page)
                        for one in rows)
    if reply.suggestions:
        yield f"\n{_say('suggestions', questions=' | '.join(map(_line, reply.suggestions)))}"


def _list(reply: ListReply, page: str) -> Iterator[str]:
    if not reply.findings:
        yield _say("past", offset=reply.offset, total=reply.total) if reply.total \
            else _say("nothing")
        return
    first = reply.offset + 1
    yield _say("part", first=first, last=reply.offset + reply.count, total=reply.total)
    yield from (_listed(n, one, page) for n, one in enumerate(reply.findings, first))
    if reply.next_offset is not None:
        yield _say("more", offset=reply.next_offset)


def _cited(mark: str, one: Cited, page: str) -> str:
    return _quote(mark, one.quote, one.lead_in, one, page)


def _listed(number: int, one: Listed, page: str) -> str:
    return _quote(f"{number}.", one.text, one.lead_in, one, page)


def _quote(mark: str, quote: str, lead_in: str | None, one: Cited | Listed, page: str) -> str:
    said = _line(f"{lead_in or ''} {quote}")
    sort = ", ".join(str(part).replace("_", " ")
                     for part in (one.kind, one.polarity, one.grade) if part)
    place = [one.title, str(one.year) if one.year and str(one.year) not in one.title else "",
             _say("page", page=one.page) if one.page else "", " > ".join(one.section), sort,
             f"{page.rstrip('/')}/{one.link}" if page else f"finding {one.finding_id}"]
    return f"{mark} “{said}” ({_line('; '.join(part for part in place if part))})"


def _line(text: str) -> str:
    """On one line, so that no text of a report can look like a line of this reply."""
    return " ".join(text.split())


def _say(key: str, **values: Any) -> str:
    return str(wording("programs")["text"][key]).format(**values)
