"""Areas: the sections of a report that are judged, or could be, and what to call them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.compose.steering import steers
from corpus.model import Finding, FindingKind, Grade
from corpus.names import Topic, topic_of
from evals.suite.drafting.wording import dull
from index.words import stems

_PILLARS = frozenset({"effectiveness", "efficiency", "legitimacy", "leadership", "people"})
_LONGEST_LABEL = 8
_QUESTION = re.compile(r"^(?:how|to what extent|what|is|are|does|do)\b", re.IGNORECASE)
_HOW = re.compile(r"^(?:how well|to what extent) does the (?:force|service|constabulary) "
                  r"(?P<verb>[a-z]+) (?P<rest>[^?]{1,90})\?$", re.IGNORECASE)
_STATEMENT = re.compile(r"^(?:the|this) (?:force|service|constabulary|council|school|trust)\b"
                        r"(?!’s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Area:
    """A section that is judged, or could be. ``label`` fits after "on"; "" where the heading
    can't be put so. ``judged`` is its one judgment of this inspection, None where there is none
    or several."""

    label: str
    path: tuple[str, ...]
    findings: tuple[Finding, ...]
    judged: Finding | None
    is_pillar: bool = False

    @property
    def names(self) -> dict[str, str]:
        """What templates call it."""
        return label_names(self.label)

    @property
    def topic(self) -> str:
        """The key of its topic; "" for none that is known."""
        topic = _topic(self.path[-1])
        return topic.key if topic else ""

    @property
    def is_its_topic(self) -> bool:
        """Whether the label says what its topic's does, so that it can stand for it elsewhere."""
        topic = _topic(self.path[-1])
        return topic is not None and _says(self.label, topic.label)

    @property
    def grade(self) -> Grade | None:
        """The grade that was given; None for no judgment, and for one that is not graded."""
        grade = self.judged.grade if self.judged else None
        return None if grade is Grade.NOT_GRADED else grade

    def of(self, *kinds: FindingKind) -> tuple[Finding, ...]:
        """Its findings of these kinds."""
        return tuple(f for f in self.findings if f.kind in kinds)

    def usable_of(self, *kinds: FindingKind) -> tuple[Finding, ...]:
        """Those of these kinds that may be quoted."""
        return tuple(f for f in self.of(*kinds) if not is_barred(f))


@lru_cache(maxsize=65536)
def is_barred(finding: Finding) -> bool:
    """Whether a finding is hidden or speaks to a program, and is no stuff for questions."""
    return steers(finding)


def areas_of(findings: Sequence[Finding], police: bool) -> tuple[Area, ...]:
    """The areas of a report in reading order: its outermost headings, or those below them where
    they are pillars. Two that would be called the same are called by their headings, and left out
    where those are the same too."""
    paths: dict[tuple[str, ...], list[Finding]] = {}
    pillars = {f.section[0] for f in findings
               if len(f.section) > 1 and f.section[0].lower() in _PILLARS}
    for finding in findings:
        section = finding.section
        if section and not dull(section[0]):
            paths.setdefault(section[:2] if section[0] in pillars else section[:1],
                             []).append(finding)
    labels = {path: label_of(path[-1], {f.words for f in found}, police)
              for path, found in paths.items()}
    labels = {path: _phrased(path[-1]) if often > 1 else label for path, label in labels.items()
              for often in [list(labels.values()).count(label)]}
    return tuple(Area(labels[path], path, tuple(found), _judged(found),
                      len(path) == 1 and path[0] in pillars)
                 for path, found in paths.items()
                 if not labels[path] or list(labels.values()).count(labels[path]) == 1)


def _judged(found: Sequence[Finding]) -> Finding | None:
    judged = [f for f in found if f.kind is FindingKind.JUDGMENT and f.as_of is None
              and not is_barred(f)]
    return judged[0] if len(judged) == 1 else None


def label_of(heading: str, statements: Collection[str] = (), police: bool = True) -> str:
    """What a section is about, to follow "on": of a police report its topic, where the heading
    says no more, else the heading; "" for a heading that is a sentence (one of ``statements`` is
    its text) or can't be put as a part of one."""
    topic = _topic(heading) if police or heading.endswith("?") else None
    if heading in statements or _STATEMENT.match(heading):
        return ""
    return topic.label if topic and _says(heading, topic.label) else _phrased(heading)


def label_names(label: str) -> dict[str, str]:
    """What templates call an area: "investigating crime" follows "good at", "fraud" "good on"."""
    gerund = label.partition(" ")[0].endswith("ing")
    return {"area": label, "at_area": f"{'at' if gerund else 'on'} {label}"}


@lru_cache(maxsize=4096)
def _topic(heading: str) -> Topic | None:
    return topic_of(heading)


@lru_cache(maxsize=4096)
def _says(text: str, label: str) -> bool:
    """Whether a text has half of a label's words or more."""
    return len(stems(label) & stems(text)) * 2 >= len(stems(label))


def _phrased(heading: str) -> str:
    """A heading as a noun phrase inside a sentence, a question as "treating people well"; ""
    where it is neither."""
    text = heading.strip()
    if asked := _HOW.match(text):
        return f"{_gerund(asked['verb'].lower())} {asked['rest']}"
    if not text or _QUESTION.match(text) or _STATEMENT.match(text) or dull(text) \
            or text[-1] in "?.!:" or len(text.split()) > _LONGEST_LABEL:
        return ""
    return text if text[1:2].isupper() else text[0].lower() + text[1:]


def _gerund(verb: str) -> str:
    """"Treating", "planning", "using"."""
    if re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", verb):
        return f"{verb}{verb[-1]}ing"
    return f"{verb.removesuffix('e')}ing"
