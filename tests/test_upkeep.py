import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from narrator.audio import Audio
from narrator.cli import main
from narrator.model import Voice
from narrator.takes import TakeStore, pack
from narrator.upkeep import list_takes, prune, verify

RATE = 16_000
DAY = 86_400.0
KEYS = [hashlib.sha256(bytes([number])).hexdigest() for number in range(6)]


def tone(number: int, seconds: float = 0.3) -> Audio:
    wave = 0.3 * np.sin(np.arange(round(seconds * RATE)) * (0.05 + number / 50))
    return Audio(wave.astype(np.float32), RATE)


def at(folder: Path, key: str, suffix: str = ".flac") -> Path:
    return folder / key[:2] / (key + suffix)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six takes, the first used six days ago, the last today."""
    store = TakeStore(tmp_path / "takes")
    for number, key in enumerate(KEYS):
        store.keep(key, pack(tone(number)), Voice("tone", f"v{number % 2}", "en"))
        used = time.time() - DAY * (5.9 - number)
        os.utime(at(tmp_path / "takes", key, ".json"), (used, used))
    return tmp_path / "takes"


def narrate(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["takes", *arguments], env={"NARRATOR_TAKES": str(folder)})


def left(folder: Path) -> list[str]:
    return sorted((take.key for take in list_takes(folder)), key=KEYS.index)


# ---------------------------------------------------------------- what lies there
def test_the_store_is_shown_by_engine_and_voice(folder: Path) -> None:
    TakeStore(folder).put("ff" * 32, tone(1))
    shown = json.loads(narrate(folder, "--json").output)
    size = sum(path.stat().st_size for path in folder.rglob("*.*"))
    assert (shown["folder"], shown["takes"], shown["bytes"]) == (str(folder), 7, size)
    assert [(one["engine"], one["voice"], one["takes"]) for one in shown["voices"]] == [
        ("", "", 1),
        ("tone", "v0", 3),
        ("tone", "v1", 3),
    ]
    text = narrate(folder).output
    assert "7 takes" in text
    assert "not noted" in text
    assert "no takes" not in narrate(folder / "nowhere").output


def test_use_is_noted_once_a_day(folder: Path) -> None:
    store, facts = TakeStore(folder), at(folder, KEYS[0], ".json")
    old = facts.stat().st_mtime
    assert list(verify(folder)) == [None] * 6
    assert facts.stat().st_mtime == old
    assert store.get(KEYS[0])
    assert time.time() - facts.stat().st_mtime < 60
    lately = time.time() - DAY / 2
    os.utime(facts, (lately, lately))
    assert store.get(KEYS[0])
    assert facts.stat().st_mtime == pytest.approx(lately)


# ---------------------------------------------------------------- tidying
def test_what_was_not_used_for_long_goes(folder: Path) -> None:
    assert narrate(folder, "prune", "--older-than", "80h", "--dry-run").output.startswith("3 takes")
    assert left(folder) == KEYS
    assert narrate(folder, "prune", "--older-than", "80h").exit_code == 0
    assert left(folder) == KEYS[3:]
    assert not any(at(folder, key, suffix).exists() for key in KEYS[:3] for suffix in (".flac", ".json"))


def test_least_recently_used_go_until_the_size_is_met_but_never_what_may_be_in_use(folder: Path) -> None:
    sizes = {take.key: take.size for take in list_takes(folder)}
    TakeStore(folder).get(KEYS[0])  # used now
    done = json.loads(narrate(folder, "prune", "--max-size", f"{sum(sizes.values()) - 1}", "--json").output)
    assert done["removed"] == [KEYS[1]]
    assert done["bytes"] == sizes[KEYS[1]]
    done = json.loads(narrate(folder, "prune", "--max-size", "0", "--json").output)
    assert done["removed"] == [KEYS[2], KEYS[3]]
    assert (done["kept"], done["spared"]) == (3, 3)
    assert left(folder) == [KEYS[0], *KEYS[4:]]


def test_what_killed_processes_left_goes_when_nobody_writes_it(folder: Path) -> None:
    part = folder / "00"
    part.mkdir(exist_ok=True)
    for name in (".a.flac.0.part", ".b.flac.0.part", "c.json"):
        (part / name).write_text("half")
        if name != ".b.flac.0.part":
            os.utime(part / name, (1e9, 1e9))
    program = f"""
