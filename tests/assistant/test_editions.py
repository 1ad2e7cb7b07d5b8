"""A grade that was changed after publication: both editions kept, the newer one answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer import Status
from assistant.service import Service
from assistant.settings import load
from index.sync import sync
from tests.fakes import TinyEmbedder

EDITION = """PEEL 2023-25: Kent
Published on {day}
Responding to the public
{grade}
Kent Police {judged} at responding to the public.
The force answers {calls} of its calls in time.
"""


def service_of(tmp_path: Path, **editions: tuple[str, str, str]) -> Service:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, (day, grade, judged) in editions.items():
        (folder / f"{name}.txt").write_text(
            EDITION.format(day=day, grade=grade, judged=judged, calls=name))
    embedder = TinyEmbedder()
    sync(tmp_path / "home", folder, embedder)
    return Service(load(home=tmp_path / "home"), embedder)


def test_the_newer_edition_answers_and_the_older_is_told(tmp_path: Path) -> None:
    service = service_of(
        tmp_path, first=("7 June 2024", "Adequate", "is adequate"),
        second=("8 August 2024", "Requires improvement", "requires improvement"))
    answer = service.ask("What grade did Kent get for responding to the public?")
    assert answer.status is Status.ANSWERED
    assert [c.grade for c in answer.citations] == ["requires improvement"]
    assert answer.notice == ("This is the judgment as published on 8 August 2024; the edition of "
                             "7 June 2024 gave adequate.")
    assert len(service.reports()) == 2
    service.close()


@pytest.mark.parametrize("day", ["soon", ""])
def test_without_two_days_no_edition_is_called_newer(tmp_path: Path, day: str) -> None:
    service = service_of(
        tmp_path, first=(day, "Adequate", "is adequate"),
        second=("8 August 2024", "Requires improvement", "requires improvement"))
    answer = service.ask("What grade did Kent get for responding to the public?")
    assert {c.grade for c in answer.citations} == {"adequate", "requires improvement"}
    service.close()
