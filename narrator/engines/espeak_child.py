"""The small program that speaks with espeak-ng for `narrator.engines.espeak`.

It is run as a script by an interpreter without site packages, `python -I -S espeak_child.py LIBRARY FOLDER`;
FOLDER holds `espeak-ng-data`. What espeak-ng says depends on what was said before in the same process: one
text matched 0 of 30 times. So it is set up once, and every request is answered by a fork of that fresh state;
where a process cannot fork (or with `--once`), one request is answered and the program ends.

Requests come on standard input, answers go to standard output, each a frame: one byte for its kind, eight for
its length (big-endian), then the content. The first frame is a greeting that nobody asked for.
"""

import contextlib
import ctypes
import json
import os
import signal
import struct
import sys
from collections.abc import Callable, Iterator

SOUND, REPORT, FAULT, BROKEN = b"S", b"R", b"F", b"B"
"""Kinds of frames: a `SPEECH`; JSON; a refusal, as text; a crash or hang, as text."""
HEADER = struct.Struct(">cQ")
SPEECH = struct.Struct(">Q")
"""At the start of a sound: how many words follow, each a `WORD`; the rest is 16-bit little-endian PCM."""
WORD = struct.Struct(">QQ")
"""First sample, first character of the text."""

_SYNCHRONOUS = 2  # espeak_AUDIO_OUTPUT: the callback runs inside espeak_Synth, no thread is started
_NO_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT: missing data is reported, not exit(1)
_CHARACTERS = 1  # espeak_POSITION_TYPE
_WORD = 1  # espeak_EVENT_TYPE; 0 ends a list of events
_UTF8 = 1  # espeakCHARS_UTF8; without espeakSSML 0x10 and espeakPHONEMES 0x100, so "<" and "[[" are text
_MARKED = 0x111  # with both
_PHONEME_EVENTS = 1 | 2  # espeakINITIALIZE_PHONEME_EVENTS, espeakINITIALIZE_PHONEME_IPA
_PHONEME = 7  # espeakEVENT_PHONEME
_PARAMETERS = {"rate": 1, "volume": 2, "pitch": 3, "range": 4}  # espeak_PARAMETER
_VOLUME = 60  # of 100, where the loudest variants reach full scale and are clipped
_FEMALE = 2  # espeak_VOICE.gender
_IPA = 2  # phonememode of espeak_TextToPhonemes: IPA in UTF-8, nothing between the phonemes


class _Voice(ctypes.Structure):
    """`espeak_VOICE` of speak_lib.h."""

    _fields_ = (
        ("name", ctypes.c_char_p), ("languages", ctypes.c_void_p), ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte), ("age", ctypes.c_ubyte), ("variant", ctypes.c_ubyte),
        ("unused", ctypes.c_ubyte), ("score", ctypes.c_int), ("spare", ctypes.c_void_p),
    )  # fmt: skip


class _Event(ctypes.Structure):
    """`espeak_EVENT` of speak_lib.h; positions count from 1, a phoneme fills the eight bytes at the end."""

    _fields_ = (
        ("type", ctypes.c_int), ("identifier", ctypes.c_uint), ("position", ctypes.c_int),
        ("length", ctypes.c_int), ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p), ("phoneme", ctypes.c_uint64),
    )  # fmt: skip


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


def _listed(address: int | None) -> Iterator[_Event]:
    """Yield the events of a list, which one of type 0 ends."""
    while address and (event := _Event.from_address(address)).type:
        yield event
        address += ctypes.sizeof(_Event)


class RefusedError(Exception):
    """The library does not do what it was asked to."""


