"""Bytes to text: encodings are told, never guessed silently; the only home of charset-normalizer."""

import codecs
import re
import stat
from pathlib import Path

from narrator.errors import SourceError
from narrator.settings import MAX_CHARACTERS, MAX_SOURCE_BYTES
from narrator.text import has_words, line_ends, nfc, without_controls

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive (a word processor's file or an e-book is one too)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an old Microsoft Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"ID3", "an MP3 recording"),
    (b"\xff\xfb", "an MP3 recording"),
    (b"RIFF", "a WAV recording or another RIFF file"),
    (b"fLaC", "a FLAC recording"),
    (b"OggS", "an Ogg recording"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database"),
)
"""What files begin with that are no texts, and what to call them."""

_PRINTABLE = (b"%PDF-", b"{\\rtf")
"""The signatures of files that may hold nothing but printable characters."""

_MARKS: tuple[tuple[bytes, str], ...] = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks (Unicode 15, section 23.8) and the encodings they announce."""

_SAID = re.compile(
    rb"<meta\b[^>]*\bcharset\s*=\s*[\"']?([\w.:-]+)|<\?xml\b[^>]*\bencoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
"""Where a page or an XML file says its encoding."""
_CONTROL = re.compile(r"[\x00-\x06\x0e-\x19\x1c-\x1f]")
_SAVE_AS = "save it as UTF-8 and try again"


def read_text(path: Path) -> str:
    """Read a text file in any common encoding.

    Returns:
        NFC text with line feeds as line ends, without a byte order mark, with at least one word.

    Raises:
        SourceError: There is no such file, it cannot be read, is no text, has no words or is too long,
            or its encoding cannot be told.
    """
    return decode(read_bytes(path), path)


def decode(raw: bytes, path: Path, charset: str = "") -> str:
    """Turn the bytes of a file into text, as `read_text` does.

    Args:
        raw: The whole file.
        path: Its name, for errors.
        charset: What a server says is its encoding; a text that is UTF-8 is believed before it.

    Raises:
        SourceError: As for `read_text`.
    """
    # A text may begin with "ID3" or "RIFF"; with control characters after it, it is none.
    binary = _CONTROL.search(raw[:1000].decode("latin-1")) is not None
    for start, name in _SIGNATURES:
        if raw.startswith(start) and (binary or start in _PRINTABLE):
            raise SourceError(f"this is no text but looks like {name}", path)
    text = _to_text(raw, path, charset)
    if len(text) > MAX_CHARACTERS:
        raise SourceError(f"a text of more than {MAX_CHARACTERS:,} characters is not read; divide it", path)
    controls = len(_CONTROL.findall(text))
    if "\x00" in text or controls > 1 + len(text) // 1000:
        raise SourceError("this is no text but looks like binary data", path)
    text = nfc(without_controls(line_ends(text)))
    if not has_words(text):
        raise SourceError("the file is empty" if not text.strip() else "there is not one word in it", path)
    return text


def decode_markup(raw: bytes, path: Path) -> str:
    """Turn the bytes of an HTML or XML file that is part of a source into text, which may be without words.

    Raises:
        SourceError: Its encoding cannot be told.
    """
    return nfc(without_controls(line_ends(_to_text(raw, path, ""))))


def read_bytes(path: Path) -> bytes:
    """Read a file of any kind.

    Raises:
        SourceError: There is no such file, it cannot be read, or is too long.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise SourceError("this is a folder; name a text file in it", path)
        with path.open("rb") as file:
            raw = file.read(MAX_SOURCE_BYTES + 1)
    except FileNotFoundError as error:
        raise SourceError("there is no such file", path) from error
    except PermissionError as error:
        raise SourceError("it may not be read; check its permissions", path) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"it cannot be read: {reason}", path) from error
    if len(raw) > MAX_SOURCE_BYTES:
        raise SourceError(f"it is longer than {MAX_SOURCE_BYTES // 1_000_000} MB; divide it", path)
    return raw


def _to_text(raw: bytes, path: Path, charset: str) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _decode_as(raw[len(mark) :], encoding, path)
    encoding = _plain_utf16(raw)
    if encoding:
        return _decode_as(raw, encoding, path)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        told = _as_told(raw, charset)
        if told:
            return told
        if _is_broken_utf8(raw):
            line = _line_of(raw[: error.start])
            raise SourceError(
                f"the bytes {raw[error.start : error.start + 2].hex(' ')} are not UTF-8, "
                f"though the rest is; mend this line or {_SAVE_AS}",
                path,
                line,
            ) from error
        return _legacy(raw, path, error.start)


