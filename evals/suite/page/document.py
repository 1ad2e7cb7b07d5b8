"""A run as one HTML page that needs nothing but itself: no request, no font, no foreign script.

It may be opened from a disk years later, sent by mail or printed.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from evals.suite.page.elements import Html, element
from evals.suite.page.judge import told_in_full
from evals.suite.page.kinds import kinds
from evals.suite.page.metrics import metrics
from evals.suite.page.missing import missing
from evals.suite.page.questions import questions
from evals.suite.page.refusals import refusals, times
from evals.suite.page.summary import summary

# What the parts are called where the page begins.
_SHORT = {"summary": "Summary", "judge": "Judge", "metrics": "Metrics", "kinds": "Kinds",
          "refusals": "Refusals", "times": "Time", "missing": "Not measured",
          "questions": "Questions"}
_FOLDER = Path(__file__).resolve().parent


def page(told: Mapping[str, Any]) -> str:
    """The page of a run as ``told.told`` gives it; keys that are missing are told as not
    recorded.

    All text is escaped. The page's own style and script are allowed by their digest and nothing
    else is, so that what slipped in from a question or an answer would not run.
    """
    name = str((told.get("run") or {}).get("name") or "Evaluation")
    parts = {"summary": ("Summary", summary(told)),
             "judge": ("How far to trust the judge", told_in_full(told.get("run") or {})),
             "metrics": ("All metrics", metrics(told)),
             "kinds": ("By kind of question", kinds(told)),
             "refusals": ("Answering and refusing", refusals(told)),
             "times": ("Time", times(told)),
             "missing": ("What could not be measured", missing(told)),
             "questions": ("Every question", questions(told))}
    ways = [element("li", element("a", _SHORT[key], href=f"#at:{key}")) for key in parts]
    body = element(
        "body", element("a", "Skip to the questions", href="#at:questions", class_="skip"),
        element("header", element("p", "Evaluation run", class_="quiet"), element("h1", name),
                element("nav", element("ul", ways), aria_label="Parts of this page")),
        element("main", [_part(key, title, inside) for key, (title, inside) in parts.items()]),
        element("script", Html(_asset("page.js"))))
    return f"<!doctype html>\n{element('html', _head(name), body, lang='en-GB')}\n"


def _part(key: str, title: str, inside: Html) -> Html:
    return element("section", element("h2", title, id=f"at:{key}"), inside,
                   aria_labelledby=f"at:{key}", class_=f"part {key}-part")


def _head(name: str) -> Html:
    policy = "; ".join([
        "default-src 'none'", f"style-src '{_digest('page.css')}'",
        f"script-src '{_digest('page.js')}'", "base-uri 'none'", "form-action 'none'"])
    return element(
        "head", element("meta", charset="utf-8"),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{name}: evaluation"), element("style", Html(_asset("page.css"))))


@cache
def _asset(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


def _digest(name: str) -> str:
    digest = hashlib.sha256(_asset(name).encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
