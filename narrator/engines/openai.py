"""OpenAI's speech, and any server that speaks its protocol (`/v1/audio/speech`), one's own among them.

Source of the protocol: OpenAI API reference, "Create speech" (2025-12).
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from narrator.audio import Audio, decode
from narrator.engines.addresses import below
from narrator.engines.base import Engine
from narrator.engines.mp3 import check_length, decode_whole
from narrator.engines.pacing import speed_of
from narrator.engines.riff import whole_wav
from narrator.errors import AudioError, EngineUnavailableError, SettingsError, SynthesisError, WebError
from narrator.model import WHISPERING, Utterance, Voice
from narrator.patience import Patience
from narrator.settings import (
    OPENAI_KEY_VARIABLE,
    OPENAI_MODEL_VARIABLE,
    OPENAI_VARIABLE,
    OPENAI_VOICES_VARIABLE,
    REQUEST_TRIES,
)
from narrator.text import characters_only, words
from narrator.web import post_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from urllib.parse import SplitResult

_SYNTHESIS_VERSION = 1
"""Raised when this module makes other samples of the same answers."""
_HOST = "api.openai.com"
_ADDRESS = f"https://{_HOST}/v1"
_MODEL = "gpt-4o-mini-tts"
_DUMB = ("tts-1", "tts-1-hd")
"""Models that take no instructions."""
_VOICES = {
    "alloy": "", "ash": "male", "ballad": "male", "cedar": "male", "coral": "female", "echo": "male",
    "fable": "male", "marin": "female", "nova": "female", "onyx": "male", "sage": "female",
    "shimmer": "female", "verse": "male",
}  # fmt: skip
"""OpenAI's voices; it tells no genders, these are how they are commonly heard."""
_ONLY_NEW = frozenset({"ballad", "cedar", "marin", "verse"})
"""Those that the models of `_DUMB` do not have."""
_LANGUAGES = (  # noqa: SIM905 - a paragraph of codes reads better
    "af ar az be bg bs ca cs cy da de el en es et fa fi fr gl he hi hr hu hy id is it ja kk kn ko lt lv mi "
    "mk mr ms ne nl no pl pt ro ru sk sl sr sv sw ta th tl tr uk ur vi zh"
).split()
"""What every voice speaks. Source: OpenAI's guide "Text to speech", supported languages."""
_NAME = re.compile(r"(?P<language>[a-z]{2,3})\+(?P<own>\S+)")
_OWN_NAME = re.compile(r"[\w.()+-]{1,100}")
"""Names that servers give to their voices; Kokoro-FastAPI takes blends such as `af_sky(1)+am_onyx(2)`."""
_CODE = re.compile(r"[a-z][a-z0-9_.-]{1,59}")
"""What an answer may say of an error and is shown: all else may repeat the key or the text."""
_WHISPER = "Whisper."
_SLOWEST, _FASTEST = 0.25, 4.0
"""Paces that the service takes, as factors."""
_TIMEOUT_S = (10.0, 60.0)
"""Seconds to wait for the connection and for each piece of an answer."""
_LONGEST_S = 180.0
_MOST_BYTES = 50_000_000
_FOR_GOOD = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
"""Codes of refusals with a status that else may pass: the money is spent."""
_UNAUTHORIZED, _FORBIDDEN = 401, 403
_MISASKED = frozenset({400, 404, 422})
"""What servers answer to a voice or a model that they do not have."""