def _as_told(raw: bytes, charset: str) -> str:
    """Decode as a server or the mark-up itself says; empty where neither does, or wrongly."""
    said = _SAID.search(raw[:2048]) if raw.lstrip()[:1] == b"<" else None
    for name in (charset, (said[1] or said[2]).decode("ascii") if said else ""):
        try:
            encoding = codecs.lookup(name).name
            # What is called Latin-1 or ASCII in pages is cp1252 (Encoding Standard, 4.2).
            return raw.decode("cp1252" if encoding in {"iso8859-1", "ascii"} else encoding)
        except (LookupError, ValueError):
            continue
    return ""


def _decode_as(raw: bytes, encoding: str, path: Path) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        done = raw[: error.start].decode(encoding, "ignore")
        raise SourceError(
            f"it is marked as {encoding.upper()}, but this line is not", path, _line_of(done.encode())
        ) from error


def _line_of(before: bytes) -> int:
    return line_ends(before.decode("utf-8", "replace") + ".").count("\n") + 1


def _plain_utf16(raw: bytes) -> str:
    """Tell UTF-16 without a mark: Western text has a zero in every other byte, and nowhere else."""
    if len(raw) < 4 or len(raw) % 2:
        return ""
    for encoding, zeros, others in (("utf-16-le", raw[1::2], raw[::2]), ("utf-16-be", raw[::2], raw[1::2])):
        if zeros.count(0) > 0.7 * len(zeros) and not others.count(0):
            return encoding
    return ""


_HALF_PAIR = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
"""Half of a UTF-16 surrogate pair, written as if it were a character."""
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def _is_broken_utf8(raw: bytes) -> bool:
    """Tell whether bytes that are not UTF-8 were meant to be.

    In a text of a single-byte encoding what looks like a sequence of UTF-8 is chance ("Ã¤"), so a text in
    which such sequences are as many as the faults is UTF-8 that was damaged.
    """
    if _HALF_PAIR.search(raw):
        return True
    whole = len(_SEQUENCE.findall(raw))
    faults = raw.decode("utf-8", "replace").count("�") - raw.count("�".encode())
    return whole > 0 and whole >= faults


_ODD_LETTERS = frozenset("ÿþðÞÐƒˆ¤¦¬¯¸¹³¼¾±¨´¥¢")
"""Legal in cp1252, but in a text rather the sign of another encoding."""
_INSIDE = re.compile(r"[^\W\d_][^\w\s’‘'·\-–—/*:.,;!?…\"&+()\[\]\xad][^\W\d_]")
_TORN = re.compile(r"(?<![A-ZÀ-ÞŠŒŽŸ])[ÃÂ](?![^\W\d_])|â€|[^\W\d_][‚„]")
"""What stray bytes of UTF-8 look like in cp1252: `Ã(`, `â‚`."""
_LEAST_FOREIGN = 0.02
"""Share of bytes beyond ASCII from which an encoding can be guessed: Polish has 0.06."""
_UPPER_INSIDE = re.compile(r"[a-zß-öø-ÿ][À-ÖØ-ÞŠŒŽŸ](?![A-Z])")


def _is_western(text: str) -> bool:
    """Tell whether a text decoded as cp1252 looks like one that a person wrote."""
    letters = sum(char.isalpha() for char in text)
    foreign = sum(char.isalpha() and char > "\x7f" for char in text)
    return (
        letters > 0
        and foreign <= 0.45 * letters
        and not _ODD_LETTERS.intersection(text)
        and not _INSIDE.search(text)
        and not _TORN.search(text)
        and not _UPPER_INSIDE.search(text)
    )


def _legacy(raw: bytes, path: Path, fault: int) -> str:
    """Decode a text of an encoding without Unicode, or refuse it when two encodings would do.

    Args:
        raw: The whole file.
        path: Its name, for errors.
        fault: Where it is no UTF-8.
    """
    if raw.count(0):
        raise SourceError("this is no text but looks like binary data", path)
    try:
        western = raw.decode("cp1252")
    except UnicodeDecodeError:
        western = ""
    if western and _is_western(western):
        return western
    from charset_normalizer import from_bytes

    foreign = sum(byte > 0x7F for byte in raw)
    if foreign < _LEAST_FOREIGN * len(raw):
        shown = raw[fault : fault + 2].hex(" ")
        problem = f"the bytes {shown} stand for a letter in no likely encoding; {_SAVE_AS}"
        raise SourceError(problem, path, _line_of(raw[:fault]))
    best = from_bytes(raw, threshold=0.15).best()
    # Coherence is the share of letters as frequent as in a language it knows; below a half it is a guess.
    if best is None or best.coherence < 0.5:
        raise SourceError(f"the encoding of this text cannot be told; {_SAVE_AS}", path)
    return str(best)
