"""What a message asks for: readers say who they are, what it is for and what they want it to look
like; the question is the part that the reports can answer."""

from __future__ import annotations

import re

from assistant.compose.steering import speaks_to_a_program
from assistant.facets import Facets, facets
from corpus import sentences
from corpus.names import topics
from index.words import terms

_POLITE = re.compile(
    r"^\W*(?:(?:hi|hello|hey|sorry|thanks|great|right|okay|ok|so|quick (?:one|question|q)"
    r"|quickly|good (?:morning|afternoon|evening))\b(?: (?:team|all|there|both))?[,.!:–-]?\s+)*"
    r"(?:(?:please|kindly|just)\s+)?"
    r"(?:(?:(?:can|could|would|will)(?: you| someone| anyone)"
    r"(?: (?:please|kindly|just|also|quickly))?(?: be able to)?"
    r"(?= (?:please )?(?:list|give|show|tell|find|set|send|pull|explain|summari[sz]e|compare"
    r"|confirm|let|get|provide|name|describe|check|outline|remind|quote|count|brief|say|share|run"
    r"|talk|walk|write|draft|prepare|produce|do)\b)"
    r"|(?:i|we)(?:['’]d| would)? (?:(?:just|also|really) )?(?:need|want|like"
    r"|be (?:very )?grateful(?: for)?|would like)(?! to (?!know|see|have|get|find"
    r"|understand))(?: you)?"
    r"(?: to (?:know|see|have|get|find(?: out)?|understand))?"
    r"|i(?:['’]m| am) (?:looking|after|interested|trying)(?: for| in| to (?:find(?: out)?|get|see"
    r"|understand))?|(?:do|does) (?:you|anyone|anybody) (?:happen to )?know(?: if| whether)?"
    r"|(?:i was|i['’]m|we(?:['’]re| were)) wondering(?: if| whether)?"
    r"|(?:can|could|may) (?:i|we)(?: please| just)? (?:have|get|see|ask(?: for)?))\s+)"
    r"(?:(?:please|kindly)\s+)?(?:confirm(?: for me)?(?: that)?\s+)?(?=\w)", re.IGNORECASE)
# What the answer is for, and how it is wanted: nothing that a report speaks of.
_PURPOSE = (r"(?:tracker|paper|meeting|slides?|presentation|spreadsheet|deck|agenda|memo|minutes"
            r"|handout|newsletter|speech|dissertation|essay|thesis"
            r"|(?:press|thank-you|briefing|file|quick) (?:line|release|statement|notice|note"
            r"|office|story)|tweet|email|letter|article"
            r"|colleague|boss|chief|commissioner|panel|board|committee|session|hearing|bid|call)")
_ASIDES = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    rf"^\W*(?:for|re) (?:my|our|the|an?|tomorrow['’]s|today['’]s) (?:[\w’'-]+ ){{0,3}}{_PURPOSE}"
    r"(?:[,:]| (?=(?:i|we) (?:need|want)))\s*",
    rf"^\W*(?:before|ahead of|in time for) (?:my|our|the|an?|tomorrow['’]s|today['’]s"
    rf"|next week['’]s|\w+day['’]s) (?:[\w’'-]+ ){{0,3}}?{_PURPOSE}\b,?\s+",
    r"[,;.–-]?\s+(?:(?:(?:and|as|because) )?(?:i |we )?(?:need|want) (?:it|this|them|these) for"
    r"|want to|it['’]?s (?:all )?for|this is for|need(?:ed)? for|(?:it"
    r"|this) is (?:background )?for)"
    r"\b[^?]*$",
    rf",?\s+for (?:my|our|tomorrow['’]s|today['’]s|next week['’]s|an?) "
    rf"(?:[\w’'-]+ ){{0,3}}{_PURPOSE}\b"
    r"(?: (?:tomorrow|today|tonight|next week|on \w+day))?",
    r",?\s+for (?:the|an?|my|our) (?:[\w’'-]+ ){0,2}(?:tracker|slides?|spreadsheet|deck|agenda"
    r"|handout)\b",
    rf",?\s+(?:ahead of|before|in time for) (?:my|our|tomorrow['’]s|today['’]s"
    rf"|next week['’]s|the|an?) (?:[\w’'-]+ ){{0,3}}{_PURPOSE}\b"
    r"(?: (?:tomorrow|today|next week|on \w+day))?(?=\s*(?:[,.?!;]|$))",
    r",?\s+(?:not|never mind|leave out|skip) (?:the |any )?(?:compliments?|praise|positives?"
    r"|negatives?|criticisms?|good|bad)(?: (?:bits|points|things|news|stuff))?(?=\s*(?:[,.?!;]|$))",
    r",?\s+(?:across |over )?all (?:the |its |of the )?(?:sections|pillars|areas|parts)"
    r"(?: (?:together|combined))?(?=\s*(?:[,.?!;]|$))",
    r"\s+on (?:file|record|the books)\b(?=\s*(?:[,.?!;&]|$))",
    r",?\s+(?:please|pls|plz|plse|thanks|thank you|thx|cheers|if (?:you|that)(?:['’]s)?(?: can| is|"
    r" could)?(?: please)?(?: be)?(?: possible| ok(?:ay)?)?)\s*(?=[?.!]*$)",
    r"[,;–-]*\s+(?:all of (?:them|those)|the (?:whole|full|complete) (?:lot|list|set)|the lot"
    r"|every (?:single )?one(?: of them)?|not (?:just|only) (?:the )?[\w ]{2,30}"
    r"|in (?:full|plain english|bullet points|a table|a list)|by section|section by section"
    r"|word for word|one by one|(?:and )?be (?:brief|thorough|precise|quick)"
    r"|(?:as|in) (?:bullets?|a bullet list|one (?:line|sentence|paragraph)))\s*(?=[?.!,]*$)"))
