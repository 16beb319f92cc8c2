"""A build with nothing to do does nothing, and whatever differs from the last one is noticed."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import narrator
from narrator.audio import Audio
from narrator.errors import NarratorError
from narrator.production import Options, Production, build
from narrator.production.freshness import find_fresh
from narrator.production.inputs import inputs_of
from narrator.sources import Source, open_source
from narrator.takes import TakeStore
from narrator.upkeep import prune

FAKES = Path(__file__).parent.parent / "fakes"
TEXT = "# Bees\n\n## One\n\nAda: How are the bees?\n\nBen: Well, they swarm.\n\n## Two\n\nAda: Good.\n"


@dataclass
class Show:
    """A folder with a source, its takes and what is chosen; it notes which stages a build goes through."""

    options: Options
    stages: list[str] = field(default_factory=list)
    source = Path("bees.md")
    home = Path("output/bees")
    memory = Path("output/cast.yaml")

    def stage(self, name: str) -> None:
        self.stages.append(name)

    def at(self, done: int, total: int) -> None:
        pass

    def build(self, source: Path | None = None, **changes: Any) -> Production:
        self.stages.clear()
        return build(source or self.source, replace(self.options, **changes), self)

    def is_fresh(self, **changes: Any) -> bool:
        """Tell whether a build would find that it has nothing to do."""
        return find_fresh(open_source(self.source), replace(self.options, **changes)) is not None

    @property
    def was_idle(self) -> bool:
        """Whether the last build made nothing, and looked at nothing but what proves that it need not."""
        return not self.stages

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Return content and time of each file of the show."""
        found = [path for path in Path("output").rglob("*") if path.is_file()]
        return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in found}

    def takes(self) -> list[Path]:
        return sorted(Path("takes").rglob("*.flac"))

    def proofs(self) -> list[Path]:
        return list(Path("takes/proofs").iterdir())


