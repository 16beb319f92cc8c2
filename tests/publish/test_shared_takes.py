"""Takes in a place that many machines share: whole or not there, and looked for before anything is made."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import s3_server
from click.testing import CliRunner, Result

from narrator.audio import Audio
from narrator.cli import main
from narrator.errors import PublishError
from narrator.model import Voice
from narrator.production import Options
from narrator.production.takes import take_store
from narrator.shared_takes import SharedTakeStore
from narrator.takes import TakeStore, pack

KEY, OTHER = "ab" * 32, "cd" * 32
VOICE = Voice("tone", "en+alto1", "en")
TEXT = "# Bees\n\n## One\n\nAda: How are the bees?\n\nBen: They swarm.\n\n## Two\n\nAda: Good.\n"


def tone(pitch: float) -> Audio:
    return Audio((0.3 * np.sin(np.arange(8_000) * pitch)).astype(np.float32), 16_000)


@dataclass
class Shelf:
    """A place in memory that notes what is asked of it."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    gone: bool = False
    at_once = 3

    def read(self, name: str) -> bytes | None:
        self.asked.append(name)
        return self.files.get(name)

    def write(self, name: str, content: bytes) -> None:
        if self.gone:
            raise PublishError("the place is gone")
        self.files[name] = content


def test_take_of_one_machine_is_found_by_another(tmp_path: Path) -> None:
    shelf = Shelf()
    here, there = (SharedTakeStore(tmp_path / name, shelf) for name in ("here", "there"))
    kept = here.keep(KEY, pack(tone(0.1)), VOICE)
    assert list(shelf.files) == [f"ab/{KEY}.take"]

    assert there.get(KEY) == kept
    assert np.array_equal(there.read(kept).samples, here.read(kept).samples)
    for name in (f"ab/{KEY}.flac", f"ab/{KEY}.json"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()
    assert TakeStore(tmp_path / "there").get(KEY) == kept  # from now on without the place
    assert shelf.asked == [f"ab/{KEY}.take"]
    assert there.get(KEY) == kept
    assert len(shelf.asked) == 1


def test_many_are_asked_for_and_those_that_are_there_returned(tmp_path: Path) -> None:
    shelf = Shelf()
    keys = [f"{number:02x}" * 32 for number in range(20)]
    for key in keys[::2]:
        SharedTakeStore(tmp_path / "here", shelf).put(key, tone(0.1))
    there = SharedTakeStore(tmp_path / "there", shelf)
    there.put(OTHER, tone(0.2))
    assert list(there.get_all([*keys, OTHER])) == [*keys[::2], OTHER]
    assert sorted(shelf.asked) == [f"{key[:2]}/{key}.take" for key in keys]


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "facts", "another's"])
def test_damaged_shared_take_counts_as_missing_and_is_mended(tmp_path: Path, damage: str) -> None:
    shelf, name = Shelf(), f"ab/{KEY}.take"
    here = SharedTakeStore(tmp_path / "here", shelf)
    here.keep(KEY, pack(tone(0.1)), VOICE)
    here.keep(OTHER, pack(tone(0.2)), VOICE)
    whole = shelf.files[name]
    shelf.files[name] = {
        "cut": whole[:-1],
        "changed": whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:],
        "empty": b"",
        "facts": whole.replace(b'"start":', b'"stars":'),
        "another's": shelf.files[f"cd/{OTHER}.take"],
    }[damage]
    there = SharedTakeStore(tmp_path / "there", shelf)
    assert there.get(KEY) is None
    assert not list((tmp_path / "there").rglob("*.flac"))

    there.keep(KEY, pack(tone(0.1)), VOICE)
    assert shelf.files[name] == whole


def test_what_cannot_be_shared_is_not_kept_here_either(tmp_path: Path) -> None:
    store = SharedTakeStore(tmp_path, Shelf(gone=True))
    with pytest.raises(PublishError, match="gone"):
        store.put(KEY, tone(0.1))
    assert TakeStore(tmp_path).get(KEY) is None


# ---------------------------------------------------------------- the whole way
def build(folder: Path, place: str, *more: str) -> Result:
    """Build on a machine that has a folder of its own."""
    folder.mkdir(exist_ok=True)
    source = folder / "bees.md"
    source.write_text(TEXT, "utf-8")
    arguments = [
        "build",
        str(source),
        "-o",
        str(folder / "bees"),
        "--engine",
        "tone",
        "--takes",
        place,
        *more,
    ]
    environment = {"NARRATOR_TAKES": str(folder / "takes"), "SOURCE_DATE_EPOCH": "1700000000"}
    return CliRunner().invoke(main, arguments, env=environment)


def episode(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "bees").iterdir()}


@pytest.mark.slow
def test_second_machine_makes_no_take(
    s3: str, endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = build(tmp_path / "one", s3)
    takes = sorted((tmp_path / "one").rglob("takes/*/*.flac"))
    assert f"{len(takes)} made, 0 kept" in first.output
    second = build(tmp_path / "two", s3)
    assert f"0 made, {len(takes)} kept" in second.output
    assert episode(tmp_path / "one") == episode(tmp_path / "two")

    direct = s3_server.Direct(endpoint, s3)
    content = direct.read(f"{takes[0].stem[:2]}/{takes[0].stem}.take")
    direct.close()
    assert content == takes[0].with_suffix(".json").read_bytes() + takes[0].read_bytes()


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_any_address_that_fsspec_knows_will_do(tmp_path: Path, kind: str) -> None:
    place = f"{kind}://{tmp_path}/shared"
    here, there = (take_store(Options(takes=tmp_path / name, shared_takes=place)) for name in ("a", "b"))
    kept = here.keep(KEY, pack(tone(0.1)), VOICE)
    assert there.get_all([OTHER, KEY]) == {KEY: kept}
    assert np.array_equal(there.read(kept).samples, here.read(kept).samples)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("nowhere://x", "no kind of place is called nowhere"),
        ("https://example.org/x", "cannot be written to"),
    ],
)
def test_place_that_is_none_is_one_clear_error(tmp_path: Path, place: str, told: str) -> None:
    result = build(tmp_path / "one", place)
    assert result.exit_code == 1
    assert told in result.output
    assert not list(tmp_path.rglob("*.mp3"))


def test_variable_for_the_folder_is_no_place_for_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bees.md").write_text(TEXT, "utf-8")
    result = CliRunner().invoke(main, ["build", "bees.md"], env={"NARRATOR_TAKES": "s3://me:secret@b/t"})
    assert result.exit_code == 1
    assert "give the address with --takes" in result.output
    assert "secret" not in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["bees.md"]


def test_without_an_address_nothing_is_shared(tmp_path: Path) -> None:
    assert type(take_store(Options(takes=tmp_path / "takes"))) is TakeStore
