"""Calls: who is called by name (“Sam, what …”, “… doing, Sam?”), and who is spoken of."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from narrator.attribution.lexicon import Lexicon
from narrator.attribution.people import People

_WORD = re.compile(r"\w+")


class Calls:
    """Finds the people of a text in it by the forms in which they may be called."""

    def __init__(self, people: People, lexicon: Lexicon) -> None:
        """Gather the forms of every name.

        A form that several people share means none of them, except that who speaks in the text goes before
        who is only spoken of. People without a form of their own are never found.
        """
        forms = {person.name: _short_forms((person.name, *person.aliases)) for person in people.persons}
        bearers = Counter(form for own in forms.values() for form in own)
        speaking = Counter(form for name, own in forms.items() if name in people.speakers for form in own)
        self._forms: dict[str, tuple[str, ...]] = {}
        self._by_word: dict[str, list[str]] = defaultdict(list)
        self._patterns: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {}
        self._order = {name: i for i, name in enumerate(forms)}
        for name, own in forms.items():
            rivals = speaking if name in people.speakers else bearers
            clear = tuple(form for form in own if rivals[form] == 1)
            self._forms[name] = clear
            for word in {first[0] for form in clear if (first := _WORD.search(form))}:
                self._by_word[word].append(name)
        titles = sorted(title for group in lexicon.honorifics.values() for title in group)
        self._titles = (
            rf"(?:(?i:{'|'.join(re.escape(title) for title in titles)})\.? ){{0,3}}" if titles else ""
        )

    def read(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return who is called by name in a text, and who is spoken of, in the order of the people."""
        addressed: list[str] = []
        named: list[str] = []
        present = set(_WORD.findall(text)) & self._by_word.keys()
        candidates = {name for word in present for name in self._by_word[word]}
        for name in sorted(candidates, key=self._order.__getitem__):
            called, spoken_of = self._pattern(name)
            if called.search(text.strip()):
                addressed.append(name)
            elif spoken_of.search(text):
                named.append(name)
        return tuple(addressed), tuple(named)

    def _pattern(self, name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """Return the patterns that find a person called and a person spoken of, made once."""
        if name not in self._patterns:
            form = "(?:" + "|".join(re.escape(one) for one in self._forms[name]) + ")"
            called = rf"{self._titles}{form}\s{{0,2}}"
            self._patterns[name] = (
                re.compile(rf"(?:^|[.!?…]\s{{1,2}}|,\s){called}[,!?]|,\s{{1,2}}{called}[.!?…]"),
                re.compile(rf"(?<![\w’]){form}(?!\w)"),
            )
        return self._patterns[name]


def _short_forms(names: Sequence[str]) -> tuple[str, ...]:
    """Return the forms by which a person may be called or mentioned, longest first."""
    forms = {form for name in names for form in (name, name.split()[0], name.split()[-1])}
    return tuple(
        sorted((form for form in forms if len(form) > 2 and form[0].isupper()), key=lambda f: (-len(f), f))
    )
