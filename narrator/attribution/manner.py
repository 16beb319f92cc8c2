"""Manner: how a text marks its speakers, which sets what the decoder may expect."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from narrator.attribution.introductions import find_introductions
from narrator.attribution.lexicon import Lexicon
from narrator.attribution.people import GUEST, People
from narrator.attribution.spans import Cut, Span
from narrator.attribution.traits import Traits
from narrator.model import INTERVIEWER, NARRATOR, BlockKind

TALKS = 12
"""Words of a passage set apart, on the mean, that are rather said than a headline."""


class Kind(StrEnum):
    """The manners there are."""

    LABELLED = "labelled"
    """A label stands wherever the speaker changes."""
    INTERVIEW = "interview"
    """Questions and answers; labels come now and then, or never."""
    TURNS = "turns"
    """Marks tell where the voice changes, and not whose it is."""
    PROSE = "prose"
    """Nobody speaks but the narrator."""
    FICTION = "fiction"
    """A narrative, in which the people quoted speak; only its quotations are decoded."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text marks its speakers."""

    kind: Kind
    asker: str = ""
    """Who asks; empty when nobody does so more than the others."""
    guests: tuple[str, ...] = ()
    """Who may answer, the likeliest first."""
    face: str = ""
    """The type face in which questions are set, if one is."""
    announced: bool = False
    """Before its first dash the text says that it is an interview."""


