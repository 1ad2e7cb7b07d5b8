"""What an evaluation leaves behind, as far as the page shows it: shapes of ``run.json`` and
``report.json``. What else those files hold is passed over, and what they lack has a default, so
that files of a neighbouring version can still be read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

FORMAT = 1


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class Estimate(_Told):
    """A mean of ``n`` values with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


class Summary(_Told):
    """A metric over some questions; ``coverage`` is the share scored of what should have been."""

    metric: str
    estimate: Estimate | None = None
    coverage: float = 1.0
    counts: dict[str, int] = {}
    p50: float | None = None
    p95: float | None = None


class Agreement(_Told):
    """How far a judge agrees with labels, as shares."""

    agreement: float
    low: float | None = None
    high: float | None = None
    n: int = 0
    labels: str = ""
    found: float | None = None
    false_alarms: float | None = None


class Judge(_Told):
    """Who decided the judged metrics; ``agreement`` is None where nobody measured it."""

    name: str
    fingerprint: str | None = None
    repeats: int = 1
    agreement: Agreement | None = None


class Dataset(_Told):
    """The questions asked; ``digest`` differs where any of them does."""

    name: str
    digest: str = ""
    questions: int = 0


class Manifest(_Told):
    """What ``run.json`` says a run is a run of. Times are as recorded, ISO in UTC as a rule."""

    format: int
    name: str
    dataset: Dataset
    composer: str = ""
    model: str = ""
    judge: Judge | None = None
    floor: float = 0.0
    reports: list[str] = []
    commit: str = ""
    started: str | None = None
    finished: str | None = None
    rescored: str | None = None

    @field_validator("commit", mode="before")
    @classmethod
    def _blank(cls, told: Any) -> Any:
        return "" if told is None else told


class Overview(_Told):
    """The part of a report that a list of runs needs."""

    summaries: list[Summary] = []


class Judgment(_Told):
    """One decision behind a score; ``verdict`` is 1 or 0."""

    statement: str
    verdict: int
    reason: str = ""


class Score(_Told):
    """A metric's value for one answer, or the outcome that stands for it."""

    outcome: str
    value: float | None = None
    reason: str = ""
    judgments: list[Judgment] = []
    spread: float | None = None


class Said(_Told):
    """A sentence of an answer, with the numbers of its citations; ``cell`` is its place in the
    answer's table, as row and column."""

    text: str
    citations: list[int] = []
    layout: str = "text"
    cell: tuple[int, int] | None = None


class Frame(_Told):
    """The heads of an answer's table."""

    columns: list[str]
    rows: list[str]


class Cited(_Told):
    """A quote from a report. ``verbatim`` is None where nobody looked whether it stands there."""

    n: int
    quote: str
    finding_id: str = ""
    title: str = ""
    section: list[str] = []
    kind: str = ""
    polarity: str = "neutral"
    grade: str | None = None
    lead_in: str | None = None
    page: int | None = None
    needed: bool = False
    verbatim: bool | None = None


class Evidence(_Told):
    """A finding that the assistant had before it."""

    id: str
    text: str
    needed: bool = False


class Dropped(_Told):
    """A sentence that the check left out of an answer."""

    text: str = ""
    reason: str = ""


class Question(_Told):
    """A question with its answer and scores. ``needed`` are groups of findings, one of each of
    which has to be cited."""

    id: str
    question: str
    kind: str = ""
    history: list[tuple[str, str]] = []
    note: str = ""
    reference: str = ""
    draft: bool = False
    answerable: bool = True
    understood: str = ""
    status: str = ""
    refused: bool = False
    answer: str = ""
    sentences: list[Said] = []
    table: Frame | None = None
    citations: list[Cited] = []
    nearest: list[Cited] = []
    needed: list[list[str]] = []
    contexts: list[Evidence] = []
    left_out: list[Dropped] = []
    notice: str | None = None
    scores: dict[str, Score] = {}
    seconds: float | None = None
    first_s: float | None = None

    @property
    def right(self) -> bool | None:
        """Whether the answer does all that is asked of it; None where that isn't scored."""
        score = self.scores.get("right")
        return None if score is None or score.value is None else score.value >= 1

    @property
    def failed(self) -> bool:
        """Whether the assistant failed with an error, which is neither answer nor refusal."""
        return self.status == "error"

    @property
    def refused_wrongly(self) -> bool:
        """Whether it refuses what the reports can answer."""
        return self.refused and self.answerable and not self.failed

    @property
    def answered_wrongly(self) -> bool:
        """Whether it answers what the reports can't."""
        return not (self.refused or self.answerable or self.failed)


class Results(_Told):
    """A whole report. ``findings`` has the words of needed findings as far as they are known."""

    summaries: list[Summary] = []
    by_kind: dict[str, list[Summary]] = {}
    confusion: dict[str, int] = {}
    questions: list[Question] = []
    findings: dict[str, str] = {}

    def question(self, identifier: str) -> Question | None:
        """A question by its id."""
        return next((one for one in self.questions if one.id == identifier), None)


def moment(told: str | None) -> datetime | None:
    """A recorded time; None where it is none."""
    try:
        return datetime.fromisoformat(told or "")
    except ValueError:
        return None
