"""Where sentences end."""

from __future__ import annotations

import pytest

from corpus import sentences


@pytest.mark.parametrize("parts", [
    ["It met Dr. Ali and Mrs. Jones.", "They left."],
    ["Patrols attend, e.g. in Kendal, and report back.", "It works."],
    ["Burglary fell by 2.5 percent.", "Theft rose by £1.2m."],
    ["Only half had the course [1].", "The others learn on the job. [2]"],
    ["She said: “We are late.”", "They were."],
    ["‘Who asked?’", "Nobody had."],
    ["It serves the U.K. and beyond.", "The force is small."],
    ["It owns cars, vans, etc.", "The force owns 40."],
    ["Is it ready?", "It is!", "We will see."],
    ["PC J. Smith attended.", "He left at 5 p.m. on Monday."],
    ["The answer was no.", "The reason was not given."],
    ["(It was the third time.)", "A fourth followed."],
    ["See section 4.", "It lists them."],
])
def test_sentences_end_where_they_should(parts: list[str]) -> None:
    assert sentences.split(" ".join(parts)) == parts


@pytest.mark.parametrize("text", ["", "   ", "no end", "One.  Two.\n\nThree", "...", "1. 2. 3."])
def test_every_character_belongs_to_one_sentence(text: str) -> None:
    spans = sentences.spans(text)
    inside = {place for start, end in spans for place in range(start, end)}
    assert sum(end - start for start, end in spans) == len(inside)
    assert all(text[place].isspace() for place in set(range(len(text))) - inside)
