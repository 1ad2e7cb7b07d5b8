"""Runs as ``told`` gives them, made up by hand, and a reader of the pages that come of them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from evals.suite.page.document import page

HOSTILE = ('<script>window.hit = 1</script><img src=x onerror="window.hit = 2"></p></details>'
           "</style>'\" onclick=window.hit=3 <a href=javascript:hit()>x</a> \u202egnorw \0 \ud800")
AGREEMENT = {"labels": "claims_shipped", "n": 240, "agreement": .8167, "low": .763, "high": .861,
             "found": .7, "false_alarms": .108, "who": "two readers"}


class Seen(HTMLParser):
    """The elements of a page with their attributes, and its text outside style and script."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self._inside = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("style", "script"):
            self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.said).split())

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def scored(value: float, **values: Any) -> dict[str, Any]:
    return {"outcome": "scored", "value": value, **values}


def question(identifier: str = "d1", **values: Any) -> dict[str, Any]:
    cited = {"n": 1, "finding_id": "a", "title": "PEEL", "force": "Norfolk", "year": 2021,
             "section": ["Crime"], "kind": "weakness", "polarity": "negative", "grade": None,
             "quote": "It has a backlog.", "page": 4, "needed": True, "verbatim": True}
    return {"id": identifier, "kind": "lookup", "question": "Is there a backlog?",
            "answerable": True, "status": "answered", "refused": False, "seconds": 1.5,
            "sentences": [{"text": "There is one.", "citations": [1], "layout": "text"}],
            "citations": [cited], "contexts": [{"id": "a", "text": "It has a backlog."}],
            "needed": [["a"]], "scores": {"right": scored(1.0)}} | values


def summary(metric: str, value: float = .8, coverage: float = 1.0, n: int = 10) -> dict[str, Any]:
    return {"metric": metric, "coverage": coverage, "counts": {"scored": n}, "p50": None,
            "p95": None, "estimate": {"value": value, "low": value - .1, "high": value + .1,
                                      "n": n}}


def run(*questions: dict[str, Any], agreement: Any = None, **values: Any) -> dict[str, Any]:
    judge = {"name": "a judge", "fingerprint": "f", "repeats": 1, "agreement": agreement}
    found = {"name": "A run", "dataset": {"name": "dev", "questions": len(questions)},
             "reports": 6, "composer": "quotes", "judge": judge, "floor": .9,
             "started": "2025-11-24T10:15:00+00:00", "finished": "2025-11-24T10:17:05+00:00"}
    return {"run": found, "questions": list(questions)} | values


def shown(told: dict[str, Any]) -> str:
    return Seen(page(told)).text


def everywhere(text: str) -> dict[str, Any]:
    """A run with a text in each place that comes from outside."""
    judged = {"outcome": "scored", "value": 0.0, "reason": text,
              "judgments": [{"statement": text, "verdict": 0, "reason": text}]}
    none = {"outcome": "timed_out", "value": None, "reason": text}
    one = question(
        text, kind=text, question=text, history=[[text, text]], note=text, reference=text,
        understood=text, notice=text, status=text, findings={"b": text}, needed=[["b"]],
        table={"columns": [text], "rows": [text]}, left_out=[{"text": text, "reason": text}],
        sentences=[{"text": text, "citations": [1], "layout": layout}
                   for layout in ("text", "heading", "item")]
        + [{"text": text, "citations": [1], "cell": [0, 0]}],
        contexts=[{"id": text, "text": text}], nearest=[{"quote": text, "kind": text}],
        scores={"right": judged, "faithfulness": none, text: judged})
    for key in ("title", "force", "section", "kind", "polarity", "grade", "lead_in", "quote"):
        one["citations"][0][key] = [text] if key == "section" else text
    told = run(one, by_kind={text: [summary("right")]}, findings={"b": text},
               summaries=[summary("right"), summary(text)],
               unscored={text: {text: 1}, "faithfulness": {"timed_out": 1}},
               times={"seconds": {"n": 1, "p50": 1, "p90": 1, "p95": 1, "max": 1}})
    told["run"] |= dict.fromkeys(("name", "composer", "model", "started", "corpus", text), text)
    told["run"]["dataset"]["name"] = text
    told["run"]["judge"] |= {"name": text, "agreement": AGREEMENT | {"labels": text, "who": text}}
    return told
