"""One question of a run as HTML: its answer, its evidence, and each judgment behind its scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from assistant.results import Cited, Judge, Judgment, Question, Said, Score
from assistant.web.figure import MISSING, in_order, judge_words, number, outcome_words, title
from assistant.web.words import escape, one_line, say
from prompts import wording

_TONES = {"positive": "▲", "negative": "▼"}
# More citations are folded away.
_SHOWN = 4


def question_html(one: Question, findings: Mapping[str, str], judge: Judge | None) -> str:
    """Everything known of a question. ``findings`` has the words of needed findings, ``judge``
    is the run's."""
    understood = "" if not one.understood or one.understood == one.question else (
        f'<p class="quiet">{_line("understood", text=one.understood)}</p>')
    notice = f'<p class="notice">{one_line(one.notice)}</p>' if one.notice else ""
    return (f"{_history(one)}{understood}"
            f'<div class="pair"><div><h5>{_words("answer")}</h5>{_answer(one)}{notice}</div>'
            f"<div><h5>{_words('expected')}</h5>{_expected(one)}</div></div>"
            f"{_cited(one)}{_uncited(one, findings)}{_left_out(one)}{_evidence(one)}"
            f"<h5>{_words('scores')}</h5>{_scores(one.scores, judge)}{_spent(one)}")


def _words(name: str, /, **values: object) -> str:
    return escape(say(f"evaluation.detail.{name}", **values))


def _line(name: str, /, **values: object) -> str:
    return one_line(say(f"evaluation.detail.{name}", **values))


def _folded(summary: str, html: str) -> str:
    return f"<details><summary>{summary}</summary>{html}</details>"


def _history(one: Question) -> str:
    if not one.history:
        return ""
    turns = "".join(f"<li><strong>{one_line(asked)}</strong>"
                    f'<span class="tells">{one_line(said)}</span></li>'
                    for asked, said in one.history)
    return f"<h5>{_words('before')}</h5><ol>{turns}</ol>"


def _answer(one: Question) -> str:
    if not one.sentences:
        return f'<p class="text">{escape(one.answer) or _words("no_answer")}</p>'
    frame = one.table
    flowing = [said for said in one.sentences if not (frame and said.cell)]
    parts = "".join(_block(layout, list(found))
                    for layout, found in groupby(flowing, lambda said: said.layout))
    return f'<div class="text">{parts}{_frame(one) if frame else ""}</div>'


def _block(layout: str, said: Sequence[Said]) -> str:
    if layout == "item":
        return f"<ul>{''.join(f'<li>{_sentence(one)}</li>' for one in said)}</ul>"
    if layout == "heading":
        return "".join(f"<p><strong>{one_line(one.text)}</strong></p>" for one in said)
    return f"<p>{' '.join(map(_sentence, said))}</p>"


def _sentence(one: Said) -> str:
    marks = "".join(f' <span class="mark">[{n}]</span>' for n in one.citations)
    return f"{one_line(one.text)}{marks}"


