"""Google's translator read aloud, through the gtts package: online, one voice a language."""

from __future__ import annotations

import base64
import binascii
import re
from importlib.metadata import version
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from narrator.audio import Audio, decode, from_pydub, to_pydub
from narrator.engines.base import Engine
from narrator.errors import AudioError, EngineUnavailableError, SynthesisError, WebError
from narrator.model import Utterance, Voice
from narrator.text import words
from narrator.web import send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from requests import PreparedRequest

_SYNTHESIS_VERSION = 1
"""Raised when this module makes other samples of the same answers."""
_TIMEOUT_S = (10.0, 30.0)
"""Seconds to wait for the connection and for each answer."""
_SOUND = re.compile(rb'jQ1olc","\[\\"([^"\\]*)\\"\]')
"""Where the sound lies in an answer, in base 64."""
_JOINT_MS = 80
"""Silence kept before and after each of the answers of which a longer utterance is joined, in ms."""
_FADE_MS = 5
"""Rise and fall at the cuts, in ms, so that nothing clicks."""
_SILENCE = 0.003
"""Samples below this amplitude (-50 dBFS) at the ends of an answer are silence."""
_ACCENTS = {
    "com": "en-US", "co.uk": "en-GB", "com.au": "en-AU", "ca": "en-CA", "co.in": "en-IN", "ie": "en-IE",
    "co.za": "en-ZA", "com.ng": "en-NG",
}  # fmt: skip
"""The accent of English by the top-level domain asked. Source: gTTS documentation, "Localized accents"."""
_ISO = {"iw": "he", "jw": "jv"}
"""ISO 639-1 codes in place of the withdrawn ones that the service still uses."""


class GttsEngine(Engine):
    """One voice a language, several accents of English; about 100 characters a request.

    gtts makes the requests, and they are sent here: by itself it does not check the certificate of the
    server, so that whoever is in between could read and change what is said.

    Args:
        address: Where to send requests instead of `https://translate.google.TLD`; for tests and mirrors.
    """

    name: ClassVar[str] = "gtts"
    online: ClassVar[bool] = True
    natural: ClassVar[bool] = True
    installed_hint: ClassVar[str] = "pip install gtts"

    def __init__(self, address: str = "", timeout_s: tuple[float, float] = _TIMEOUT_S) -> None:
        self._address = address
        self._timeout_s = timeout_s

    def voices(self, language: str | None = None) -> Sequence[Voice]:
        """Return `de`, `fr` …, for English `en+com`, `en+co.uk` …; asks nothing of the network."""
        found = []
        for code in self._languages():
            if code == "en":
                found += [Voice(self.name, f"en+{tld}", accent) for tld, accent in _ACCENTS.items()]
            else:
                found.append(Voice(self.name, code, _ISO.get(code, code)))
        wish = (language or "").lower()
        chosen = [voice for voice in found if language is None or voice.speaks(language)]
        return tuple(sorted(chosen, key=lambda voice: voice.language.lower() != wish))

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002  (what changes behind the service is not told)
        """Return the versions of gtts and of our way to use it."""
        return f"gtts {version('gtts')}, {_SYNTHESIS_VERSION}"

    def synthesize(self, utterance: Utterance) -> Audio:
        """Ask the service and join its answers; see `Engine.synthesize`."""
        spoken = utterance.spoken
        if not words(spoken):
            raise SynthesisError(spoken, "there is no word in it")
        language, _, tld = utterance.voice.name.partition("+")
        if language not in self._languages() or (tld and tld not in _ACCENTS):
            raise SynthesisError(spoken, f"the engine gtts has no voice {utterance.voice.name!r}")
        return _join([self._decoded(part, spoken) for part in self._answers(spoken, language, tld or "com")])

    def _languages(self) -> Sequence[str]:
        try:
            from gtts.lang import tts_langs
        except ImportError as error:
            raise EngineUnavailableError(self.name, self.installed_hint) from error
        return tuple(tts_langs())

    def _answers(self, spoken: str, language: str, tld: str) -> list[bytes]:
        """Return the MP3 of each request that the text takes."""
        try:
            answers = send(self._requests(spoken, language, tld), "Google's service", self._timeout_s)
        except WebError as error:
            raise SynthesisError(spoken, str(error), retry=error.retry) from error
        return [_sound(answer, spoken) for answer in answers]

    def _requests(self, spoken: str, language: str, tld: str) -> list[PreparedRequest]:
        """Return what gtts would send, to our address where there is one."""
        from gtts import gTTS

        speech = gTTS(spoken, tld=tld, lang=language, lang_check=False)
        prepared: list[PreparedRequest] = speech._prepare_requests()  # noqa: SLF001 - all else sends unchecked
        for request in prepared:
            if self._address:
                request.url = f"{self._address.rstrip('/')}/{str(request.url).split('/', 3)[3]}"
        return prepared

    @staticmethod
    def _decoded(answer: bytes, spoken: str) -> Audio:
        try:
            audio = decode(answer, what="the answer of Google's service")
        except AudioError as error:
            raise SynthesisError(spoken, str(error), retry=True) from error
        if audio.peak == 0:
            raise SynthesisError(spoken, "Google's service sent silence", retry=True)
        return audio


def _sound(answer: bytes, spoken: str) -> bytes:
    """Take the MP3 out of an answer."""
    found = _SOUND.search(answer)
    try:
        sound = base64.b64decode(found[1], validate=True) if found else b""
    except binascii.Error:
        sound = b""
    if not sound:
        raise SynthesisError(spoken, "Google's service answered without sound", retry=True)
    return sound


def _join(parts: list[Audio]) -> Audio:
    """Join answers with a short silence: each comes with up to half a second of it at its ends."""
    if len(parts) == 1:
        return parts[0]
    clips = [to_pydub(_stripped(part)).fade_in(_FADE_MS).fade_out(_FADE_MS) for part in parts]
    joined = clips[0]
    for clip in clips[1:]:
        joined = joined.append(clip, crossfade=0)  # which also brings all to one sample rate
    return from_pydub(joined)


def _stripped(audio: Audio) -> Audio:
    """Shorten the silence at both ends to that of a joint."""
    (loud,) = np.nonzero(np.abs(audio.samples) >= min(_SILENCE, audio.peak))
    joint = audio.sample_rate * _JOINT_MS // 1000
    return Audio(audio.samples[max(0, loud[0] - joint) : loud[-1] + joint], audio.sample_rate)
