"""What is said of parts of an utterance, in the notations of espeak-ng: SSML, and phonemes in `[[ ]]`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import groupby
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from narrator.engines import espeak_child as wire
from narrator.errors import SynthesisError
from narrator.model import Span, SpanKind
from narrator.spoken.marked import crop

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from narrator.model import Utterance

Ask = Callable[[dict[str, Any]], tuple[bytes, bytes, int] | None]
Sounds = dict[str, dict[str, str]]
"""Language → IPA → espeak's name of the phoneme."""
_NAMES = """
@ 3 3: a aa a: A A: e E e: E: i I i: o O o: O: 0 u U u: U: V y Y y: Y: W W: & a# i" u" aI aU eI EI OI OY oU @U
p b t d k g m n N n^ f v T D s z S Z C x h l l^ j w ts tS dZ pF ? Q q R r r- r. * A~ E~ O~ o~ W~ X r" l# s; z;
tS; dZ; J c B Q" H n. t. d. s. z. l. L @- @2 I2
"""
_PHONEMES = tuple(_NAMES.split())
"""espeak's names of phonemes (docs/phonemes.md of espeak-ng); each language has some of them. What one sounds
like in a language is not taken from a table but asked of espeak."""
_FRAMES = ("[[m|{}|'a]]", "[[m|'{}|m]]")
"""Where a phoneme is asked for: a consonant neither hardened, as at the end of a German word, nor softened,
as the t of American “water”; a vowel that nothing is linked to."""
_FRAMED = 3
"""Phonemes that are heard then."""
_VOWELS = "aeiouyæɐɑɒɔəɘɛɜɚɝɞɤɨɪɯɵøœɶʉʊʌʏᵻɿ"
_DROPPED = re.compile("[\u0361\u032f\u035c\u0311\u032aˑʰ‿]")
"""Ties, signs of what makes no syllable, half lengths, breath: finer than espeak is."""
_CLOSEST = """
ɡ g, r ɾ ʁ ɹ ʀ, ʁ r ɾ ʀ ɹ, ɾ r ɹ ʁ, ɹ r ɾ ʁ, ʀ ʁ r ɾ, ɔʏ ɔø ɔɪ ɔy, ɔɪ ɔø ɔʏ, əʊ oʊ əu ou oː, oʊ əʊ ou oː,
ɐ ɜ ə, ʏ y yː, ɒ ɔ ɑː, ɚ əɹ əɾ ɜ ə, ɝ ɜː ɜɹ œ, ɜː œ ɜ, ʌ a ɐ, ɑ ɑː a, ɑː aː ɑ, æ a ɛ, w v ʊ, ʋ v, eɪ ɛɪ eː,
ai aɪ, au aʊ, ɛː ɛ, e ɛ eː, i iː ɪ, o oː ɔ, u uː ʊ, a aː æ, aː ɑː a, y yː ʏ iː, ø øː œ ɜː ə, øː œ ɜː ə, ɫ l,
n̩ ən, m̩ əm, l̩ əl, ð z, θ s, dʒ tʃ, ʒ ʃ, ç x ʃ, x k h, ŋ n
"""
_ALIKE = {first: others for first, *others in (row.split() for row in _CLOSEST.split(","))}
"""A sound with those that stand for it, the closest first, in a language that lacks it."""
_SAME = str.maketrans("bdɡgvzʒɾʁʀɹɐɜɚ", "ptkkfsʃtrrrəəə", "ˈˌː \u0329")
"""What espeak may change in a word by the rules of the language: hard, soft, long, short, kinds of r."""
_LONGEST = 3


def without_fine_signs(ipa: str) -> str:
    """Return IPA without ties, half lengths and the like, as engines know it."""
    return _DROPPED.sub("", ipa)


def notation(ipa: str, sounds: Mapping[str, str]) -> str:
    """Return a pronunciation in espeak's phonemes.

    Args:
        ipa: As `narrator.pronunciations.read_ipa` returns it.
        sounds: IPA → espeak's name, the phonemes of the language.

    Raises:
        ValueError: It has a sound that the language does not; the message names it.

    >>> notation("ˈɡɪf ɪt", {"ɡ": "g", "ɪ": "I", "f": "f", "t": "t"})
    "g|'I|f||I|t"
    """
    return "||".join("|".join(_word(word, sounds)) for word in ipa.split())


def _word(word: str, sounds: Mapping[str, str]) -> list[str]:
    rest = without_fine_signs(word)
    named: list[str] = []
    stress = ""
    while rest:
        if rest[0] in "ˈˌ":
            stress, rest = {"ˈ": "'", "ˌ": ","}[rest[0]], rest[1:]
            continue
        if rest[0] == "ː" and named:  # a length that the language does not have
            rest = rest[1:]
            continue
        sound, found = _first(rest, sounds)
        vowel = sound[0] in _VOWELS
        named += [(stress if vowel and not i else "") + name for i, name in enumerate(found)]
        stress = "" if vowel else stress
        rest = rest[len(sound) :]
    return named


