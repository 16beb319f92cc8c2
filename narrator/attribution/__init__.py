"""Attribution: who says what; a Document to a Script.

The way: `spans` cuts the document and reads its labels, `people` joins the forms of names, `pull_quotes`
finds what is not to be spoken, `traits` and `manner` read how the text marks its speakers, the `clues` give
evidence, the `decoder` chooses, `chapters` divides, and the `ledger` checks that no word is lost.
"""

from collections.abc import Sequence
from dataclasses import replace

from narrator.attribution.calls import Calls
from narrator.attribution.chapters import HEADING, TITLE, divide
from narrator.attribution.clues import CLUES, speech
from narrator.attribution.clues.view import View
from narrator.attribution.decoder import Choice, decode
from narrator.attribution.genders import with_genders
from narrator.attribution.headed import illustrated
from narrator.attribution.ledger import account, unspoken_in_order
from narrator.attribution.lexicon import lexicon
from narrator.attribution.manner import Kind, Manner, read_manner
from narrator.attribution.pull_quotes import find_pull_quotes
from narrator.attribution.spans import Span, cut
from narrator.attribution.spoken_directions import speak_directions
from narrator.attribution.story import Story, cut_story, is_fiction, read_story, tells
from narrator.attribution.traits import read_traits
from narrator.model import NARRATOR, BlockKind, Chapter, Document, Person, Script, Turn, Unspoken

__all__ = ["attribute", "speak_directions", "with_genders"]

VOICED = "voiced"
NARRATED = "narrated"
_UNTOLD = (0.3, 0.55)
"""How sure, at least, somebody speaks whom no speech verb and name gives a quotation to, and how much surer
where the model is certain: it takes its clues for independent, which turns of talk are not. Over 70 parts of
novels what it was certain of was right in 89 of 100 words, and what it gave 0.3 in 43."""
_GOING_ON = 0.89
"""How sure, at most, who was told to speak speaks on in the paragraph: in novels 92 words of 100 are."""
_NARRATION = 0.97
"""How sure the narrator tells what stands outside quotations."""


def attribute(
    document: Document,
    *,
    quotes: str = "auto",
    speak: frozenset[str] = frozenset(),
) -> Script:
    """Decide who says what.

    Args:
        document: What the source says.
        quotes: Who says a quotation in prose: `voiced`, the person quoted; `narrated`, the narrator;
            `auto`, the person in fiction and the narrator in an article.
        speak: What else the narrator reads that is unspoken otherwise: `directions`.

    Raises:
        LedgerError: A word of the document is neither in a turn nor listed as unspoken.
    """
    lists = lexicon(document.language)
    found = cut(document, lists)
    calls = Calls(found.people, lists)
    traits = tuple(read_traits(span, calls, lists) for span in found.spans)
    pulled = frozenset[int]() if found.verbatim else find_pull_quotes(found.spans)  # a play has refrains
    manner = read_manner(found, traits, pulled, lists)
    parts = cut_story(document, lists) if quotes != NARRATED and tells(manner, found.spans) else ()
    voiced = quotes == VOICED and manner.kind is Kind.PROSE and any(part.spoken for part in parts)
    if parts and (voiced or is_fiction(parts, lists)):
        script = _tell(document, read_story(parts, lists))
        account(document, script)
        return speak_directions(script, document) if "directions" in speak else script
    if manner.kind is Kind.PROSE:
        pulled = frozenset()  # an article may quote itself; only conversations are sure to repeat
    live = [i for i in range(len(found.spans)) if i not in pulled]
    # In an interview an editor's note stands outside the talk: who was asked before it answers after it.
    notes = {i for i in live if traits[i].note and not found.spans[i].label and manner.kind is Kind.INTERVIEW}
    talk = [i for i in live if i not in notes]
    view = View(
        tuple(found.spans[i] for i in talk), tuple(traits[i] for i in talk), found.people, manner, lists
    )
    evidence = [piece for clue in CLUES for piece in clue(view)]
    chosen = dict(zip(talk, decode(len(talk), evidence, manner), strict=True))
    choices = [chosen.get(i, Choice(NARRATOR, "note", _NARRATION)) for i in live]
    turns = _turns([found.spans[i] for i in live], choices, document.title)
    dropped = [Unspoken(found.spans[i].text, "pull quote", found.spans[i].lines) for i in sorted(pulled)]
    script = Script(
        title=document.title,
        language=document.language,
        chapters=illustrated(divide(turns, document.title, manner.asker, lists), document.blocks),
        people=_speaking(turns, found.people.persons),
        author=document.author,
        date=document.date,
        unspoken=unspoken_in_order([*document.unspoken, *found.labels, *dropped]),
    )
    account(document, script)
    return speak_directions(script, document) if "directions" in speak else script


