"""Prompts are files, known by their digest, and a missing word is named."""

from __future__ import annotations

import hashlib

import pytest

import prompts


def test_a_prompt_has_its_text_and_digest() -> None:
    prompt = prompts.load("prose")
    assert prompt.name == "prose"
    assert prompt.text == prompt.text.strip() != ""
    assert prompt.digest == hashlib.sha256(prompt.text.encode()).hexdigest()[:12]
    assert prompts.load("prose") is prompt


def test_what_is_missing_is_named() -> None:
    with pytest.raises(KeyError, match=r"no prompt file nosuch\.md"):
        prompts.load("nosuch")
    with pytest.raises(KeyError, match=r"no prompt file nosuch\.toml"):
        prompts.wording("nosuch")
    words = prompts.wording("prose_examples")
    with pytest.raises(KeyError, match=r"prose_examples\.toml has no 'nosuch'"):
        words["nosuch"]
    assert "question" in words
    assert len(words) == len(list(words))


def test_a_missing_word_inside_a_table_is_named_with_its_table() -> None:
    words = prompts.Wording("page.toml", {"ask": {"send": "Ask"}})
    assert words["ask"]["send"] == "Ask"
    with pytest.raises(KeyError, match=r"page\.toml\.ask has no 'stop'"):
        words["ask"]["stop"]
