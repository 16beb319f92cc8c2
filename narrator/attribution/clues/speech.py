"""Stories: who is told to say a quotation, who is called in it, who is present, and whose turn it is."""

import math
from collections.abc import Iterator
from dataclasses import replace

from narrator.attribution.clues.calling import called
from narrator.attribution.clues.presence import Presence
from narrator.attribution.clues.weights import WEIGHTS
from narrator.attribution.evidence import ANOTHER, BACK, SAME, Evidence
from narrator.attribution.saying import Saying, acts_first, acts_last, clause_end, said_after, said_before
from narrator.attribution.story import Story
from narrator.model import BlockKind

NAMED = "named as speaking"
"""The reason where a name and a speech verb stand beside a quotation."""
_LATELY = 10
"""Quotations after which it does not count any more that somebody has spoken."""
_NEAR = 4
"""Quotations from one that somebody is told to speak, before or after, in which they are surely there."""
_LITTLE = 30
"""Words of narration that do not interrupt a dialogue."""


def clue(story: Story) -> Iterator[Evidence]:
    """Give evidence for the speaker of each quotation; evidence is numbered by quotation."""
    parts = story.parts
    spoken = [i for i, part in enumerate(parts) if part.spoken]
    presence = Presence(story)
    if story.characters.own:
        presence.see(story.characters.own, 0)
    told = [_sayings(story, *_around(story, i)) for i in spoken]
    presence.tags = _tags(story, told)
    heard: list[Evidence] = []  # who was called and has not answered yet
    nobody = next(iter(story.lexicon["unknown_voice"]), "?")
    at = 0
    for number, i in enumerate(spoken):
        paragraph = parts[i].paragraph
        for j in range(at, i):
            _see(presence, story, j)
        at = i
        yield Evidence(number, nobody, WEIGHTS.unknown, "nobody known")
        turn = list(_turn(story, spoken[number - 1], i, number)) if number else []
        yield from turn
        goes_on = any(piece.speaker == SAME and piece.weight > 4 for piece in turn)
        if not goes_on:
            yield from (replace(piece, span=number) for piece in heard)
            heard = []
        near = number > 0 and not goes_on and paragraph - parts[spoken[number - 1]].paragraph <= 2
        for piece in called(
            presence, story.passages[i], number, paragraph, before=number - 1 if near else None
        ):
            if piece.span > number:
                heard.append(piece)
            else:
                yield piece
        yield from _present(presence, number, paragraph)
        yield from _beside(presence, i, number)
        for saying in told[number]:
            yield from _told(presence, saying, number, paragraph)
        for saying in told[number][:1]:
            if saying.weight > 5:
                _spoke(presence, saying, paragraph)


def _tags(story: Story, told: list[list[Saying]]) -> dict[str, list[int]]:
    """Return the numbers of the quotations that each person is told to speak by name."""
    tags: dict[str, list[int]] = {}
    for number, sayings in enumerate(told):
        for one in sayings[:1]:
            name = story.characters.who(one.mention.form)
            if name and one.weight > 5:
                tags.setdefault(name, []).append(number)
    return tags


def _see(presence: Presence, story: Story, i: int) -> None:
    """Note who is mentioned in a part; what is said brings nobody into the scene."""
    if story.parts[i].spoken:
        return
    for mention in story.passages[i].mentions:
        name = story.characters.who(mention.form)
        if name:
            presence.see(name, story.parts[i].paragraph)


def _spoke(presence: Presence, saying: Saying, paragraph: int) -> None:
    for name, sure in presence.meant(saying.mention, paragraph):
        if sure >= 1.0:
            if saying.mention.kind == "name" or saying.mention.form:
                presence.see(name, paragraph)
            return


def _around(story: Story, i: int) -> tuple[int | None, int | None]:
    """Return the narration right before and right after a quotation, in its paragraph or leading up to it."""
    parts = story.parts
    before = (
        i - 1 if i and not parts[i - 1].spoken and parts[i - 1].span.kind is not BlockKind.HEADING else None
    )
    if before is not None and parts[before].paragraph != parts[i].paragraph:
        leads = parts[before].span.text.rstrip(" –—-").endswith((":", ","))
        before = before if leads and parts[before].paragraph == parts[i].paragraph - 1 else None
    after = i + 1 if i + 1 < len(parts) and not parts[i + 1].spoken else None
    if after is not None and parts[after].paragraph != parts[i].paragraph:
        after = None
    return before, after


def _sayings(story: Story, before: int | None, after: int | None) -> list[Saying]:
    """Return who is told to say a quotation, the surest first."""
    found = []
    if after is not None:
        found.append(said_after(story.passages[after], story.lexicon, story.parts[after - 1].span.text))
    if before is not None:
        saying = said_before(story.passages[before], story.lexicon)
        own = before and story.parts[before - 1].spoken and saying
        if own and story.parts[before - 1].paragraph == story.parts[before].paragraph:
            taken = clause_end(story.passages[before].text) >= len(story.passages[before].text.rstrip())
            if taken and not story.passages[before].text.rstrip().endswith(":"):
                saying = None  # “…,” said he, “…”: the words belong to the quotation before
        found.append(saying)
    sayings = sorted((one for one in found if one), key=lambda one: -one.weight)
    # What somebody is told to say outweighs what somebody does beside it.
    sure = sayings and sayings[0].weight > 7 and sayings[0].mention.kind != "pronoun"
    return sayings[:1] if sure else sayings