class Library:
    """espeak-ng through ctypes (speak_lib.h, API revision 12)."""

    def __init__(self, path: str, folder: str) -> None:
        self._library = ctypes.CDLL(path)
        self._library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        self._library.espeak_ListVoices.argtypes = [ctypes.POINTER(_Voice)]
        self._library.espeak_GetCurrentVoice.restype = ctypes.POINTER(_Voice)
        self._library.espeak_Info.restype = ctypes.c_char_p
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
            ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._library.espeak_TextToPhonemes.argtypes = [
            ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int,
        ]  # fmt: skip
        # espeak keeps the folder's name in a buffer of fixed size; from inside the folder any name is short.
        os.chdir(folder)
        self.rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, b".", _NO_EXIT))
        if self.rate <= 0:
            raise RefusedError("its data cannot be read")
        # Otherwise the breath of breathy voices is noise that begins with the time of day.
        self._library.espeak_ng_SetRandSeed(1)
        self.version = self._library.espeak_Info(None).decode()
        self._sound = bytearray()
        self._words: list[tuple[int, int]] = []
        self._hear = _Callback(self._heard)  # kept, or it would be freed while the library holds it
        self._library.espeak_SetSynthCallback(self._hear)

    def _heard(self, samples: int | None, count: int, events: int | None) -> int:
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, 2 * count)
        self._words += [(one.sample, one.position - 1) for one in _listed(events) if one.type == _WORD]
        return 0

    def list_voices(self, kind: str | None) -> list[list[object]]:
        """Return [file name, [[priority, language] …], is female] of each language, or each `variant`."""
        name = ctypes.create_string_buffer((kind or "").encode())
        wish = _Voice(languages=ctypes.cast(name, ctypes.c_void_p).value)
        table = self._library.espeak_ListVoices(ctypes.byref(wish) if kind else None)
        found: list[list[object]] = []
        while table[len(found)]:
            voice = table[len(found)].contents
            file = voice.identifier.decode().rpartition("/")[2]
            found.append([file, _languages(voice.languages), voice.gender == _FEMALE])
        return found

    def speak(
        self, base: str, variant: str, options: dict[str, float], text: str, *, marked: bool = False
    ) -> bytes:
        """Return a text's words and PCM (`SPEECH`); it may hold SSML and phonemes where it is marked.

        Only the first call of a process is reproducible.
        """
        self._take_voice(base, variant)
        for option, value in {"volume": _VOLUME, **options}.items():
            self._library.espeak_SetParameter(_PARAMETERS[option], round(value), 0)
        content = text.encode() + b"\0"
        flags = _MARKED if marked else _UTF8
        if self._library.espeak_Synth(content, len(content), 0, _CHARACTERS, 0, flags, None, None):
            raise RefusedError("espeak refuses this text")
        self._library.espeak_Synchronize()
        words = b"".join(WORD.pack(*word) for word in self._words if min(word) >= 0)
        return SPEECH.pack(len(words) // WORD.size) + words + self._sound

    def sounds(self, base: str, texts: list[str]) -> list[list[str]]:
        """Speak texts with phonemes in `[[ ]]`, which `transcribe` cannot read; return each phoneme's IPA."""
        self._library.espeak_Initialize(_SYNCHRONOUS, 0, b".", _NO_EXIT | _PHONEME_EVENTS)
        heard: list[str] = []

        def hear(_samples: object, _count: int, address: int | None) -> int:
            for event in _listed(address):
                if event.type == _PHONEME:
                    name = ctypes.string_at(ctypes.addressof(event) + _Event.phoneme.offset, 8)
                    heard.append(name.split(b"\0")[0].decode(errors="replace"))
            return 0

        callback = _Callback(hear)
        self._library.espeak_SetSynthCallback(callback)
        self._take_voice(base, "")
        found = []
        for text in texts:
            heard.clear()
            content = text.encode() + b"\0"
            self._library.espeak_Synth(content, len(content), 0, _CHARACTERS, 0, _MARKED, None, None)
            self._library.espeak_Synchronize()
            found.append(list(heard))
        return found

    def transcribe(self, base: str, text: str) -> list[tuple[str, str]]:
        """Return the phonemes of each clause (IPA) with the text that was read for it, in order.

        The library reads one character into the next clause before it knows that a clause has ended.
        """
        self._take_voice(base, "")
        content = ctypes.create_string_buffer(text.encode())
        start = ctypes.addressof(content)
        end = start + len(content) - 1
        place = ctypes.c_void_p(start)
        found = []
        while place.value:
            phonemes = self._library.espeak_TextToPhonemes(ctypes.byref(place), _UTF8, _IPA)
            read = ctypes.string_at(start, (place.value or end) - start)
            found.append((phonemes.decode(), read.decode(errors="replace")))
            start = place.value or end
        return found

    def _take_voice(self, base: str, variant: str) -> None:
        name = f"{base}+{variant}" if variant else base
        failed = self._library.espeak_SetVoiceByName(name.encode())
        # An unknown variant is no error for espeak: it speaks on with the plain voice.
        current = "" if failed else self._library.espeak_GetCurrentVoice().contents.identifier.decode()
        if not name or current.rpartition("/")[2].lower() != name.lower():
            raise RefusedError(f"espeak has no voice {name!r}")


def _languages(address: int) -> list[list[object]]:
    """Read espeak's list of languages: a priority byte and a text each, ended by a zero byte."""
    found: list[list[object]] = []
    while priority := ctypes.string_at(address, 1)[0]:
        language = ctypes.string_at(address + 1)
        found.append([priority, language.decode()])
        address += len(language) + 2
    return found


def frame(kind: bytes, content: bytes) -> bytes:
    """Put the header before the content of a frame."""
    return HEADER.pack(kind, len(content)) + content


def read_frame(read: Callable[[int], bytes | None]) -> tuple[bytes, bytes] | None:
    """Read one frame through `read(count)`, which may give less than asked; None at the end of the stream."""
    header = _read_exactly(read, HEADER.size)
    if header is None:
        return None
    kind, length = HEADER.unpack(header)
    content = _read_exactly(read, length)
    return None if content is None else (kind, content)


def _read_exactly(read: Callable[[int], bytes | None], count: int) -> bytes | None:
    content = bytearray()
    while len(content) < count:
        part = read(min(count - len(content), 1 << 20))
        if not part:
            return None
        content += part
    return bytes(content)


def _answer(library: Library, request: bytes) -> bytes:
    wish = json.loads(request)
    try:
        if "list" in wish:
            listed = {"languages": library.list_voices(None), "variants": library.list_voices("variant")}
            return frame(REPORT, json.dumps(listed).encode())
        if "transcribe" in wish:
            clauses = library.transcribe(wish["base"], wish["transcribe"])
            return frame(REPORT, json.dumps(clauses).encode())
        if "sounds" in wish:
            return frame(REPORT, json.dumps(library.sounds(wish["base"], wish["sounds"])).encode())
        voice = (wish["base"], wish["variant"], wish["options"])
        return frame(SOUND, library.speak(*voice, wish["text"], marked=wish.get("marked", False)))
    except RefusedError as error:
        return frame(FAULT, str(error).encode())


def _answer_in_fork(library: Library, request: bytes) -> bytes:
    """Answer a request in a fork; a crash there costs this answer only."""
    reading, writing = os.pipe()
    fork = os.fork()
    if fork == 0:
        status = 1
        # Whatever happens, the fork must not come back into the loop of its parent.
        try:
            os.close(reading)
            # A hang inside the library ends with SIGALRM. espeak speaks 10,000 characters in a second or two.
            signal.alarm(30 + len(request) // 1000)
            _write(writing, _answer(library, request))
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1])
    if status:
        problem = f"espeak took too long or crashed (exit status {status})"
        return frame(BROKEN, problem.encode())
    return answer


def _write(file: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


def main(path: str, folder: str, *, once: bool) -> None:
    """Greet, then answer requests until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program; this one ends with its input
    requests, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):  # espeak prints its complaints; they must not get between the frames
        os.dup2(nowhere, standard)
    try:
        library = Library(path, folder)
    except (OSError, AttributeError, RefusedError) as error:
        _write(answers, frame(FAULT, str(error).encode()))
        return
    greeting = {"rate": library.rate, "version": library.version}
    _write(answers, frame(REPORT, json.dumps(greeting).encode()))
    while (request := read_frame(lambda count: os.read(requests, count))) is not None:
        if once:
            _write(answers, _answer(library, request[1]))
            return
        _write(answers, _answer_in_fork(library, request[1]))


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):  # whoever asked is gone
        main(sys.argv[1], sys.argv[2], once="--once" in sys.argv[3:] or not hasattr(os, "fork"))
