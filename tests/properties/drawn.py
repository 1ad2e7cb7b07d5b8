"""What properties are tried on: documents, libraries and filters that nobody thought of."""

from __future__ import annotations

from hypothesis import strategies as st

from corpus.model import Finding, FindingKind, Grade, Metadata, Polarity, Report, finding_id
from index.filter import Filter
from tests.corpus.contents import Item

# Words of reports beside letters that fold, join, or read from right to left.
WORDS = ("the force", "has", "officers", "delays", "is good at", "victims", "ﬁnds", "é", "e\u0301",
         "“quoted”", "2017", "İstanbul", "👮🏽", "شرطة", "<b>", "&amp;", "x²", "—", "U.K.",
         "30 percent", "requires improvement", "\u00a0", "1.")
HEADINGS = ("Effectiveness", "Areas for improvement", "Cause of concern", "Recommendations",
            "How effective is the force at investigating crime?", "Our judgments",
            "Innovative practice", "A heading of its own", "2. Findings")

SENTENCES = st.lists(st.sampled_from(WORDS), min_size=3, max_size=9).map(
    lambda said: f"The force {' '.join(said)}.")
_BLOCKS = st.one_of(
    st.builds(Item, st.just("heading"), st.sampled_from(HEADINGS), st.integers(2, 4)),
    st.builds(Item, st.just("paragraph"), SENTENCES, strong=st.booleans()),
    st.builds(Item, st.just("paragraph"), st.just("We found that the force:")),
    st.builds(Item, st.just("bullet"), SENTENCES, st.integers(0, 1)))
TITLE = Item("heading", "Kent Police: PEEL 2017", 1)
# Words at the end, so that every document says something.
DOCUMENTS = st.lists(_BLOCKS, min_size=1, max_size=10).map(
    lambda items: [TITLE, *items, Item("paragraph", "The force listens to its communities.")])

SECTIONS = ((), ("Effectiveness",), ("Effectiveness", "Investigating crime"),
            ("Legitimacy", "Protecting vulnerable people"), ("Odd \"heading\" [of] 'its' own",))
FORCES, YEARS = ("Kent", "Dorset", None), (2016, 2017, None)


@st.composite
def reports(draw: st.DrawFn) -> list[Report]:
    """A small library in which findings repeat, and some reports say nothing."""
    made = []
    for number in range(draw(st.integers(1, 4))):
        about = Metadata(f"r{number}", f"Report {number}", draw(st.sampled_from(FORCES)),
                         draw(st.sampled_from(YEARS)))
        text, found = "", []
        for n in range(draw(st.integers(0, 6))):
            said, kind = draw(SENTENCES), draw(st.sampled_from(FindingKind))
            section = draw(st.sampled_from(SECTIONS))
            grade = draw(st.sampled_from(Grade)) if kind is FindingKind.JUDGMENT else None
            found.append(Finding(
                finding_id(about.id, section, kind, said, n), about.id, section, kind,
                draw(st.sampled_from(Polarity)), said, len(text), len(text) + len(said),
                None, about.force, about.year, None, grade))
            text += said + "\n"
        made.append(Report(about, f"{about.id}.txt", text, (), tuple(found)))
    return made


def _some(*values: object) -> st.SearchStrategy[frozenset[object]]:
    return st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(values), max_size=3))


FILTERS = st.builds(
    Filter, reports=_some("r0", "r1", "r9"), forces=_some("Kent", "Dorset", "Essex"),
    years=_some(2016, 2017, 1066), kinds=_some(*(kind.value for kind in FindingKind), "rumour"),
    polarities=_some(*(one.value for one in Polarity)),
    topics=_some("investigating", "vulnerable", "nothing"),
    sections=_some("Effectiveness", "Legitimacy", "Odd \"heading\" [of] 'its' own", "Elsewhere"),
    grades=_some(*(grade.value for grade in Grade)))
