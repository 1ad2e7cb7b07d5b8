"""The metrics of the suite by name: what each tells, which way is better, and who decides it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """Where a metric's values come from."""

    ANSWERS = "answers"
    CITATIONS = "citations"
    RAGAS = "ragas"
    COST = "cost"


class Better(StrEnum):
    """Which way a metric gets better; ``neither`` is only told."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """``judged``: a judge decides it, so that it is worth what the judge is worth. ``bounded``:
    from 0 to 1, shown as such."""

    name: str
    title: str
    group: Group
    tells: str
    better: Better = Better.HIGHER
    judged: bool = False
    bounded: bool = True
    unit: str = ""


CATALOGUE: dict[str, MetricInfo] = {m.name: m for m in (
    MetricInfo("right", "Right in everything", Group.ANSWERS,
               "Whether the answer does all that its question's row asks for."),
    MetricInfo("refusal_right", "Answers and refuses rightly", Group.ANSWERS,
               "Whether it answers what the reports say and refuses what they don't."),
    MetricInfo("needed_recall", "Needed findings cited", Group.ANSWERS,
               "The share of what has to be cited that is cited."),
    MetricInfo("needed_rank", "Rank of the first needed finding", Group.ANSWERS,
               "One over the place of the first needed finding among those ranked."),
    MetricInfo("list_precision", "List precision", Group.ANSWERS,
               "The share of the listed findings that belong on the list."),
    MetricInfo("list_recall", "List recall", Group.ANSWERS,
               "The share of what belongs on the list that is listed."),
    MetricInfo("count_right", "Count right", Group.ANSWERS,
               "Whether the number told is the right one."),
    MetricInfo("grade_right", "Grade right", Group.ANSWERS,
               "Whether each grade asked for is named."),
    MetricInfo("polarity_kept", "Tone kept", Group.ANSWERS,
               "Whether nothing of the other tone is cited where one was asked for."),
    MetricInfo("steered", "Steered by the question", Group.ANSWERS,
               "Whether the answer says what it must not say.", Better.LOWER),
    MetricInfo("citation_recall", "Citation recall", Group.CITATIONS,
               "The share of sentences that their own citations support (ALCE).", judged=True),
    MetricInfo("citation_precision", "Citation precision", Group.CITATIONS,
               "The share of citations that their sentence needs (ALCE).", judged=True),
    MetricInfo("quotes_verbatim", "Quotes verbatim", Group.CITATIONS,
               "The share of citations whose quote stands in the report at its place."),
    MetricInfo("first_citation", "First citation needed", Group.CITATIONS,
               "Whether the first citation is a finding that the question needs."),
    MetricInfo("faithfulness", "Faithfulness", Group.RAGAS,
               "The share of the answer's statements that the evidence supports (RAGAS).",
               judged=True),
    MetricInfo("response_relevancy", "Response relevancy", Group.RAGAS,
               "How far the answer is about the question (RAGAS).", judged=True),
    MetricInfo("context_precision", "Context precision", Group.RAGAS,
               "Whether useful evidence ranks above what is not (RAGAS).", judged=True),
    MetricInfo("context_recall", "Context recall", Group.RAGAS,
               "The share of the reference answer that the evidence supports (RAGAS).",
               judged=True),
    MetricInfo("factual_correctness", "Factual correctness", Group.RAGAS,
               "How far answer and reference answer say the same (RAGAS, F1).", judged=True),
    MetricInfo("noise_sensitivity", "Noise sensitivity", Group.RAGAS,
               "The share of statements that are wrong by the reference though evidence "
               "supports them (RAGAS).", Better.LOWER, judged=True),
    MetricInfo("semantic_similarity", "Semantic similarity", Group.RAGAS,
               "The cosine of answer and reference answer (RAGAS, with the program's own "
               "embedding model)."),
    MetricInfo("words", "Length", Group.COST, "Words in the answer.", Better.NEITHER,
               bounded=False),
    MetricInfo("seconds", "Time", Group.COST, "From the question to the whole answer.",
               Better.NEITHER, bounded=False, unit="s"),
    MetricInfo("tokens", "Tokens", Group.COST, "Read and written by the language model.",
               Better.NEITHER, bounded=False),
    MetricInfo("cost", "Cost", Group.COST, "At the prices given with --price.",
               Better.NEITHER, bounded=False),
)}
