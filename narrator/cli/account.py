"""The account given of a finished production, of a cast, and of the voices there are: values to text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.cli.terminal import bold, format_table
from narrator.units import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Ledger, Turn
    from narrator.production import Listed, Production, UnknownWord

ADVICE = (
    "These voices are robotic. More natural: pip install 'narrator[natural]' (English, offline; for German "
    "add --engine kokoro), or --engine gtts (sends the text to Google)."
)
_MOST_DOUBTS = 10
_MOST_LANGUAGES = 10
"""So many codes are shown, so that a row fits a terminal."""
_DOUBT_LENGTH = 48
"""Characters of a turn's text that are shown, so that most rows fit a terminal."""
_UNCOUNTED = ("front matter", "mark-up", "markup", "furniture", "alternative text", "text")
"""Ends of reasons that have no plural."""


def format_account(production: Production) -> str:
    """Tell what was made: voices, chapters, takes, sound, words, files."""
    episode = production.episode
    hint = production.note or ("" if production.natural else ADVICE)
    lines = [format_table([(hint,)]), ""] if hint else []
    lines += [bold(f"{episode.title} ({clock(episode.duration_ms / 1000)})"), "", bold("Voices")]
    speakers = [(one.speaker, one.voice, clock(one.ms / 1000)) for one in episode.speakers]
    lines += [format_table(speakers, indent=2)]
    if episode.chapters:
        chapters = [(clock(start / 1000), title) for start, title in episode.chapters]
        lines += ["", bold("Chapters"), format_table(chapters, indent=2)]
    takes = f"{production.made:,} made, {production.kept:,} kept"
    if production.cut:
        takes += f", {production.cut:,} of texts cut in parts, since at once they were not spoken well"
    facts = [
        ("Takes", takes),
        *(("Odd take", f"“{_beginning(text)}”: {problem}; listen to it") for text, problem in production.odd),
        ("Sound", f"{episode.loudness:.1f} LUFS, peak {episode.peak:.1f} dBTP, {format_size(episode.size)}"),
        ("Ledger", format_ledger(episode.ledger)),
        ("Files", f"{production.folder}: {_files(production.files)}"),
    ]
    return "\n".join([*lines, "", format_table(facts)])


def _files(names: Sequence[str]) -> str:
    """Return names on one line, those that differ in their ends together.

    >>> _files(("talk.mp3", "talk.vtt", "chapters.json", "chapters/"))
    'talk.mp3 .vtt, chapters.json, chapters/'
    """
    together: dict[str, list[str]] = {}
    for name in names:
        stem, dot, suffix = name.rpartition(".")
        together.setdefault(stem if dot else name, []).extend([f".{suffix}"] if dot else [])  # or a folder
    return ", ".join(stem + " ".join(suffixes) for stem, suffixes in together.items())


def format_ledger(ledger: Ledger) -> str:
    """Tell where the words of a source went, in one line.

    >>> from narrator.model import Ledger
    >>> format_ledger(Ledger(1380, 6, (("pull quote", 2, 72),)))
    '1,458 words: 1,380 spoken, 6 labels, 72 dropped — 2 pull quotes'
    >>> format_ledger(Ledger(2, 0, (("link address", 2, 2),)))
    '4 words: 2 spoken, 2 dropped — 2 link addresses'
    >>> format_ledger(Ledger(1, 0))
    '1 word: 1 spoken'
    """
    parts = [f"{ledger.spoken:,} spoken"]
    if ledger.labels:
        parts.append(_count(ledger.labels, "label"))
    dropped = sum(words for _, _, words in ledger.dropped)
    if dropped:
        reasons = ", ".join(_count(passages, reason) for reason, passages, _ in ledger.dropped)
        parts.append(f"{dropped:,} dropped — {reasons}")
    return f"{_count(ledger.words, 'word')}: {', '.join(parts)}"


def format_doubts(turns: Sequence[Turn]) -> str:
    """List the turns a person should look at first: lines of the source, who, why, how sure, what."""
    shown = turns[:_MOST_DOUBTS]
    rows = [
        (
            _lines(turn.lines),
            turn.speaker,
            turn.reason or "–",
            f"{turn.confidence:.2f}",
            _beginning(turn.text),
        )
        for turn in shown
    ]
    table = format_table(rows, ("Lines", "Speaker", "Why", "Sure", "Text"), indent=2)
    count = f", of {len(turns):,}" if len(turns) > len(shown) else ""
    return f"Look at these first: the {_count(len(shown), 'turn')} that are least sure{count}\n{table}"


