"""What a question takes for granted: "why did it scrap its triage nurses?", "how did it become
good at fraud?"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.model import Finding
from index.passages import statement
from index.words import stem, stems

_WHY = r"^\W*(?:why|how come|how did|how was|how has|when did|what (?:made|caused|led|explains))\b"
_ENDED = re.compile(
    rf"{_WHY}.*?\b(?P<verb>scrap|abandon|clos|stopp?|cut|los[et]|lost|dropp?|disband|withdr[ae]w"
    r"|axe?|abolish|sack|sold|sell|remov|reduc|halv|shut|end|cancel|give up|gave up|get rid of"
    r"|got rid of)\w*\s+(?:down\s+)?(?:its|the|their|all(?: of)?(?: its| the)?|so many)\s+"
    r"(?P<what>.+?)\W*$", re.IGNORECASE)
_GRADED = re.compile(
    rf"{_WHY}.*?\b(?P<verb>good|great|excellent|outstanding|best|better|brilliant|strong|bad|poor"
    r"|worse|worst|weak|terrible)\b\s+(?:at|on|with|in|for)\s+(?P<what>.+?)\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Premise:
    """A thing that a question takes for granted: what is said to have happened to it, or, where
    it is ``graded``, how good it is said to be; and the thing."""

    said: str
    what: str
    graded: bool

    @property
    def plain(self) -> str:
        """The question that asks about the thing without taking anything for granted."""
        return f"What does it say about {self.what}?"

    def borne_out_by(self, findings: Iterable[Finding]) -> bool:
        """Whether some finding says the same of it in the same word."""
        root = stem(self.said)
        return any(word.startswith(root[:4]) for finding in findings
                   for word in stems(statement(finding))) if len(root) > 3 else any(
                       root in stems(statement(finding)) for finding in findings)


def premise(text: str) -> Premise | None:
    """What a question takes for granted, None where it takes nothing."""
    if match := _ENDED.match(text):
        return Premise(match["verb"].lower(), match["what"], graded=False)
    match = _GRADED.match(text)
    return Premise(match["verb"].lower(), match["what"], graded=True) if match else None
