"""A real Dask scheduler with two workers on loopback, and what is done with executors far away."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest
from click.testing import CliRunner

import narrator
from narrator.batches import Order
from narrator.cli import main as cli
from narrator.cluster import cluster
from narrator.errors import ClusterError, SynthesisError
from narrator.model import Utterance, Voice
from narrator.recording import record
from narrator.takes import TakeStore
from narrator.workers import Distant, WorkersLostError

P = ParamSpec("P")
T = TypeVar("T")
FAKES = Path(__file__).parent / "fakes"
ALTO = Voice("fake", "en-1", "en", "female")
needs_dask = pytest.mark.skipif(find_spec("distributed") is None, reason="needs the extra `cluster`")
TALK = """\
Ada Stone: Good evening. Tonight we talk about the river that runs behind this house.

Ben Hill: Thank you. I have lived here for sixty years. I have never seen it freeze.

Ada Stone: Thank you for coming.
"""


def say(*texts: str, voice: Voice = ALTO) -> list[Utterance]:
    return [Utterance(text, voice, "en", text=text) for text in texts]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TakeStore:
    """A store of takes; the engine of the tests is there too."""
    monkeypatch.syspath_prepend(FAKES)
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    return TakeStore(tmp_path / "takes")


# ---------------------------------------------------------------- any executor that is far away
class Far(Distant):
    """Performs here, and loses its workers to whatever says so."""

    def __init__(self, slots: int = 2) -> None:
        self.slots = slots
        self.batches: list[list[str]] = []
        self.under_way: list[tuple[Future[Any], Callable[[], Any], list[str]]] = []
        self.most = 0
        self.watched = 0

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        orders: Any = args[0]
        texts = [order.utterance.spoken for order in orders]
        assert all(isinstance(order, Order) for order in orders)
        self.batches.append(texts)
        self.under_way.append((future, lambda: fn(*args, **kwargs), texts))
        self.most = max(self.most, len(self.under_way))
        return future

    def watch(self) -> None:
        """Let what is under way end, as this is what is called before waiting."""
        self.watched += 1
        dead = any("crash" in text for _, _, texts in self.under_way for text in texts)
        for future, call, texts in self.under_way:
            if dead:  # all that a worker had is lost with it
                future.set_exception(WorkersLostError(4))
            elif any("leave" in text for text in texts):
                raise ClusterError("tcp://nowhere:1", "it has had no workers")
            else:
                future.set_result(call())
        self.under_way.clear()


@contextmanager
def lent(far: Executor) -> Iterator[Executor]:
    yield far


def test_utterances_go_in_batches_worth_the_call_and_few_at_once(store: TakeStore) -> None:
    far = Far()
    texts = [f"This is sentence {number} of the text." for number in range(150)]
    assert record(say(*texts), store, lambda _count: lent(far)).made == 150
    assert sorted(text for batch in far.batches for text in batch) == sorted(texts)
    assert len(far.batches[0]) == max(map(len, far.batches)) > 10
    assert len(far.batches[-1]) < len(far.batches[0])
    assert far.most == 4  # for each of two, the one it works on and the next


def test_a_passage_goes_alone_since_the_others_wait_for_it(store: TakeStore) -> None:
    far = Far()
    passages = say("Good evening. This is what a voice says first, at its own pace.")
    record(say("One one one.", "Two two."), store, lambda _count: lent(far), passages=passages)
    assert far.batches[0] == [passages[0].spoken]


def test_of_what_died_together_only_what_dies_alone_is_named(store: TakeStore) -> None:
    far = Far()
    texts = [f"This is sentence {number}." for number in range(20)]
    with pytest.raises(SynthesisError, match="“I crash always” was not spoken: 4 workers died of it"):
        record(say(*texts, "I crash always"), store, lambda _count: lent(far))
    assert sum("I crash always" in batch for batch in far.batches) == 2
    assert far.batches[-1] == ["I crash always"]


def test_takes_before_a_failure_in_a_batch_are_kept(store: TakeStore) -> None:
    far = Far(slots=1)
    with pytest.raises(SynthesisError, match="“Please refuse” was not spoken: the service said no"):
        record(say("A good long utterance.", "Please refuse"), store, lambda _count: lent(far))
    assert record(say("A good long utterance."), store, lambda _count: lent(far)).kept == 1


def test_cluster_that_nobody_is_left_of_ends_in_an_error(store: TakeStore) -> None:
    with pytest.raises(ClusterError, match="no workers"):
        record(say("I leave"), store, lambda _count: lent(Far()))


# ---------------------------------------------------------------- addresses
@needs_dask
@pytest.mark.parametrize(
    "address", ["nonsense", "tcp://", "tcp://host", "tcp://host:x", "http://host:80", "tcp://[:1"]
)
def test_what_is_no_address_is_told_at_once(store: TakeStore, address: str) -> None:
    with pytest.raises(ClusterError, match="no address of a scheduler, such as tcp://scheduler:8786"):
        record(say("One."), store, cluster(address))


@needs_dask
def test_scheduler_that_is_not_there_is_told_at_once(store: TakeStore) -> None:
    begin = time.monotonic()
    with pytest.raises(ClusterError, match="no scheduler answers there"):
        record(say("One."), store, cluster(f"tcp://127.0.0.1:{free_port()}"))
    assert time.monotonic() - begin < 6


# ---------------------------------------------------------------- the real thing
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def dask(folder: Path) -> Iterator[str]:
    """Start a scheduler and two workers; their log is `dask.log`."""
    address = f"tcp://127.0.0.1:{free_port()}"
    environment = os.environ | {
        "PYTHONPATH": str(FAKES),
        "FAKE_MODEL": "1",
        # Two workers may die of a task instead of four: starting them takes most of the time.
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        "DASK_DISTRIBUTED__WORKER__MULTIPROCESSING_METHOD": "forkserver",
    }
    port = address.rpartition(":")[2]
    commands = (
        ["scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"],
        [
            "worker",
            address,
            "--nworkers",
            "2",
            "--nthreads",
            "1",
            "--no-dashboard",
            "--local-directory",
            str(folder),
        ],
    )
    with (folder / "dask.log").open("wb") as log:
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "dask", *command],
                env=environment,
                stdout=log,
                stderr=log,
                cwd=folder,
                start_new_session=True,
            )
            for command in commands
        ]
        try:
            yield address
        finally:
            for process in running:  # with all that they started
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@needs_dask
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills processes as POSIX does")
def test_a_cluster_makes_what_one_machine_makes(
    store: TakeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One test, since the cluster takes seconds to start.
    with dask(tmp_path) as address:
        wait_for(address)
        same_bytes(address, tmp_path, monkeypatch)
        worker_that_dies(address, store, tmp_path)
        other_engines(address, store, tmp_path, monkeypatch)
        poison(address, store)
    log = (tmp_path / "dask.log").read_text()
    assert "Registered" in log
    for text in ("river", "sentence", "crash", "stumble"):
        assert text not in log
    with pytest.raises(ClusterError, match="no scheduler answers there"):
        record(say("It is over."), store, cluster(address))
    # What is there, and proven to be, needs no cluster.
    idle = build_talk(tmp_path, monkeypatch, "there", "--cluster", address)
    assert "Takes   0 made, 6 kept" in idle


def wait_for(address: str) -> None:
    host, port = address.removeprefix("tcp://").split(":")
    end = time.monotonic() + 60
    while True:
        try:
            socket.create_connection((host, int(port)), 1).close()
        except OSError:
            assert time.monotonic() < end, "the scheduler does not start"
            time.sleep(0.1)
        else:
            return


def same_bytes(address: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_talk(folder, monkeypatch, "there", "--cluster", address)
    build_talk(folder, monkeypatch, "here")
    for name in ("there", "here"):
        assert len(list((folder / f"takes-{name}" / "proofs").iterdir())) == 1
    for here, there in (("here", "there"), ("takes-here", "takes-there")):
        assert content(folder / here) == content(folder / there) != {}


def build_talk(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, *options: str) -> str:
    """Build an episode in a folder and with takes of its own, and return what is told of it."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    Path("talk.txt").write_text(TALK, "utf-8")
    command = ["build", "talk.txt", "--engine", "tone", "--takes", f"takes-{name}", "-o", name, *options]
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 0, result.output
    return result.output