class OpenaiEngine(Engine):
    """Voices that speak many languages, each utterance in a request of its own.

    The key is read from the environment when a request is made. It goes to the one server that was chosen,
    never over a connection that others can read, and is in no error, log or key of a take.

    Args:
        address: Base address of the service; when empty what NARRATOR_OPENAI_ADDRESS names, else OpenAI's.
        timeout_s: Seconds to wait for the connection, and for each piece of an answer.
        longest_s: Seconds that a whole answer may take.
        patience: With a request; as the settings say when None.
    """

    name: ClassVar[str] = "openai"
    online: ClassVar[bool] = True
    natural: ClassVar[bool] = True
    marks: ClassVar[frozenset[str]] = frozenset({WHISPERING})

    def __init__(
        self,
        address: str = "",
        timeout_s: tuple[float, float] = _TIMEOUT_S,
        longest_s: float = _LONGEST_S,
        patience: Patience | None = None,
    ) -> None:
        self._given = address
        self._timeout_s = timeout_s
        self._longest_s = longest_s
        self._patience = patience

    def voices(self, language: str | None = None) -> Sequence[Voice]:
        """Return `de+alloy` … for each language; asks nothing of the network.

        Those of another server are named by NARRATOR_OPENAI_VOICES, or pinned.
        """
        named = _names(os.environ.get(OPENAI_VOICES_VARIABLE, ""))
        old = self.tariff in _DUMB
        own = named or [name for name in _VOICES if not (old and name in _ONLY_NEW)]
        found = [
            Voice(self.name, f"{code}+{name}", code, _gender(name)) for code in _LANGUAGES for name in own
        ]
        return self.those_for(found, language)

    def unlisted_voice(self, name: str) -> Voice | None:
        """Return a voice that the server may have: of any name, with a language before it (`de+my_voice`)."""
        match = _NAME.fullmatch(name)
        if match is None or match["language"] not in _LANGUAGES or not _OWN_NAME.fullmatch(match["own"]):
            return None
        return Voice(self.name, name, match["language"], _gender(match["own"]))

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002  (what changes behind the service is not told)
        """Return the server's name, the model, and the version of our way to use it."""
        address = self._parts
        path = address.path.rstrip("/")
        return f"{address.hostname}:{address.port or ''}{path} {self.tariff}, {_SYNTHESIS_VERSION}"

    @property
    def tariff(self) -> str:
        """The model that is asked to speak, which is what is paid for."""
        return os.environ.get(OPENAI_MODEL_VARIABLE, "") or _MODEL

    def synthesize(self, utterance: Utterance) -> Audio:
        """Ask the service; see `Engine.synthesize`.

        The one option is `rate`, 44 to 700 words a minute; 175 is the voice's own pace.
        """
        spoken = utterance.spoken
        if not words(spoken):
            raise SynthesisError(spoken, "there is no word in it")
        match = _NAME.fullmatch(utterance.voice.name)
        if match is None or self.unlisted_voice(utterance.voice.name) is None:
            raise SynthesisError(spoken, f"the engine openai has no voice {utterance.voice.name!r}")
        content: dict[str, object] = {
            "model": self.tariff,
            "input": characters_only(spoken),
            "voice": match["own"],
            "response_format": "wav",
        }
        if (speed := speed_of(utterance, _SLOWEST, _FASTEST)) != 1.0:
            content["speed"] = speed
        if utterance.manner == WHISPERING and self.tariff not in _DUMB:
            content["instructions"] = _WHISPER
        return (self._patience or Patience(REQUEST_TRIES)).attempt(lambda: self._answer(content, spoken))

    @property
    def _address(self) -> str:
        return self._given or os.environ.get(OPENAI_VARIABLE, "") or _ADDRESS

    @property
    def _parts(self) -> SplitResult:
        """The address taken apart.

        Raises:
            SettingsError: It is none; it is not quoted, for it may hold a secret.
        """
        with suppress(ValueError):
            parts = urlsplit(self._address)
            if parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0:
                return parts
        raise SettingsError(OPENAI_VARIABLE, "an address is expected, as in http://127.0.0.1:8880/v1")

    @property
    def _service(self) -> str:
        """Whom the text is sent to, for errors: without what an address may hold of secrets."""
        return (
            "OpenAI's service"
            if self._parts.hostname == _HOST
            else f"the speech server {self._parts.hostname}"
        )

    def _headers(self) -> dict[str, str]:
        """Return what tells the server who pays.

        Raises:
            EngineUnavailableError: There is no key where one is needed, or others could read it on its way.
        """
        key = os.environ.get(OPENAI_KEY_VARIABLE, "").strip()
        if not key:
            if self._parts.hostname == _HOST:
                raise EngineUnavailableError(self.name, f"put your key into {OPENAI_KEY_VARIABLE}")
            return {}
        if not (key.isascii() and key.isprintable()):
            raise EngineUnavailableError(self.name, f"{OPENAI_KEY_VARIABLE} holds what is no key")
        address = self._parts
        if address.scheme != "https" and not _is_here(address.hostname or ""):
            problem = f"the key would be sent unencrypted; use https, or unset {OPENAI_KEY_VARIABLE}"
            raise EngineUnavailableError(self.name, problem)
        return {"Authorization": f"Bearer {key}"}

    def _answer(self, content: dict[str, object], spoken: str) -> Audio:
        headers = self._headers()
        what = f"the answer of {self._service}"
        try:
            sound = post_json(
                below(self._address, "audio/speech"),
                content,
                headers,
                name=self._service,
                most=_MOST_BYTES,
                timeout_s=self._timeout_s,
                longest_s=self._longest_s,
            )
            audio = _decoded(sound, what)
            check_length(audio, spoken, what=self._service)
        except WebError as error:
            raise self._refusal(
                error, content, spoken
            ) from None  # what it was raised from may hold what was sent
        except AudioError as error:
            raise SynthesisError(spoken, str(error), retry=True) from error
        return audio

    def _refusal(
        self, error: WebError, content: dict[str, object], spoken: str
    ) -> SynthesisError | EngineUnavailableError:
        """Say what a refusal means for whoever runs this."""
        if error.status in {_UNAUTHORIZED, _FORBIDDEN}:
            return EngineUnavailableError(
                self.name, f"{self._service} does not let us in; check {OPENAI_KEY_VARIABLE}"
            )
        code = _code(error.detail)
        if code in _FOR_GOOD:
            return EngineUnavailableError(
                self.name, f"{self._service}: the account has no money left ({code})"
            )
        problem = f"{error} ({code})" if code else str(error)
        if error.status in _MISASKED:
            problem += f"; perhaps it has no voice {content['voice']} or no model {content['model']}"
        return SynthesisError(spoken, problem, retry=error.retry, retry_after=error.retry_after)


def _names(told: str) -> list[str]:
    """Read the names of voices in the environment; what can be none is left out."""
    return [name for part in told.split(",") if _OWN_NAME.fullmatch(name := part.strip())]


def _gender(name: str) -> str:
    """Return the gender of a voice: of OpenAI's as known, of Kokoro's as their names tell."""
    if match := re.match(r"[a-z]([fm])_", name):
        return "female" if match[1] == "f" else "male"
    return _VOICES.get(name, "")


def _is_here(host: str) -> bool:
    """Tell whether a host is this machine, to which no wire leads."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _code(detail: bytes) -> str:
    """Return the code of an error in an answer (`{"error": {"code": …, "type": …}}`); empty without one."""
    try:
        error = json.loads(detail)["error"]
        found = [error.get(name) for name in ("code", "type")]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return next((code for code in found if isinstance(code, str) and _CODE.fullmatch(code)), "")


def _decoded(sound: bytes, what: str) -> Audio:
    """Decode an answer; servers send another form than was asked for, and a length that they did not know.

    Raises:
        AudioError: It is no sound, or not all of it.
    """
    if sound.startswith(b"RIFF"):
        return decode(whole_wav(sound, what=what), what=what)
    if sound.startswith((b"fLaC", b"OggS")):
        return decode(sound, what=what)
    return decode_whole(sound, what=what)
