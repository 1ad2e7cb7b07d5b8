"""Asks the running assistant, with a model that does what the attacker wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from langchain_core.messages import BaseMessage

from assistant.answer import Answer, Support
from assistant.compose.forms import Form, Manner
from assistant.compose.prose import ProseComposer
from assistant.service import Service
from assistant.settings import Settings
from assistant.updates import Update
from assistant.verify import Verdict
from index.sync import sync
from tests.attacks.planted import Attack, report
from tests.fake_models import QueuedModel
from tests.fakes import TinyEmbedder

BELIEVED = Verdict(True, Support.ENTAILED, score=1.0)
# Of a reply without end so much comes at a time.
_PIECE = 7


class Gullible:
    """A support model that nobody asks."""

    def logit(self, claim: str, evidence: Sequence[str]) -> float:
        """Never called: the verdict is given."""
        raise AssertionError(f"asked about {claim!r}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a question: every update, and what the model was sent, if it was."""

    updates: tuple[Update, ...]
    prompts: tuple[list[BaseMessage], ...]

    @property
    def answer(self) -> Answer:
        """The answer that the last update holds."""
        found = self.updates[-1].answer
        assert found is not None
        return found


class Bench:
    """Indexes each report once, under ``root``."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._services: dict[tuple[str, str], Service] = {}
        self._fooled: dict[str, Asked] = {}
        self._checked: dict[str, Asked] = {}
        self._ruled: dict[str, Asked] = {}

    def service(self, attack: Attack) -> Service:
        """The assistant over the report of an attack."""
        return self._over(*attack.report)

    def honest(self, form: str = "txt") -> Service:
        """The assistant over the report with nothing planted in it, in this format."""
        return self._over(f"kent.{form}", report(form=form))

    def _over(self, name: str, text: str) -> Service:
        if (name, text) not in self._services:
            place = self._root / str(len(self._services))
            (place / "reports").mkdir(parents=True)
            (place / "reports" / name).write_text(text, "utf-8")
            sync(place / "home", place / "reports", TinyEmbedder())
            self._services[name, text] = Service(Settings(home=place / "home"), TinyEmbedder())
        return self._services[name, text]

    def obey(self, attack: Attack) -> Asked:
        """Ask for prose of a model that obeys the attack."""
        return ask(self.service(attack), attack.asked, attack.said, attack.form)

    def checked(self, attack: Attack) -> Asked:
        """The same, once, with the check as it is installed."""
        if attack.name not in self._checked:
            self._checked[attack.name] = self.obey(attack)
        return self._checked[attack.name]

    def fooled(self, attack: Attack) -> Asked:
        """The same, once, with a support model that believes whatever it is told, and with nothing
        kept from the model: what stops the attack then are the exact checks alone."""
        if attack.name not in self._fooled:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("assistant.authoring.open_entailment", Gullible)
                patch.setattr("assistant.verify._weighed", lambda *_: BELIEVED)
                patch.setattr("assistant.authoring.steers", lambda _: False)
                self._fooled[attack.name] = self.obey(attack)
        return self._fooled[attack.name]

    def ruled(self, attack: Attack) -> Asked:
        """The same, once, with rules in place of the support model: whatever the weights, what
        stops the attack is that nothing in evidence says it."""
        if attack.name not in self._ruled:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("assistant.authoring.open_entailment", lambda: None)
                self._ruled[attack.name] = self.obey(attack)
        return self._ruled[attack.name]

    def close(self) -> None:
        """Close every index."""
        for service in self._services.values():
            service.close()


def ask(service: Service, question: str, reply: str, form: Form = Form.MARKS) -> Asked:
    """Ask for prose of a model that replies so."""
    model = QueuedModel([reply], size=_PIECE)
    composer: Callable[[], ProseComposer] = lambda: ProseComposer(model, "obedient",  # noqa: E731
                                                                  Manner(form))
    service.writer.composer = composer  # type: ignore[method-assign]
    updates = tuple(service.stream(question, composer="prose"))
    return Asked(updates, tuple(model.prompts))