def read_manner(found: Cut, traits: Sequence[Traits], dropped: Collection[int], lexicon: Lexicon) -> Manner:
    """Tell how a text marks its speakers."""
    spans, people = found.spans, found.people
    if _marks_turns(spans):
        return _turns(spans, people, lexicon)
    live = [i for i in range(len(spans)) if i not in dropped and not traits[i].note]
    labelled = [i for i in live if spans[i].label]
    asker = _asker(labelled, spans, traits, people)
    face = _question_face(live, spans, traits)
    guests = [spans[i].label for i in labelled if spans[i].label not in (asker, NARRATOR)]
    bylines = [i for i in live if traits[i].credit and not traits[i].meets and traits[i].count < 12]
    credited = {name for i in bylines for name in traits[i].named}
    credited -= {name for i in live if i not in bylines for name in traits[i].named}
    order = tuple(dict.fromkeys(guests))
    if labelled:
        after = [i for i in live if i > labelled[0] and spans[i].kind is not BlockKind.HEADING]
        open_questions = [i for i in after if not spans[i].label and is_question(traits[i])]
        asked = sum(spans[i].label == asker for i in labelled) if asker else 0
        complete = (
            len(labelled) >= 0.5 * max(1, len(after)) or len(open_questions) <= max(asked, len(labelled) // 3)
        ) and len(labelled) > 1
        if face and sum(spans[i].face == face and not spans[i].label for i in live if i > labelled[0]) > len(
            labelled
        ):
            complete = False
        # A play names who speaks at every change: without that, lines of verse would ask and answer.
        complete = complete or (found.verbatim and len(order) > 1)
        if complete or _is_speech(labelled, after, open_questions, spans, traits):
            return Manner(Kind.LABELLED, asker, order)
        return Manner(
            Kind.INTERVIEW, asker or INTERVIEWER, order or _unlabelled(people, asker, credited), face
        )
    questions = [i for i in live if is_question(traits[i]) and spans[i].kind is not BlockKind.HEADING]
    body = [i for i in live if spans[i].kind is not BlockKind.HEADING]
    told = any(traits[i].credit for i in live)
    answered = sum(traits[i].first > 0 for i in body)
    dashes = sum(traits[i].dash for i in body)
    if dashes >= 4 and dashes >= 0.5 * len(body):
        first = next(i for i in body if traits[i].dash)
        announced = any(traits[i].credit or traits[i].meets for i in live if i < first)
        # In the dashes of a talk that is announced the guest may have the word for a long time.
        if len(questions) >= (0.1 if announced else 0.3) * dashes:
            return Manner(Kind.INTERVIEW, INTERVIEWER, _unlabelled(people, "", credited), announced=announced)
    if face or (len(questions) >= 3 and answered >= 3 and (told or len(questions) > 0.25 * len(body))):
        return Manner(Kind.INTERVIEW, INTERVIEWER, _unlabelled(people, "", credited), face)
    return Manner(Kind.PROSE)


def _marks_turns(spans: Sequence[Span]) -> bool:
    """Tell whether marks without names are how voices are parted."""
    marked = sum(span.turns > 0 and not span.label for span in spans)
    return marked > 1 and marked > sum(bool(span.label) for span in spans) // 2


def _turns(spans: Sequence[Span], people: People, lexicon: Lexicon) -> Manner:
    """Find who speaks by turns: those with labels, those who say their names, those who are presented."""
    known = find_introductions(spans, people, lexicon)
    named = [span.label for span in spans if span.label and span.label != NARRATOR]
    order = [*named, *(known.own[i] for i in sorted(known.own))]
    if len(set(order)) < 2:
        order += [known.presented[i] for i in sorted(known.presented)]
    voices = tuple(dict.fromkeys(order))
    if len(voices) > 1:
        return Manner(Kind.TURNS, "", voices)
    # Whoever opens and says a name is the host; else the host asks and nobody knows the name.
    if voices and (0 in known.own or not known.presented):
        return Manner(Kind.TURNS, voices[0], (*voices, GUEST))
    return Manner(Kind.TURNS, INTERVIEWER, (INTERVIEWER, *(voices or (GUEST,))))


def _is_speech(
    labelled: Sequence[int],
    after: Sequence[int],
    questions: Sequence[int],
    spans: Sequence[Span],
    traits: Sequence[Traits],
) -> bool:
    """Tell whether one person speaks and is asked nothing: no question before, hardly one after the label."""
    before = (traits[i] for i in range(labelled[0]) if spans[i].kind is not BlockKind.HEADING)
    return (
        len(labelled) == 1
        and not any(trait.asks or trait.request or trait.credit for trait in before)
        and 20 * len(questions) <= len(after)
    )


def is_question(trait: Traits) -> bool:
    """Tell whether a span by itself looks like a question put to somebody."""
    return (trait.ends_asking and (trait.second > 0 or trait.count < 30)) or (
        trait.opens_asking and trait.second > 0
    )


def _asker(labelled: Sequence[int], spans: Sequence[Span], traits: Sequence[Traits], people: People) -> str:
    """Return the labelled speaker who asks: by the label itself, else by asking far more than all others."""
    by_label = Counter(spans[i].label for i in labelled if spans[i].label in people.askers)
    if by_label:
        return by_label.most_common(1)[0][0]
    said = Counter(spans[i].label for i in labelled if spans[i].label != NARRATOR)
    asked = Counter(spans[i].label for i in labelled if traits[i].asks)
    rates = sorted(((asked[name] / count, name) for name, count in said.items()), reverse=True)
    if len(rates) > 1 and rates[0][0] >= 0.4 and rates[0][0] >= 2 * rates[1][0]:
        return rates[0][1]
    return ""


def _question_face(live: Sequence[int], spans: Sequence[Span], traits: Sequence[Traits]) -> str:
    """Return the type face in which an asker's paragraphs are set.

    At least two of its runs of paragraphs ask, and most; or several ask and the runs are of some length, as
    hosts also say what is no question. Headlines ask now and then, but are short.
    """
    for face in ("bold", "italic", "heading"):
        runs = [
            [i for _, i in run]
            for same, run in groupby(enumerate(live), key=lambda pair: spans[pair[1]].face)
            if same == face
        ]
        asking = [run for run in runs if any(traits[i].asks for i in run) and run[-1] != live[-1]]
        words = sum(traits[i].count for run in runs for i in run)
        least = 1 if face == "bold" and len(runs) > 3 else 3  # hardly anything but speech is bold for so long
        talks = len(asking) >= least and words >= TALKS * len(runs)
        if talks or (len(asking) >= 2 and len(asking) >= 0.6 * len(runs) - 1):
            return face
    return ""


def _unlabelled(people: People, asker: str, credited: Collection[str]) -> tuple[str, ...]:
    """Return who may answer where no label says it: whom the text names most, bylines and credits aside."""
    others = {asker, NARRATOR, *credited}
    named = [person.name for person in people.persons if person.name not in others]
    return (named[0],) if named else (GUEST,)
