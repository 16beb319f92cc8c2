"""People: whom the text names, under which forms, and which labels are names at all."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from narrator.attribution.labels import Label
from narrator.attribution.lexicon import Lexicon, fold, gender_of, is_first_name
from narrator.attribution.names import PARTICLES, display_name, is_name_like, likeness, misspelt, name_tokens
from narrator.model import INTERVIEWER, NARRATOR, Person

GUEST = "GUEST"
"""A person who answers and whom the source never names."""

_CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪĮİĶĹĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽ"
_PART = rf"(?:[{_CAPITAL}][\w’'-]{{0,40}}[^\W\d_]|[{_CAPITAL}]\.)"
_PARTICLE = r"(?:von|van|de|der|den|del|di|da|la|le|zu)"
_FULL_NAME = re.compile(rf"(?<![\w’])({_PART}(?: (?:{_PARTICLE} ){{0,2}}{_PART}){{1,3}})")
_MOST_PEOPLE = 300
"""Different labels, and names in the prose, that are looked at, the most frequent first: more people speak in
no text, and a list of ten thousand terms with colons is to cost no hours."""
_NUMBERED = re.compile(r"\s*#?\d{1,2}$")


@dataclass(frozen=True, slots=True)
class People:
    """Everybody the text names as a speaker, or may."""

    persons: tuple[Person, ...]
    """In order of their first label, then of mention."""
    forms: dict[str, str]
    """Folded form of a name → name of the person."""
    askers: frozenset[str]
    """Those whose label says that they ask."""
    speakers: frozenset[str]
    """Those who have a label somewhere."""

    def find(self, label: str) -> str | None:
        """Return the person a label names, or None where the label names nobody."""
        return self.forms.get(fold(label))


@dataclass(slots=True)
class _Known:
    """A person while the forms of names are gathered."""

    name: str
    tokens: tuple[str, ...]
    count: int
    forms: list[str]
    gender: str
    sure: bool
    """Whether the source's own form tells its people apart."""


def gather_people(labels: Sequence[Label], paragraphs: Sequence[str], lexicon: Lexicon) -> People:
    """Find the people of a text, join the forms of their names, and tell labels from other openings.

    Args:
        labels: What may be labels, in order.
        paragraphs: The text of every block, in order, labels included.
        lexicon: Word lists of the text's language.
    """
    text = "\n".join(paragraphs)
    mentioned = _mentions(paragraphs, lexicon)
    counts = Counter(dict(Counter(fold(label.name) for label in labels).most_common(_MOST_PEOPLE)))
    by_sureness = sorted(labels, key=lambda label: label.sure)
    styles = {key: label for label in by_sureness if (key := fold(label.name)) in counts}
    roles = {key: role for key in styles if (role := _role(key, lexicon))}
    letters = {key for key, label in styles.items() if label.letter}
    if {roles.get(key) for key in letters} < {"asker_labels", "answer_labels"}:
        roles = {key: role for key, role in roles.items() if key not in letters}
    believed = {
        key
        for key, label in styles.items()
        if key not in roles
        and key not in letters
        and not _tells(label.name, lexicon)
        and _names_somebody(label, counts[key], text, mentioned, lexicon)
    }
    full = [name_tokens(styles[key].name, lexicon) for key in sorted(believed)]
    for key, label in styles.items():  # a form or misspelling of a name that is believed
        tokens = name_tokens(label.name, lexicon)
        if key not in roles and label.colon and any(likeness(tokens, one, label.name) >= 1.2 for one in full):
            believed.add(key)
    names = [label for key, label in styles.items() if key in believed]
    known = _join(names, counts, mentioned, text, lexicon)
    forms = {fold(form): person.name for person in known for form in person.forms}
    persons = [_person(one, text, lexicon) for one in known]
    speakers = {person.name for person in persons}
    askers = set()
    persons.extend(_only_mentioned(mentioned, known, lexicon))
    forms.update({fold(person.name): person.name for person in persons})
    answerer = persons[0].name if len(persons) == 1 else GUEST
    for key, role in roles.items():
        bearers = {"asker_labels": _asker(key), "answer_labels": answerer, "narrator_labels": NARRATOR}
        forms[key] = bearers[role]
        speakers.add(forms[key])
        if role == "asker_labels":
            askers.add(forms[key])
        if forms[key] not in {person.name for person in persons}:
            persons.append(Person(forms[key]))
    return People(tuple(persons), forms, frozenset(askers), frozenset(speakers))


