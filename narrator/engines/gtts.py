"""Google's translator read aloud, through the gtts package: online, one voice a language or accent."""

from __future__ import annotations

import base64
import binascii
import logging
import os
import re
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from narrator.audio import Audio, from_pydub, to_pydub
from narrator.engines.addresses import below
from narrator.engines.base import Engine
from narrator.engines.mp3 import check_length, decode_whole
from narrator.errors import AudioError, EngineUnavailableError, SynthesisError, WebError
from narrator.model import Utterance, Voice
from narrator.patience import Patience
from narrator.settings import GTTS_VARIABLE, REQUEST_TRIES, REQUESTS_AT_ONCE
from narrator.text import words
from narrator.web import send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from requests import PreparedRequest

_SYNTHESIS_VERSION = 1
"""Raised when this module makes other samples of the same answers."""
_SERVICE = "Google's service"
_TIMEOUT_S = (10.0, 30.0)
"""Seconds to wait for the connection and for each piece of an answer."""
_LONGEST_S = 60.0
"""Seconds that an answer may take; the sound of 100 characters is some 50 KB."""
_MOST_BYTES = 4_000_000
_SOUND = re.compile(rb'jQ1olc","\[\\"([^"\\]*)\\"\]')
"""Where the sound lies in an answer, in base 64."""
_JOINT_MS = 80
"""Silence kept before and after each of the answers of which a longer utterance is joined, in ms."""
_FADE_MS = 5
"""Rise and fall at the cuts, in ms, so that nothing clicks."""
_SILENCE = 0.003
"""Samples below this amplitude (-50 dBFS) at the ends of an answer are silence."""
_ACCENTS = {
    "en": {
        "com": "en-US", "co.uk": "en-GB", "com.au": "en-AU", "ca": "en-CA", "co.in": "en-IN", "ie": "en-IE",
        "co.za": "en-ZA", "com.ng": "en-NG",
    },
    "fr": {"fr": "fr-FR", "ca": "fr-CA"},
    "pt": {"com.br": "pt-BR", "pt": "pt-PT"},
    "es": {"es": "es-ES", "com.mx": "es-MX", "com": "es-US"},
}  # fmt: skip
"""Accents of a language by the top-level domain asked. Source: gTTS documentation, "Localized accents"."""
_SAME = ("fr-CA", "pt-PT", "zh")
"""Languages of gtts that are one of these accents, or `zh-CN`: two speakers must not get one voice twice."""
_ISO = {"iw": "he", "jw": "jv"}
"""ISO 639-1 codes in place of the withdrawn ones that the service still uses."""


