"""Stories: who is told to say a quotation, who is called in it, who is present, and whose turn it is."""

import re
from collections.abc import Iterator

from narrator.attribution.clues.presence import Presence
from narrator.attribution.evidence import ANOTHER, SAME, Evidence
from narrator.attribution.mentions import Passage
from narrator.attribution.saying import Saying, clause_end, said_after, said_before
from narrator.attribution.story import Story
from narrator.model import BlockKind

NAMED = "named as speaking"
"""The reason where a name and a speech verb stand beside a quotation."""
_UNFIT = -7.0
"""“She said” is no man's speech."""
_CALL_BEFORE = re.compile(r"(?:^[\W_]*|[,;.!?—–]\s*|\b(?:dear|old|my|mein|meine|liebe|lieber)\s+)$")
_CALL_AFTER = re.compile(r"^\s*(?:[,;.!?—–”“«»\"’‘]|$)")


def clue(story: Story) -> Iterator[Evidence]:
    """Give evidence for the speaker of each quotation; evidence is numbered by quotation."""
    parts = story.parts
    spoken = [i for i, part in enumerate(parts) if part.spoken]
    presence = Presence(story)
    if story.characters.own:
        presence.see(story.characters.own, 0)
    heard: list[tuple[str, float]] = []  # who was called and has not answered yet
    at = 0
    for number, i in enumerate(spoken):
        for j in range(at, i):
            _see(presence, story, j)
        at = i
        before, after = _around(story, i)
        yield Evidence(number, next(iter(story.lexicon["unknown_voice"]), "?"), -2.0, "nobody known")
        turn = list(_turn(story, spoken[number - 1], i, number)) if number else []
        if not any(piece.speaker == SAME and piece.weight > 4 for piece in turn):
            for name, weight in heard:
                yield Evidence(number, name, weight, "was called")
            heard = []
        yield from turn
        yield from _called(presence, story.passages[i], number, parts[i].paragraph, heard)
        yield from _present(presence, number, parts[i].paragraph)
        sayings = _sayings(story, before, after)
        for saying in sayings:
            yield from _told(presence, saying, number, parts[i].paragraph)
        for saying in sayings[:1]:
            if saying.weight > 5:
                _spoke(presence, saying, parts[i].paragraph)


def _see(presence: Presence, story: Story, i: int) -> None:
    """Note who is mentioned in a part; what is said brings nobody into the scene."""
    if story.parts[i].spoken:
        return
    for mention in story.passages[i].mentions:
        name = story.characters.who(mention.form)
        if name:
            presence.see(name, story.parts[i].paragraph)


def _spoke(presence: Presence, saying: Saying, paragraph: int) -> None:
    if saying.mention.kind == "name" or saying.mention.form:
        for name, sure in presence.meant(saying.mention, paragraph):
            if sure >= 1.0:
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
        found.append(said_after(story.passages[after], story.lexicon))
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
    sure = False
    meant = list(presence.meant(mention, paragraph))
    for name, weight in meant:
        sure = sure or weight >= 1.0
        scale = saying.weight if mention.kind == "name" or mention.form else 0.7 * saying.weight
        named = mention.kind == "name" and saying.weight > 7
        yield Evidence(number, name, scale * weight, NAMED if named else saying.reason)
    if mention.gender in ("male", "female") and saying.weight > 1:
        unfit = _UNFIT if saying.weight > 4 else 0.4 * _UNFIT
        names = {name for name, _ in meant}
        for name in presence.genders:
            if name not in names and not presence.fits(name, mention.gender):
                yield Evidence(number, name, unfit, "another gender")
    if (
        mention.kind != "name"
        and presence.story.characters.own
        and mention.gender != "own"
        and saying.weight > 4
    ):
        yield Evidence(number, presence.story.characters.own, _UNFIT, "not I")


def _present(presence: Presence, number: int, paragraph: int) -> Iterator[Evidence]:
    weight = 1.5
    for name in presence.nearest(paragraph):
        if name in presence.story.characters.rare:
            yield Evidence(number, name, -1.5, "speaks once")
            continue
        yield Evidence(number, name, max(0.3, weight), "present")
        weight -= 0.4


def _called(
    presence: Presence, passage: Passage, number: int, paragraph: int, heard: list[tuple[str, float]]
) -> Iterator[Evidence]:
    """Take who is called in a quotation for the one who hears it, and who is named for a third."""
    lexicon = presence.story.lexicon
    for mention in passage.mentions:
        if mention.kind in ("pronoun", "thing"):
            continue
        before = passage.text[: passage.places[mention.first][0]]
        after = passage.text[passage.places[mention.last][1] :]
        call = bool(_CALL_BEFORE.search(before) and _CALL_AFTER.match(after))
        name = presence.story.characters.who(mention.form)
        if name and call:
            presence.people.setdefault(name, paragraph)
            yield Evidence(number, name, -5.0, "is called by name")
            heard.append((name, 2.0))
        elif name:
            yield Evidence(number, name, -2.0, "is spoken of")
        elif call and mention.kind == "noun" and mention.form in lexicon["kin_nouns"] and mention.gender:
            for other, sure in presence.meant(mention, paragraph):
                if presence.genders.get(other) == mention.gender:
                    yield Evidence(number, other, -2.0 * sure, "is called")
                    heard.append((other, 1.0 * sure))


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
            yield Evidence(number, SAME, 5.0, "same paragraph")
        return
    if a.goes_on and b.paragraph == a.paragraph + 1:
        yield Evidence(number, SAME, 15.0, "quotation goes on")
        return
    told = [j for j in range(before + 1, i) if parts[j].paragraph != a.paragraph]
    count = sum(len(story.passages[j].tokens) for j in told)
    if b.paragraph == a.paragraph + 1 and not count:
        asks = 0.7 if "?" in a.span.text[-3:] else 0.0
        yield Evidence(number, ANOTHER, 2.5 + asks, "new paragraph")
        return
    yield Evidence(number, ANOTHER, 1.2 if count < 30 else 0.0, "after narration")
    if any(parts[j].span.kind is BlockKind.HEADING for j in told):
        yield Evidence(number, SAME, -1.0, "new chapter")
