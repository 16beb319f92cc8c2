"""Characters: the people of a narrative, gathered from prose without labels, with their names joined."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from narrator.attribution.lexicon import Lexicon, gender_of, is_first_name
from narrator.attribution.mentions import OWN, Mention, Passage, noun_gender, read_passage, titles
from narrator.attribution.names import likeness, name_tokens
from narrator.attribution.saying import said_after, said_before
from narrator.model import Person

_CALLED = re.compile(
    r"(?:^[„“”»«\"‘‚'—– ]*|, (?:my dear |dear |old )?)((?:[^\W\d_]+\. )?[A-ZÄÖÜÉ][\w’-]+(?: [A-ZÄÖÜÉ][\w’-]+)?)(?=[,.!?;])"
)
_SCENE = 8
"""Passages of narration around a quotation in which its people are mentioned."""
_MOST = 400
"""Names taken, the most mentioned first."""


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


@dataclass(slots=True)
class _Known:
    name: str
    tokens: tuple[str, ...]
    gender: str
    forms: list[str]
    count: int


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
    called = Counter(match[1] for text, _ in speech for match in _CALLED.finditer(text))
    counts, strong, nouns, own = _count(passages, called, lexicon)
    known = _join(counts, strong, lexicon)
    _join_calls(known, speech, passages, lexicon)
    forms = {form: one.name for one in known for form in one.forms}
    beside = _appositions([passage for passage, _, _ in passages], known, lexicon)
    roles = _roles(nouns, beside, lexicon)
    forms.update({noun: name for noun, (name, _) in roles.items()})
    votes = _votes([passage for passage, _, _ in passages], forms, lexicon)
    persons = [
        Person(one.name, one.gender or votes.get(one.name, ""), tuple(f for f in one.forms if f != one.name))
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
    rare = frozenset(name for name, count in said.items() if count < 2 and name not in named)
    return Characters(tuple(persons), forms, narrating, rare)


def _own(lexicon: Lexicon) -> str:
    return next((word.capitalize() for word in sorted(lexicon["own_pronouns"])), "I")


def _count(
    passages: Sequence[tuple[Passage, bool, bool]], called: Counter[str], lexicon: Lexicon
) -> tuple[Counter[str], Counter[str], Counter[tuple[str, str]], int]:
    """Count names, how strong the evidence for each is, nouns that speak, and how often “I” speaks."""
    counts: Counter[str] = Counter()
    strong: Counter[str] = Counter()
    nouns: Counter[tuple[str, str]] = Counter()
    own = 0
    german = lexicon.language == "de"
    for passage, after, before in passages:
        for number, one in enumerate(passage.mentions):
            if one.kind == "name":
                form = _trimmed(one, lexicon)
                tokens = form.split()
                if not form:
                    continue
                counts[form] += 1
                titled = tokens[0].lower().rstrip(".") in titles(lexicon) and len(tokens) > 1
                noun = passage.mentions[number - 1] if number else None
                apposed = noun is not None and noun.kind == "noun" and _apposed(noun, one, passage)
                strong[form] += 3 * titled + 2 * apposed + 2 * is_first_name(tokens[0].lower())
        sayings = [
            said_after(passage, lexicon) if after else None,
            said_before(passage, lexicon) if before else None,
        ]
        for saying in sayings:
            if saying and saying.weight > 5:
                one = saying.mention
                if one.kind == "name":
                    strong[_trimmed(one, lexicon)] += 3
                elif one.kind in ("noun", "thing"):
                    nouns[one.form, one.gender] += 1
                own += one.gender == OWN
    for form, count in called.items():
        tokens = form.split()
        good = is_first_name(tokens[0].lower()) or tokens[0].lower().rstrip(".") in titles(lexicon)
        ordinary = any(token.lower() in lexicon["common"] for token in tokens)
        if (
            ordinary
            or (german and not good and not counts[form])
            or noun_gender(form.lower(), lexicon) is not None
        ):
            continue
        if (len(tokens) > 1 or tokens[0].lower() not in titles(lexicon)) and (good or count > 1):
            counts[form] += count
            strong[form] += 3
    return counts, strong, nouns, own


def _trimmed(mention: Mention, lexicon: Lexicon) -> str:
    """Return a name without an ordinary word before it (“But Holmes”), empty when nothing is left."""
    tokens = mention.form.split()
    while tokens and (
        tokens[0].lower() in lexicon["common"]
        or tokens[0].lower() in lexicon["speech_verbs"]
        or (lexicon.language == "de" and noun_gender(tokens[0].lower(), lexicon) is not None
            and tokens[0].lower() not in titles(lexicon))
    ):  # fmt: skip
        tokens = tokens[1:]
    if len(tokens) == 1 and tokens[0].lower() in titles(lexicon):
        return ""
    return " ".join(tokens)


def _join(counts: Counter[str], strong: Counter[str], lexicon: Lexicon) -> list[_Known]:
    """Join the forms of each name; fuller forms found persons, and more frequent ones first."""
    believed = [form for form in counts if form and strong[form] >= 2]
    believed = sorted(believed, key=lambda form: -counts[form])[:_MOST]
    order = {form: i for i, form in enumerate(counts)}
    known: list[_Known] = []

    def rank(form: str) -> tuple[int, int, int]:
        return (-len(name_tokens(form, lexicon)), -counts[form], order[form])

    # A form is also believed that is part of one that is: “Sherlock” where “Sherlock Holmes” is known.
    parts = {token for form in believed for token in form.split() if len(token) > 2}
    forms = [*believed, *(form for form in counts if form in parts and form not in believed)]
    for form in sorted((form for form in forms if form.lower() not in titles(lexicon)), key=rank):
        tokens = name_tokens(form, lexicon)
        gender = gender_of(form, lexicon.language)
        titled = len(form.split()) > len(tokens)
        fits = [
            (likeness(tokens, one.tokens, form), one.count, i)
            for i, one in enumerate(known)
            if likeness(tokens, one.tokens, form) >= 2.0
            and {gender, one.gender} != {"female", "male"}
            and not (titled and gender == "female" and len(one.tokens) > len(tokens) == 1
                     and tokens[0] == one.tokens[-1])
        ]  # fmt: skip
        if fits:
            one = known[max(fits)[2]]
            one.forms.append(form)
            one.count += counts[form]
            one.gender = one.gender or gender
        else:
            known.append(_Known(form, tokens, gender, [form], counts[form]))
    return sorted(known, key=lambda one: min(order[form] for form in one.forms))


def _join_calls(
    known: list[_Known],
    speech: Sequence[tuple[str, int]],
    passages: Sequence[tuple[Passage, bool, bool]],
    lexicon: Lexicon,
) -> None:
    """Join who is called by title and surname only, and never told to speak, with whom the narrator names.

    The people of a story say “Mrs. Hale” where the narrator says “Martha”.
    """
    bearers = {form: one.name for one in known for form in one.forms}
    told = [
        {bearers[one.form] for one in passage.mentions if one.form in bearers} for passage, _, _ in passages
    ]
    said = {
        saying.mention.form
        for passage, after, before in passages
        for saying in (
            said_after(passage, lexicon) if after else None,
            said_before(passage, lexicon) if before else None,
        )
        if saying and saying.weight > 5
    }
    for one in list(known):
        if len(one.tokens) > 1 or len(one.name.split()) == 1 or said & set(one.forms) or not one.gender:
            continue
        places = [
            number for text, number in speech for match in _CALLED.finditer(text) if match[1] in one.forms
        ]
        if any(one.name in names for names in told[: min(places, default=0)]):
            continue  # the narrator has introduced somebody of that name
        near: Counter[str] = Counter()
        for number in places:
            near.update(set().union(*told[max(0, number - _SCENE) : number + _SCENE]))
        fits = [
            other
            for other in known
            if other is not one
            and other.gender == one.gender
            and len(other.name.split()) == 1
            and said & set(other.forms)
            and near[other.name] >= 0.6 * len(places)
        ]
        if places and len(fits) == 1:
            fits[0].forms += one.forms
            fits[0].count += one.count
            known.remove(one)


def _appositions(passages: Sequence[Passage], known: Sequence[_Known], lexicon: Lexicon) -> dict[str, str]:
    """Find nouns that stand for somebody named: “der Gärtner Ruland”, and the title of one “Captain” only."""
    bearers = {form: one.name for one in known for form in one.forms}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    genders: dict[str, str] = {}
    for passage in passages:
        for noun, name in zip(passage.mentions, passage.mentions[1:], strict=False):
            if name.form in bearers and _apposed(noun, name, passage):
                found[noun.form][bearers[name.form]] += 1
                genders[bearers[name.form]] = noun.gender
    for one in known:
        one.gender = one.gender or genders.get(one.name, "")
        for title in {form.split()[0].lower().rstrip(".") for form in one.forms if len(form.split()) > 1}:
            if noun_gender(title, lexicon) is not None and title in titles(lexicon):
                found[title][one.name] += 1
                one.gender = one.gender or noun_gender(title, lexicon) or ""
    return {
        noun: next(iter(names))
        for noun, names in found.items()
        if len(names) == 1 and noun not in lexicon["kin_nouns"]
    }


def _apposed(noun: Mention, name: Mention, passage: Passage) -> bool:
    """Tell whether a name stands right behind a noun."""
    gap = passage.text[passage.places[noun.last][1] : passage.places[name.first][0]]
    return (
        noun.kind in ("noun", "thing")
        and name.kind == "name"
        and noun.last == name.first - 1
        and gap.isspace()
    )


def _base(noun: str, lexicon: Lexicon) -> str:
    """Return the known noun a German compound ends in (“Amtsschreiber”), itself when it is one."""
    if lexicon.language != "de":
        return ""
    known = lexicon["male_nouns"] | lexicon["female_nouns"]
    return max((one for one in known if len(one) > 4 and noun.endswith(one)), key=len, default="")


def _roles(
    nouns: Counter[tuple[str, str]], beside: Mapping[str, str], lexicon: Lexicon
) -> dict[str, tuple[str, str]]:
    """Name the people who speak under a noun only (“der Amtsschreiber”); forms of one noun are one person."""
    roles = {noun: (name, "") for noun, name in beside.items()}
    for (noun, gender), count in nouns.most_common(_MOST):
        if noun in lexicon["kin_nouns"] or noun in roles:
            continue
        base = _base(noun, lexicon)
        shorter = [roles[one] for one in roles if base and _base(one, lexicon) == base]
        if shorter:
            roles[noun] = shorter[0]
        elif count:
            name = (
                noun.capitalize()
                if lexicon.language == "de"
                else f"the {noun}"
                if lexicon.language == "en"
                else noun
            )
            roles[noun] = (name, gender)
    return roles


def _votes(passages: Iterable[Passage], forms: dict[str, str], lexicon: Lexicon) -> dict[str, str]:
    """Tell genders from the pronouns that follow a name in its sentence."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for passage in passages:
        last, where = "", -99
        names = {one.first: one for one in passage.mentions if one.kind == "name"}
        for i, token in enumerate(passage.tokens):
            if i in names:
                name = forms.get(_trimmed(names[i], lexicon), "")
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
        if most >= 2 and most > 1.5 * sum(number for _, number in rest):
            votes[name] = best
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
        if one.kind == "name" and (name := forms.get(_trimmed(one, lexicon)))
    )
    calls: Counter[str] = Counter()
    for form, count in called.items():
        if name := forms.get(form):
            calls[name] += count
    for name, count in calls.most_common(3):
        if count >= 2 and told[name] <= 0.1 * count:
            return name
    return ""
