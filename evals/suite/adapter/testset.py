"""RAGAS's own test-set generator, drafting questions from a library's findings.

It is run for one finding and one persona at a time: a reply that RAGAS can't read ends the whole
of what it is generating, and would otherwise take every other question along. Of its transforms
only those run that its single-hop synthesizer needs, so that a small library and a small model
will do.
"""

from __future__ import annotations

import io
import logging
import math
import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr
from typing import TYPE_CHECKING, Any

from assistant.compose.prompting import neutral
from assistant.models.failures import ReadsTooLittle, telling
from corpus.errors import FindingsError, FixConfiguration
from corpus.model import Finding
from evals.suite.adapter.metrics import Embed
from evals.suite.drafting import writing
from evals.suite.drafting.writing import Fault, Owner, Written
from index.passages import passage

try:
    from langchain_core.outputs import Generation, LLMResult
    from ragas.embeddings.base import BaseRagasEmbeddings
    from ragas.exceptions import RagasException
    from ragas.llms.base import BaseRagasLLM
    from ragas.run_config import RunConfig
    from ragas.testset import Testset, TestsetGenerator, TestsetSample
    from ragas.testset.graph import KnowledgeGraph, Node, NodeType
    from ragas.testset.persona import Persona, generate_personas_from_kg
    from ragas.testset.synthesizers.base import QueryStyle
    from ragas.testset.synthesizers.single_hop.specific import SingleHopSpecificQuerySynthesizer
    from ragas.testset.transforms import EmbeddingExtractor, KeyphrasesExtractor, apply_transforms
    from ragas.tokenizers import BaseTokenizer
except ImportError as error:
    raise FixConfiguration("RAGAS's test-set generator is not installed.",
                           "Install it: pip install 'findings[evals]'.") from error

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.prompt_values import PromptValue

logger = logging.getLogger(__name__)

_PROPERTY = "keyphrases"
_ONCE = RunConfig(max_retries=1, max_workers=1)
# Personas, and the findings that each of them is imagined from.
_PERSONAS, _SHOWN = 3, 8
# In characters: the embedded model reads 4,096 tokens, and RAGAS's mending repeats a prompt.
_LONGEST = 1500
# A model that RAGAS can't read is not asked for ever.
_LOST_IN_A_ROW = 4
# What RAGAS raises for a reply that it can't read, or that names what it was not told.
_UNREAD = (RagasException, ValueError, LookupError, ReadsTooLittle)
_ANYBODY = Persona(name="Reader of the reports", role_description="Wants to know what was found, "
                   "how serious it is and what has to be done about it.")


def generated(findings: Sequence[Finding], chat: BaseChatModel, embed: Embed, number: int,
              seed: int = 11, name: str = "") -> Written:
    """Up to ``number`` look-ups by RAGAS's generator, each from one finding, spread over reports,
    sections and kinds of finding. Findings that steer a program are never sent.

    A finding costs three calls of the model: for its key phrases, for who would ask about them,
    and for a question with its answer in a style by chance. Personas cost three more, once; a
    reply that RAGAS can't read costs up to three more to have it mended. At most twice as many
    findings are taken as questions are wanted. A question that ``fault_of`` finds fault with is
    dropped; body and year are put in as in ``written``. References are RAGAS's own answers. The
    same findings, seed and replies give the same questions.

    ``error`` is what broke off the writing; where fewer than ``number`` were kept it may also
    tell of findings that came to nothing. Raises that error where nothing was kept: the model's
    (``FixConfiguration``, ``TryAgain``), or ``FixConfiguration`` for replies that are of no use.
    """
    name = name or writing.model_name(chat)
    chunks = _chunks(findings, seed, 2 * max(number, 0))
    drafts = _Drafts(chunks, {(f.force, f.year) for f in findings}, name)
    problem: FindingsError | None = None
    lost = in_a_row = 0
    try:
        with _seeded(seed):
            ragas = _Ragas(chat, name, embed, chunks)
            for text in chunks:
                if len(drafts.rows) == number or in_a_row == _LOST_IN_A_ROW:
                    break
                if drafts.take(ragas.sample(text)):
                    in_a_row = 0
                else:
                    lost, in_a_row = lost + 1, in_a_row + 1
    except FindingsError as error:
        problem = error
    if problem is None and lost and len(drafts.rows) < number:
        problem = FixConfiguration(
            f"RAGAS could make no question of {lost} finding{'s' if lost > 1 else ''} from what "
            f"{name} replied.",
            "Name a larger model with --model, or leave out --generator ragas.")
    if problem is not None and not drafts.rows:
        raise problem
    return Written(tuple(drafts.rows), dict(drafts.dropped), problem)


