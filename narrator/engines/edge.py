"""The voices that Microsoft Edge reads aloud with, through the edge-tts package: online, three hundred."""

from __future__ import annotations

import asyncio
import os
from contextlib import contextmanager
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from narrator.audio import Speech
from narrator.engines.addresses import below
from narrator.engines.base import Engine
from narrator.engines.mp3 import check_length, decode_whole
from narrator.engines.timing import placed, word_times
from narrator.errors import AudioError, EngineUnavailableError, SynthesisError
from narrator.model import Utterance, Voice
from narrator.patience import Patience
from narrator.settings import EDGE_VARIABLE, REQUEST_TRIES
from narrator.text import characters_only, words
from narrator.web import may_pass, seconds_to_wait

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.audio import Audio

_SYNTHESIS_VERSION = 2
"""Raised when this module makes other samples of the same answers."""
_SERVICE = "Microsoft's service"
_TIMEOUT_S = (10, 30)
"""Whole seconds to wait for the connection and for each piece of an answer."""
_LONGEST_S = 120.0
"""Seconds that an answer may take; it comes faster than it is spoken."""
_MOST_BYTES = 50_000_000
_FORBIDDEN = 403
_TICKS = 10_000_000
"""A second in the service's unit of time, 100 ns."""
_LIST = Path(__file__).with_name("edge_voices.txt")