def _lines(lines: tuple[int, int]) -> str:
    first, last = lines
    if not first:
        return "–"
    return f"{first}" if first == last else f"{first}–{last}"


def _beginning(text: str) -> str:
    """Return the beginning of a text, cut between words."""
    line = " ".join(text.split())
    return line if len(line) <= _DOUBT_LENGTH else line[:_DOUBT_LENGTH].rpartition(" ")[0] + " …"


def format_unknown(found: Sequence[UnknownWord], language: str) -> str:
    """List words that an engine may get wrong, as a section of `voices.yaml` to be edited."""
    if not found:
        return "# No word of which an engine may get the pronunciation wrong."
    keys = [_key(word.word) for word in found]
    rows = []
    for word, key in zip(found, keys, strict=True):
        line = f", line {word.line}" if word.line else ""
        rows.append(
            (f"    {key}: {key}", f"# {word.count} ×{line}, {word.why}; espeak says {word.ipa or '?'}")
        )
    width = max(len(entry) for entry, _ in rows)
    head = (
        "# Words that an engine may get wrong. Keep the lines you need in voices.yaml, and write behind the",
        "# colon how the word is to be read, by a respelling or by IPA: {ipa: ˈzɑm, say: Sam}.",
        "pronunciations:",
        f"  {_key(language)}:",
    )
    return "\n".join((*head, *(f"{entry:{width}}  {comment}" for entry, comment in rows)))


def _key(word: str) -> str:
    """Write a word as YAML takes it for a text (`no` is a truth value in it)."""
    from narrator.yamltext import dump_yaml

    return dump_yaml([word]).removeprefix("- ").rstrip("\n")


def format_voices(voices: Sequence[Listed]) -> str:
    """List voices, one a line."""
    return format_table(
        [
            (
                one.voice.id,
                one.voice.language,
                one.voice.gender or "–",
                _sound(one),
                "yes" if one.given else "pinned" if one.installed else "–",
                _where(one),
            )
            for one in voices
        ],
        ("Voice", "Lang.", "Gender", "Sound", "Given", "Where"),
    )


def format_engines(voices: Sequence[Listed]) -> str:
    """Tell how many voices each engine has and for which languages, for a list too long to read."""
    groups: dict[tuple[str, str], list[Listed]] = {}
    for one in voices:
        groups.setdefault((one.voice.engine, _where(one)), []).append(one)
    rows = []
    for (engine, where), some in sorted(groups.items()):
        codes = sorted({one.voice.language.partition("-")[0].lower() for one in some})
        shown = " ".join(codes[:_MOST_LANGUAGES]) + (" …" if len(codes) > _MOST_LANGUAGES else "")
        rows.append((engine, _sound(some[0]), where, f"{len(some):,}", f"{len(codes)}: {shown}"))
    return format_table(rows, ("Engine", "Sound", "Where", "Voices", "Languages"))


def format_remedies(engines: Sequence[Listed]) -> str:
    """Tell which engines cannot work here, and what to do."""
    rows = [(one.voice.engine, one.remedy) for one in engines]
    return f"{bold('Not working here')}\n{format_table(rows, indent=2)}"


def _sound(one: Listed) -> str:
    return "natural" if one.natural else "robotic"


def _where(one: Listed) -> str:
    return ("online" if one.online else "here") if one.installed else "to get"


def _count(number: int, what: str) -> str:
    plural = "" if number == 1 or what.endswith(_UNCOUNTED) else "es" if what.endswith("s") else "s"
    return f"{number:,} {what}{plural}"


def format_day(seconds: float) -> str:
    """Format seconds since 1970 as the day they fall on here."""
    from datetime import datetime

    return datetime.fromtimestamp(seconds).astimezone().date().isoformat()


def format_size(size: int) -> str:
    """Format a number of bytes for people.

    >>> format_size(12_345_678), format_size(900)
    ('12.3 MB', '0.9 kB')
    """
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"