class GttsEngine(Engine):
    """One voice a language, several accents of a few; about 100 characters a request.

    gtts makes the requests, and they are sent here: by itself it does not check the certificate of the
    server, so that whoever is in between could read and change what is said. Requests for one utterance are
    under way side by side, and each is tried again by itself, so that what came once is not asked for twice.

    Args:
        address: Where to send requests instead of `https://translate.google.TLD`; when empty, what the
            environment variable NARRATOR_GTTS_ADDRESS names.
        timeout_s: Seconds to wait for the connection, and for each piece of an answer.
        longest_s: Seconds that a whole answer may take.
        at_once: Requests for one utterance under way at the same time.
        patience: With a request; as the settings say when None.
    """

    name: ClassVar[str] = "gtts"
    online: ClassVar[bool] = True
    requests_at_once: ClassVar[int] = REQUESTS_AT_ONCE
    natural: ClassVar[bool] = True
    installed_hint: ClassVar[str] = "pip install gtts"

    def __init__(
        self,
        address: str = "",
        timeout_s: tuple[float, float] = _TIMEOUT_S,
        longest_s: float = _LONGEST_S,
        at_once: int = REQUESTS_AT_ONCE,
        patience: Patience | None = None,
    ) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._longest_s = longest_s
        self._at_once = at_once
        self._patience = patience

    def voices(self, language: str | None = None) -> Sequence[Voice]:
        """Return `de`, `it` …, with accents `en+com`, `en+co.uk` …; asks nothing of the network."""
        found = []
        for code in self._languages():
            if code in _ACCENTS:
                found += [Voice(self.name, f"{code}+{tld}", accent) for tld, accent in _ACCENTS[code].items()]
            elif code not in _SAME:
                found.append(Voice(self.name, code, _ISO.get(code, code)))
        return self.those_for(found, language)

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002  (what changes behind the service is not told)
        """Return the versions of gtts and of our way to use it."""
        return f"gtts {version('gtts')}, {_SYNTHESIS_VERSION}"

    def synthesize(self, utterance: Utterance) -> Audio:
        """Ask the service and join its answers; see `Engine.synthesize`."""
        spoken = utterance.spoken
        if not words(spoken):
            raise SynthesisError(spoken, "there is no word in it")
        language, _, tld = utterance.voice.name.partition("+")
        if language not in self._languages() or (tld and tld not in _ACCENTS.get(language, ())):
            raise SynthesisError(spoken, f"the engine gtts has no voice {utterance.voice.name!r}")
        requests = self._requests(spoken, language, tld or "com")
        patience = self._patience or Patience(REQUEST_TRIES)

        def answer(part: tuple[str, PreparedRequest]) -> Audio:
            return patience.attempt(lambda: self._answer(*part, spoken))

        if len(requests) == 1:
            return answer(requests[0])
        # A pool lives as long as an utterance: one that is kept would not survive a fork.
        with ThreadPoolExecutor(max(1, min(self._at_once, len(requests)))) as pool:
            return _join(list(pool.map(answer, requests)))

    def requests(self, utterance: Utterance) -> int:
        """Return in how many pieces a text is asked for."""
        language, _, tld = utterance.voice.name.partition("+")
        return len(self._requests(utterance.spoken, language, tld or "com"))

    def _languages(self) -> Sequence[str]:
        try:
            from gtts.lang import tts_langs
        except ImportError as error:
            raise EngineUnavailableError(self.name, self.installed_hint) from error
        return tuple(tts_langs())

    def _requests(self, spoken: str, language: str, tld: str) -> list[tuple[str, PreparedRequest]]:
        """Return the pieces of a text with what gtts would send, to our address where there is one."""
        from gtts import gTTS

        logging.getLogger("gtts.tts").disabled = True  # it would note every text
        speech = gTTS(spoken, tld=tld, lang=language, lang_check=False)
        pieces: list[str] = speech._tokenize(spoken)  # noqa: SLF001 - the only way to tell which is which
        prepared: list[PreparedRequest] = speech._prepare_requests()  # noqa: SLF001 - all else sends unchecked
        address = self._address or os.environ.get(GTTS_VARIABLE, "")
        for request in prepared:
            if address:
                request.url = below(address, str(request.url).split("/", 3)[3])
        return list(zip(pieces, prepared, strict=True))

    def _answer(self, piece: str, request: PreparedRequest, spoken: str) -> Audio:
        """Send a request and return the sound that comes back, whole and as long as it must be at least."""
        try:
            content = send(request, _SERVICE, _MOST_BYTES, self._timeout_s, self._longest_s)
            audio = decode_whole(_sound(content, spoken), what=f"the answer of {_SERVICE}")
            check_length(audio, piece, what=_SERVICE)
        except WebError as error:
            raise SynthesisError(
                spoken, str(error), retry=error.retry, retry_after=error.retry_after
            ) from None  # what it was raised from names the whole address
        except AudioError as error:
            raise SynthesisError(spoken, str(error), retry=True) from error
        return audio


def _sound(answer: bytes, spoken: str) -> bytes:
    """Take the MP3 out of an answer."""
    found = _SOUND.search(answer)
    try:
        sound = base64.b64decode(found[1], validate=True) if found else b""
    except binascii.Error:
        sound = b""
    if not sound:
        raise SynthesisError(spoken, f"{_SERVICE} answered without sound", retry=True)
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