def content(folder: Path) -> dict[str, bytes]:
    """Return what lies in a folder, but for proofs, which tell of the build and not of what it made."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".proof"
    }


def worker_that_dies(address: str, store: TakeStore, folder: Path) -> None:
    texts = ["I stumble once", *(f"This is sentence {number}." for number in range(30))]
    there = record(say(*texts), store, cluster(address))
    assert there.made == 31
    assert (folder / "log").read_text().splitlines().count("I stumble once") == 2
    # Here it was said before and stumbles no more.
    assert record(say(*texts), TakeStore(folder / "others")).takes == there.takes


def other_engines(address: str, store: TakeStore, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("FAKE_MODEL", "2")
        with pytest.raises(ClusterError, match=r"on its worker tcp://.* engine fake .* \(here is 1\)"):
            record(say("Another model."), store, cluster(address))
    with monkeypatch.context() as patch:
        (folder / "more" / "narrator_more-1.dist-info").mkdir(parents=True)
        (folder / "more" / "narrator_more-1.dist-info" / "METADATA").write_text(
            "Name: narrator-more\nVersion: 1\n"
        )
        (folder / "more" / "narrator_more-1.dist-info" / "entry_points.txt").write_text(
            "[narrator.engines]\nabsent = narrator_fakes:FakeEngine\n"
        )
        patch.syspath_prepend(folder / "more")
        with pytest.raises(ClusterError, match=r"on its worker tcp://.* no engine is called 'absent'"):
            record(say("Hm.", voice=Voice("absent", "en-1", "en", "female")), store, cluster(address))
    with monkeypatch.context() as patch:
        patch.setattr(narrator, "__version__", "0.0.9")
        with pytest.raises(ClusterError, match=r"has narrator .*, this machine narrator 0\.0\.9, Python 3"):
            record(say("Another version."), store, cluster(address))


def poison(address: str, store: TakeStore) -> None:
    with pytest.raises(SynthesisError, match="“I crash always” was not spoken: 2 workers died of it"):
        record(say("I crash always"), store, cluster(address))