def _told(presence: Presence, saying: Saying, number: int, paragraph: int) -> Iterator[Evidence]:
    mention = saying.mention
    weight = getattr(WEIGHTS, _SAYINGS[saying.reason]) if saying.reason in _SAYINGS else saying.weight
    if saying.reason == "acts before speaking" and saying.weight < 3:
        weight /= 3
    meant = list(presence.meant(mention, paragraph))
    for name, share in meant:
        scale = weight if mention.kind == "name" or mention.form else WEIGHTS.pronoun * weight
        named = mention.kind == "name" and saying.weight > 7
        yield Evidence(number, name, scale * share, NAMED if named else saying.reason)
    if mention.gender in ("male", "female") and saying.weight > 1:
        unfit = WEIGHTS.unfit if saying.weight > 4 else 0.4 * WEIGHTS.unfit
        names = {name for name, _ in meant}
        for name in presence.genders:
            if name not in names and not presence.fits(name, mention.gender):
                yield Evidence(number, name, unfit, "another gender")
    own = presence.story.characters.own
    if mention.kind != "name" and own and mention.gender != "own" and saying.weight > 4:
        yield Evidence(number, own, WEIGHTS.unfit, "not I")


_SAYINGS = {
    "leads up to it": "leads",
    "acts before speaking": "acts_before",
    "acts after speaking": "acts_after",
}


def _present(presence: Presence, number: int, paragraph: int) -> Iterator[Evidence]:
    weight = WEIGHTS.present
    own = presence.story.characters.own
    near = presence.nearest(paragraph)
    if own and own not in near:
        near.append(own)
    for name in near:
        if name in presence.story.characters.rare:
            yield Evidence(number, name, -1.5, "speaks once")
            continue
        count = len(presence.tags.get(name, ()))
        habit = WEIGHTS.often * math.log2(1 + count) if count else WEIGHTS.never
        if name == own:
            habit = WEIGHTS.own
        away = presence.away(name, number)
        habit += WEIGHTS.told_near if away <= _NEAR else WEIGHTS.told if away <= _LATELY else 0.0
        yield Evidence(number, name, max(WEIGHTS.present_least, weight) + habit, "present")
        weight -= WEIGHTS.present_step
    for name in presence.tags:
        if name not in near and presence.away(name, number) <= _NEAR:
            yield Evidence(number, name, WEIGHTS.coming, "speaks soon")


def _beside(presence: Presence, i: int, number: int) -> Iterator[Evidence]:
    """Weigh who acts right before and right after the paragraph of a quotation."""
    story = presence.story
    first = i
    while first and story.parts[first - 1].paragraph == story.parts[i].paragraph:
        first -= 1
    last = i
    while last + 1 < len(story.parts) and story.parts[last + 1].paragraph == story.parts[i].paragraph:
        last += 1
    for j, find, weight in ((first - 1, acts_last, WEIGHTS.actor), (last + 1, acts_first, WEIGHTS.reactor)):
        if not weight or not 0 <= j < len(story.parts) or story.parts[j].spoken:
            continue
        mention = find(story.passages[j])
        if mention:
            for name, share in presence.meant(mention, story.parts[i].paragraph):
                yield Evidence(number, name, weight * share, "acts beside")


def _turn(story: Story, before: int, i: int, number: int) -> Iterator[Evidence]:
    """Weigh whether a quotation goes on with the speaker of the one before."""
    parts = story.parts
    a, b = parts[before], parts[i]
    between = [story.passages[j].text for j in range(before + 1, i)]
    if a.paragraph == b.paragraph:
        if not between:
            yield Evidence(number, ANOTHER, 5.0, "reply")
            return
        text = " ".join(between)
        dash = text.rstrip()[-1:] in "–—"
        one_clause = clause_end(text.lstrip(" –—")) >= len(text.strip(" –—")) - 1
        if one_clause and not dash and text.rstrip()[-1:] not in ".!?:":
            yield Evidence(number, SAME, 12.0, "goes on after a tag")
        elif one_clause and dash and text.lstrip()[:1] not in "–—":
            yield Evidence(number, ANOTHER, 3.0, "reply")
        elif dash:
            subject = said_before(story.passages[i - 1], story.lexicon)
            he = subject is not None and subject.mention.kind == "pronoun"
            yield Evidence(number, SAME if he else ANOTHER, 1.5 if he else 0.5, "after a dash")
        else:
            yield Evidence(number, SAME, WEIGHTS.same_paragraph, "same paragraph")
        return
    if a.goes_on and b.paragraph == a.paragraph + 1:
        yield Evidence(number, SAME, 15.0, "quotation goes on")
        return
    told = [j for j in range(before + 1, i) if parts[j].paragraph != a.paragraph]
    count = sum(len(story.passages[j].tokens) for j in told)
    if b.paragraph == a.paragraph + 1 and not count:
        asks = WEIGHTS.asked if "?" in a.span.text[-3:] else 0.0
        yield Evidence(number, ANOTHER, WEIGHTS.new_paragraph + asks, "new paragraph")
        yield Evidence(number, BACK, WEIGHTS.back, "takes turns")
        return
    little = count < _LITTLE
    yield Evidence(
        number, ANOTHER, WEIGHTS.after_narration if little else WEIGHTS.after_long, "after narration"
    )
    yield Evidence(number, BACK, WEIGHTS.back_after, "takes turns")
    if any(parts[j].span.kind is BlockKind.HEADING for j in told):
        yield Evidence(number, SAME, -1.0, "new chapter")
