"""Characters: the people of a narrative, gathered from prose without labels."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from narrator.attribution.lexicon import Lexicon, is_first_name
from narrator.attribution.mentions import OWN, Mention, Passage, noun_gender, read_passage
from narrator.attribution.namings import (
    CALLED,
    Known,
    apposed,
    appositions,
    join_calls,
    join_forms,
    name_roles,
    trimmed,
)  # fmt: skip
from narrator.attribution.saying import said_after, said_before
from narrator.model import Person

_SMALL = re.compile(r"(?<!\w)[a-zà-ÿ]+(?:-[a-zà-ÿ]+)*(?!\w)")
_OVERRULES = 4.0
"""Pronouns of one gender for each of the other, and one, from which a first name is not believed."""
_ACTS = 3.0
"""Weight of somebody who acts right before a quotation: a noun for them may be all we hear of their name."""


@dataclass(frozen=True, slots=True)
class Characters:
    """The people of a narrative."""

    persons: tuple[Person, ...]
    forms: dict[str, str]
    """Every form of a name, and every noun that stands for one person → the person's name."""
    own: str = ""
    """The name of the person who says “I” in the narration, empty when nobody does."""

    rare: frozenset[str] = frozenset()
    """People who speak once under a noun and are else unknown."""

    def who(self, form: str) -> str:
        """Return whose name or noun a form is, empty when it is nobody's.

        Compound nouns mean whom their last part means: “Gerichtsschreiber” is “der Schreiber”.
        """
        known = self.forms.get(form, "")
        if known or not form or not form.islower():
            return known
        ends = [noun for noun in self.forms if len(noun) > 5 and noun.islower() and form.endswith(noun)]
        return self.forms[max(ends, key=len)] if ends else ""


def gather_characters(
    narration: Sequence[tuple[str, bool, bool]], speech: Sequence[tuple[str, int]], lexicon: Lexicon
) -> Characters:
    """Find the people of a narrative.

    Args:
        narration: Passages of the narrator; whether a quotation stands before and behind each.
        speech: The quotations; how many passages of the narrator stand before each.
        lexicon: Word lists of the language.
    """
    passages = [(read_passage(text, lexicon), after, before) for text, after, before in narration]
    called = Counter(match[1] for text, _ in speech for match in CALLED.finditer(text))
    small = Counter(
        token for text in (*(text for text, *_ in narration), *(text for text, _ in speech))
        for token in _SMALL.findall(text)
    )  # fmt: skip
    called = Counter({
        form: count for form, count in called.items()
        if form.lower() not in lexicon["exclamations"] and small[form.lower()] < count
    })  # fmt: skip
    counts, strong, nouns, own = _count(passages, called, lexicon)
    if lexicon.language == "de":
        _cut_nouns(counts, strong)
    known = join_forms(counts, strong, lexicon)
    join_calls(known, speech, passages, lexicon)
    forms = {form: one.name for one in known for form in one.forms}
    beside = appositions([passage for passage, _, _ in passages], known, lexicon)
    roles = name_roles(nouns, beside, lexicon)
    forms.update({noun: name for noun, (name, _) in roles.items()})
    votes = _votes([passage for passage, _, _ in passages], forms, lexicon)
    persons = [
        Person(one.name, _gender(one, votes, lexicon), tuple(f for f in one.forms if f != one.name))
        for one in known
    ]
    named = {one.name for one in known}
    persons += [Person(name, gender) for name, gender in dict.fromkeys(roles.values()) if name not in named]
    narrating = ""
    if own >= 2:
        narrating = _own_name(called, passages, forms, lexicon) or _own(lexicon)
        if narrating not in {person.name for person in persons}:
            persons.append(Person(narrating))
    said = Counter({name: 0 for name, _ in roles.values()})
    for (noun, _), count in nouns.items():
        if noun in roles:
            said[roles[noun][0]] += count
    voices = {roles[noun][0] for noun in roles if noun in lexicon["voices"]}
    rare = frozenset(
        name for name, count in said.items() if (count < 2 or name in voices) and name not in named
    )
    return Characters(tuple(persons), forms, narrating, rare)


def _gender(one: Known, votes: dict[str, tuple[str, float]], lexicon: Lexicon) -> str:
    """Weigh what the name tells of the gender against the pronouns that follow it (Brett may be a lady)."""
    voted, sure = votes.get(one.name, ("", 0.0))
    titled = any(form.split()[0].lower().rstrip(".") in lexicon.titles for form in one.forms)
    return voted if sure >= _OVERRULES and not titled else one.gender or voted


def _own(lexicon: Lexicon) -> str:
    """Return what the person who says “I” is called where nobody calls them by name."""
    return next((word.capitalize() for word in sorted(lexicon["own_pronouns"])), "I")