def _tell(document: Document, story: Story) -> Script:
    """Decide who says each quotation of a story; everything else is the narrator's."""
    spoken = [i for i, part in enumerate(story.parts) if part.spoken]
    choices = [Choice(NARRATOR, "narration", _NARRATION)] * len(story.parts)
    before = -1
    for i, choice in zip(spoken, decode(len(spoken), speech.clue(story), Manner(Kind.FICTION)), strict=True):
        if choice.reason == speech.NAMED:
            choices[i] = choice
        elif before >= 0 and _goes_on(story, before, i) and choices[before].speaker == choice.speaker:
            sure = min(choices[before].confidence, choice.confidence, _GOING_ON)
            choices[i] = Choice(choice.speaker, "goes on", sure)  # “Yes,” said Ada. “And no.”
        else:
            choices[i] = replace(choice, confidence=_UNTOLD[0] + _UNTOLD[1] * choice.confidence)
        before = i
    turns = _turns([part.span for part in story.parts], choices, document.title)
    chapters: tuple[Chapter, ...] = (Chapter(document.title, turns),)
    if any(turn.reason == HEADING for turn in turns):
        chapters = divide(turns, document.title, "", story.lexicon)
    return Script(
        title=document.title,
        language=document.language,
        chapters=illustrated(chapters, document.blocks),
        people=_speaking(turns, story.characters.persons),
        author=document.author,
        date=document.date,
        unspoken=unspoken_in_order(document.unspoken),
    )


def _goes_on(story: Story, before: int, i: int) -> bool:
    """Tell whether a quotation stands in the paragraph of the one before it."""
    return story.parts[before].paragraph == story.parts[i].paragraph


def _turns(spans: Sequence[Span], choices: Sequence[Choice], title: str) -> tuple[Turn, ...]:
    """Join neighbouring spans of one speaker; headings stay by themselves."""
    turns: list[Turn] = []
    texts: list[list[str]] = []  # of each turn, joined at the end: a turn may have thousands of spans
    for span, choice in zip(spans, choices, strict=True):
        heading = span.kind is BlockKind.HEADING and choice.speaker == NARRATOR
        reason = choice.reason
        if heading:
            reason = TITLE if not turns and span.text == title else HEADING
        confidence = round(choice.confidence, 2)
        last = turns[-1] if turns else None
        if last and not heading and last.speaker == choice.speaker and last.reason not in (HEADING, TITLE):
            texts[-1] += ["\n\n" if span.starts else " ", span.text]
            lines = (last.lines[0], span.lines[1])
            turns[-1] = replace(last, lines=lines, confidence=min(last.confidence, confidence))
        else:
            turns.append(Turn(choice.speaker, "", span.lines, reason, confidence))
            texts.append([span.text])
    return tuple(replace(turn, text="".join(parts)) for turn, parts in zip(turns, texts, strict=True))


def _speaking(turns: Sequence[Turn], persons: Sequence[Person]) -> tuple[Person, ...]:
    """Return everybody who speaks, in order of appearance."""
    known = {person.name: person for person in persons}
    return tuple(known.get(name, Person(name)) for name in dict.fromkeys(turn.speaker for turn in turns))