def _first(rest: str, sounds: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the first sound of a word, the longest that is known, and espeak's names of it."""
    for length in range(min(_LONGEST, len(rest)), 0, -1):
        wanted = rest[:length]
        for sound in (wanted, *_ALIKE.get(wanted, ())):
            if sound in sounds:
                return wanted, [sounds[sound]]
            if len(sound) > 1 and sound != wanted and all(part in sounds for part in sound):
                return wanted, [sounds[part] for part in sound]
    raise ValueError(rest[0])


def agrees(names: str, heard: Sequence[str], sounds: Mapping[str, str]) -> bool:
    """Tell whether espeak makes of phonemes what they are alone, but for what a language always changes.

    Args:
        names: As `notation` writes them.
        heard: What espeak says that it speaks, in IPA.
        sounds: As for `notation`.
    """
    by_name = {name: ipa for ipa, name in sounds.items()}
    wanted = "".join(by_name[name.lstrip("',")] for name in re.split(r"\|+", names))
    return _plain(wanted) == _plain("".join(heard))


def _plain(ipa: str) -> str:
    return "".join(sign for sign, _ in groupby(ipa.translate(_SAME)))


class Marks:
    """Writes utterances of which something is said as espeak takes them.

    Args:
        ask: `EspeakEngine.ask`.
        languages: espeak's names of all languages, in small letters.
        sounds: What is known of languages; more is added to it.
    """

    def __init__(self, ask: Ask, languages: Collection[str], sounds: Sounds) -> None:
        self._ask = ask
        self._languages = languages
        self._sounds = sounds

    def written(self, utterance: Utterance, base: str) -> str:
        """Return what espeak is given.

        Args:
            utterance: With spans, sorted by where they begin, the longer first.
            base: espeak's name of its language.

        Raises:
            SynthesisError: The language lacks a sound of a pronunciation.
        """
        return self._render(utterance.spoken, utterance.spans, base)

    def _render(self, text: str, spans: Sequence[Span], base: str) -> str:
        parts = []
        done = 0
        for i, span in enumerate(spans):
            if span.start < done:  # within the one before, and written there
                continue
            part = text[span.start : span.end]
            inner = crop([other for other in spans[i + 1 :] if other.end <= span.end], span.start, span.end)
            parts.append(_text(text[done : span.start]))
            done = span.end
            if span.kind is SpanKind.IPA:
                parts.append(f"[[{self._pronounced(span, part, base)}]]")
            elif span.kind is SpanKind.EMPHASIS:
                parts.append(f'<emphasis level="strong">{self._render(part, inner, base)}</emphasis>')
            else:
                language = self._language(span.value) or base
                parts.append(f'<voice xml:lang="{language}">{self._render(part, inner, language)}</voice>')
        return "".join((*parts, _text(text[done:])))

    def _language(self, code: str) -> str:
        """Return espeak's name of a language; empty where it has none."""
        wish = {"en": "en-us", "zh": "cmn", "no": "nb"}.get(code.lower(), code.lower())
        return next((name for name in (wish, wish.partition("-")[0]) if name in self._languages), "")

    def _pronounced(self, span: Span, word: str, base: str) -> str:
        sounds = self._sounds_of(base)
        try:
            names = notation(span.value, sounds)
        except ValueError as error:
            raise _refusal(span, word, base, f"has no sound for {str(error)!r}") from error
        (heard,) = self._hear(base, [f"[[{names}]]"])
        if not agrees(names, heard, sounds):
            raise _refusal(span, word, base, f"would say “{''.join(heard)}”")
        return names

    def _hear(self, base: str, texts: Sequence[str]) -> list[list[str]]:
        """Have espeak speak texts in a language, and return the IPA of each phoneme."""
        answer = self._ask({"sounds": list(texts), "base": base})
        if answer is None or answer[0] != wire.REPORT:
            raise SynthesisError(texts[0], "espeak cannot tell how it pronounces this", retry=True)
        heard: list[list[str]] = json.loads(answer[1])
        return [[sound for sound in sounds if sound] for sounds in heard]

    def _sounds_of(self, base: str) -> dict[str, str]:
        """Return the phonemes of a language: IPA → espeak's name."""
        if base not in self._sounds:
            found: dict[str, str] = {}
            for frame in _FRAMES:
                heard = self._hear(base, [frame.format(name) for name in _PHONEMES])
                for name, sounded in zip(_PHONEMES, heard, strict=True):
                    if len(sounded) == _FRAMED:
                        found.setdefault(re.sub("[ˈˌ]", "", sounded[1]), name)
            found.pop("", None)
            self._sounds[base] = found
        return self._sounds[base]


def _text(text: str) -> str:
    # Two brackets would begin phonemes.
    return escape(text.replace("[[", "[ ["))


def _refusal(span: Span, word: str, base: str, problem: str) -> SynthesisError:
    """Make the error that a pronunciation cannot be spoken, with the place where it stands."""
    place = f"{span.place}: " if span.place else ""
    hint = "write other signs of IPA, or a respelling for these voices"
    return SynthesisError(word, f"{place}of “{span.value}” espeak {problem} in “{base}”; {hint}")
