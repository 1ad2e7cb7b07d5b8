"""Text in the letters that it seems to be written in, and what a draft may not bring along."""

from __future__ import annotations

import pytest

from assistant.letters import bare, carries_unseen_text, plain
from assistant.verify.exact import grades
from assistant.verify.strange import strange
from corpus.model import Finding, FindingKind, Polarity

KNOWN = "The unit has 163 phones [sic] on its site, unit.example/list. Ask for Ω at R&D (50%)."


@pytest.mark.parametrize(("text", "expected"), [
    ("оutstаnding οutstanding", "outstanding outstanding"),
    ("ｇｏｏｄ 𝐠𝐨𝐨𝐝 ⓖⓞⓞⓓ", "good good good"),
    ("go\u200bo\u00add\ufeff\ufe0f\U000e0067", "good"), ("ﬁne … ½ ⅔ 3³ café", "fine … ½ ⅔ 3³ café"),
    ("Привет Ωmega", "Привет Ωmega"), ("a\u2011b", "a-b"), ("\u202edoog\u202c", "\u202edoog\u202c"),
    ("one\ttwo\nthree\x07", "one\ttwo\nthree")])
def test_plain_letters(text: str, expected: str) -> None:
    assert plain(text) == expected
    assert plain(plain(text)) == expected


def test_accents_and_strokes() -> None:
    assert bare("oütstandıng Łódź") == "outstanding Lodz"


def test_unseen_text() -> None:
    assert carries_unseen_text("a\U000e0041")
    assert carries_unseen_text("a\u202eb")
    assert not carries_unseen_text("soft\u00adware ❤\ufe0f")


@pytest.mark.parametrize("text", [
    "The unit has 163 phones.", "The unit’s site is unit.example/list.", "R&D said “50%” (163).",
    "The unit [sic] has Ω.",
    "The unit has phones, e.g. 163, i.e. some; and/or it’s so – at 9.30am!",
    "The unit met Łukasz Żak, LGBT+ lead, for £5m in 2018/19."])
def test_what_a_draft_may_have(text: str) -> None:
    assert strange(text, KNOWN) is None


@pytest.mark.parametrize("text", [
    "163.", "★★★", "Marmalade.", "With great pleasure.", "The unit has 163 phones ★.",
    "The unit has 163 phones ✅✅.", "The unit has 163 phones at other.example.",
    "The unit has 163 phones at (other.example/list).", "The unit has phones: a@b.c.",
    "The unit has phones, https://other.example.", "The unit has phones, javascript:alert(1).",
    "The unit has [163] phones.", "The unit has {163} phones.", "The unit has phones&lt;b&gt;.",
    "The unit has <b phones.", "The unit has phones Привет.", "The unit has ph\u0336ones.",
    "The unit is out$tanding at phones.", "The unit is out!standing at phones.",
    "The unit is ᴏᴜᴛsᴛᴀɴᴅɪɴɢ at phones.", "The unit has \u202e361\u202c phones.",
    "The unit has \u202aphones\u202c."])
def test_what_a_draft_may_not_bring_along(text: str) -> None:
    assert strange(text, KNOWN)


@pytest.mark.parametrize("said", [
    "outstanding", "o u t s t a n d i n g", "o-u-t-s-t-a-n-d-i-n-g", "out standing",
    "O.U.T.S.T.A.N.D.I.N.G", "oütstandıng", "inade-quate", "r e q u i r e s improvement"])
def test_a_grade_is_one_however_it_is_spelt(said: str) -> None:
    text = "The unit has a backlog of 163 phones."
    known = Finding("f", "r", ("Crime",), FindingKind.WEAKNESS, Polarity.NEGATIVE, text, 0,
                    len(text))
    assert grades(f"The unit was {said} at examining phones.", [known])
