"""RAGAS, and the only module that knows it.

Its metrics run unchanged, with three differences. What it asks its language model goes to a
``Judge`` together with the texts asked about, so that a trained checker can decide as well. No
reply reaches a metric unless it is whole: one verdict for each statement, each 0 or 1; else the
score is "unparseable", never NaN and never a mean over what happened to be there. And nothing is
asked over the network but of the judge that was named.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from corpus.errors import FixConfiguration
from evals.suite.judges.guard import guard, judgments
from evals.suite.judges.judge import Ask, Judge, Task, TimedOutError, UnableError, UnparseableError
from evals.suite.metrics.score import Judgment, Outcome, Score

try:
    from ragas.embeddings.base import BaseRagasEmbedding
    from ragas.llms.base import InstructorBaseRagasLLM
    from ragas.metrics import collections as ragas_metrics
    from ragas.metrics.collections.faithfulness.util import (
        NLIStatementInput,
        NLIStatementOutput,
        NLIStatementPrompt,
    )
    from ragas.prompt.metrics.base_prompt import BasePrompt
except ImportError as error:
    raise FixConfiguration("The evaluation suite needs RAGAS, which is not installed.",
                           "Install it: pip install 'findings[evals]'.") from error

Model = TypeVar("Model", bound=BaseModel)
Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Sample:
    """What the metrics of one answer are worked out from. ``response`` has a statement a line."""

    question: str
    response: str
    reference: str
    contexts: tuple[str, ...]


class _Asked(str):
    """A prompt's text that still holds what it asks about, and how it is put."""

    data: BaseModel
    prompt: Any


class _Carrying:
    """A RAGAS prompt whose text carries its input to the judge."""

    def __init__(self, prompt: Any) -> None:
        self._prompt = prompt

    def to_string(self, data: BaseModel) -> _Asked:
        text = _Asked(self._prompt.to_string(data))
        text.data, text.prompt = data, self._prompt
        return text


class _Llm(InstructorBaseRagasLLM):
    """A judge in the place of RAGAS's language model. It keeps the verdicts of its last metric,
    for the record."""

    def __init__(self, judge: Judge, repeat: int) -> None:
        self._judge = judge
        self._repeat = repeat
        self.judgments: list[Judgment] = []

    def generate(self, prompt: str, response_model: type[Model]) -> Model:
        """One decision, read and guarded."""
        task = _task(prompt, response_model)
        reply = self._judge.decide(task, self._repeat)
        try:
            read = response_model.model_validate(reply)
        except ValidationError as error:
            raise UnparseableError(f"its reply to {task.ask} is not of the form asked for") \
                from error
        guard(task, read.model_dump())
        self.judgments += judgments(task, read.model_dump())
        return read

    async def agenerate(self, prompt: str, response_model: type[Model]) -> Model:
        """The same, as RAGAS calls it."""
        return self.generate(prompt, response_model)


class _Embeddings(BaseRagasEmbedding):
    """The program's own embedding model, as RAGAS calls it."""

    def __init__(self, embed: Embed) -> None:
        super().__init__()
        self._embed = embed

    def embed_text(self, text: str, **_: Any) -> list[float]:
        """One text's vector."""
        return list(self._embed([text])[0])

    async def aembed_text(self, text: str, **_: Any) -> list[float]:
        """The same, as RAGAS calls it."""
        return self.embed_text(text)


def _task(prompt: str, model: type[BaseModel]) -> Task:
    assert isinstance(prompt, _Asked), "a prompt that does not carry what it asks about"
    told = prompt.data.model_dump()
    wanted = set(model.model_fields)
    schema = model.model_json_schema()
    if wanted == {"question", "noncommittal"}:
        return Task(Ask.GUESS, str(prompt), schema, text=told["response"])
    if wanted == {"classifications"}:
        return Task(Ask.ATTRIBUTE, str(prompt), schema, question=told["question"],
                    context=told["context"], answer=told["answer"])
    if wanted == {"reason", "verdict"}:
        return Task(Ask.USEFUL, str(prompt), schema, question=told["question"],
                    context=told["context"], answer=told["answer"])
    if "statements" in told:
        asked, data = prompt.prompt, prompt.data
        return Task(Ask.SUPPORT, str(prompt), schema, context=told["context"],
                    statements=tuple(told["statements"]),
                    put=lambda few: str(asked.to_string(
                        data.model_copy(update={"statements": list(few)}))))
    text = next(told[name] for name in ("answer", "text", "response") if name in told)
    return Task(Ask.SPLIT, str(prompt), schema, question=told.get("question", ""), text=text)