class EdgeEngine(Engine):
    """Natural voices in many languages, each from a service that nobody pays for and that promises nothing.

    The list of voices comes with narrator: what there is can be told, and a cast made, without asking the
    network; and it does not change from one run to the next. Of a text only what is to be spoken is sent.

    Args:
        address: Where to connect instead of the service, as `ws://host:port`; when empty, what the
            environment variable NARRATOR_EDGE_ADDRESS names.
        timeout_s: Whole seconds to wait for the connection, and for each piece of an answer.
        longest_s: Seconds that a whole answer may take.
        patience: With the service; as the settings say when None.
    """

    name: ClassVar[str] = "edge"
    online: ClassVar[bool] = True
    natural: ClassVar[bool] = True
    installed_hint: ClassVar[str] = "pip install 'narrator[edge]'"

    def __init__(
        self,
        address: str = "",
        timeout_s: tuple[int, int] = _TIMEOUT_S,
        longest_s: float = _LONGEST_S,
        patience: Patience | None = None,
    ) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._longest_s = longest_s
        self._patience = patience

    def voices(self, language: str | None = None) -> Sequence[Voice]:
        """Return `de-DE-KatjaNeural` …, those of the region asked for first; asks nothing of the network."""
        self._version()
        return self.those_for(_listed(), language)

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002  (what changes behind the service is not told)
        """Return the versions of edge-tts and of our way to use it."""
        return f"edge-tts {self._version()}, {_SYNTHESIS_VERSION}"

    def synthesize(self, utterance: Utterance) -> Audio:
        """Ask the service, which tells when words begin; see `Engine.synthesize`."""
        spoken = utterance.spoken
        if not words(spoken):
            raise SynthesisError(spoken, "there is no word in it")
        voice = utterance.voice.name
        if all(voice != listed.name for listed in _listed()):
            raise SynthesisError(spoken, f"the engine edge has no voice {voice!r}")
        self._version()
        return (self._patience or Patience(REQUEST_TRIES)).attempt(lambda: self._answer(spoken, voice))

    def _version(self) -> str:
        try:
            return version("edge-tts")
        except PackageNotFoundError as error:
            raise EngineUnavailableError(self.name, self.installed_hint) from error

    def _answer(self, spoken: str, voice: str) -> Audio:
        try:
            with _told(spoken):
                content, told = asyncio.run(asyncio.wait_for(self._receive(spoken, voice), self._longest_s))
            audio = decode_whole(content, what=f"the answer of {_SERVICE}")
            check_length(audio, spoken, what=_SERVICE)
        except AudioError as error:
            raise SynthesisError(spoken, str(error), retry=True) from error
        heard = placed(spoken, ((ticks * audio.sample_rate // _TICKS, text) for ticks, text in told))
        times = word_times(spoken, ((frame, place) for frame, place in heard if 0 <= frame < audio.frames))
        return Speech(audio.samples, audio.sample_rate, times)

    async def _receive(self, spoken: str, voice: str) -> tuple[bytes, list[tuple[int, str]]]:
        """Return the MP3 that comes back, and when each word begins, in ticks.

        Raises:
            AudioError: It broke off, or has no end.
        """
        from edge_tts import Communicate

        address = self._address or os.environ.get(EDGE_VARIABLE, "")
        connector = _connector(address) if address else None
        connect, receive = self._timeout_s
        sent = characters_only(spoken)  # the rest is none of XML, or cannot be encoded
        speech = Communicate(
            sent,
            voice,
            boundary="WordBoundary",
            connector=connector,
            connect_timeout=connect,
            receive_timeout=receive,
        )
        told = []
        content = bytearray()
        try:
            async for piece in speech.stream():
                if piece["type"] == "audio":
                    content += piece["data"]
                else:
                    told.append((int(piece["offset"]), str(piece["text"])))
                if len(content) > _MOST_BYTES:
                    raise AudioError(f"the answer of {_SERVICE} has no end")
        finally:
            if connector is not None:
                await connector.end()
        # The library takes a connection that was closed for the end of the sound; it counts what came only
        # when the service says that this was all.
        if speech.state["cumulative_audio_bytes"] != len(content):
            raise AudioError(f"the answer of {_SERVICE} broke off")
        return bytes(content), told


@cache
def _listed() -> tuple[Voice, ...]:
    """Return the voices of the list that comes with narrator."""
    voices = []
    for line in _LIST.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, gender = line.split()
            voices.append(Voice(EdgeEngine.name, name, name.rpartition("-")[0], gender))
    return tuple(voices)


@contextmanager
def _told(spoken: str) -> Iterator[None]:
    """Say what went wrong on the way in our words; what the library says names the whole address."""
    import aiohttp
    from edge_tts import exceptions

    try:
        yield
    except aiohttp.ClientConnectorCertificateError:
        raise SynthesisError(
            spoken, f"{_SERVICE}: the certificate cannot be verified, so nothing was sent"
        ) from None
    except aiohttp.ClientResponseError as error:
        if error.status == _FORBIDDEN:
            raise _forbidden() from None
        problem = f"{_SERVICE} refused with status {error.status} ({error.message})"
        after = seconds_to_wait(error.headers.get("Retry-After", "") if error.headers else "")
        retry = may_pass(error.status)
        raise SynthesisError(spoken, problem, retry=retry, retry_after=after if retry else 0.0) from None
    except exceptions.SkewAdjustmentError:
        raise _forbidden() from None
    except exceptions.NoAudioReceived:
        raise SynthesisError(spoken, f"{_SERVICE} answered without sound", retry=True) from None
    except (exceptions.EdgeTTSException, ValueError, KeyError, TypeError) as error:
        # The library reads what comes without much care.
        problem = f"{_SERVICE} answered what is no speech ({type(error).__name__})"
        raise SynthesisError(spoken, problem, retry=True) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        reason = "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
        problem = f"{_SERVICE}: it cannot be reached ({reason}); check the network"
        raise SynthesisError(spoken, problem, retry=True) from None


def _forbidden() -> EngineUnavailableError:
    # The library has set its clock by the service's already, and asked again.
    return EngineUnavailableError(
        EdgeEngine.name,
        f"{_SERVICE} refuses it; a newer edge-tts may be let in (pip install --upgrade edge-tts), "
        "or it may help to try again later",
    )


def _connector(address: str) -> Any:
    """Return what connects to another address than the service's; the library knows no such setting."""
    import aiohttp

    class Elsewhere(aiohttp.TCPConnector):
        async def connect(self, req: Any, *args: Any, **options: Any) -> Any:
            req.url = type(req.url)(below(address, req.url.raw_path_qs.lstrip("/")), encoded=True)
            return await super().connect(req, *args, **options)

        def close(self, **_options: Any) -> Any:
            # The library closes it after each of its connections, and then uses it for the next.
            return asyncio.sleep(0)

        async def end(self) -> None:
            await super().close()

    return Elsewhere(force_close=True)