def _count(
    passages: Sequence[tuple[Passage, bool, bool]], called: Counter[str], lexicon: Lexicon
) -> tuple[Counter[str], Counter[str], Counter[tuple[str, str]], int]:
    """Count names, how strong the evidence for each is, nouns that speak, and how often “I” speaks."""
    counts: Counter[str] = Counter()
    strong: Counter[str] = Counter()
    nouns: Counter[tuple[str, str]] = Counter()
    own = 0
    for passage, after, before in passages:
        _count_names(passage, counts, strong, lexicon)
        sayings = [
            said_after(passage, lexicon) if after else None,
            said_before(passage, lexicon) if before else None,
        ]
        for saying in sayings:
            if saying and saying.weight > 5:
                one = saying.mention
                if one.kind == "name":
                    strong[trimmed(one, lexicon)] += 3
                elif one.kind in ("noun", "thing"):
                    nouns[one.form, one.gender] += 1
                own += one.gender == OWN
            elif saying and saying.weight >= _ACTS and saying.mention.kind == "noun":
                nouns[saying.mention.form, saying.mention.gender] += 1
            elif saying and saying.weight >= _ACTS and saying.mention.kind == "name":
                strong[trimmed(saying.mention, lexicon)] += 1
    for form, count in called.items():
        if _calls_somebody(form, count, known=bool(counts[form]), lexicon=lexicon):
            counts[form] += count
            strong[form] += 3
    return counts, strong, nouns, own


def _cut_nouns(counts: Counter[str], strong: Counter[str]) -> None:
    """Take a noun off the end of a name it only once stands behind (“legte Frau König Patiencen”)."""
    lasts = Counter(form.split()[-1] for form in counts)
    for form in [form for form, count in counts.items() if count == 1 and " " in form]:
        name, noun = form.rsplit(" ", 1)
        known = name in counts or any(other.endswith(f" {name.split()[-1]}") for other in counts)
        if known and lasts[noun] == 1 and not is_first_name(noun.lower()):
            counts[name] += counts.pop(form)
            strong[name] += strong.pop(form, 0)


def _count_names(passage: Passage, counts: Counter[str], strong: Counter[str], lexicon: Lexicon) -> None:
    """Count the names of a passage; a title, a known first name or a noun before one makes it believed."""
    for number, one in enumerate(passage.mentions):
        form = trimmed(one, lexicon) if one.kind == "name" else ""
        if not form:
            continue
        counts[form] += 1
        tokens = form.split()
        titled = len(tokens) > 1 and tokens[0].lower().rstrip(".") in lexicon.titles
        noun = passage.mentions[number - 1] if number else None
        described = noun is not None and noun.kind == "noun" and apposed(noun, one, passage)
        strong[form] += 3 * titled + 2 * described + 2 * is_first_name(tokens[0].lower())
        strong[form] += lexicon.language == "de" and one.subject and _begins(passage, one, lexicon)


def _begins(passage: Passage, name: Mention, lexicon: Lexicon) -> bool:
    """Tell whether a word begins a sentence and no article or noun is with it, as names do in German."""
    start, end = passage.places[name.first][0], passage.places[name.last][1]
    before, after = passage.text[:start].rstrip(" »«„“”–—-"), passage.text[end : end + 2]
    starts = (not before or before[-1] in ".!?") and after[:1] == " " and after[1:].islower()
    following = passage.tokens[name.last + 1] if starts else ""
    return starts and following not in lexicon["common"] | lexicon["determiners"]


def _calls_somebody(form: str, count: int, *, known: bool, lexicon: Lexicon) -> bool:
    """Tell whether what stands between commas in a quotation is the name of somebody called."""
    tokens = [token.lower().rstrip(".") for token in form.split()]
    titled = tokens[0] in lexicon.titles
    if any(token in lexicon["common"] for token in tokens) or noun_gender(form.lower(), lexicon) is not None:
        return False
    good = is_first_name(tokens[0]) or titled
    if lexicon.language == "de" and not good:
        return known  # every noun has a capital, but only names stand without an article
    return (len(tokens) > 1 or not titled) and (good or count > 1)


def _votes(
    passages: Iterable[Passage], forms: dict[str, str], lexicon: Lexicon
) -> dict[str, tuple[str, float]]:
    """Tell genders, and how surely, from the pronouns that follow a name in its sentence."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for passage in passages:
        last, where = "", -99
        names = {one.first: one for one in passage.mentions if one.kind == "name"}
        for i, token in enumerate(passage.tokens):
            if i in names:
                name = forms.get(trimmed(names[i], lexicon), "")
                last, where = (name, i) if name else (last, where)
            elif last and i - where < 15:
                lower = token.lower()
                if lower in lexicon["male_forms"]:
                    counts[last]["male"] += 1
                elif lower in lexicon["female_forms"]:
                    counts[last]["female"] += 1
    votes = {}
    for name, count in counts.items():
        (best, most), *rest = count.most_common()
        others = sum(number for _, number in rest)
        if most >= 2 and most > 1.5 * others:
            votes[name] = (best, most / (1.0 + others))
    return votes


def _own_name(
    called: Counter[str],
    passages: Sequence[tuple[Passage, bool, bool]],
    forms: dict[str, str],
    lexicon: Lexicon,
) -> str:
    """Return by which name others call the person who says “I”: one the narration itself hardly uses."""
    told: Counter[str] = Counter(
        name
        for passage, _, _ in passages
        for one in passage.mentions
        if one.kind == "name" and (name := forms.get(trimmed(one, lexicon)))
    )
    calls: Counter[str] = Counter()
    for form, count in called.items():
        if name := forms.get(form):
            calls[name] += count
    for name, count in calls.most_common(3):
        if count >= 2 and told[name] <= 0.1 * count:
            return name
    return ""
