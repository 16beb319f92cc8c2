"""The tree of errors: facts are attributes, the message is made here and says what to do next."""

from collections.abc import Sequence
from pathlib import Path


class NarratorError(Exception):
    """The root of every error narrator raises on purpose; `str()` is one line for a person."""

    def __reduce__(self) -> tuple[object, ...]:
        # Errors come home from worker processes by pickle, which would give the message to `__init__`.
        return (_revive, (type(self), self.args, self.__dict__))


def _revive(kind: type[NarratorError], args: tuple[object, ...], facts: dict[str, object]) -> NarratorError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(facts)
    return error


def _place(path: Path | str | None, line: int | None) -> str:
    if path is None:
        return ""
    return f"{path}:{line}: " if line is not None else f"{path}: "


class _PlacedError(NarratorError):
    """An error in a text, with the file and line where it was found."""

    def __init__(self, problem: str, path: Path | str | None = None, line: int | None = None) -> None:
        self.problem = problem
        self.path = path
        self.line = line
        super().__init__(f"{_place(path, line)}{problem}")


class SourceError(_PlacedError):
    """A source cannot be read as a text."""


class WebError(NarratorError):
    """What lies at an address cannot be had.

    Attributes:
        address: The address, or the name of the service.
        problem: What was wrong.
        retry: Whether trying again later may help.
        retry_after: Seconds after which the server asks to be tried again; 0 when it does not say.
        status: Of a refusal, else 0.
        detail: The beginning of what came with a refusal; it may repeat what was sent, so it is never shown.
        exhausted: Whether it was tried as often as is sensible.
    """

    def __init__(
        self,
        address: str,
        problem: str,
        *,
        retry: bool = False,
        retry_after: float = 0.0,
        status: int = 0,
        detail: bytes = b"",
    ) -> None:
        self.status = status
        self.detail = detail
        self.exhausted = False
        self.address = address
        self.problem = problem
        self.retry = retry
        self.retry_after = retry_after
        super().__init__(f"{address}: {problem}")


class InstallError(NarratorError):
    """Files of a voice cannot be had, or are not what they should be.

    Attributes:
        name: What was to be installed, for example `kokoro`.
        problem: What was wrong.
    """

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        self.problem = problem
        super().__init__(f"{name} was not installed: {problem}")


class ScriptError(_PlacedError):
    """A script breaks the rules of the script format."""


class SettingsError(_PlacedError):
    """A setting, in a file or an option, has a wrong name, type or value."""

    def __init__(
        self, key: str, problem: str, path: Path | str | None = None, line: int | None = None
    ) -> None:
        self.key = key
        super().__init__(f"{key}: {problem}", path, line)


class LedgerError(NarratorError):
    """Words of the source are neither spoken nor listed with a reason, or were spoken though not there."""

    def __init__(self, words: Sequence[str], where: str = "script") -> None:
        self.words = tuple(words)
        shown = " ".join(self.words[:12]) + (" …" if len(self.words) > 12 else "")
        super().__init__(
            f"{len(self.words)} words of the source are not accounted for in the {where}: “{shown}”; "
            "this is a fault of narrator, please report it with the source"
        )


class DoubtError(NarratorError):
    """It is less sure who says what than was asked for.

    Attributes:
        line: The line of the source where the first such turn begins; 0 when it is not known.
        count: How many there are.
    """

    def __init__(
        self, path: Path, line: int, *, speaker: str, confidence: float, least: float, count: int
    ) -> None:
        self.line = line
        self.count = count
        where = f" in line {line} of the source" if line else ""
        more = "it is the only such turn" if count == 1 else f"there are {count} such turns"
        super().__init__(
            f"{path}: whether {speaker} speaks{where} is only {confidence:.2f} sure, {least:.2f} is asked "
            f"for, and {more}; look at them with `narrate script`, mend the script and build that"
        )


class CastError(NarratorError):
    """A speaker can be given no voice, or not the one asked for."""

    def __init__(self, speaker: str, problem: str, known: Sequence[str] = ()) -> None:
        self.speaker = speaker
        self.known = tuple(known)
        choice = f"; there is {', '.join(self.known[:12])}" if self.known else ""
        choice += " …" if len(self.known) > 12 else ""
        super().__init__(f"no voice for {speaker}: {problem}{choice}")


class EngineError(NarratorError):
    """The root of what goes wrong with speech engines."""


class UnknownEngineError(EngineError):
    """An engine of this name is not registered."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name = name
        self.known = tuple(known)
        super().__init__(f"no engine is called {name!r}; there is {', '.join(self.known)}")


class EngineUnavailableError(EngineError):
    """An engine is known but cannot work here; `hint` says what would mend it."""

    def __init__(self, name: str, hint: str) -> None:
        self.name = name
        self.hint = hint
        super().__init__(f"engine {name} cannot work here: {hint}")


class SynthesisError(EngineError):
    """An engine made no good take of an utterance.

    Attributes:
        spoken: The spoken form that was asked for.
        problem: What was wrong.
        retry: Whether trying again later may help (a service that is busy).
        retry_after: Seconds to wait before, where a service tells it; else 0.
        exhausted: Whether it was tried as often as is sensible: whoever called does not try it again.
    """

    def __init__(self, spoken: str, problem: str, *, retry: bool = False, retry_after: float = 0.0) -> None:
        self.spoken = spoken
        self.problem = problem
        self.retry = retry
        self.retry_after = retry_after
        self.exhausted = False
        shown = spoken if len(spoken) <= 60 else spoken[:57] + "…"
        super().__init__(f"“{shown}” was not spoken: {problem}")


class ClusterError(NarratorError):
    """The machines of a cluster cannot be had, or are not what they should be.

    Attributes:
        address: Of its scheduler.
        problem: What was wrong.
    """

    def __init__(self, address: str, problem: str) -> None:
        self.address = address
        self.problem = problem
        super().__init__(f"the cluster at {address}: {problem}")


class TakesError(NarratorError):
    """The folder of takes cannot be used, or a take in it was damaged while it was needed."""


class AudioError(NarratorError):
    """Samples are not what they should be: shape, rate, values, or a damaged file."""


class EncodingError(NarratorError):
    """The programme cannot be written as a file, or the file is not what was asked for."""


class PublishError(NarratorError):
    """An episode's files cannot be written where they should go."""


class ServeError(NarratorError):
    """The show cannot be served at the address asked for."""


class StoreError(PublishError):
    """A place to publish to cannot be reached, or refuses.

    Attributes:
        place: Its address, without what is secret in it.
        problem: What was wrong.
        retry: Whether trying again later may help.
        retry_after: Seconds after which it asks to be tried again; 0 when it does not say.
        exhausted: Whether it was tried as often as is sensible.
    """

    def __init__(self, place: str, problem: str, *, retry: bool = False) -> None:
        self.place = place
        self.problem = problem
        self.retry = retry
        self.retry_after = 0.0
        self.exhausted = False
        super().__init__(f"{place}: {problem}")