# Where writers in a hurry begin sentences without a capital.
_UNTIDY = re.compile(r"(?<=\?)\s+(?=\w)|(?<=[a-z]{3}[.!])\s+(?=[a-z])")
_CLOSING = re.compile(r"^\W*(?:(?:kind|best|warm|many)?\s*(?:regards|wishes)|best|thanks|thank you"
                      r"|cheers|ta|yours|sincerely|great|brilliant|lovely|perfect|ok(?:ay)?)\b"
                      r"[^?]{0,40}$", re.IGNORECASE)
_WISH = re.compile(
    r"^\W*(?:please\s+)?(?:list|give|show|send|share|provide|write|draft|set out|tell|find|name"
    r"|compare|brief|summari[sz]e|count"
    r"|quote|pull|get|every|all|any|which|what|how|why|who|when|where|whose|is|are|was|were|does"
    r"|do|did|has|have|had|can|could|should|must|will|would|looking for|need)\b", re.IGNORECASE)
# How to speak, which is not for a reader to say when it is to pass for what reports say.
_STAGING = re.compile(
    r"^\W*(?:please\s+|then\s+|and\s+|also\s+|now\s+)*(?:stay in|begin (?:with|your)|start (?:with"
    r"|your)|end (?:with|your|by)|finish (?:with|your|by)|keep (?:those|the|these|your|it)|answer"
    r"|reply|respond|put|add|include|sign|pretend|act|speak|imagine|let['’]?s|ignore|forget"
    r"|disregard|use|remember|write|you are|you['’]re|you (?:must|should|will|may)|from now on"
    r"|make sure|translate|format|repeat|say|do not|don['’]t|never|always)\b", re.IGNORECASE)
_ABOUT_LOOKS = frozenset(
    "need needs want wants whole full complete entire list lists set sets all every each please "
    "give show just main ones one them those these it by section sections order both in of the a "
    "an and not only as with me us my our i we you can could would like everything thanks thank "
    "be for to brief short long detail details detailed table bullet bullets points format "
    "precise exact again is are".split())
_LEANS = re.compile(r"\b(?:this|that|these|those|such|the same)\b", re.IGNORECASE)
_OF_THE_BODY = re.compile(r"\b(?:it|its|they|their|them|there|he|she)\b", re.IGNORECASE)
_SUBJECT = re.compile(r"\b(?:this|that|these|the same) (?:subject|topic|matter|issue|area|theme)\b",
                      re.IGNORECASE)
_REASON = re.compile(r"^\W*(?:what(?:['’]s| is| was) )?(?:the )?reasons? (?:why |for |that "
                     r"|behind )?"
                     r"(?=\w)", re.IGNORECASE)
# "Answer from your own knowledge: how many ...?"
_FROM_ELSEWHERE = re.compile(
    rf"{_STAGING.pattern}[^:?]{{0,160}}:\s+(?=(?:how|what|which|who|when|where|why|is|are|was"
    rf"|were|do"
    r"|does|did|has|have|list)\b)", re.IGNORECASE)
# "It was good at prevention, but where did it fall short?"
_BUT = re.compile(r"^(?P<rest>.{12,}?),? but (?P<asked>(?:where|what|how|why|which|who|when|did"
                  r"|does|do|is|are|was|were|has|have) .+\?)$", re.IGNORECASE)