def _only_mentioned(mentioned: Iterable[str], known: Sequence[_Known], lexicon: Lexicon) -> Iterator[Person]:
    """Yield the people the prose names and no label does."""
    for name in mentioned:
        if not any(likeness(name_tokens(name, lexicon), one.tokens) for one in known):
            yield Person(name, gender_of(name, lexicon.language))


def _role(key: str, lexicon: Lexicon) -> str:
    bare = _NUMBERED.sub("", key)
    for role in ("asker_labels", "answer_labels", "narrator_labels"):
        if bare in lexicon[role]:
            return role
    return ""


def _asker(key: str) -> str:
    """Name whom a label such as `question` or `audience member 2` stands for."""
    return f"{INTERVIEWER} {key.rsplit(maxsplit=1)[-1]}" if _NUMBERED.search(key) else INTERVIEWER


def _mentions(paragraphs: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """Return full names in the prose, the most mentioned first.

    They begin with a known first name, or follow the words that tell whom an interview is with.
    """
    found: Counter[str] = Counter()
    for paragraph in paragraphs:
        for match in _FULL_NAME.finditer(paragraph):
            name = _from_first_name(match[1])
            before = fold(paragraph[max(0, match.start() - 40) : match.start()])
            if not name and _ends_in(before, lexicon["meeting"]):
                name = match[1]
            tokens = name_tokens(name, lexicon)
            if len(tokens) > 1 and not (set(tokens) - PARTICLES) & lexicon["common"]:
                found[name] += 1
    order = {name: i for i, name in enumerate(found)}
    return tuple(sorted(found, key=lambda name: (-found[name], order[name])))[:_MOST_PEOPLE]


def _from_first_name(name: str) -> str:
    """Return a name from its first known first name on (“Bergführer Alois Huber”), empty when it has none."""
    parts = name.split()
    first = next((i for i, part in enumerate(parts) if is_first_name(part.lower())), len(parts))
    return " ".join(parts[first:])


def _ends_in(text: str, phrases: Iterable[str]) -> bool:
    return any(text == phrase or text.endswith(f" {phrase}") for phrase in phrases)


def _places(name: str, text: str) -> Iterator[int]:
    """Yield where a name ends in a text, as whole words."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum():
            yield end
        start = text.find(name, end)


def _tells(name: str, lexicon: Lexicon) -> bool:
    """Tell whether a narrator speaks of somebody instead of naming them (“Brenda wrote:”)."""
    return not is_name_like(name) and name.rsplit(maxsplit=1)[-1] in lexicon["speech_verbs"]


def _names_somebody(label: Label, count: int, text: str, mentioned: Sequence[str], lexicon: Lexicon) -> bool:
    """Weigh whether an opening with a colon is somebody's label.

    The rule in the wild is “Letzte Frage:” and “One thing:”: an opening is believed when it comes again, when
    the text speaks of such a person, or when it is a common first name.
    """
    if label.sure:
        return True
    key = fold(label.name)
    tokens = name_tokens(label.name, lexicon)
    ordinary = [
        token
        for i, token in enumerate(tokens)
        if token in lexicon["not_names"] or (token in lexicon["common"] and not (i and token in PARTICLES))
    ]
    if not tokens or key in lexicon["not_names"] or (tokens[-1] in lexicon["not_names"] and count < 3):
        return False
    if not label.colon and (not is_name_like(label.name) or not (label.bold or count > 1)):
        return False
    titled = len(tokens) < len(label.name.split())
    evidence = 1.0 * min(count - 1, 3) + (2.0 if is_first_name(tokens[0]) else 0.0) + (1.5 if titled else 0.0)
    elsewhere = any(text[end : end + 3].lstrip()[:1] not in (":", "：") for end in _places(label.name, text))
    if len(tokens) > 1 and elsewhere:
        evidence += 2.0
    if any(likeness(tokens, name_tokens(name, lexicon), label.name) >= 1.5 for name in mentioned):
        evidence += 2.0
    if label.bold or label.name.isupper():
        evidence += 1.0
    if len(tokens) > 1 and not ordinary and is_name_like(label.name):
        evidence += 1.0
    if not is_name_like(label.name):
        evidence -= 1.0
    if _titles_before(label.name, text, lexicon):
        evidence += 1.5
    evidence -= 2.0 * len(ordinary) / len(tokens) * (2.0 if count < 3 else 0.5)
    return evidence >= 1.0


def _join(
    names: Sequence[Label], counts: Counter[str], mentioned: Sequence[str], text: str, lexicon: Lexicon
) -> list[_Known]:
    """Join the labels that name one person; the fuller and the more frequent forms found persons first."""
    known: list[_Known] = []
    order = {fold(label.name): i for i, label in enumerate(names)}
    by_fullness = sorted(
        names,
        key=lambda label: (
            -min(len(name_tokens(label.name, lexicon)), 2),
            -counts[fold(label.name)],
            order[fold(label.name)],
        ),
    )  # fmt: skip
    for label in by_fullness:
        tokens, count = name_tokens(label.name, lexicon), counts[fold(label.name)]
        best = _best(label, tokens, count, known, lexicon.language)
        if best is None:
            full = None if label.sure else _fuller(tokens, label.name, mentioned, lexicon)
            seen = sum(1 for _ in _places((full or label.name).split()[-1], text))
            name = full or display_name(label.name, text if label.sure else "")
            known.append(
                _Known(name, name_tokens(full or label.name, lexicon), max(count, seen), [label.name],
                       gender_of(full or label.name, lexicon.language), label.sure)
            )  # fmt: skip
        else:
            best.count += count
            best.forms.append(label.name)
    return sorted(known, key=lambda one: min(order[fold(form)] for form in one.forms))


def _best(
    label: Label, tokens: tuple[str, ...], count: int, known: Sequence[_Known], language: str
) -> _Known | None:
    """Return the person a form fits best; a misspelling must be rarer than what it misspells.

    A bare surname that two people share is taken for the one who is named more often.
    """
    fits = []
    written, sure = label.name, label.sure
    for one in known:
        fit = likeness(tokens, one.tokens, written)
        if sure and one.sure and not misspelt(fold(written), fold(one.name)):
            continue  # a play tells its people apart by the whole of the name
        if gender_of(written, language) and {gender_of(written, language), one.gender} == {"female", "male"}:
            continue  # Mr. Bennet is not Mrs. Bennet
        if fit >= 2.0 or (fit > 0.0 and count <= max(1, one.count // 2)):
            fits.append((fit, one))
    if not fits:
        return None
    return max(fits, key=lambda pair: (pair[0], pair[1].count))[1]


def _fuller(tokens: tuple[str, ...], written: str, mentioned: Sequence[str], lexicon: Lexicon) -> str | None:
    """Return the full name in the prose that a bare first name, surname or initials stand for."""
    if len(tokens) != 1:
        return None
    fits = [name for name in mentioned if likeness(tokens, name_tokens(name, lexicon), written) >= 2.0]
    surnames = {name_tokens(name, lexicon)[-1] for name in fits}
    return fits[0] if len(surnames) == 1 else None


def _person(one: _Known, text: str, lexicon: Lexicon) -> Person:
    aliases = tuple(form for form in one.forms if form != one.name)
    gender = gender_of(one.name, lexicon.language)
    if not gender:
        gender = _gender_by_title(one.name.split()[-1], text, lexicon)
    return Person(one.name, gender, aliases)


def _gender_by_title(surname: str, text: str, lexicon: Lexicon) -> str:
    """Tell the gender from titles before a surname anywhere in the text; empty when they disagree."""
    before = _titles_before(surname, text, lexicon)
    votes = {gender for gender in ("female", "male") if before & lexicon.honorifics.get(gender, frozenset())}
    return votes.pop() if len(votes) == 1 else ""


def _titles_before(surname: str, text: str, lexicon: Lexicon) -> frozenset[str]:
    """Return the titles that stand before a name anywhere in the text (“Herr Ebner”)."""
    around = (text[max(0, end - len(surname) - 30) : end].split() for end in _places(surname, text))
    before = {parts[-2].strip("(.,").lower() for parts in around if len(parts) > 1}
    return frozenset().union(*lexicon.honorifics.values()) & before
