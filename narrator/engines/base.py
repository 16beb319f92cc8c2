"""What every engine is.

How to add an engine:

1. Write a subclass of `Engine` with a `name`.
2. Implement `voices`, `fingerprint` and `synthesize`; import the library you need inside the methods.
3. Register the class under the entry-point group `narrator.engines` with the same name.
4. Run the contract test (`tests/engines/test_contract.py`) with your engine installed.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
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
    natural: ClassVar[bool] = False
    """Whether it sounds like a person rather than a machine."""
    installed_hint: ClassVar[str] = ""
    """What to do when it cannot work here."""

    @abstractmethod
    def voices(self, language: str | None = None) -> Sequence[Voice]:
        """Return the voices there are, best first.

        Args:
            language: ISO 639-1 code; only voices that speak it, all voices when None.

        Raises:
            EngineUnavailableError: The engine cannot work here.
        """

    def unlisted(self, name: str) -> Voice | None:  # noqa: ARG002 - engines that have such voices override it
        """Return a voice that can be pinned though `voices` does not list it; None where there is none.

        Raises:
            EngineUnavailableError: The engine cannot work here.
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

    @staticmethod
    def those_for(found: Sequence[Voice], language: str | None) -> tuple[Voice, ...]:
        """Return the voices that speak a language, all when None; those of exactly that region come first."""
        wish = (language or "").lower()
        chosen = [voice for voice in found if language is None or voice.speaks(language)]
        return tuple(sorted(chosen, key=lambda voice: voice.language.lower() != wish))

    def close(self) -> None:
        """Free what the engine holds; it may be used again afterwards."""