_BECAUSE = re.compile(r"\b(?:before|because|since|as|so that|so|for|in order)\b")
_POINTED = re.compile(r"\b(?P<join>on|about|regarding) (?:this|that|it)\b(?! \w+ing)(?= |\W*$)",
                      re.IGNORECASE)
_ABOUT = re.compile(r"\b(?:about|on|regarding|concerning|into) (?P<what>[^,.;:?!]{4,60})[.!]?\s*$",
                    re.IGNORECASE)
_OWN, _THIN = 2, 3


def request(message: str) -> str:
    """The part of a message that asks: without greetings, courtesies, what it is for, and orders
    on how to answer; with the body and the year that the rest names, where the asking part names
    none.

    A message of one plain question comes back as it is, and so does one in which nothing that
    can stand alone is asked.
    """
    parts = [part for piece in sentences.split(message) for part in _UNTIDY.split(piece)
             if part.strip()]
    if len(parts) == 1 and (halves := _BUT.match(message)):
        parts = [halves["rest"], halves["asked"][:1].upper() + halves["asked"][1:]]
    if len(parts) > 1:
        message = _asking(parts) or message
    return _plain(message)


def _plain(question: str) -> str:
    """A question without courtesies and asides; as it is where nothing else would be left."""
    said = _FROM_ELSEWHERE.sub("", question)
    for aside in _ASIDES:
        said = aside.sub("", said)
    said = _POLITE.sub("", said, count=1)
    said = _REASON.sub("Why ", said)
    if not terms(said):
        return question
    if said != question:
        said = f"{said[:1].upper()}{said[1:]}"
        if question.rstrip().endswith("?") and not said.rstrip().endswith("?"):
            said = f"{said.rstrip()}?"
    return said


def _asking(parts: list[str]) -> str:
    """The sentences that ask, whole; "" where none can stand alone."""
    plain = [part for part in parts if not _is_staging(part)]
    asking = [part for part in plain if _asks(part) and not _is_of_looks(part)]
    rest = [part for part in plain if part not in asking and not _is_of_looks(part)]
    asked = _about_that(" ".join(asking), " ".join(rest))
    is_filled = asked != " ".join(asking)
    own = facets(asked)
    names = bool(own.forces or own.years)
    if len(plain) < len(parts) and not own.forces and not (rest and facets(" ".join(rest)).forces) \
            and (_OF_THE_BODY.search(asked) or _LEANS.search(asked)):
        return ""
    if not asking or len(terms(asked)) < _OWN:
        return ""
    if rest and (_LEANS.search(asked) or (
            not names and not is_filled and len(terms(asked)) <= _THIN)):
        return " ".join(part for part in plain if not _is_of_looks(part))
    return _owned(asked, facets(" ".join(rest)))


def _asks(part: str) -> bool:
    return part.rstrip(" )”\"'’").endswith("?") or bool(_POLITE.match(part) or _WISH.match(part))


def _is_staging(part: str) -> bool:
    return not part.rstrip().endswith("?") and bool(
        _STAGING.match(part) or speaks_to_a_program(part))


def _is_of_looks(part: str) -> bool:
    """Whether a sentence says only how much is wanted, and in which form."""
    plain = _BECAUSE.split(part.lower(), maxsplit=1)[0]
    said = re.findall(r"[^\W\d_]+", plain)
    return bool(said) and (all(word in _ABOUT_LOOKS for word in said)
                           or bool(_CLOSING.match(part)))


def _about_that(asked: str, rest: str) -> str:
    """A question about "this" or "that subject", with what the rest is about."""
    if (pointed := _POINTED.search(asked)) and (about := _ABOUT.search(rest)):
        return f"{asked[:pointed.start()]}{pointed['join']} {about['what']}{asked[pointed.end():]}"
    if not _SUBJECT.search(asked):
        return asked
    named = [match.group() for topic in topics() for pattern in (topic.parts, topic.asked)
             if (match := pattern.search(rest))]
    return _SUBJECT.sub(lambda _: named[0], asked) if named else asked


def _owned(asked: str, rest: Facets) -> str:
    """What is asked, of the body and the year that are named beside it."""
    own = facets(asked)
    same = not own.forces or not rest.forces or own.forces == rest.forces
    named = [*(() if own.forces else rest.forces[:1]),
             *map(str, rest.years if not own.years and same and len(rest.years) == 1 else ())]
    return f"{asked.rstrip(' ?.!')}, {' '.join(named)}?" if named else asked
