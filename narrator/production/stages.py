"""The stages in their order."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.attribution import attribute, speak_directions, with_genders
from narrator.cluster import cluster
from narrator.encoding import PartStore, master
from narrator.engines.registry import get_engine
from narrator.errors import SourceError
from narrator.files import holds, writing
from narrator.folders import gains_folder, parts_folder, takes_folder
from narrator.keeping import NumberStore
from narrator.music import add_music, room_for
from narrator.production.calibration import calibrations, gains_of
from narrator.production.choice import plan_cast
from narrator.production.disclosure import disclose
from narrator.production.downloads import choose_forms, make_downloads, tell_joined
from narrator.production.freshness import keep_proof
from narrator.production.home import find_home, occupied
from narrator.production.identity import make_date, make_title
from narrator.production.inputs import inputs_of, noted
from narrator.production.music import prepare_music
from narrator.production.outcome import Production
from narrator.production.pictures import absolute, delete_old, illustrate, pictures_beside
from narrator.production.plan import Plan
from narrator.production.review import check_confidence
from narrator.production.show import find_show, remember_cast
from narrator.production.sound import choose_delivery
from narrator.production.stems import export_tracks
from narrator.production.takes import take_store
from narrator.publish.chapters import format_chapters
from narrator.publish.record import CHAPTERS, RECORD, SCRIPT, format_episode
from narrator.publish.transcripts import format_transcripts
from narrator.recording import record, remaking
from narrator.script import is_script, parse_script, with_marks
from narrator.settings import PARTS_KEPT_S
from narrator.sources import Source, open_source, parse_document, read_packed, text_of
from narrator.spoken import utterances
from narrator.timeline import build_timeline
from narrator.units import Decibels
from narrator.voices import load_catalogue
from narrator.workers import workers

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.audio import Audio
    from narrator.encoding import Form
    from narrator.model import Episode, Script, Take
    from narrator.production.options import Options
    from narrator.production.outcome import Progress

_STEPS = 1000
"""Of the progress while the programme is mixed and encoded."""
_NOTHING = "there is nothing to speak in it"


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
    script = absolute(script, source.address)
    if not script.turns:
        raise SourceError(_NOTHING, path)
    script = disclose(script) if "disclosure" in speak else script
    return replace(script, title=make_title(title, script, path))


def build(source: Source, options: Options, progress: Progress) -> Production:
    """Go the whole way from a source to a finished episode in its folder.

    Files appear only when all of them are whole, the record last. Takes are kept as they are made, so that
    a build that was ended goes on where it stopped; an enclosure of which nothing has changed is not made
    again.

    Raises:
        NarratorError: Whatever went wrong, in one line.
    """
    begun = inputs_of(source, options)
    script = load_script(
        source,
        language=options.language,
        title=options.title,
        quotes=options.quotes,
        speak=options.speak,
    )
    check_confidence(script, source.path, options.min_confidence)
    beside = noted(pictures_beside(script, source))
    shown = illustrate(script, source)
    script = shown.script
    catalogue = load_catalogue(options.voices)
    roles = plan_cast(script, options, catalogue, source.path)
    spoken = utterances(script, roles, catalogue.pronunciations)
    if not spoken:
        raise SourceError(_NOTHING, source.path)
    home = find_home(source, script, options.folder)
    forms = choose_forms(options.formats, home.before)  # a missing extra is told before anything is made
    show = find_show(source.path, options.folder, options.show)
    delivery = choose_delivery(options, show, script)
    date = make_date(home.before.date if home.before else "")
    folder = options.takes or takes_folder()
    store, parts = take_store(options), PartStore(parts_folder(folder))
    known = NumberStore(gains_folder(folder))
    tunes = prepare_music(options, show, progress)
    with occupied(home.folder):
        progress.stage("recording")
        passages = calibrations(roles, script.language)
        executor = cluster(options.cluster) if options.cluster else workers
        recording = record(spoken, store, executor, progress.at, passages)
        read = remaking(recording, (*passages, *spoken), store, passages)
        titles = [chapter.title for chapter in script.chapters]
        room = room_for(tunes)
        timeline = build_timeline(spoken, recording.takes, titles, pace=options.pace, room=room)
        timeline = add_music(timeline, tunes)
        gains = gains_of(timeline, read, delivery.loudness, known)
        plan = Plan(script, roles, home, date, timeline, gains, delivery, shown.files)
        episode, texts = _finish(plan, read, parts, progress, forms)
        exported = _export(plan, options.export, episode, read, progress)
        delete_old(home.folder, shown.files)
        parts.tidy()
        known.tidy(PARTS_KEPT_S)
    remember_cast(source, options, script, roles)
    told = (tell_joined([title for _, title in episode.chapters], forms), *shown.told)
    note = " ".join(filter(None, told))
    production = Production(
        episode,
        home.folder,
        (
            episode.audio,
            *(one.name for one in episode.downloads),
            *(name for name in texts if name not in shown.files),
            *shown.names,
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
        note=" ".join(filter(None, (roles.note, note))),
    )
    used = (*recording.passages, *recording.takes)
    keep_proof(
        begun,
        source,
        options,
        script=script,
        roles=roles,
        takes=used,
        texts=texts,
        production=production,
        note=note,
        beside=beside,
    )
    return production


# ---------------------------------------------------------------- the files of an episode
def _finish(
    plan: Plan, read: Callable[[Take], Audio], parts: PartStore, progress: Progress, forms: tuple[Form, ...]
) -> tuple[Episode, dict[str, bytes]]:
    """Write the files of an episode beside their targets, and move them when all are whole.

    Small files that are there already as they are to be stay untouched.

    Returns:
        The record, and by name the content of each small file, that of the record last.
    """
    home = plan.home
    episode = plan.kept()
    transcripts = format_transcripts(plan.timeline, plan.script.title, plan.script.language)
    texts = {
        **{home.transcript(form).name: text.encode() for form, text in transcripts.items()},
        CHAPTERS: format_chapters(plan.timeline, plan.illustrations()).encode(),
        SCRIPT: home.script,
        **plan.pictures,
    }
    with ExitStack() as last, ExitStack() as moves:  # the record comes last
        for name, content in texts.items():
            _write(moves, home.folder / name, content)
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
                delivery=plan.delivery,
            )
            written = Path(enclosure.name)
            levels = (round(measured.loudness, 2), round(measured.peak, 2), float(mastering.programme))
            episode = plan.episode(written, *levels)
        episode = replace(
            episode, downloads=make_downloads(plan, forms, read, parts, moves, _begin(progress))
        )
        texts[RECORD] = format_episode(episode).encode()
        _write(last, home.folder / RECORD, texts[RECORD])
    return episode, texts


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


def _write(moves: ExitStack, path: Path, content: bytes) -> None:
    """Write a small file that is not there already as it is to be.

    It is written now, so that a full disk is noticed before the first file is moved.
    """
    if not holds(path, content):
        file = moves.enter_context(writing(path))
        file.write(content)
        file.flush()
