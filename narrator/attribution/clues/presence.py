"""Who is present in a story at each quotation, and who is meant by “he” and “the old man” there."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from narrator.attribution.clues.weights import WEIGHTS
from narrator.attribution.lexicon import Lexicon
from narrator.attribution.mentions import OWN, Mention
from narrator.attribution.story import Story

_REMEMBERED = 8
"""People who are remembered; who was mentioned before them has left."""
_FAR = 14
"""Paragraphs after which somebody not mentioned again has left."""
_SOON = 20
"""Paragraphs in which somebody is named who is “he” till then."""


@dataclass(slots=True)
class Presence:
    """The people lately mentioned, the last first."""

    story: Story
    people: dict[str, int] = field(default_factory=dict)
    """Name → paragraph of the last mention, in the order of mention."""
    tags: dict[str, list[int]] = field(default_factory=dict)
    """Name → numbers of the quotations they are told to speak by name."""
    genders: dict[str, str] = field(default_factory=dict)
    coming: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Name → the paragraphs of narration that mention it."""

    def __post_init__(self) -> None:
        """Look up the genders of all people, and where each is mentioned."""
        self.genders = {person.name: person.gender for person in self.story.characters.persons}
        for part, passage in zip(self.story.parts, self.story.passages, strict=True):
            for mention in passage.mentions if not part.spoken else ():
                if name := self.story.characters.who(mention.form):
                    self.coming[name].append(part.paragraph)

    def see(self, name: str, paragraph: int) -> None:
        """Note that somebody is mentioned."""
        self.people.pop(name, None)
        self.people[name] = paragraph

    def nearest(self, paragraph: int) -> list[str]:
        """Return who is present, the last mentioned first."""
        lately = [name for name, seen in self.people.items() if paragraph - seen <= _FAR]
        return lately[::-1][:_REMEMBERED]

    def away(self, name: str, number: int) -> int:
        """Return how many quotations away is one that somebody is told to speak."""
        numbers = self.tags.get(name, [])
        k = bisect_right(numbers, number)
        return min((abs(number - one) for one in numbers[max(0, k - 1) : k + 1]), default=1_000_000)

    def soon(self, paragraph: int, gender: str) -> list[str]:
        """Return who of a gender is named in the paragraphs to come, the first one only."""
        places = [
            (after[k], name)
            for name, after in self.coming.items()
            if self.genders.get(name) == gender
            and name not in self.story.characters.rare
            and (k := bisect_right(after, paragraph)) < len(after)
            and after[k] <= paragraph + _SOON
        ]
        return [name for _, name in sorted(places)[:1]]

    def fits(self, name: str, gender: str) -> bool:
        """Tell whether a pronoun or noun of a gender may mean somebody."""
        return name != self.story.characters.own and {self.genders.get(name, ""), gender} != {
            "male",
            "female",
        }

    def meant(self, mention: Mention, paragraph: int) -> Iterator[tuple[str, float]]:
        """Yield whom a mention may mean, each with a weight from 0 to 1."""
        characters, lexicon = self.story.characters, self.story.lexicon
        if mention.gender == OWN:
            if characters.own:
                yield characters.own, 1.0
            return
        known = characters.who(mention.form)
        if known:
            yield known, 1.0
            return
        spouse = _spouse(mention, self, lexicon, paragraph)
        if spouse:
            yield spouse, 1.0
            return
        weight = 1.0
        if mention.kind == "thing":
            return
        near = [name for name in self.nearest(paragraph) if self.fits(name, mention.gender)]
        if mention.form in lexicon["parents"]:
            near = self._elders(near, mention.gender) or near
        if mention.gender and not any(self.genders.get(name) == mention.gender for name in near):
            near = [*self.soon(paragraph, mention.gender), *near]
        for name in near:
            if name not in characters.rare or self.people.get(name) == paragraph:
                sure = weight if self.genders.get(name) == mention.gender else WEIGHTS.open_gender * weight
                yield name, sure
                weight = max(WEIGHTS.meant_least, weight - WEIGHTS.meant_step)

    def _elders(self, near: list[str], gender: str) -> list[str]:
        """Return those who bear a title such as Mrs., which children do not, the near ones first."""
        titles = self.story.lexicon.honorifics.get(gender, frozenset()) - self.story.lexicon["young_titles"]
        everybody = [*near, *(name for name in self.genders if name not in near and self.fits(name, gender))]
        return [name for name in everybody if name.split()[0].lower().rstrip(".") in titles]


def _spouse(mention: Mention, presence: Presence, lexicon: Lexicon, paragraph: int) -> str:
    """Return Mrs. X for “his wife” where Mr. X is present, and the other way round."""
    if mention.form not in lexicon["spouses"]:
        return ""
    for name in presence.nearest(paragraph):
        parts = name.split()
        if len(parts) > 1 and presence.genders.get(name) not in (mention.gender, ""):
            for other in presence.genders:
                pair = other.split()
                if len(pair) == 2 and pair[1] == parts[-1] and presence.genders[other] == mention.gender and (
                    pair[0].lower().rstrip(".") in lexicon.honorifics.get(mention.gender, ())
                ):  # fmt: skip
                    return other
    return ""