import time
from pathlib import Path
from narrator.files import writing
with writing(Path({str(part / "d")!r})):
    print(flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        writer.stdout.readline()
        os.utime(part / ".d.0.part", (1e9, 1e9))
        assert prune(folder, dry_run=True).leftovers == 2
        assert prune(folder).leftovers == 2
        writer.kill()
    assert sorted(path.name for path in part.iterdir()) == [".b.flac.0.part", ".d.0.part"]
    assert left(folder) == KEYS


@pytest.mark.parametrize(
    "arguments",
    [
        ["prune"],
        ["prune", "--older-than", "soon"],
        ["prune", "--max-size", "-1"],
        ["verify", "--repair", "--delete"],
    ],
)
def test_wrong_usage_is_told(folder: Path, arguments: list[str]) -> None:
    assert narrate(folder, *arguments).exit_code == 2
    assert left(folder) == KEYS


# ---------------------------------------------------------------- damage
def damage(folder: Path) -> None:
    """Cut one sound, change another, take the facts of one, spoil those of another."""
    cut, changed = at(folder, KEYS[0]), at(folder, KEYS[1])
    cut.write_bytes(cut.read_bytes()[:-100])
    content = bytearray(changed.read_bytes())
    content[-300] ^= 1
    changed.write_bytes(content)
    at(folder, KEYS[2], ".json").unlink()
    os.utime(at(folder, KEYS[2]), (1e9, 1e9))
    facts = at(folder, KEYS[3], ".json")
    facts.write_text(facts.read_text().replace('"start":', '"start":1'))


def test_whole_takes_are_found_whole(folder: Path) -> None:
    run = narrate(folder, "verify")
    assert run.exit_code == 0
    assert "6 takes read, 0 damaged" in run.output


def test_damaged_takes_are_listed_and_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrator.upkeep._SETTLING_S", (0.0, 0.01))
    damage(folder)
    run = narrate(folder, "verify", "--json", "-q")
    assert run.exit_code == 1
    found = json.loads(run.output)
    assert (found["takes"], found["left"]) == (6, 4)
    assert {one["key"] for one in found["damaged"]} == set(KEYS[:4])
    assert left(folder) == KEYS


def test_damaged_takes_are_mended_where_the_sound_is_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("narrator.upkeep._SETTLING_S", (0.0, 0.01))
    store = TakeStore(folder)
    before = {key: store.get(key) for key in KEYS}
    damage(folder)
    run = narrate(folder, "verify", "--repair", "--json", "-q")
    assert run.exit_code == 0
    done = {one["key"]: one["done"] for one in json.loads(run.output)["damaged"]}
    assert done == {KEYS[0]: "deleted", KEYS[1]: "deleted", KEYS[2]: "repaired", KEYS[3]: "repaired"}
    assert left(folder) == KEYS[2:]
    assert {key: store.get(key) for key in KEYS[2:]} == {key: before[key] for key in KEYS[2:]}
    assert narrate(folder, "verify").exit_code == 0


def test_damaged_takes_are_deleted_when_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrator.upkeep._SETTLING_S", (0.0, 0.01))
    damage(folder)
    assert narrate(folder, "verify", "--delete", "-q").exit_code == 0
    assert left(folder) == KEYS[4:]


# ---------------------------------------------------------------- many at once
EIGHT = """
import hashlib, random, sys
from pathlib import Path
import numpy as np
from narrator.audio import Audio
from narrator.errors import TakesError
from narrator.takes import TakeStore, pack
from narrator.upkeep import list_takes, prune, verify

number, folder = int(sys.argv[1]), Path(sys.argv[2])
draw = random.Random(number)
store = TakeStore(folder)
made = read = pruned = verified = 0
def wave(n):
    return (0.3 * np.sin(np.arange(4000 + 10 * n) * (0.05 + n / 500))).astype(np.float32)
print(flush=True)
sys.stdin.readline()
for _ in range(150):
    n = draw.randrange(60)
    key = hashlib.sha256(bytes([n])).hexdigest()
    take = store.get(key)
    if take is None:
        take = store.keep(key, pack(Audio(wave(n), 16000)))
        made += 1
    try:
        audio = store.read(take)
    except TakesError:
        pass  # somebody pruned it; a build makes it again
    else:
        assert np.abs(audio.samples - wave(n)).max() < 1 / 30000, n
        read += 1
    if number < 2 and not draw.randrange(20):
        pruned += len(prune(folder, max_size=draw.randrange(200_000), grace_s=-1.0).removed)
    if number in (2, 3) and not draw.randrange(20):
        for found in verify(folder, delete=number == 3):
            assert found is None, found
            verified += 1
print(made, read, pruned, verified)
"""


def test_eight_processes_make_read_prune_and_verify_one_store(tmp_path: Path) -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", EIGHT, str(number), tmp_path],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(8)
    ]  # fmt: skip
    for run in runs:
        assert run.stdout
        run.stdout.readline()  # all have begun
    for run in runs:
        assert run.stdin
        run.stdin.write("\n")
        run.stdin.flush()
    told = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0] * 8, [error for _, error in told]
    made, read, pruned, verified = np.sum([[int(count) for count in out.split()] for out, _ in told], axis=0)
    assert made > 60, "nothing that was pruned was made again"
    assert min(read, pruned, verified) > 50, (made, read, pruned, verified)
    assert list(verify(tmp_path)) == [None] * len(list(list_takes(tmp_path)))


def test_encoded_parts_go_when_no_build_used_them_for_two_days(tmp_path: Path) -> None:
    folder = tmp_path / "takes"
    for name, days in (("old", 3), ("new", 1)):
        part = folder / "encoded" / name[:2] / f"{name}.part.mp3"
        part.parent.mkdir(parents=True)
        part.write_bytes(b"{}\n")
        os.utime(part, (time.time() - days * 86_400,) * 2)
    dry = narrate(folder, "prune", "--older-than", "90d", "--dry-run")
    assert "1 encoded parts would be removed" in dry.output
    assert json.loads(narrate(folder, "prune", "--older-than", "90d", "--json").output)["parts"] == 1
    assert [path.name for path in folder.rglob("*.part.mp3")] == ["new.part.mp3"]


def test_music_goes_when_no_build_used_it_for_two_days(tmp_path: Path) -> None:
    folder = tmp_path / "takes"
    old, new = (folder / "music" / f"{name * 64}.f32" for name in "on")
    for path in (old, new):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(4))
    os.utime(old, (time.time() - 3 * 86_400,) * 2)
    dry = narrate(folder, "prune", "--older-than", "90d", "--dry-run")
    assert "1 pieces of music would be removed" in dry.output
    assert old.exists()
    assert json.loads(narrate(folder, "prune", "--older-than", "90d", "--json").output)["tunes"] == 1
    assert (old.exists(), new.exists()) == (False, True)
