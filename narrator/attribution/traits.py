"""Traits: what can be read off a span by itself; every clue looks at these instead of the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from narrator.attribution.lexicon import Lexicon, fold
from narrator.attribution.people import People
from narrator.attribution.spans import Span
from narrator.text import words

_QUOTED = re.compile(
    r"„[^“”]{1,400}[“”]|“[^”]{1,400}”|\"[^\"]{1,400}\"|«[^»]{1,400}»|»[^«]{1,400}«|[‚‘][^‘’]{3,200}[‘’](?!\w)"
)
_BRACKETED = re.compile(r"\[[^\]]{1,200}\]|\([^)]{1,200}\)")
_END = re.compile(r"[\s”“\"»«’'*_)\]]*$")
_ASKED = re.compile(r"[?？؟][\s”\"»*_)\]]*(?=\s|$|…)")
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
    """Words that address somebody."""
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
    note: bool
    """All of it stands in brackets, or it begins as editors' notes do."""
    credit: bool
    """It speaks of the interview itself, as introductions and credits do."""
    scene: bool
    """It tells what somebody does."""
    addressed: tuple[str, ...]
    """People called by name."""
    named: tuple[str, ...]
    """People spoken of by name."""


def read_traits(span: Span, people: People, lexicon: Lexicon) -> Traits:
    """Read the traits of a span; quotations and brackets inside it are not its own voice."""
    own = _BRACKETED.sub(" ", _QUOTED.sub(" ", span.text))
    folded = fold(own)
    tokens = words(own)
    stripped = _END.sub("", own)
    addressed, named = _calls(own, people)
    first_sentence = re.split(r"(?<=[.!?…])\s", own.strip(), maxsplit=1)[0]
    return Traits(
        count=len(words(span.text)),
        ends_asking=stripped.endswith(("?", "？", "؟", "?…", "?!")),
        asks=len(_ASKED.findall(own)),
        opens_asking=bool(tokens) and tokens[0] in lexicon["question_words"] and "?" in first_sentence,
        second=sum(token in lexicon["second_person"] for token in tokens) + _formal(own, lexicon),
        first=sum(token in lexicon["first_person"] for token in tokens),
        request=lexicon.finds("asking", folded) is not None,
        opens_request=lexicon.starts("asking", folded),
        reacts=lexicon.starts("reacting", folded),
        tells_addressee=lexicon.finds("addressing", folded) is not None,
        opens_answer=lexicon.starts("answering", folded),
        note=bool(_NOTE.fullmatch(span.text)) or lexicon.starts("notes", fold(span.text).lstrip("[(*_ ")),
        credit=lexicon.finds("credits", folded) is not None,
        scene=lexicon.finds("scene", folded) is not None,
        addressed=addressed,
        named=named,
    )


def _formal(text: str, lexicon: Lexicon) -> int:
    """Count polite forms of address, which only their capital tells apart, not at the start of a sentence."""
    forms = lexicon["formal_person"]
    if not forms:
        return 0
    return sum(match[2] in forms for match in re.finditer(r"([^\s.!?…:])[\s,]+([^\W\d_]+)", text))


def _calls(text: str, people: People) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell people called (“Sam, what …”, “… doing, Sam?”) from people spoken of."""
    addressed: list[str] = []
    named: list[str] = []
    for person in people.persons:
        forms = _short_forms((person.name, *person.aliases))
        if not forms:
            continue
        any_form = "(?:" + "|".join(re.escape(form) for form in forms) + ")"
        if re.search(rf"(?:^|[.!?…]\s+|,\s+){any_form}\s*[,!?]|,\s+{any_form}\s*[.!?…]", text):
            addressed.append(person.name)
        elif re.search(rf"(?<![\w’]){any_form}(?!\w)", text):
            named.append(person.name)
    return tuple(addressed), tuple(named)


def _short_forms(names: Sequence[str]) -> tuple[str, ...]:
    """Return the forms by which a person may be called or mentioned, longest first."""
    forms = {form for name in names for form in (name, name.split()[0], name.split()[-1])}
    return tuple(
        sorted((form for form in forms if len(form) > 2 and form[0].isupper()), key=lambda f: (-len(f), f))
    )