class _Drafts:
    """RAGAS's samples as rows. ``dropped`` counts those with a fault, and the findings of whose
    replies RAGAS could make nothing."""

    def __init__(self, chunks: Mapping[str, Finding], owners: Collection[Owner],
                 name: str) -> None:
        self.rows: list[dict[str, Any]] = []
        self.dropped: Counter[Fault] = Counter()
        self._chunks, self._owners, self._name = chunks, owners, name
        self._seen: set[str] = set()

    def take(self, sample: TestsetSample | None) -> bool:
        """Keep a sample, or drop and count it; False where there is none, or it names no finding
        or answers nothing, which counts as unreadable."""
        row = self._row(sample) if sample is not None else None
        if row is None:
            self.dropped[Fault.UNREADABLE] += 1
        elif isinstance(row, Fault):
            self.dropped[row] += 1
        else:
            self._seen.add(row["question"].lower())
            self.rows.append(row)
        return row is not None

    def _row(self, sample: TestsetSample) -> dict[str, Any] | Fault | None:
        told = sample.eval_sample.to_dict()
        found = [self._chunks.get(context) for context in told.get("reference_contexts", ())]
        sources = [finding for finding in found if finding is not None]
        reference = " ".join(str(told.get("reference", "")).split())
        if not sources or len(sources) < len(found) or not reference:
            return None
        question, fault = writing.settled(writing.tidied(str(told.get("user_input", ""))),
                                          sources, self._seen, self._owners)
        return fault or {
            "id": f"g{len(self.rows) + 1:03d}", "kind": "lookup", "question": question,
            "answerable": True, "needed": [[finding.id] for finding in sources],
            "reference": reference, "draft": True,
            "note": "RAGAS's generator made it from this one finding; others may answer it too",
            "origin": {"model": self._name, "generator": "ragas",
                       "synthesizer": sample.synthesizer_name}}


class _Ragas:
    """RAGAS's generator with the personas that it imagined over these chunks."""

    def __init__(self, chat: BaseChatModel, name: str, embed: Embed,
                 chunks: Mapping[str, Finding]) -> None:
        self._llm, self._embeddings = _Llm(chat, name), _Embeddings(embed)
        self._personas = self._imagined(chunks) or [_ANYBODY]

    def sample(self, text: str) -> TestsetSample | None:
        """What RAGAS generates from one chunk; None where it can't use the replies."""
        generator = TestsetGenerator(self._llm, self._embeddings,
                                     persona_list=list(self._personas))
        phrases = KeyphrasesExtractor(llm=self._llm, property_name=_PROPERTY,
                                      tokenizer=_Characters())
        asking = _Synthesizer(llm=self._llm, property_name=_PROPERTY)
        try:
            with redirect_stderr(io.StringIO()):
                made = generator.generate_with_chunks(
                    [text], testset_size=1, transforms=[phrases], run_config=_ONCE,
                    query_distribution=[(asking, 1.0)])
        except _UNREAD:
            logger.debug("RAGAS made nothing of a finding", exc_info=True)
            return None
        return made.samples[0] if isinstance(made, Testset) and made.samples else None

    def _imagined(self, chunks: Mapping[str, Finding]) -> list[Persona]:
        """A persona from each of a few runs of neighbouring findings."""
        shown = sorted(list(chunks)[:_PERSONAS * _SHOWN],
                       key=lambda text: (chunks[text].report_id, chunks[text].start))
        size = max(1, math.ceil(len(shown) / _PERSONAS))
        parts = ["\n".join(shown[at:at + size]) for at in range(0, len(shown), size)]
        return [persona for part in parts for persona in self._reader(part[:_LONGEST])]

    def _reader(self, text: str) -> list[Persona]:
        """Who would read this text; nobody where RAGAS can't use the reply."""
        # So few findings are their own summary, which saves a call.
        graph = KnowledgeGraph([Node(type=NodeType.CHUNK, properties={"summary": text})])
        vectors = EmbeddingExtractor(property_name="summary_embedding",
                                     embed_property_name="summary",
                                     embedding_model=self._embeddings)
        try:
            with redirect_stderr(io.StringIO()):
                apply_transforms(graph, [vectors], _ONCE)
                return list(generate_personas_from_kg(graph, self._llm, num_personas=1))
        except _UNREAD:
            logger.debug("RAGAS imagined no persona", exc_info=True)
            return []


