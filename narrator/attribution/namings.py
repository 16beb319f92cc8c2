"""Namings: which names and nouns of a narrative mean the same person."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from narrator.attribution.lexicon import Lexicon, gender_of, is_nickname
from narrator.attribution.mentions import Mention, Passage, noun_gender
from narrator.attribution.names import likeness, name_tokens
from narrator.attribution.saying import said_after, said_before

CALLED = re.compile(
    r"(?:^[„“”»«\"‘‚'—– ]*|, (?:my dear |dear |old )?)"
    r"((?:[^\W\d_]+\. )?[A-ZÄÖÜÉ][\w’-]+(?: [A-ZÄÖÜÉ][\w’-]+)?)(?=[,.!?;“”«»\"]|$)"
)
"""Finds who may be called by name in a quotation."""
MOST = 400
"""Names taken, the most mentioned first."""
_SCENE = 8
"""Passages of narration around a quotation in which its people are mentioned."""


@dataclass(slots=True)
class Known:
    """A person, while the forms of the name are joined."""

    name: str
    tokens: tuple[str, ...]
    gender: str
    forms: list[str]
    count: int


def trimmed(mention: Mention, lexicon: Lexicon) -> str:
    """Return a name without an ordinary word before it (“But Holmes”), empty when nothing is left."""
    tokens = mention.form.split()
    while tokens and (
        tokens[0].lower() in lexicon["common"]
        or tokens[0].lower() in lexicon["speech_verbs"]
        or (lexicon.language == "de" and noun_gender(tokens[0].lower(), lexicon) is not None
            and tokens[0].lower() not in lexicon.titles)
    ):  # fmt: skip
        tokens = tokens[1:]
    if len(tokens) == 1 and tokens[0].lower() in lexicon.titles:
        return ""
    return " ".join(tokens)


def join_forms(counts: Counter[str], strong: Counter[str], lexicon: Lexicon) -> list[Known]:
    """Join the forms of each name; fuller forms found persons, and more frequent ones first."""
    believed = [form for form in counts if form and strong[form] >= 2]
    believed = sorted(believed, key=lambda form: -counts[form])[:MOST]
    order = {form: i for i, form in enumerate(counts)}
    known: list[Known] = []

    def rank(form: str) -> tuple[int, int, int]:
        return (-len(name_tokens(form, lexicon)), -counts[form], order[form])

    # A form is also believed that is part of one that is: “Sherlock” where “Sherlock Holmes” is known.
    parts = {token for form in believed for token in form.split() if len(token) > 2}
    forms = [*believed, *(form for form in counts if form in parts and form not in believed)]
    for form in sorted((form for form in forms if form.lower() not in lexicon.titles), key=rank):
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
        if not fits and len(tokens) == 1:
            nicks = [i for i, one in enumerate(known) if _nicknamed(tokens[0], gender, one)]
            fits = [(0.0, 0, nicks[0])] if len(nicks) == 1 else []
        if fits:
            one = known[max(fits)[2]]
            one.forms.append(form)
            one.count += counts[form]
            one.gender = one.gender or gender
        else:
            known.append(Known(form, tokens, gender, [form], counts[form]))
    return sorted(known, key=lambda one: min(order[form] for form in one.forms))


def _nicknamed(token: str, gender: str, one: Known) -> bool:
    """Tell whether somebody may be called by a nickname (“Kitty” for Katharine)."""
    titled = len(one.name.split()) > len(one.tokens) and len(one.tokens) == 1
    return not titled and is_nickname(token, one.tokens[0]) and {gender, one.gender} != {"female", "male"}


def join_calls(
    known: list[Known],
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
            number for text, number in speech for match in CALLED.finditer(text) if match[1] in one.forms
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


def appositions(passages: Sequence[Passage], known: Sequence[Known], lexicon: Lexicon) -> dict[str, str]:
    """Find nouns that stand for somebody named: “der Gärtner Ruland”, and the title of one “Captain” only."""
    bearers = {form: one.name for one in known for form in one.forms}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    genders: dict[str, str] = {}
    for passage in passages:
        for noun, name in zip(passage.mentions, passage.mentions[1:], strict=False):
            if name.form in bearers and apposed(noun, name, passage):
                found[noun.form][bearers[name.form]] += 1
                genders[bearers[name.form]] = noun.gender
    for one in known:
        one.gender = one.gender or genders.get(one.name, "")
        for title in {form.split()[0].lower().rstrip(".") for form in one.forms if len(form.split()) > 1}:
            if noun_gender(title, lexicon) is not None and title in lexicon.titles:
                found[title][one.name] += 1
                one.gender = one.gender or noun_gender(title, lexicon) or ""
    return {
        noun: next(iter(names))
        for noun, names in found.items()
        if len(names) == 1 and noun not in lexicon["kin_nouns"]
    }


def apposed(noun: Mention, name: Mention, passage: Passage) -> bool:
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


def name_roles(
    nouns: Counter[tuple[str, str]], beside: Mapping[str, str], lexicon: Lexicon
) -> dict[str, tuple[str, str]]:
    """Name the people who speak under a noun only (“der Amtsschreiber”); forms of one noun are one person."""
    roles = {noun: (name, "") for noun, name in beside.items()}
    for (noun, gender), count in nouns.most_common(MOST):
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
