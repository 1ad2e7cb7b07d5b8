"""Whether a text reads as a question in English, by its function words."""

from __future__ import annotations

import re

_FUNCTION_WORDS = {
    "english": "the is are was were what who why how when where which does do did has have of in "
               "on at to for and or it its with by about any not there this that list all",
    "french": "le la les un une des du de et est sont que qui quoi pourquoi comment quand où dans "
              "pour avec sur au aux ce cette il elle ils quel quelle quels quelles combien "
              "y a-t-il pas",
    "german": "der die das ein eine und ist sind was wer warum wie wann wo welche von zu für mit "
              "auf im den dem nicht es wird werden gibt",
    "spanish": "el la los las un una y es son qué que quién por cómo cuándo dónde cuál de del en "
               "para con no hay está cuántos cuántas",
    "italian": "il lo la gli le un una e è sono che chi perché come quando dove quale di del della "
               "in per con non",
    "portuguese": "o a os as um uma e é são que quem por como quando onde qual de do da em para "
                  "com não quantos",
    "polish": "jest są co kto dlaczego jak kiedy gdzie który w na z do nie czy ile",
    "welsh": "yr y mae beth pwy pam sut pryd ble yn ar gan o i a'r nid oes faint",
    "dutch": "de het een en is zijn wat wie waarom hoe wanneer waar welke van voor met op niet er "
             "hoeveel",
}
# Small words of other languages that English has too, with another meaning or the same.
_SHARED = frozenset("a an as at da de die do do el en es het in is la no o on per son the van was "
                    "who will".split())
_SETS = {name: frozenset(text.split()) for name, text in _FUNCTION_WORDS.items()}
_ENGLISH_ALONE = _SETS["english"].difference(*(words for name, words in _SETS.items()
                                               if name != "english"))


def is_foreign(text: str) -> bool:
    """Whether a text is clearly in another language than English. Short or mixed texts, and
    anything in doubt, count as English."""
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text.lower())
    if not words:
        return False
    letters = [c for c in text if c.isalpha()]
    if sum(ord(c) > 0x24F for c in letters) > len(letters) / 2:
        return True
    if len(words) < 3:
        return False
    counts = {name: sum(word in known for word in words) for name, known in _SETS.items()}
    best = max(count for name, count in counts.items() if name != "english")
    return best >= 2 and best > counts["english"] and best >= len(words) * 0.2


def is_wholly_foreign(text: str) -> bool:
    """Whether a text is in another language than English, with two words of it that English does
    not have and none that English alone has."""
    words = set(re.findall(r"[^\W\d_]+", text.lower()))
    return not words & _ENGLISH_ALONE and is_foreign(text) and any(
        len(words & known - _SHARED) >= 2 for name, known in _SETS.items() if name != "english")


def has_words(text: str) -> bool:
    """Whether a text has at least one word of two letters or more."""
    return bool(re.search(r"[^\W\d_]{2,}", text))
