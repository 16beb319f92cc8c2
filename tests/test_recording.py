import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import pytest

from narrator.errors import EngineUnavailableError, SynthesisError, TakesError
from narrator.model import Take, Utterance, Voice
from narrator.recording import record, remaking
from narrator.takes import TakeStore
from narrator.workers import workers

pytestmark = pytest.mark.usefixtures("log")

P = ParamSpec("P")
T = TypeVar("T")
FAKES = Path(__file__).parent / "fakes"
ALTO = Voice("fake", "en-1", "en", "female")
BASS = Voice("fake", "en-2", "en", "male")


def say(*texts: str, voice: Voice = ALTO) -> list[Utterance]:
    return [Utterance(text, voice, "en", text=text) for text in texts]


def threads(_count: int) -> Executor:
    return ThreadPoolExecutor(2)


def no_executor(_count: int) -> NoReturn:
    pytest.fail("nothing is missing, so no executor is needed")


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The requests made of the fake engine, one a line."""
    monkeypatch.syspath_prepend(FAKES)
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    (tmp_path / "log").touch()
    return tmp_path / "log"


@pytest.fixture
def store(tmp_path: Path) -> TakeStore:
    return TakeStore(tmp_path / "takes")


def test_only_missing_takes_are_made_and_each_once(store: TakeStore, log: Path) -> None:
    seen: list[tuple[int, int]] = []
    first = record(say("One.", "Two.", "One."), store, threads, lambda *counts: seen.append(counts))
    assert (first.made, first.kept) == (2, 0)
    assert sorted(log.read_text().split()) == ["One.", "Two."]
    assert first.takes[0] == first.takes[2] != first.takes[1]
    assert seen == [(0, 2), (1, 2), (2, 2)]

    second = record(say("Two.", "Three.", "One."), store, threads)
    assert (second.made, second.kept) == (1, 2)
    assert second.takes[0] == first.takes[1]

    third = record(say("Two.", "Three.", "One."), store, no_executor)
    assert (third.made, third.kept) == (0, 3)
    assert third.takes == second.takes


def test_takes_of_another_voice_or_model_are_other_takes(
    store: TakeStore, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(say("One."), store, threads)
    assert record(say("One.", voice=BASS), store, threads).made == 1
    assert record([replace(*say("One."), language="de")], store, threads).made == 1
    monkeypatch.setenv("FAKE_MODEL", "2")
    assert record(say("One."), store, threads).made == 1
    assert len(log.read_text().split()) == 4


def test_nothing_to_say_needs_nothing(store: TakeStore) -> None:
    assert record([], store, no_executor).takes == ()


def test_damaged_take_is_made_again(store: TakeStore, tmp_path: Path) -> None:
    take = record(say("One.", "Two."), store, threads).takes[0]
    flac = tmp_path / "takes" / take.key[:2] / f"{take.key}.flac"
    flac.write_bytes(flac.read_bytes()[:-1])

    again = record(say("One.", "Two."), store, threads)
    assert (again.made, again.takes[0]) == (1, take)


def test_longest_is_begun_first(store: TakeStore, log: Path) -> None:
    record(say("Two two.", "One.", "Three three three."), store, lambda _count: ThreadPoolExecutor(1))
    assert log.read_text().splitlines() == ["Three three three.", "Two two.", "One."]


class Slowly(Executor):
    """Runs a call when its result is asked for, and counts how many wait."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(1)
        self.waiting = self.most = 0

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        future = self.threads.submit(fn, *args, **kwargs)
        future.add_done_callback(self._leave)
        return future

    def _leave(self, _future: Future[Any]) -> None:
        self.waiting -= 1

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.threads.shutdown(wait, cancel_futures=cancel_futures)


def test_any_executor_will_do_and_gets_a_bounded_number_at_once(store: TakeStore) -> None:
    slowly = Slowly()
    texts = [f"Text {number}." for number in range(150)]
    assert record(say(*texts), store, lambda _count: slowly).made == 150
    assert slowly.most <= 64


def test_busy_service_is_asked_again(store: TakeStore, log: Path) -> None:
    assert record(say("I am busy"), store, threads).made == 1
    assert log.read_text().splitlines() == ["I am busy"] * 3


@pytest.mark.parametrize(
    ("word", "problem", "tries"),
    [
        ("refuse", "the service said no", 1),
        ("bug", "engine fake failed with SpoilsPicklesError: one and two", 1),
        ("nothing", "silent", 1),
        ("loud", "clipped", 1),
        ("nan", "finite", 1),
    ],
)
def test_failure_names_the_utterance_and_keeps_what_succeeded(
    store: TakeStore, log: Path, word: str, problem: str, tries: int
) -> None:
    texts = ["A good long utterance.", f"Please {word} this"]
    with pytest.raises(SynthesisError, match=problem) as caught:
        record(say(*texts), store, lambda _count: ThreadPoolExecutor(1))
    assert f"“Please {word} this”" in str(caught.value)
    assert log.read_text().splitlines().count(texts[1]) == tries
    assert record(say(texts[0]), store, no_executor).kept == 1


