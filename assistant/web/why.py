"""Why an answer came out as it did: what was understood, which findings were looked at, how long
it took. Each in plain words, with the technical name or value beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.answer import Answer, Candidate, LeftOut, Trace
from assistant.web.choosing import GROUPS, place_names
from assistant.web.words import escape, one_line, say, shorten
from corpus.names import topics

# More candidates than this are counted, not shown.
ROWS_SHOWN = 20
_TEXT_LIMIT = 240
_VALUE_LIMIT = 160
_COLUMNS = ("kept", "text", "dense", "lexical", "fused", "rerank", "why")


def why_html(answer: Answer, number: int, alone: bool = False,
             titles: Mapping[str, str] | None = None) -> str:
    """The panel of the turn with this ``number``, folded; "" where nothing was recorded.

    ``titles`` are those of chosen reports by id, ``alone`` says that what was asked before did
    not count.
    """
    trace = answer.trace
    parts = [_section("understood", _understood(answer, alone, titles or {})),
             _candidates(trace, number), _left_out((*trace.left_out, *trace.unused)),
             _section("signals", _pairs(trace.signals, "why.signal", _number)),
             _section("times", _pairs(answer.timings_ms, "why.time", _milliseconds)),
             _notes(trace.notes)]
    if not (trace.understood or trace.candidates or trace.left_out or trace.unused
            or answer.timings_ms):
        return ""
    return (f'<details class="why"><summary>{escape(say("why.summary"))}</summary>'
            f'<div class="why-body">{"".join(parts)}</div></details>')


def _section(key: str, body: str) -> str:
    return f"<h3>{escape(say(f'why.{key}'))}</h3>{body}" if body else ""


def _named(table: str, key: str) -> str:
    """A key in the page's words; one that it has no words for in its own."""
    try:
        return say(f"{table}.{key}")
    except KeyError:
        return key.replace("_", " ").capitalize()


def _facts(rows: Sequence[tuple[str, str, str]]) -> str:
    """Rows of a label, what it comes to in words, and the value as the program has it."""
    items = "".join(f"<div><dt>{one_line(label)}</dt><dd>{one_line(words)} "
                    f"<code>{one_line(value)}</code></dd></div>" for label, words, value in rows)
    return f"<dl>{items}</dl>" if items else ""


def _understood(answer: Answer, alone: bool, titles: Mapping[str, str]) -> str:
    told = {**answer.trace.understood, **({"alone": True} if alone else {}),
            "model": answer.model}
    return _facts([(_named("why.keys", key), _words(key, value, titles),
                    f"{key}={shorten(_raw(value), _VALUE_LIMIT)}")
                   for key, value in told.items() if value not in (None, "", [], (), {}, False)])


def _words(key: str, value: Any, titles: Mapping[str, str]) -> str:
    """A value in plain words."""
    if key in ("intent", "sought"):
        return _named(f"why.{key}", str(value))
    if key == "polarity":
        return _named("polarity", str(value))
    if key == "model" and value == "quotes":
        return say("why.quotes")
    if key == "scope" and isinstance(value, dict):
        rest = {one: other for one, other in value.items() if one not in GROUPS}
        return ", ".join([*place_names(value, titles), *([_plain(rest)] if rest else [])])
    if key in ("topics", "parts") and isinstance(value, list | tuple):
        labels = {topic.key: topic.label for topic in topics()}
        return ", ".join(labels.get(str(one), str(one)) for one in value)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return say("why.yes" if value else "why.no")
    if isinstance(value, dict):
        return "; ".join(f"{one}: {_plain(other)}" for one, other in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_plain(one) for one in value)
    return str(value)


def _raw(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{one}: {_raw(other)}" for one, other in value.items())
    return "+".join(map(_raw, value)) if isinstance(value, list | tuple) else str(value)


def _candidates(trace: Trace, number: int) -> str:
    if not trace.candidates:
        none = f"<p>{escape(say('why.ranked_none'))}</p>"
        return _section("candidates", none) if trace.understood else ""
    ordered = sorted(trace.candidates, key=lambda one: not one.kept)
    heads = "".join(f'<th scope="col">{escape(say(f"why.columns.{name}"))}</th>'
                    for name in _COLUMNS)
    rows = "".join(map(_row, ordered[:ROWS_SHOWN]))
    more = len(ordered) - ROWS_SHOWN
    others = "" if more <= 0 else f"<p>{escape(say('why.others', count=more))}</p>"
    title = f"why-{number}"
    return (f'<h3 id="{title}">{escape(say("why.candidates"))}</h3>'
            f'<div class="sideways" role="region" tabindex="0" aria-labelledby="{title}"><table>'
            f'<caption class="hidden-words">{escape(say("why.caption"))}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{others}")


def _row(one: Candidate) -> str:
    sign, word = ("✓", "why.kept") if one.kept else ("–", "why.not_kept")
    return (f'<tr{" class=kept" if one.kept else ""}><td><span aria-hidden="true">{sign}</span> '
            f'{escape(say(word))}</td><th scope="row">{one_line(shorten(one.text, _TEXT_LIMIT))}'
            f"</th>{_score(one.dense, one.dense_rank)}{_score(one.lexical, one.lexical_rank)}"
            f"{_score(one.fused)}{_score(one.rerank)}<td>{one_line(one.why)}</td></tr>")


def _score(score: float | None, rank: int | None = None) -> str:
    if score is None:
        return f'<td class="none">{escape(say("why.none"))}</td>'
    key = "why.unranked" if rank is None else "why.rank"
    return f"<td>{escape(say(key, score=_number(score), rank=rank))}</td>"


def _left_out(sentences: Sequence[LeftOut]) -> str:
    items = "".join(f"<li>{one_line(_told_out(one))}"
                    "</li>" for one in sentences)
    return _section("left_out", f"<ul>{items}</ul>" if items else "")


def _told_out(one: LeftOut) -> str:
    key = "why.left_out_one" if one.score is None else "why.left_out_scored"
    return say(key, text=one.text, reason=one.reason, score=_number(one.score or 0.0))


def _notes(notes: Sequence[str]) -> str:
    items = "".join(f"<li>{one_line(one)}</li>" for one in notes)
    return _section("notes", f"<ul>{items}</ul>" if items else "")


def _pairs(values: Mapping[str, float], table: str, told: Callable[[float], str]) -> str:
    return _facts([(_named(table, key), told(value), f"{key}={value:g}")
                   for key, value in values.items()])


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"


def _milliseconds(value: float) -> str:
    return say("why.ms", count=f"{value:,.0f}" if value >= 10 else _number(round(value, 1)))
