"""What programs send and what they get: typed, bounded, with the keys of ``ask --json``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assistant.answer import Answer, Citation, Intent, Sentence, Status, Table
from corpus.model import Finding, FindingKind, Grade, Polarity
from index.search import Hit

# The most that one call takes and gives.
QUESTION = 2000
QUERY = 500
TURNS = 20
SAID = 20_000
VALUES = 20
RANKED = 50
LISTED = 200


def _several(value: object) -> object:
    """One value where a list of them is expected, and none at all, as such a list."""
    return [] if value is None else [value] if isinstance(value, str | int) else value


_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Names = Annotated[list[_Name], BeforeValidator(_several), Field(max_length=VALUES)]
_Years = Annotated[list[Annotated[int, Field(ge=1800, le=2200)]], BeforeValidator(_several),
                   Field(max_length=VALUES)]
_Kinds = Annotated[list[FindingKind], BeforeValidator(_several), Field(max_length=VALUES)]
_Polarities = Annotated[list[Polarity], BeforeValidator(_several), Field(max_length=VALUES)]
_Grades = Annotated[list[Grade], BeforeValidator(_several), Field(max_length=VALUES)]
_Turn = Annotated[list[Annotated[str, Field(max_length=SAID)]], Field(min_length=2, max_length=2)]
_Turns = Annotated[list[_Turn], BeforeValidator(_several), Field(max_length=TURNS)]


class _Call(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ScopedCall(_Call):
    """Where to look. Several values of one field are alternatives, several fields must all
    hold, an empty field asks nothing."""

    force: _Names = Field([], description="Forces by name, such as Norfolk.")
    year: _Years = Field([], description="Years of the reports.")
    kind: _Kinds = Field([], description="Kinds of finding.")
    report: _Names = Field([], description="Reports by their report_id.")


class AskCall(ScopedCall):
    """A question. The scope holds where the question itself names no force, year, report or
    kind."""

    question: str = Field(min_length=1, max_length=QUESTION, description="In plain English.")
    history: _Turns = Field([], description="The conversation so far, oldest first: a list of "
                            "[question, answer] pairs. With it a question may be a follow-up.")
    composer: Literal["quotes", "prose"] = Field("quotes", description="quotes: the findings "
                                                 "themselves. prose: a language model's sentences,"
                                                 " each checked; only where one is set up.")


class FilteredCall(ScopedCall):
    """A scope, narrowed by what the findings are about and what they say."""

    topic: _Names = Field([], description="What inspectors looked at, in words, such as "
                          "investigating crime.")
    polarity: _Polarities = Field([], description="Whether a finding speaks well or ill.")
    grade: _Grades = Field([], description="Grades; only judgments have one.")


class SearchCall(FilteredCall):
    """Words to look for."""

    query: str = Field(min_length=1, max_length=QUERY, description="Words or a question.")
    k: int = Field(10, ge=1, le=RANKED, description="How many findings.")


class ListCall(FilteredCall):
    """Which part of a complete list."""

    offset: int = Field(0, ge=0, le=100_000_000, description="How many findings to leave out "
                        "first.")
    limit: int = Field(50, ge=1, le=LISTED, description="How many findings to give.")


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True)


class Cited(Citation):
    """A citation with the way to it: ``link`` is the part of the page's address after its
    name. ``steers``: the finding may have been written to steer a program that reads it."""

    link: str
    steers: bool = False


class AskReply(_Reply):
    """An answer with the keys of ``ask --json``. Programs look at ``status``."""

    id: str | None
    question: str
    standalone_question: str
    intent: Intent
    status: Status
    answer: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Cited, ...]
    nearest: tuple[Cited, ...]
    model: str
    timings_ms: dict[str, float]
    table: Table | None
    notice: str | None
    suggestions: tuple[str, ...]
    left_out: int

    @classmethod
    def of(cls, answer: Answer, citations: Sequence[Cited], nearest: Sequence[Cited]) -> Self:
        """The reply that an answer makes, with its citations and nearest findings as given."""
        return cls.model_validate({**answer.to_dict(), "citations": citations, "nearest": nearest})


class Listed(_Reply):
    """A finding with the keys of ``list --json``, and the way to it. ``text`` is verbatim."""

    finding_id: str
    report_id: str
    title: str
    force: str | None
    year: int | None
    section: tuple[str, ...]
    kind: FindingKind
    polarity: Polarity
    grade: Grade | None
    as_of: int | None
    lead_in: str | None
    text: str
    page: int | None
    start: int
    end: int
    source: str
    hidden: bool
    guessed: tuple[str, ...] = Field(description="What was inferred of the report, not stated.")
    link: str
    steers: bool = False

    @classmethod
    def of(cls, finding: Finding, **more: Any) -> Self:
        """A finding; ``more`` are the fields that it doesn't hold itself."""
        return cls.model_validate({**finding.to_dict(), **more})


class Ranked(Listed):
    """A finding that a search found: the fused score, and ranks and scores by meaning and by
    words, None where that side did not propose it."""

    score: float
    ranks: dict[str, int | None]
    scores: dict[str, float | None]

    @classmethod
    def hit(cls, hit: Hit, **more: Any) -> Self:
        """A hit; ``more`` as for a finding."""
        return cls.of(hit.finding, score=round(hit.fused, 6),
                      ranks={"dense": hit.dense_rank, "lexical": hit.lexical_rank},
                      scores={"dense": hit.dense, "lexical": hit.lexical}, **more)


class SearchReply(_Reply):
    """The best findings for a query, best first."""

    query: str
    count: int
    findings: tuple[Ranked, ...]


class ListReply(_Reply):
    """A part of a complete list in reading order. ``total`` counts the whole list;
    ``next_offset`` is where it goes on, None at its end."""

    total: int
    offset: int
    count: int
    next_offset: int | None
    findings: tuple[Listed, ...]


Reply = AskReply | SearchReply | ListReply


class Problem(_Reply):
    """Why a call has no reply. ``type`` says what to do: correct the input, send a token, fix the
    installation, try again later, or give up."""

    type: Literal["invalid_input", "sign_in", "fix_configuration", "try_again", "give_up"]
    message: str
    next_step: str

    @property
    def text(self) -> str:
        """What happened and what to do, in one line."""
        return f"{self.message} {self.next_step}".strip()