class _Synthesizer(SingleHopSpecificQuerySynthesizer):
    """RAGAS's own, made to bear replies that name nobody it knows. It leaves out the style of
    web searches, which are no questions."""

    def prepare_combinations(self, node: Node, terms: list[str], personas: list[Persona],
                             persona_concepts: dict[str, list[str]]) -> list[dict[str, Any]]:
        """As RAGAS has it; anyone may ask where nobody was found."""
        known = {persona.name for persona in personas}
        told = {who: what for who, what in persona_concepts.items() if who in known}
        # The terms come in the order of a set, which changes from one process to the next.
        found: list[dict[str, Any]] = super().prepare_combinations(node, sorted(terms), personas,
                                                                   told)
        for one in found:
            one["personas"] = one["personas"] or personas
            one["styles"] = [s for s in one["styles"] if s is not QueryStyle.WEB_SEARCH_LIKE]
        return found


class _Llm(BaseRagasLLM):
    """A chat model as RAGAS calls it. RAGAS's own wrapper would change the model's temperature
    and reach its server by another client than the one that was set up for it."""

    def __init__(self, chat: BaseChatModel, name: str) -> None:
        super().__init__(run_config=_ONCE)
        self._chat, self._name = chat, name

    def generate_text(self, prompt: PromptValue, *_: Any, **__: Any) -> LLMResult:
        """One reply. Raises the error to show where the model fails."""
        with telling(self._name):
            reply = str(self._chat.invoke(prompt.to_messages()).text)
        return LLMResult(generations=[[Generation(text=reply)]])

    async def agenerate_text(self, prompt: PromptValue, *_: Any, **__: Any) -> LLMResult:
        """The same, as RAGAS awaits it."""
        return self.generate_text(prompt)

    def is_finished(self, response: LLMResult) -> bool:
        """Always: a reply that was cut off is no JSON, which RAGAS notices."""
        del response
        return True


class _Embeddings(BaseRagasEmbeddings):
    """The program's own embedding model, as RAGAS calls it."""

    def __init__(self, embed: Embed) -> None:
        super().__init__()
        self._embed = embed
        self.set_run_config(_ONCE)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector for each text."""
        return [[float(value) for value in vector] for vector in self._embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        """One text's vector."""
        return self.embed_documents([text])[0]

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """The same, as RAGAS awaits it."""
        return self.embed_documents(texts)

    async def aembed_query(self, text: str) -> list[float]:
        """The same, as RAGAS awaits it."""
        return self.embed_query(text)


class _Characters(BaseTokenizer):
    """A character a token: RAGAS's usual tokenizer is fetched over the network."""

    def encode(self, text: str) -> list[int]:
        """Its code points."""
        return [ord(character) for character in text]

    def decode(self, tokens: list[int]) -> str:
        """The text again."""
        return "".join(map(chr, tokens))


def _chunks(findings: Sequence[Finding], seed: int, most: int) -> dict[str, Finding]:
    """The texts that RAGAS is given, as data and with their place, and which finding each is.
    What reads the same is given once."""
    chunks: dict[str, Finding] = {}
    for finding in writing.spread(findings, seed):
        if len(chunks) == most:
            break
        chunks.setdefault(neutral(passage(finding).embedded)[:_LONGEST], finding)
    return chunks


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """RAGAS draws from the generator of chance that everybody shares: seeded, then put back."""
    kept = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(kept)