OPTIONS = Options(engine="tone", takes=Path("takes"), formats=("mp3", "wav"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the episode was built once, `work`, and a copy of it as it was then."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "work").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder / "work")
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        show = Show(OPTIONS)
        show.source.write_text(TEXT, "utf-8")
        assert show.build().made == len(show.takes())
    shutil.copytree(folder / "work", folder / "copy")
    return folder


@pytest.fixture
def show(built: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    """The episode as it was built, where it was built: a build there would be idle."""
    shutil.rmtree(built / "work")
    shutil.copytree(built / "copy", built / "work")
    monkeypatch.chdir(built / "work")
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return Show(OPTIONS)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


# ---------------------------------------------------------------- nothing changed
def test_build_with_nothing_to_do_touches_nothing(show: Show) -> None:
    before = show.files()
    first = show.build()

    assert show.was_idle
    assert first.unchanged
    assert (first.made, first.kept) == (0, len(show.takes()))
    assert show.files() == before


def test_both_ways_tell_the_same_and_the_whole_way_touches_nothing_either(show: Show) -> None:
    before = show.files()
    idle = show.build()
    shutil.rmtree("takes/proofs")
    whole = show.build()

    assert not show.was_idle
    assert whole == idle
    assert show.files() == before
    assert show.build() == idle
    assert show.was_idle


def test_idle_build_loads_nothing_that_makes_episodes(show: Show) -> None:
    program = (
        "import sys; from narrator.cli import main\n"
        "try: main(['build', 'bees.md', '--engine', 'tone', '--takes', 'takes', '--format', 'mp3,wav'])\n"
        "except SystemExit as end: print(end.code, *sys.modules)"
    )
    show.build()  # as the command line does: from the same folder, with the same options
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    code, *loaded = run.stdout.split("\n")[-2].split()

    assert f"0 made, {len(show.takes())} kept" in " ".join(run.stdout.split())
    assert code == "0"
    assert not {"narrator.attribution", "narrator.production.stages", "soxr", "lameenc"} & set(loaded)


# ---------------------------------------------------------------- what goes in
def test_new_word_is_built_and_then_fresh(show: Show) -> None:
    edit(show.source, "swarm", "dance")
    first = show.build()

    assert show.stages
    assert not first.unchanged
    assert first.made == 1
    again = show.build()
    assert show.was_idle
    assert again == replace(first, made=0, kept=first.made + first.kept, unchanged=True)


def new_space() -> None:
    edit(Show.source, "Well, ", "Well,  ")


def new_pin() -> None:
    Path("voices.yaml").write_text("pins:\n  Ada: tone:en+alto4\n", "utf-8")


def new_pronunciation() -> None:
    Path("voices.yaml").write_text("pronunciations:\n  en:\n    bees: beez\n", "utf-8")


def new_choice_in_the_show() -> None:
    edit(Show.memory, "Ben:\n", "Ben:\n  chosen: {en: tone:en+soprano3}\n")


def faulty_memory() -> None:
    Show.memory.write_text("Ben: [", "utf-8")


@pytest.mark.parametrize(
    "change",
    [new_space, new_pin, new_pronunciation, new_choice_in_the_show, faulty_memory],
    ids=lambda change: change.__name__,
)
def test_what_goes_in_is_noticed(show: Show, change: Callable[[], None]) -> None:
    assert show.is_fresh()
    change()
    assert not show.is_fresh()


def test_music_of_the_show_is_noticed(show: Show) -> None:
    podcast = Path("output/podcast.yaml")
    podcast.write_text("title: Bees\n", "utf-8")
    assert show.is_fresh()
    podcast.write_text("music: {intro: buzz.wav}\n", "utf-8")
    assert not show.is_fresh()
    hashes = []
    for content in (b"", b"one", b"two"):
        Path("output/buzz.wav").write_bytes(content)
        hashes.append(inputs_of(open_source(show.source), OPTIONS))
    assert len(set(hashes)) == 3


def test_pictures_of_chapters_are_noticed(show: Show) -> None:
    edit(show.source, "## One\n", "## One\n\n![A bee](bee.png)\n")
    assert "bee.png is not there" in show.build().note
    assert show.is_fresh()
    picture = Path("bee.png")
    Image.new("RGB", (400, 400), "gold").save(picture)
    assert not show.is_fresh()
    production = show.build()
    assert show.is_fresh()
    assert show.build() == replace(production, unchanged=True)

    (kept,) = (show.home / "chapters").iterdir()
    content = kept.read_bytes()
    kept.unlink()
    assert not show.is_fresh()
    kept.write_bytes(content)
    assert show.is_fresh()
    Image.new("RGB", (400, 400), "black").save(picture)
    assert not show.is_fresh()


@pytest.mark.parametrize("name", ["SOURCE_DATE_EPOCH", "NARRATOR_WHATEVER"])
def test_environment_is_noticed(show: Show, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1700000000")
    assert not show.is_fresh()


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Bees"},
        {"folder": Path("output/bees")},
        {"show": Path("output")},
        {"pace": 1.5},
        {"formats": ("mp3", "flac")},
        {"min_confidence": 0.1},
        {"speak": frozenset({"disclosure"})},
        {"quotes": "voiced"},
        {"voices": Path("voices.yaml")},
        {"takes": Path("others")},
        {"export": "stems"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_another_choice_is_noticed(show: Show, changes: dict[str, Any]) -> None:
    assert not show.is_fresh(**changes)


def test_program_packages_and_named_files_go_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(tmp_path / "x.txt", b"Hello.")
    named = tmp_path / "voices.yaml"
    named.write_text("{}")
    options = Options(voices=named)
    hashes = [inputs_of(source, options, again=True)]
    named.write_text("{} ")
    hashes.append(inputs_of(source, options, again=True))
    (tmp_path / "site" / "soxr-99.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "site")
    hashes.append(inputs_of(source, options, again=True))
    hashes.append(inputs_of(replace(source, charset="latin-1"), options, again=True))
    hashes.append(inputs_of(replace(source, path=tmp_path / "y.txt"), options, again=True))

    assert all(hashes)
    assert len(set(hashes)) == len(hashes)
    assert inputs_of(source, options, again=True) == hashes[2]


def test_every_file_of_the_program_goes_in(tmp_path: Path) -> None:
    copy = tmp_path / "narrator"
    shutil.copytree(Path(narrator.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    program = """
from pathlib import Path
from narrator.production import Options
from narrator.production.inputs import inputs_of
from narrator.sources import Source
told = lambda: inputs_of(Source(Path("x.txt"), b"Hello."), Options(), again=True)
print(told(), told())
for name in ("spoken/german.py", "attribution/lexicon/de.yaml"):
    path = Path("narrator", name)
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"e", b"a", 1))
    import os; os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    print(told())
"""
    shutil.copy(Path(narrator.__file__).parent.parent / "voices.yaml", tmp_path)
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    first, same, code, words = run.stdout.split()
    assert first == same
    assert len({first, code, words}) == 3


def test_another_model_behind_the_voices_is_noticed(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(FAKES)
    monkeypatch.setenv("FAKE_LOG", "log")
    crowd = [f"P{(n * n + n // 7) % 11}: " + "word " * (n % 5) + "end." for n in range(24)]
    show.source.write_text("# Bees\n\n" + "\n\n".join(crowd) + "\n", "utf-8")
    chosen: dict[str, Any] = {
        "engine": "fake",
        "language": "en",
        "share_voices": True,
        "folder": Path("output/crowd"),
    }
    speaking = show.build(**chosen).episode.speakers
    assert len({one.voice for one in speaking}) == 6 < len(speaking)  # the hardest cast there is
    assert show.is_fresh(**chosen)
    monkeypatch.setenv("FAKE_MODEL", "2")
    assert not show.is_fresh(**chosen)


def test_what_changes_while_it_is_built_is_built_with_the_next_time(show: Show) -> None:
    class Meddler(Show):
        def stage(self, name: str) -> None:
            super().stage(name)
            Path("voices.yaml").write_text("pins:\n  Ada: tone:en+alto4\n", "utf-8")

    edit(show.source, "Well, ", "Well,  ")
    build(show.source, OPTIONS, Meddler(OPTIONS))
    assert show.proofs() == []


def test_sources_of_a_show_leave_each_other_fresh(show: Show) -> None:
    other = Path("wasps.md")
    other.write_text("# Wasps\n\nAda: Bees?\n\nCem: Wasps.\n\nAda: Here?\n\nCem: There.\n", "utf-8")
    show.build(other)
    assert "Cem" in show.memory.read_text("utf-8")
    assert show.is_fresh()  # though the show remembers more people now

    show.memory.unlink()
    show.build()
    assert show.stages == []
    assert "Ben" in show.memory.read_text("utf-8")


# ---------------------------------------------------------------- what came out
FILES = [
    "bees.mp3", "bees.wav", "bees.vtt", "bees.srt", "bees.json", "bees.html", "chapters.json",
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_damaged_or_lost_file_is_noticed(show: Show, name: str) -> None:
    path = show.home / name
    before, status = path.read_bytes(), path.stat()
    path.write_bytes(before[:-9] + bytes([before[-9] ^ 1]) + before[-8:])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # as where a disk fails silently
    assert not show.is_fresh()
    path.write_bytes(before)
    assert show.is_fresh()
    path.unlink()
    assert not show.is_fresh()


def test_damaged_files_are_mended(show: Show) -> None:
    for name in FILES:
        path = show.home / name
        path.write_bytes(path.read_bytes()[:-1])
    show.build()
    assert show.is_fresh()


@pytest.mark.parametrize("name", ["script.md", "episode.json"])
def test_what_a_person_changed_is_refused_as_ever(show: Show, name: str) -> None:
    path = show.home / name
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(NarratorError, match=name):
        show.build()


def test_lost_or_damaged_take_is_made_again(show: Show) -> None:
    before = show.files()
    flac, facts = show.takes()[0], show.takes()[1].with_suffix(".json")
    sound = flac.read_bytes()
    flac.write_bytes(sound[:-1] + b"x")
    assert not show.is_fresh()
    flac.write_bytes(sound)
    assert show.is_fresh()
    facts.unlink()
    assert not show.is_fresh()

    assert show.build().made == 1
    assert show.files() == before


def test_take_that_was_made_anew_and_differs_is_heard(show: Show) -> None:
    sound = np.sin(np.arange(30_000) / 20).astype(np.float32) * np.float32(0.2)
    for path in show.takes():  # as where a service was asked once more
        TakeStore(Path("takes")).put(path.stem, Audio(sound, 22_050))
    before = (show.home / "bees.mp3").read_bytes()
    assert not show.build().unchanged
    assert (show.home / "bees.mp3").read_bytes() != before


def test_tracks_are_exported_each_time(show: Show) -> None:
    show.build(export="stems")
    shutil.rmtree(show.home / "stems")
    show.build(export="stems")
    assert list((show.home / "stems").glob("*.wav"))


# ---------------------------------------------------------------- the proof itself
@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"cut":0', '"cut":1'),
        lambda _: json.dumps({"proof": {}, "seal": ""}),
        lambda _: "[]",
        lambda _: "",
    ],
    ids=["cut", "changed", "empty", "other", "nothing"],
)
def test_damaged_proof_proves_nothing(show: Show, damage: Callable[[str], str]) -> None:
    (proof,) = show.proofs()
    text = proof.read_text("utf-8")
    assert damage(text) != text
    proof.write_text(damage(text), "utf-8")

    assert not show.is_fresh()
    assert show.build().cut == 0
    assert proof.read_text("utf-8") == text


def test_proofs_tell_nothing_secret_and_are_forgotten_with_time(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NARRATOR_SECRET", "sesame")
    show.build()
    (proof,) = show.proofs()
    assert "sesame" not in proof.read_text("utf-8")
    assert "swarm" not in proof.read_text("utf-8")

    old = time.time() - 90 * 86_400
    os.utime(proof, (old, old))
    show.build()
    assert proof.stat().st_mtime > old + 86_400  # it was of use
    os.utime(proof, (old, old))
    prune(Path("takes"), older_than_s=60 * 86_400)
    assert not show.proofs()


def test_where_no_proof_can_be_written_the_build_is_whole(show: Show) -> None:
    shutil.rmtree("takes/proofs")
    Path("takes/proofs").write_text("in the way")
    assert show.build().made == 0
    assert find_fresh(open_source(show.source), OPTIONS) is None
