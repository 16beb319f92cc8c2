"""The stages in their order."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from narrator.attribution import attribute, speak_directions, with_genders
from narrator.cluster import cluster
from narrator.encoding import PartStore, master
from narrator.engines.registry import get_engine
from narrator.errors import SourceError
from narrator.files import writing
from narrator.folders import parts_folder, takes_folder
from narrator.production.calibration import calibrations, gains_of
from narrator.production.choice import choose_cast
from narrator.production.disclosure import disclose
from narrator.production.downloads import choose_forms, make_downloads, tell_joined
from narrator.production.home import SCRIPT, find_home, occupied
from narrator.production.identity import make_date, make_title
from narrator.production.plan import Plan
from narrator.production.review import check_confidence
from narrator.production.show import find_show, read_memory, remember
from narrator.production.stems import export_tracks
from narrator.publish.chapters import format_chapters
from narrator.publish.record import CHAPTERS, RECORD, format_episode
from narrator.publish.transcripts import FORMS, format_transcripts
from narrator.recording import record, remaking
from narrator.script import is_script, parse_script, with_marks
from narrator.settings import OUTPUT_FOLDER
from narrator.sources import Source, open_source, parse_document, read_packed, text_of
from narrator.spoken import utterances
from narrator.takes import TakeStore
from narrator.timeline import build_timeline
from narrator.units import Decibels
from narrator.voices import load_catalogue
from narrator.workers import workers

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from narrator.audio import Audio
    from narrator.encoding import Form
    from narrator.model import Cast, Episode, Script, Take
    from narrator.production.options import Options
    from narrator.voices import Catalogue

_STEPS = 1000
"""Of the progress while the programme is mixed and encoded."""
_NOTHING = "there is nothing to speak in it"


class Progress(Protocol):
    """Somebody who is told how far the work is."""

    def stage(self, name: str) -> None:
        """Begin a stage."""

    def at(self, done: int, total: int) -> None:
        """Report how many steps of the stage are done, of how many."""


@dataclass(frozen=True, slots=True)
class Production:
    """A finished episode, and how it was made."""

    episode: Episode
    folder: Path
    files: tuple[str, ...]
    """Names in the folder."""
    made: int
    """Takes made now."""
    kept: int
    """Takes that were there."""
    cut: int
    """Takes of texts that had to be cut to be spoken well."""
    odd: tuple[tuple[str, str], ...]
    """Text of an utterance and what is odd about its take, though it was kept."""
    unchanged: bool
    """Whether the episode was there already, as it would be made now."""
    natural: bool
    """Whether any of the voices sounds like a person."""
    note: str = ""
    """What the user should know of the cast."""


def load_script(
    place: Path | str | Source,
    *,
    language: str = "",
    title: str = "",
    quotes: str = "auto",
    speak: frozenset[str] = frozenset(),
) -> Script:
    """Read a source: a script as it stands, any other text by deciding who says what.

    Args:
        place: A file, `-` for standard input, an address, or a source that is opened already.
        language: ISO 639-1 code that overrules the source.
        title: A title that overrules the source's.
        quotes: Who says the quotations in prose, as for `attribute`; a script has said it already.
        speak: What the narrator reads besides: `directions`, `disclosure` of synthetic voices.

    Returns:
        The script, always with a title.

    Raises:
        SourceError: The source cannot be read as a text, or nothing in it can be spoken.
        ScriptError: It is a script that breaks the rules.
        SettingsError: The title is too long.
        LedgerError: A word was lost on the way.
    """
    source = place if isinstance(place, Source) else open_source(place)
    path = source.path
    text = text_of(source)
    if is_script(text):
        script = with_genders(parse_script(text, path, language))
        script = speak_directions(script) if "directions" in speak else script
    else:
        wish = language or None
        document = parse_document(text, path, wish) if text else read_packed(source, wish)
        script = attribute(document, quotes=quotes, speak=speak)
        script = with_marks(script)
    if not script.turns:
        raise SourceError(_NOTHING, path)
    script = disclose(script) if "disclosure" in speak else script
    return replace(script, title=make_title(title, script, path))


def plan_cast(
    script: Script, options: Options, catalogue: Catalogue | None = None, place: Path | str | None = None
) -> Cast:
    """Give every speaker a voice of the engine chosen, by default the best installed, or the one pinned.

    Args:
        script: Who speaks.
        options: The engine and the user's `voices.yaml`.
        catalogue: What that file says, where it is read already.
        place: The source, by which the show is found.

    Raises:
        CastError: A pinned voice is not known, there are fewer voices than speakers, or none of the language.
        SettingsError: `voices.yaml` has a mistake.
        UnknownEngineError: There is no such engine.
        EngineUnavailableError: The engine cannot work here.
    """
    memory = read_memory(find_show(place, options.folder, options.show))
    known = catalogue or load_catalogue(options.voices)
    return choose_cast(script, known, options.engine, memory, share=options.share_voices)


def build(place: Path | str, options: Options, progress: Progress) -> Production:
    """Go the whole way from a source to a finished episode in its folder.

    Files appear only when all of them are whole, the record last. Takes are kept as they are made, so that
    a build that was ended goes on where it stopped; an enclosure of which nothing has changed is not made
    again.

    Raises:
        NarratorError: Whatever went wrong, in one line.
    """
    source = open_source(place)
    script = load_script(
        source,
        language=options.language,
        title=options.title,
        quotes=options.quotes,
        speak=options.speak,
    )
    check_confidence(script, source.path, options.min_confidence)
    catalogue = load_catalogue(options.voices)
    roles = plan_cast(script, options, catalogue, source.path)
    spoken = utterances(script, roles, catalogue.pronunciations)
    if not spoken:
        raise SourceError(_NOTHING, source.path)
    home = find_home(source, script, options.folder)
    forms = choose_forms(options.formats, home.before)  # a missing extra is told before anything is made
    date = make_date(home.before.date if home.before else "")
    folder = options.takes or takes_folder()
    store, parts = TakeStore(folder), PartStore(parts_folder(folder))
    with occupied(home.folder):
        progress.stage("recording")
        passages = calibrations(roles, script.language)
        executor = cluster(options.cluster) if options.cluster else workers
        recording = record(spoken, store, executor, progress.at, passages)
        read = remaking(recording, (*passages, *spoken), store, passages)
        gains = gains_of(spoken, recording.takes, read)
        titles = [chapter.title for chapter in script.chapters]
        timeline = build_timeline(spoken, recording.takes, titles, pace=options.pace)
        plan = Plan(script, roles, home, date, timeline, gains)
        episode = _finish(plan, read, parts, progress, forms)
        exported = _export(plan, options.export, episode, read, progress)
        parts.tidy()
    show = find_show(source.path, options.folder, options.show)
    begin = options.show is not None or show.resolve() == Path(OUTPUT_FOLDER).resolve()
    remember(show, lambda memory: memory.with_cast(script, roles), begin=begin)
    return Production(
        episode,
        home.folder,
        (
            episode.audio,
            *(one.name for one in episode.downloads),
            *(home.transcript(form).name for form in FORMS),
            CHAPTERS,
            SCRIPT,
            RECORD,
            *exported,
        ),
        recording.made,
        recording.kept,
        cut=len({take for take in recording.takes if take.parts > 1}),
        odd=tuple(
            (utterance.text, take.odd)
            for utterance, take in zip(spoken, recording.takes, strict=True)
            if take.odd
        ),
        unchanged=episode == home.before,
        natural=any(get_engine(role.voice.engine).natural for role in roles.roles),
        note=" ".join(
            filter(None, (roles.note, tell_joined([title for _, title in episode.chapters], forms)))
        ),
    )


# ---------------------------------------------------------------- the files of an episode
def _finish(
    plan: Plan, read: Callable[[Take], Audio], parts: PartStore, progress: Progress, forms: tuple[Form, ...]
) -> Episode:
    """Write all files of an episode beside their targets, and move them when all are whole."""
    home = plan.home
    episode = plan.kept()
    transcripts = format_transcripts(plan.timeline, plan.script.title, plan.script.language)
    contents = {
        home.folder / CHAPTERS: format_chapters(plan.timeline).encode(),
        **{home.transcript(form): text.encode() for form, text in transcripts.items()},
        home.folder / SCRIPT: home.script,
    }
    with ExitStack() as moves:
        # They are moved in the order contrary to this one: the record comes last.
        record_file = moves.enter_context(writing(home.folder / RECORD))
        for path, content in contents.items():
            _write(moves.enter_context(writing(path)), content)
        if episode is None:
            progress.stage("mixing and encoding")
            enclosure = moves.enter_context(writing(home.audio))
            mastering, measured = master(
                plan.timeline,
                read,
                plan.gains,
                enclosure,
                plan.tags(),
                lambda share: progress.at(int(share * _STEPS), _STEPS),
                store=parts,
            )
            written = Path(enclosure.name)
            levels = (round(measured.loudness, 2), round(measured.peak, 2), float(mastering.programme))
            episode = plan.episode(written, *levels)
        episode = replace(
            episode, downloads=make_downloads(plan, forms, read, parts, moves, _begin(progress))
        )
        _write(record_file, format_episode(episode).encode())
    return episode


def _begin(progress: Progress) -> Callable[[str], Callable[[float], None]]:
    """Return what begins a stage and returns what is told the share of it that is done."""

    def begin(name: str) -> Callable[[float], None]:
        progress.stage(name)
        return lambda share: progress.at(int(share * _STEPS), _STEPS)

    return begin


def _export(
    plan: Plan, kind: str | None, episode: Episode, read: Callable[[Take], Audio], progress: Progress
) -> tuple[str, ...]:
    """Write the tracks that are wished besides, and return the name of their folder."""
    if not kind:
        return ()
    progress.stage("writing tracks")
    export_tracks(plan, kind, Decibels(episode.gain or 0.0), read, progress.at)
    return (f"{kind}/",)


def _write(file: BinaryIO, content: bytes) -> None:
    """Write now, so that a full disk is noticed before the first file is moved."""
    file.write(content)
    file.flush()