# Each metric: its class in RAGAS, and what of a sample it is worked out from.
_METRICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "faithfulness": ("Faithfulness", ("user_input", "response", "retrieved_contexts")),
    "response_relevancy": ("AnswerRelevancy", ("user_input", "response")),
    "context_precision": ("ContextPrecisionWithReference",
                          ("user_input", "reference", "retrieved_contexts")),
    "context_recall": ("ContextRecall", ("user_input", "retrieved_contexts", "reference")),
    "factual_correctness": ("FactualCorrectness", ("response", "reference")),
    "noise_sensitivity": ("NoiseSensitivity",
                          ("user_input", "response", "reference", "retrieved_contexts")),
    "semantic_similarity": ("SemanticSimilarity", ("reference", "response")),
}
NAMES = tuple(_METRICS)


def score(name: str, sample: Sample, judge: Judge | None, embed: Embed,
          repeats: int = 1) -> Score:
    """One RAGAS metric of one answer. Over several repeats the mean, with its spread.

    A sample without reference or evidence that the metric needs is "not applicable". Raises
    ``KeyError`` for a metric that this module does not know, and lets the errors of a judge
    that can't be reached through.
    """
    _, needs = _METRICS[name]
    if missing := _missing(needs, sample):
        return Score.without(Outcome.NOT_APPLICABLE, missing)
    if name != "semantic_similarity" and judge is None:
        return Score.without(Outcome.NOT_APPLICABLE, "no judge was asked for")
    if name == "response_relevancy" and judge is not None:
        told = judge.relevancy(sample.question, sample.response)
        if told is not None:
            return Score.of(told, "the reranker's probability, not RAGAS's guessed questions")
    values: list[float] = []
    kept: list[Judgment] = []
    count = repeats if judge is not None and judge.is_random else 1
    for repeat in range(count):
        try:
            value, found = _once(name, sample, judge, embed, repeat)
        except UnparseableError as error:
            return Score.without(Outcome.UNPARSEABLE, str(error))
        except TimedOutError as error:
            return Score.without(Outcome.TIMED_OUT, str(error))
        except UnableError as error:
            return Score.without(Outcome.NOT_APPLICABLE, str(error))
        values.append(value)
        kept += found
    return Score.of(fmean(values), judgments=kept,
                    spread=pstdev(values) if len(values) > 1 else None)


def supported(statements: Sequence[str], context: Sequence[str], judge: Judge,
              repeat: int = 0) -> list[Judgment]:
    """Whether evidence supports each statement, asked as RAGAS asks for faithfulness.

    Raises as a judge does.
    """
    llm = _Llm(judge, repeat)
    asked = _Carrying(NLIStatementPrompt()).to_string(
        NLIStatementInput(context="\n".join(context), statements=list(statements)))
    llm.generate(asked, NLIStatementOutput)
    return llm.judgments


def _once(name: str, sample: Sample, judge: Judge | None, embed: Embed,
          repeat: int) -> tuple[float, list[Judgment]]:
    kind, needs = _METRICS[name]
    llm = _Llm(judge, repeat) if judge is not None else None
    metric = _made(kind, llm, embed)
    told = {"user_input": sample.question, "response": sample.response,
            "reference": sample.reference, "retrieved_contexts": list(sample.contexts)}
    result = asyncio.run(metric.ascore(**{need: told[need] for need in needs}))
    value = float(result.value)
    if not math.isfinite(value):
        raise UnparseableError("RAGAS gave no number")
    # Cosines and RAGAS's small constants stray past the ends by rounding.
    return min(max(value, 0.0), 1.0), llm.judgments if llm else []


def _made(kind: str, llm: _Llm | None, embed: Embed) -> Any:
    options: dict[str, Any] = {}
    if kind != "SemanticSimilarity":
        options["llm"] = llm
    if kind in ("SemanticSimilarity", "AnswerRelevancy"):
        options["embeddings"] = _Embeddings(embed)
    metric = getattr(ragas_metrics, kind)(**options)
    for name, value in list(vars(metric).items()):
        if isinstance(value, BasePrompt):
            setattr(metric, name, _Carrying(value))
    return metric


def _missing(needs: Sequence[str], sample: Sample) -> str:
    if "reference" in needs and not sample.reference:
        return "the question has no reference answer"
    if "retrieved_contexts" in needs and not sample.contexts:
        return "there was no evidence"
    return ""
