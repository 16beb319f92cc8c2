"""People: whom the text names, under which forms, and which labels are names at all."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from narrator.attribution.believing import lead_ins, names_somebody, set_alike, titles_before
from narrator.attribution.full_names import mentions
from narrator.attribution.labels import NUMBERED, Label, apart_forms, like_labels, role_of
from narrator.attribution.lexicon import Lexicon, fold, gender_of
from narrator.attribution.names import display_name, is_name_like, likeness, misspelt, name_tokens
from narrator.attribution.places import Alike, Places
from narrator.model import INTERVIEWER, NARRATOR, Person

GUEST = "GUEST"
"""A person who answers and whom the source never names."""

_MOST_LABELS = 1000
"""Different labels that are looked at, the most frequent first: a parliament has some 700 members."""
_MOST_MENTIONED = 300
"""Names in the prose that are looked at, the most frequent first."""
_OFTEN = 3
"""A form of a play that comes so often is no slip of the pen."""


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


def gather_people(
    labels: Sequence[Label], paragraphs: Sequence[str], lexicon: Lexicon, *, paragraphs_acted: int = 0
) -> People:
    """Find the people of a text, join the forms of their names, and tell labels from other openings.

    Args:
        labels: What may be labels, in order.
        paragraphs: The text of every block, in order, labels included.
        lexicon: Word lists of the text's language.
        paragraphs_acted: Of a play, how many paragraphs it has.
    """
    text = Places("\n".join(paragraphs))
    mentioned = mentions(paragraphs, lexicon, _MOST_MENTIONED)
    named = [name_tokens(name, lexicon) for name in mentioned]
    counts = Counter(dict(Counter(fold(label.name) for label in labels).most_common(_MOST_LABELS)))
    by_sureness = sorted(labels, key=lambda label: label.sure)
    styles = {key: label for label in by_sureness if (key := fold(label.name)) in counts}
    in_order = {key: styles[key] for label in labels if (key := fold(label.name)) in styles}
    roles = {key: role for key in styles if (role := role_of(key, lexicon))}
    letters = {key for key, label in styles.items() if label.letter}
    if {roles.get(key) for key in letters} < {"asker_labels", "answer_labels"}:
        roles = {key: role for key, role in roles.items() if key not in letters}
    believed = {
        key
        for key, label in styles.items()
        if key not in roles
        and key not in letters
        and not _tells(label.name, lexicon)
        and names_somebody(label, counts[key], text, named, lexicon)
    }
    believed -= set(lead_ins(styles, believed, counts, text))
    plain = {key: label for key, label in in_order.items() if key not in roles}
    believed |= set(set_alike(plain, believed, counts, text, lexicon))
    if paragraphs_acted and sum(counts[key] for key in believed) >= 0.4 * paragraphs_acted:
        # Where every speech of a play has its label, somebody may say no more than one.
        believed |= {key for key, label in plain.items() if like_labels(label, lexicon)}
    full: Alike[tuple[str, ...]] = Alike()
    for key in sorted(believed, key=lambda key: (-counts[key], key)):
        tokens = name_tokens(styles[key].name, lexicon)
        full.add(tokens, tokens)
    for key, label in styles.items():  # a form or misspelling of a name that is believed
        tokens = name_tokens(label.name, lexicon)
        if (
            key not in roles
            and label.colon
            and any(likeness(tokens, one, label.name) >= 1.2 for one in full.near(tokens))
        ):
            believed.add(key)
    names = [label for key, label in styles.items() if key in believed]
    apart = apart_forms(labels, 1 if paragraphs_acted else 2)
    if paragraphs_acted:
        names = [replace(label, sure=True) for label in names]
    known = _join(names, counts, mentioned, text, lexicon, apart=apart)
    forms = {fold(form): person.name for person in known for form in person.forms}
    persons = [_person(one, text, lexicon) for one in known]
    speakers = {person.name for person in persons}
    askers = set()
    persons.extend(_only_mentioned(mentioned, known, lexicon))
    forms.update({fold(person.name): person.name for person in persons})
    bearers = _bearers(roles, styles, counts, persons)
    for key, role in roles.items():
        forms[key] = bearers[key]
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


def _bearers(
    roles: Mapping[str, str], styles: Mapping[str, Label], counts: Counter[str], persons: Sequence[Person]
) -> Mapping[str, str]:
    """Name whom labels without a name stand for (`question`, `audience member 2`, `guest 1`).

    One who asks is the interviewer, one who answers the only person with a name; who is labelled otherwise
    beside them is somebody else.
    """
    askers = [key for key, role in roles.items() if role == "asker_labels"]
    first = max(askers, key=lambda key: counts[key], default="")
    guests = {key for key, role in roles.items() if role == "answer_labels"}
    answerer = persons[0].name if len(persons) == 1 and len(guests) == 1 else GUEST
    names = {}
    for key, role in roles.items():
        number = NUMBERED.search(key)
        if role == "asker_labels" and (key == first or len(key) == 1 or number):
            names[key] = f"{INTERVIEWER} {number[0].strip(' #')}" if number else INTERVIEWER
        elif role == "asker_labels":
            names[key] = display_name(styles[key].name)
        elif role == "answer_labels":
            names[key] = f"{GUEST} {number[0].strip(' #')}" if number and len(guests) > 1 else answerer
        else:
            names[key] = NARRATOR
    return names


def _tells(name: str, lexicon: Lexicon) -> bool:
    """Tell whether a narrator speaks of somebody instead of naming them (“Brenda wrote:”)."""
    return not is_name_like(name) and name.rsplit(maxsplit=1)[-1] in lexicon["speech_verbs"]


def _join(
    names: Sequence[Label],
    counts: Counter[str],
    mentioned: Sequence[str],
    text: Places,
    lexicon: Lexicon,
    *,
    apart: frozenset[frozenset[str]],
) -> list[_Known]:
    """Join the labels that name one person; the fuller and the more frequent forms found persons first."""
    known: list[_Known] = []
    alike: Alike[_Known] = Alike()
    order = {fold(label.name): i for i, label in enumerate(names)}
    by_fullness = sorted(
        names,
        key=lambda label: (
            -min(sum(len(token) > 1 for token in name_tokens(label.name, lexicon)), 2),
            -counts[fold(label.name)],
            order[fold(label.name)],
        ),
    )  # fmt: skip
    for label in by_fullness:
        tokens, count = name_tokens(label.name, lexicon), counts[fold(label.name)]
        best = _best(label, count, alike, lexicon, apart)
        if best is None:
            full = None if label.sure else _fuller(tokens, label.name, mentioned, lexicon)
            seen = sum(1 for _ in text.ends((full or label.name).split()[-1]))
            name = full or display_name(label.name, text.text if label.sure else "")
            known.append(
                _Known(name, name_tokens(full or label.name, lexicon), max(count, seen), [label.name],
                       gender_of(full or label.name, lexicon.language), label.sure)
            )  # fmt: skip
            alike.add(known[-1].tokens, known[-1])
        else:
            best.count += count
            best.forms.append(label.name)
    return sorted(known, key=lambda one: min(order[fold(form)] for form in one.forms))


def _best(
    label: Label, count: int, known: Alike[_Known], lexicon: Lexicon, apart: frozenset[frozenset[str]]
) -> _Known | None:
    """Return the person a form fits best; a misspelling must be rarer than what it misspells.

    A bare surname that two people share is taken for the one who is named more often.
    """
    fits = []
    written, sure, language = label.name, label.sure, lexicon.language
    tokens = name_tokens(written, lexicon)
    if _is_group(tokens, lexicon):
        return None  # “Ada and Ben:”
    gender = gender_of(written, language)
    for one in known.near(tokens):
        fit = likeness(tokens, one.tokens, written)
        if not fit or _is_group(one.tokens, lexicon):
            continue
        if any(frozenset((fold(written), fold(form))) in apart for form in one.forms):
            continue
        if sure and one.sure and (count >= _OFTEN or not misspelt(fold(written), fold(one.name))):
            continue  # a play tells its people apart by the whole of the name
        if re.findall(r"\d", written) != re.findall(r"\d", one.name):
            continue  # nor the second guard the first
        if gender and {gender, one.gender} == {"female", "male"}:
            continue  # Mr. Bennet is not Mrs. Bennet
        if fit >= 2.0 or count <= max(1, one.count // 2):
            fits.append((fit, one))
    if not fits:
        return None
    return max(fits, key=lambda pair: (pair[0], pair[1].count))[1]


def _is_group(tokens: Sequence[str], lexicon: Lexicon) -> bool:
    """Tell whether a label names several people at once."""
    return any(part in lexicon["joining"] for part in tokens[1:-1])


def _fuller(tokens: tuple[str, ...], written: str, mentioned: Sequence[str], lexicon: Lexicon) -> str | None:
    """Return the full name in the prose that a bare first name, surname or initials stand for."""
    if len(tokens) != 1:
        return None
    fits = [name for name in mentioned if likeness(tokens, name_tokens(name, lexicon), written) >= 2.0]
    surnames = {name_tokens(name, lexicon)[-1] for name in fits}
    return fits[0] if len(surnames) == 1 else None


def _person(one: _Known, text: Places, lexicon: Lexicon) -> Person:
    aliases = tuple(form for form in one.forms if form != one.name)
    gender = gender_of(one.name, lexicon.language)
    if not gender:
        gender = _gender_by_title(one.name.split()[-1], text, lexicon)
    return Person(one.name, gender, aliases)


def _gender_by_title(surname: str, text: Places, lexicon: Lexicon) -> str:
    """Tell the gender from titles before a surname anywhere in the text; empty when they disagree."""
    before = titles_before(surname, text, lexicon)
    votes = {gender for gender in ("female", "male") if before & lexicon.honorifics.get(gender, frozenset())}
    return votes.pop() if len(votes) == 1 else ""