def test_first_failure_stops_the_rest(store: TakeStore, log: Path) -> None:
    texts = [f"Number {number}" for number in range(200)] + ["This is the longest, and I refuse"]
    with pytest.raises(SynthesisError):
        record(say(*texts), store, lambda _count: ThreadPoolExecutor(1))
    assert len(log.read_text().splitlines()) < 100


def test_store_that_cannot_be_written_stops_at_once(store: TakeStore, tmp_path: Path) -> None:
    (tmp_path / "takes").rmdir()
    (tmp_path / "takes").write_text("a file")
    with pytest.raises(TakesError, match="takes"):
        record(say("One."), store, threads)


class Meanwhile(Executor):
    """Fails at the first call; while that is being told, others finish."""

    def __init__(self) -> None:
        self.calls: list[Callable[[], None]] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future = Future[T]()
        if self.calls:
            self.calls.append(lambda: future.set_result(fn(*args, **kwargs)))
        else:
            self.calls.append(lambda: None)
            future = Telling(lambda: [call() for call in self.calls])
            future.set_exception(SynthesisError("One", "no"))
        return future


class Telling(Future[Any]):
    def __init__(self, tell: Callable[[], object]) -> None:
        super().__init__()
        self.tell = tell

    def exception(self, timeout: float | None = None) -> BaseException | None:
        self.tell, tell = lambda: None, self.tell
        tell()
        return super().exception(timeout)


def test_what_others_finish_while_one_fails_is_kept(store: TakeStore) -> None:
    texts = ["The longest is begun first.", "Two two two.", "Three three."]
    with pytest.raises(SynthesisError):
        record(say(*texts), store, lambda _count: Meanwhile())
    assert record(say(*texts[1:]), store, no_executor).kept == 2


# ---------------------------------------------------------------- suspicious takes
PASSAGE = "Good evening. This is what a voice says before all, at its own pace."
FINE = "The river runs behind the house, as it did before the town was built here."


def performed(
    store: TakeStore, *texts: str, executor: Callable[[int], Executor] = threads, voice: Voice = ALTO
) -> list[Take]:
    passages = say(PASSAGE, voice=voice)
    return list(record(say(*texts, voice=voice), store, executor, passages=passages).takes)


def seconds(take: Take) -> float:
    return (take.end - take.start) / take.sample_rate


@pytest.mark.parametrize("word", ["stutter", "break", "hole"])
def test_suspicious_take_is_made_again_from_the_text_in_parts(store: TakeStore, log: Path, word: str) -> None:
    text = f"Now I {word} when I am given more, but not when I am given less."
    fine, mended = performed(store, FINE, text)
    parts = log.read_text().split("\n")
    assert (fine.parts, mended.parts, mended.odd) == (1, 2, "")
    assert log.read_text().splitlines().count(text) == 1
    assert [part for part in parts if f"I {word} when I am given more, " in part and part != text] == [
        f"Now I {word} when I am given more, "
    ]
    assert "but not when I am given less." in parts
    assert seconds(mended) == pytest.approx(0.06 * len(text), abs=0.3)


def test_what_does_not_help_in_two_parts_may_in_three(store: TakeStore, log: Path) -> None:
    text = "I stutter all over it and so I do stutter with two halves too, since both of them are long."
    (take,) = performed(store, text)
    assert take.parts == 3
    assert "".join(log.read_text().splitlines()[-3:]) == text


def test_a_text_that_is_odd_itself_is_kept_and_told(store: TakeStore) -> None:
    (take,) = performed(store, "I drawl and I drawl, whatever you drawl about it, and always drawl on.")
    assert take.parts == 1
    assert "lasts" in take.odd
    assert performed(store, "I drawl and I drawl, whatever you drawl about it, and always drawl on.") == [
        take
    ]


def test_suspicious_whatever_is_done_is_an_error_that_names_the_utterance(store: TakeStore) -> None:
    text = "I babble and I babble on, and I babble and I babble on and I babble."
    with pytest.raises(SynthesisError, match=r"“I babble and.*believable"):
        performed(store, text)


def test_takes_do_not_depend_on_what_else_is_spoken_or_there(store: TakeStore, tmp_path: Path) -> None:
    odd = [
        f"Number {n}, I {word} when I am given more, not less."
        for n in range(3)
        for word in ("stutter", "break")
    ]
    fine = [f"{n} {FINE}" for n in range(6)]
    wanted = performed(store, *odd, *fine)

    others = TakeStore(tmp_path / "others")
    performed(others, *fine[::-1], *(text + " I drawl." for text in odd))
    again = performed(others, *fine[::-1], *odd[::-1], executor=lambda _count: ThreadPoolExecutor(1))
    assert sorted(take.key for take in again) == sorted(take.key for take in wanted)
    for take in wanted:
        name = f"{take.key[:2]}/{take.key}"
        for suffix in (".flac", ".json"):
            one, other = (tmp_path / folder / (name + suffix) for folder in ("takes", "others"))
            assert one.read_bytes() == other.read_bytes()


