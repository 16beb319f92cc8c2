"""What every engine is.

How to add an engine:

1. Write a subclass of `Engine` with a `name`.
2. Implement `voices`, `fingerprint` and `synthesize`; import the library you need inside the methods.
3. Register the class under the entry-point group `narrator.engines` with the same name.
4. Run the contract test (`tests/engines/test_contract.py`) with your engine installed.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from narrator.audio import Audio
from narrator.model import Utterance, Voice


class Engine(ABC):
    """A program that turns text into sound. It knows nothing of scripts or casts.

    An engine object is made without arguments, cheaply, in each process that needs it.
    """

    name: ClassVar[str]
    """The name under which it is registered."""
    online: ClassVar[bool] = False
    """Whether text is sent to a network service."""
    requests_at_once: ClassVar[int] = 1
    """Requests to a network service that one utterance has under way at the same time, at most."""
    natural: ClassVar[bool] = False
    """Whether it sounds like a person rather than a machine."""
    installed_hint: ClassVar[str] = ""
    """What to do when it cannot work here."""

    pace: ClassVar[float] = 0.075
    """About how long its voices take for a letter, in seconds, pauses between sentences included."""
    speed: ClassVar[float] = 0.0
    """About how many seconds of sound one core makes in a second; 0 where it is not known."""

    marks: ClassVar[frozenset[str]] = frozenset()
    """Which kinds of spans (`SpanKind`) and which manners it can speak; it is given no others."""

    @abstractmethod
    def voices(self, language: str | None = None) -> Sequence[Voice]:
        """Return the voices there are, best first.

        Args:
            language: ISO 639-1 code; only voices that speak it, all voices when None.

        Raises:
            EngineUnavailableError: The engine cannot work here.
        """

    def unlisted_voice(self, name: str) -> Voice | None:  # noqa: ARG002  (most engines have none)
        """Return a voice that a pin may name though `voices` does not list it: a file, a server's own.

        Returns:
            None where the name means none.

        Raises:
            EngineUnavailableError: The file is missing or damaged.
        """
        return None

    @abstractmethod
    def fingerprint(self, voice: Voice) -> str:
        """Return a string that changes when model, data or library would change the sound of a voice."""

    @abstractmethod
    def synthesize(self, utterance: Utterance) -> Audio:
        """Speak `utterance.spoken` with `utterance.voice` in `utterance.language`.

        The same utterance gives the same samples, whatever was said before (online services excepted).

        Returns:
            Mono audio at the engine's own rate, not silent; a `Speech` where it is known when words begin.

        Raises:
            EngineUnavailableError: The engine cannot work here.
            SynthesisError: It failed; `retry` says whether trying again may help.
        """

    @classmethod
    def fit(cls, utterance: Utterance) -> Utterance:
        """Return an utterance without the marks that the engine cannot speak: it says those words plainly."""
        if not utterance.spans and not utterance.manner:
            return utterance
        spans = tuple(span for span in utterance.spans if span.kind in cls.marks)
        return replace(
            utterance, spans=spans, manner=utterance.manner if utterance.manner in cls.marks else ""
        )

    def requests(self, utterance: Utterance) -> int:  # noqa: ARG002  (most send an utterance at once)
        """Return how many requests to a network service an utterance takes."""
        return int(self.online)

    @property
    def tariff(self) -> str:
        """The name under which `voices.yaml` tells the price of its speech; empty where all is free."""
        return ""

    @staticmethod
    def those_for(found: Sequence[Voice], language: str | None) -> tuple[Voice, ...]:
        """Return the voices that speak a language, all when None; those of exactly that region come first."""
        wish = (language or "").lower()
        chosen = [voice for voice in found if language is None or voice.speaks(language)]
        return tuple(sorted(chosen, key=lambda voice: voice.language.lower() != wish))

    def close(self) -> None:
        """Free what the engine holds; it may be used again afterwards."""
