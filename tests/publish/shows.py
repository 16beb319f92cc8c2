"""Shows for tests: folders as `narrate build` leaves them, without speaking anything."""

import hashlib
import json
from pathlib import Path

from narrator.files import write_atomically
from narrator.model import Cue, Episode, Ledger, Speaking, Take, Timeline, Utterance, Voice
from narrator.model.programme import Break, ChapterMark
from narrator.publish.chapters import format_chapters
from narrator.publish.record import CHAPTERS, RECORD, format_episode
from narrator.publish.transcripts import format_transcripts

PODCAST = "title: Test talks\naddress: https://pod.example/talks\nlanguage: en\nemail: owner@pod.example\n"

SAID = (
    ("Ada Ember", "Good morning. It has rained all night, and nobody came to see us off."),
    ("Ben Stone", "Was it always like that?"),
    ("Ada Ember", "Nearly always."),
)
RATE = 48_000


def timeline(
    said: tuple[tuple[str, str], ...] = SAID, chapters: tuple[str, ...] = ("Rain", "Always")
) -> Timeline:
    """Return a timeline in which each turn lasts two seconds; chapters begin evenly spread."""
    voice = Voice("fake", "one", "en")
    take = Take("0" * 64, RATE, 2 * RATE, 0, 2 * RATE)
    at = [index * len(chapters) // len(said) for index in range(len(said))]
    cues = tuple(
        Cue(
            index * 2 * RATE,
            2 * RATE,
            take,
            Utterance("x", voice, "en", text, speaker, at[index], index, Break.TURN),
        )
        for index, (speaker, text) in enumerate(said)
    )
    marks = tuple(
        ChapterMark(0 if number == 0 else at.index(number) * 2 * RATE, title)
        for number, title in enumerate(chapters)
        if number in at
    )
    return Timeline(RATE, len(said) * 2 * RATE, cues, (), marks)


def make_episode(
    show: Path,
    name: str,
    *,
    title: str = "",
    audio: bytes = b"",
    said: tuple[tuple[str, str], ...] = SAID,
    chapters: tuple[str, ...] = ("Rain", "Always"),
    day: int = 1,
    language: str = "en",
) -> Episode:
    """Write the folder of an episode; its sound is any bytes, the same name gives the same."""
    folder = show / name
    folder.mkdir(parents=True, exist_ok=True)
    line = timeline(said, chapters)
    sound = audio or hashlib.sha256(name.encode()).digest() * 8
    speakers = tuple(dict.fromkeys(speaker for speaker, _ in said))
    episode = Episode(
        title=title or name.replace("-", " ").capitalize(),
        slug=name,
        guid=f"00000000-0000-4000-8000-{hashlib.sha256(name.encode()).hexdigest()[:12]}",
        language=language,
        author="",
        date=f"2026-{(day - 1) // 28 % 12 + 1:02}-{(day - 1) % 28 + 1:02}T08:00:00+00:00",
        duration_ms=line.length * 1000 // RATE,
        audio=f"{name}.mp3",
        size=len(sound),
        sha256=hashlib.sha256(sound).hexdigest(),
        loudness=-16.0,
        peak=-1.5,
        speakers=tuple(Speaking(speaker, f"tone:{index}", 2000) for index, speaker in enumerate(speakers)),
        chapters=tuple((mark.start * 1000 // RATE, mark.title) for mark in line.marks),
        ledger=Ledger(20, 2),
    )
    write_atomically(
        folder / episode.audio, sound
    )  # as a build does: it may be published under a second name
    for form, text in format_transcripts(line, episode.title, language).items():
        (folder / f"{name}{form}").write_text(text, "utf-8")
    (folder / CHAPTERS).write_text(format_chapters(line), "utf-8")
    (folder / RECORD).write_text(format_episode(episode), "utf-8")
    return episode


def make_show(folder: Path, *names: str, podcast: str = PODCAST) -> Path:
    """Write a show with an episode of each name, the last one the newest."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "podcast.yaml").write_text(podcast, "utf-8")
    for day, name in enumerate(names, 1):
        make_episode(folder, name, day=day)
    return folder


def change_record(record: Path, **changes: object) -> None:
    """Change fields of a record as they stand in its JSON."""
    content = json.loads(record.read_text("utf-8"))
    record.write_text(json.dumps(content | changes), "utf-8")
