"""Canned replies, filled in; their words live in ``prompts/replies.toml``."""

from __future__ import annotations

from assistant.answer import Answer, Intent, Sentence, Status
from assistant.gathered import Refusal
from assistant.question import Question
from assistant.scope import Scope
from corpus.errors import FindingsError
from corpus.names import topics
from prompts import wording


def refusal(why: Refusal | None, question: Question) -> str:
    """What a question gets that the reports don't answer."""
    words = wording("replies")
    if why is None:
        return str(words["refusal"]["not_found"])
    labels = [t.label for t in topics() if t.key in question.facets.topics]
    about = f" on {' and '.join(labels)}" if labels else ""
    if question.subject and why.key == "none_of_kind":
        about += f" about {' '.join(question.subject)}"
    kinds = [str(words["kinds"][kind.value]["one"]) for kind in question.facets.kinds]
    return str(words["refusal"][why.key]).format(
        about=about, kind=" or ".join(kinds) or "finding", **why.values)


def what_to_try(why: Refusal | None, question: Question, scope: Scope) -> list[str]:
    """What may help where the reports don't answer, in sentences; none where the refusal says
    all that there is to say."""
    words = wording("replies")["try"]
    told = question.facets
    tips = []
    if why is None or why.key == "not_found":
        tips.append("words_or_place" if scope.several else "words")
    elif why.key == "none_of_kind" and not question.chosen:
        tips.append("kind")
    elif why.key in ("no_grade", "ungraded"):
        tips.append("said")
    if question.chosen and not (told.forces and told.years and told.kinds):
        tips.append("limits")
    return [str(words[tip]) for tip in tips]


def left_out(count: int) -> str:
    """How many sentences were taken out, and why."""
    return str(wording("replies")["notice"]["left_out"]).format(
        count=count, sentences="sentence was" if count == 1 else "sentences were",
        them="it" if count == 1 else "them")


def cycles() -> str:
    """That grades from before and after 2021 can't be compared."""
    return str(wording("replies")["notice"]["cycles"])


def fell_back() -> str:
    """That nothing a model wrote passed the check."""
    return str(wording("replies")["notice"]["fell_back"])


def withheld(count: int) -> str:
    """That findings were kept from the model, because they may be meant to steer it."""
    words = wording("replies")["notice"]["withheld"]
    return str(words["one" if count == 1 else "many"]).format(count=count)


def model_failed(error: FindingsError, midway: bool = False) -> str:
    """That the model could not be used, or broke off midway, why, and what to do."""
    key = "model_broke_off" if midway else "model_failed"
    return str(wording("replies")["notice"][key]).format(reason=error)


def clarify(key: str, question: str, **values: object) -> Answer:
    """An answer that asks for another question."""
    text = str(wording("replies")["clarify"][key]).format(**values)
    return plain(Status.NEEDS_CLARIFICATION, text, question)


def failed(reason: str, question: str) -> Answer:
    """An answer that reports an error."""
    return plain(Status.ERROR, reason, question)


def unexpected(question: str) -> Answer:
    """An answer that reports a fault of the program."""
    return failed(str(wording("replies")["error"]["unexpected"]), question)


def plain(status: Status, text: str, question: str) -> Answer:
    """An answer of one sentence that claims nothing."""
    return Answer(question=question, standalone_question=question, intent=Intent.LOOKUP,
                  status=status, sentences=(Sentence(text=text, citations=()),))
