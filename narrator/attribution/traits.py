"""Traits: what can be read off a span by itself; every clue looks at these instead of the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from narrator.attribution.calls import Calls
from narrator.attribution.lexicon import Lexicon, fold, runs_of
from narrator.attribution.spans import Span
from narrator.text import words

_QUOTED = re.compile(
    r"„[^“”]{1,400}[“”]|“[^”]{1,400}”|\"[^\"]{1,400}\"|«[^»]{1,400}»|»[^«]{1,400}«|[‚‘][^‘’]{3,200}[‘’](?!\w)"
)
_QUOTED_BEFORE = re.compile(r"^[^“”„«»\"]{1,1000}[.?!,…][”\"](?=\s|$)")
_QUOTES_ON = re.compile(r"(?:^|(?<=\s))[„“\"«][^“”„«»\"]{1,2000}$")
_QUOTES = frozenset('„“”"«»‚‘')
_BRACKETED = re.compile(r"\[[^\]]{1,200}\]|\([^)]{1,200}\)")
_CLOSING = " \t\n\xa0”“\"»«’'*_)]"
_ASKED = re.compile(r"[?？؟][\s”\"»*_)\]]*(?=\s|$|…)")
_DASH = re.compile(r"[-–—]\s+\w|[–—]\w")
_NOTE = re.compile(r"[\s*_]*(?:\[[^\[\]]*\]|\((?:[^()]|\([^()]*\))*\))[\s*_.]*")


@dataclass(frozen=True, slots=True)
class Traits:
    """What a span is like."""

    count: int
    """Words."""
    ends_asking: bool
    """Its last sentence is a question."""
    asks: int
    """Questions outside quotations."""
    opens_asking: bool
    """It begins with a question word or verb and its first sentence is a question."""
    second: int
    """Words that address somebody; “you can” and the like mean anybody and do not count."""
    first: int
    """Words of the first person."""
    request: bool
    """It holds a phrase by which one asks without a question mark."""
    opens_request: bool
    reacts: bool
    """It begins as askers do who take up an answer."""
    tells_addressee: bool
    """It tells somebody what they themselves did or have."""
    opens_answer: bool
    """It begins as answers do."""
    continues: bool
    """It begins as a speaker does who goes on."""
    within: bool
    """It begins within a sentence, with a small letter."""
    trails_off: bool
    """It ends in dots, as hosts do who leave the rest to the guest."""
    dash: bool
    """A dialogue dash stands before it."""
    note: bool
    """All of it stands in brackets, or it begins as editors' notes do."""
    credit: bool
    """It speaks of the interview itself, as introductions and credits do."""
    meets: bool
    """It tells whom an interview is with."""
    scene: bool
    """It tells what somebody does."""
    addressed: tuple[str, ...]
    """People called by name."""
    named: tuple[str, ...]
    """People spoken of by name."""


def read_traits(span: Span, calls: Calls, lexicon: Lexicon) -> Traits:
    """Read the traits of a span; quotations and brackets inside it are not its own voice."""
    own = _without_quotations(span.text)
    if "[" in own or "(" in own:
        own = _BRACKETED.sub(" ", own)
    folded = fold(own)
    tokens = words(own)
    runs = runs_of(folded)
    stripped = own.rstrip(_CLOSING)
    addressed, named = calls.read(own)
    formal = _formal(own, lexicon)
    second = _among(tokens, lexicon["second_person"]) + formal
    asks = len(_ASKED.findall(own))
    generic = lexicon.count("generic", folded) if second and lexicon.may_find("generic", runs) else 0

    def finds(name: str) -> bool:
        return lexicon.may_find(name, runs) and lexicon.finds(name, folded) is not None

    def starts(name: str) -> bool:
        return lexicon.may_find(name, runs) and lexicon.starts(name, folded)

    return Traits(
        count=len(tokens) if own is span.text else len(words(span.text)),
        ends_asking=stripped.endswith(("?", "？", "؟", "?…", "?!")),
        asks=asks,
        opens_asking=tokens[:1] != []
        and tokens[0] in lexicon["question_words"]
        and "?" in _first_sentence(own),
        second=max(0, second - generic),
        first=_among(tokens, lexicon["first_person"]),
        request=finds("asking"),
        opens_request=starts("asking"),
        reacts=starts("reacting"),
        # “you” may be anybody, a polite form in a question is not
        tells_addressee=finds("addressing") or (asks > 0 and formal > 0),
        opens_answer=starts("answering"),
        continues=starts("continuing"),
        within=span.text[:1].islower(),
        trails_off=stripped.endswith(("...", "…")),
        dash=_DASH.match(span.text) is not None,
        note=bool(_NOTE.fullmatch(span.text)) or lexicon.starts("notes", fold(span.text).lstrip("[(*_ ")),
        credit=finds("credits"),
        meets=finds("meeting"),
        scene=finds("scene"),
        addressed=addressed,
        named=named,
    )


def _among(tokens: Sequence[str], some: frozenset[str]) -> int:
    return sum(map(some.__contains__, tokens))


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?…])\s", text.strip(), maxsplit=1)[0]


def _without_quotations(text: str) -> str:
    """Return a text without what it quotes, also where it began or goes on in another paragraph."""
    if _QUOTES.isdisjoint(text):
        return text
    return _QUOTES_ON.sub(" ", _QUOTED.sub(" ", _QUOTED_BEFORE.sub(" ", text)))


def _formal(text: str, lexicon: Lexicon) -> int:
    """Count polite forms of address, which only their capital tells apart, not at the start of a sentence."""
    forms = lexicon["formal_person"]
    if not forms:
        return 0
    return sum(match[2] in forms for match in re.finditer(r"([^\s.!?…:,])[\s,]{1,3}([^\W\d_]+)", text))