def test_passages_are_spoken_before_what_is_examined_by_them(store: TakeStore, log: Path) -> None:
    passages = [*say(PASSAGE), *say(PASSAGE, voice=BASS)]
    said = [*say(FINE), *say(FINE, voice=BASS)]
    recording = record(said, store, lambda _count: ThreadPoolExecutor(1), passages=passages)
    assert log.read_text().splitlines() == [PASSAGE, PASSAGE, FINE, FINE]
    assert (recording.made, len(recording.takes), len(recording.passages)) == (4, 2, 2)


def test_take_that_went_away_is_made_again_when_it_is_read(store: TakeStore, tmp_path: Path) -> None:
    passages, said = say(PASSAGE), say("One.", "Now I stutter when I am given more, but not when less.")
    recording = record(said, store, threads, passages=passages)
    read = remaking(recording, [*passages, *said], store, passages)
    before = [read(take).samples.tobytes() for take in (*recording.passages, *recording.takes)]
    shutil.rmtree(tmp_path / "takes")
    assert [read(take).samples.tobytes() for take in (*recording.passages, *recording.takes)] == before


# ---------------------------------------------------------------- processes
def test_processes_give_what_threads_give(store: TakeStore, tmp_path: Path) -> None:
    texts = ("One.", "Two two.", "Three three three.")
    there = record(say(*texts), store, workers)
    here = record(say(*texts), TakeStore(tmp_path / "others"), threads)
    assert there == here
    assert there.made == 3


@pytest.mark.skipif(sys.platform == "win32", reason="kills processes as POSIX does")
def test_worker_that_dies_once_does_no_harm(store: TakeStore) -> None:
    texts = ["One.", "I stumble once", "Two.", "Three three three three."]
    assert record(say(*texts), store).made == 4


@pytest.mark.skipif(sys.platform == "win32", reason="kills processes as POSIX does")
def test_utterance_that_kills_its_worker_again_and_again_is_named(store: TakeStore, log: Path) -> None:
    texts = ["One.", "I crash always", "Two two two two two two."]
    with pytest.raises(
        SynthesisError, match="“I crash always” was not spoken: the process that speaks it died 3 times"
    ):
        record(say(*texts), store)
    assert log.read_text().splitlines().count("I crash always") <= 4
    assert record(say(texts[2]), store, no_executor).kept == 1


def test_errors_come_home_from_processes_whole(store: TakeStore) -> None:
    for word, kind, problem in (
        ("refuse", SynthesisError, "“I refuse” was not spoken: the service said no"),
        ("bug", SynthesisError, "“I bug” was not spoken: engine fake failed with SpoilsPicklesError"),
        ("unavailable", EngineUnavailableError, "engine fake cannot work here: buy one"),
    ):
        with pytest.raises(kind, match=problem):
            record(say(f"I {word}"), store)


def test_failure_does_not_wait_for_what_others_are_doing(store: TakeStore) -> None:
    begin = time.monotonic()
    with pytest.raises(SynthesisError):
        record(say("This one is very slow", "I refuse"), store, lambda _count: workers(2))
    assert time.monotonic() - begin < 15


PROGRAM = """
import sys
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar
from narrator.model import Utterance, Voice
from narrator.recording import record
from narrator.takes import TakeStore

if __name__ == "__main__":
    voice = Voice("fake", "en-1", "en", "female")
    texts = ["One one.", "Two.", "slow"]
    utterances = [Utterance(text, voice, "en") for text in texts]
    record(utterances, TakeStore(Path(sys.argv[1])))
"""


def running(log: Path) -> list[int]:
    """Return the processes of the recording that is under way, found by the log they were given."""
    wanted = f"FAKE_LOG={log}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue  # it ended meanwhile, or is not ours
    return found


def wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_ended_recording_leaves_no_process_and_keeps_its_takes(
    store: TakeStore, log: Path, tmp_path: Path, number: int
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = os.environ | {"FAKE_LOG": str(log), "PYTHONPATH": str(FAKES)}
    with subprocess.Popen(
        [sys.executable, program, tmp_path / "takes"], env=environment, stderr=subprocess.PIPE, text=True
    ) as run:
        wait_until(lambda: "slow" in log.read_text() and len(list(tmp_path.rglob("*.json"))) == 2)
        run.send_signal(number)
        run.wait(10)
        wait_until(lambda: not running(log))
        assert run.stderr is not None
        told = run.stderr.read()
    # An interrupt shows in the main process only; what it prints is the business of the command line.
    assert told.count("Traceback") == (number == signal.SIGINT)
    assert record(say("One one.", "Two."), store, no_executor).kept == 2