def _frame(one: Question) -> str:
    frame = one.table
    assert frame is not None
    heads = "".join(f'<th scope="col">{one_line(name)}</th>' for name in frame.columns)
    rows = ""
    for at, aspect in enumerate(frame.rows):
        cells = ""
        for column, name in enumerate(frame.columns):
            found = " ".join(_sentence(said) for said in one.sentences if said.cell == (at, column))
            cells += (f'<td data-label="{one_line(name)}"><div>{found or _words("not_reported")}'
                      f"</div></td>")
        rows += f'<tr><th scope="row">{one_line(aspect)}</th>{cells}</tr>'
    return (f'<table class="stacked"><caption class="hidden-words">{_words("comparison")}</caption>'
            f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>")


def _expected(one: Question) -> str:
    told = {"in_reports": say("evaluation.detail.yes" if one.answerable else
                              "evaluation.detail.no"),
            "reference": one.reference or say("evaluation.detail.none"), "note": one.note,
            "draft": say("evaluation.detail.draft_text") if one.draft else ""}
    items = "".join(f"<div><dt>{_words(name)}</dt><dd>{one_line(value)}</dd></div>"
                    for name, value in told.items() if value)
    return f'<dl class="facts">{items}</dl>'


def _cited(one: Question) -> str:
    cards = [_card(cited, f"[{cited.n}]") for cited in one.citations]
    shown = f"<h5>{_words('cited', count=len(cards))}</h5><ul class=\"quotes\">" \
            f"{''.join(cards[:_SHOWN])}</ul>" if cards else ""
    if len(cards) > _SHOWN:
        shown += _folded(_words("more", count=len(cards) - _SHOWN),
                         f'<ul class="quotes">{"".join(cards[_SHOWN:])}</ul>')
    nearest = "".join(_card(near, "") for near in one.nearest)
    if nearest:
        shown += _folded(_words("nearest", count=len(one.nearest)),
                         f'<ul class="quotes">{nearest}</ul>')
    return shown


def _card(one: Cited, mark: str) -> str:
    kinds = wording("page")["kinds"]
    kind = kinds.get(one.kind) or one.kind.replace("_", " ").capitalize()
    tone = one.polarity if one.polarity in _TONES else "neutral"
    grade = f' <span class="grade {tone}">{one_line(one.grade)}</span>' if one.grade else ""
    needed = f' <span class="good">✓ {_words("needed")}</span>' if one.needed else ""
    wrong = f' <span class="bad">✗ {_words("not_verbatim")}</span>' if one.verbatim is False else ""
    lead = f'<span class="quiet">{one_line(one.lead_in)}</span> ' if one.lead_in else ""
    page = [say("citation.page", page=one.page)] if one.page is not None else []
    place = " › ".join([one.title, *one.section, *page])
    return (f'<li><p><span class="mark">{mark}</span> <span class="badge {tone}">'
            f"{_TONES.get(one.polarity, '●')} {one_line(kind)}</span>{grade}{needed}{wrong}</p>"
            f"<blockquote>{lead}“{one_line(one.quote)}”</blockquote>"
            f'<p class="tells">{one_line(place)}</p></li>')


def _uncited(one: Question, findings: Mapping[str, str]) -> str:
    """Needed findings of which none is cited, and whether the evidence had them: the fault is
    the search's where it had not, and the answer's where it had."""
    cited, had = {c.finding_id for c in one.citations}, {c.id for c in one.contexts}
    lacking = [group for group in one.needed if group and not cited & set(group)]
    if not lacking:
        return ""
    items = ""
    for group in lacking:
        there = [name for name in group if name in had]
        text = next((findings[name] for name in (*there, *group) if name in findings), group[0])
        others = f" {_words('or_others', count=len(group) - 1)}" if len(group) > 1 else ""
        items += (f'<li>{one_line(text)}{others}<span class="tells">'
                  f"{_words('was_there' if there else 'was_not_there')}</span></li>")
    return f"<h5>{_words('uncited', count=len(lacking))}</h5><ul>{items}</ul>"


def _left_out(one: Question) -> str:
    if not one.left_out:
        return ""
    items = "".join(f'<li>{one_line(left.text)}<span class="tells">{one_line(left.reason)}</span>'
                    f"</li>" for left in one.left_out)
    return f"<h5>{_words('left_out', count=len(one.left_out))}</h5><ul>{items}</ul>"


def _evidence(one: Question) -> str:
    if not one.contexts:
        return f'<p class="quiet">{_words("no_evidence")}</p>'
    needed = f' <span class="good">✓ {_words("needed")}</span>'
    items = "".join(f"<li>{one_line(found.text)}{needed if found.needed else ''}</li>"
                    for found in one.contexts)
    return _folded(_words("evidence", count=len(one.contexts)), f"<ol>{items}</ol>")


def _scores(scores: Mapping[str, Score], judge: Judge | None) -> str:
    """What has a value or should have one, with every judgment; then what says nothing."""
    if not scores:
        return f'<p class="quiet">{_words("not_scored")}</p>'
    names = in_order(list(scores))
    shown = [name for name in names if scores[name].outcome in ("scored", *MISSING)]
    rows = "".join(
        f'<tr><th scope="row">{one_line(title(name))}</th>'
        f'<td data-label="{escape(say("evaluation.columns.value"))}"><div>'
        f'{_value(name, scores[name])}</div></td><td data-label="{_words("why")}"><div>'
        f"{_why(scores[name])}</div></td></tr>" for name in shown)
    heads = (f'<th scope="col">{escape(say("evaluation.columns.metric"))}</th>'
             f'<th scope="col">{escape(say("evaluation.columns.value"))}</th>'
             f'<th scope="col">{_words("why")}</th>')
    left: dict[str, list[str]] = {}
    for name in names:
        score = scores[name]
        if name not in shown:
            said = say("evaluation.detail.without", outcome=outcome_words(score.outcome),
                       reason=score.reason or say("evaluation.detail.no_reason"))
            left.setdefault(said, []).append(title(name))
    silent = "" if not left else _folded(
        _words("silent", count=sum(map(len, left.values()))),
        "<ul>" + "".join(f"<li>{one_line(', '.join(held))}: {one_line(said)}</li>"
                         for said, held in left.items()) + "</ul>")
    judged = any(scores[name].judgments for name in shown)
    note = "" if judge is None or not judged else (
        f'<p class="quiet">{_line("judge", name=judge.name, worth=judge_words(judge))}</p>')
    return (f'<table class="scores stacked"><caption class="hidden-words">{_words("scores")}'
            f"</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{note}{silent}")


def _value(name: str, score: Score) -> str:
    if score.value is None:
        return f'<span class="bad">✗ {escape(outcome_words(score.outcome))}</span>'
    spread = f" ± {number(score.spread, name)}" if score.spread else ""
    value = f"{score.value:.0f}" if score.value in (0, 1) else number(score.value, name)
    return f"<strong>{value}</strong>{spread}"


def _why(score: Score) -> str:
    reason = f"<span>{one_line(score.reason)}</span>" if score.reason else ""
    if not score.judgments:
        return reason
    against = sum(one.verdict == 0 for one in score.judgments)
    summary = _words("judgments", count=len(score.judgments)) + ": " + _words(
        "split", yes=len(score.judgments) - against, no=against)
    return reason + _folded(summary, f'<ul class="judgments">{_judgments(score.judgments)}</ul>')


def _judgments(judgments: Sequence[Judgment]) -> str:
    """An item for each statement; what is judged alike for the same reason stands once, with
    how often, since some metrics hold one statement against every piece of evidence."""
    found: dict[str, Counter[tuple[int, str]]] = {}
    for one in judgments:
        found.setdefault(one.statement, Counter())[one.verdict, one.reason] += 1
    items = ""
    for statement, verdicts in found.items():
        items += f"<li>{one_line(statement)}"
        for (verdict, reason), times in verdicts.items():
            said, css = (_words("said_yes"), "good") if verdict else (_words("said_no"), "bad")
            often = f" {_words('times', count=times)}" if times > 1 else ""
            items += (f'<div><strong class="{css}">{"✓" if verdict else "✗"} {said}</strong>{often}'
                      f" {one_line(reason)}</div>")
        items += "</li>"
    return items


def _spent(one: Question) -> str:
    if one.seconds is None:
        return f'<p class="quiet">{one_line(one.id)}</p>'
    took = _words("took", time=number(one.seconds, "seconds"))
    return f'<p class="quiet">{one_line(one.id)}. {took}</p>'
