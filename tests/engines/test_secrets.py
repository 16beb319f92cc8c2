"""A key, a token or a text is in no log and no error, whatever goes wrong at a service."""

import logging
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import campaign
import pytest
from aiohttp import web
from edge_server import serve_edge
from edge_server import speak as speak_edge
from google_server import Answer as GoogleAnswer
from google_server import answer_with, break_off, mp3, refuse, serve_google
from openai_server import Answer as OpenaiAnswer
from openai_server import error as refusal
from openai_server import serve_openai, sound, streamed, tone

from narrator.batches import travelling
from narrator.engines.base import Engine
from narrator.engines.edge import EdgeEngine
from narrator.engines.gtts import GttsEngine
from narrator.engines.openai import OpenaiEngine
from narrator.errors import NarratorError
from narrator.model import Utterance
from narrator.patience import Patience
from narrator.recording import record
from narrator.takes import TakeStore

KEY = "sk-proj-Zx81TopSecretValue"
TOKEN = "s3cr3tT0ken"  # noqa: S105 - the secret of these tests
LATER = "Die Losung lautet Bergkristall neunzehn."
"""The part of the text that no error quotes: it comes after the beginning."""
TEXT = "Guten Morgen, liebe Zuhörer, heute verraten wir hier zum ersten Mal ein Geheimnis. " + LATER
_QUICK = Patience(tries=2, delay_s=0.001, longest_s=0.5)


def with_token(address: str) -> str:
    """An address that holds a name, a password and a query."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://user:{TOKEN}@{rest}?code={TOKEN}"


def chain(problem: BaseException | None) -> Iterator[str]:
    """What those tell that show an error with all that it was raised from."""
    while problem:
        yield from (str(problem), repr(problem))
        problem = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)


@contextmanager
def openai(mood: int) -> Iterator[Engine]:
    moods: list[OpenaiAnswer] = [
        refusal(401, "invalid_api_key", f"Incorrect API key provided: {KEY}. You said: {TEXT}"),
        refusal(400, f"bad {TEXT}", TEXT),
        refusal(429, "rate_limit_exceeded", TEXT, Retry_After="9000"),
        break_off(b"RIFF....", length=9999),
        refuse(302, f"http://127.0.0.1:9/?key={KEY}", "Location"),
        TEXT.encode(),
        streamed(sound(tone(TEXT))),
    ]
    with serve_openai() as server:
        server.answer = lambda _n, _content: moods[mood]
        yield OpenaiEngine(with_token(server.address), patience=_QUICK)


@contextmanager
def gtts(mood: int) -> Iterator[Engine]:
    moods: list[Callable[[str], GoogleAnswer] | Callable[[str], object]] = [
        lambda text: (403, text.encode()),
        lambda text: (500, text.encode()),
        lambda _text: refuse(429, "9000"),
        lambda _text: break_off(b"RIFF....", length=9999),
        lambda _text: refuse(302, f"http://127.0.0.1:9/?key={KEY}", "Location"),
        lambda text: (200, text.encode()),
        lambda text: (200, answer_with(mp3(text))),
    ]
    with serve_google() as server:
        server.answer = lambda _n, text: moods[mood](text)  # type: ignore[assignment,return-value]
        yield GttsEngine(with_token(server.address), patience=_QUICK)


@contextmanager
def edge(mood: int) -> Iterator[Engine]:
    statuses = [403, 500, 429, 404, 502, 400]
    with serve_edge() as server:
        if mood < len(statuses):
            server.answer = lambda _n: web.Response(status=statuses[mood], text=TEXT, reason="No")
        else:
            server.answer = lambda _n: speak_edge
        yield EdgeEngine(with_token(server.address), patience=_QUICK)


@pytest.mark.parametrize("mood", range(7))
@pytest.mark.parametrize("make", [openai, gtts, edge])
def test_no_secret_is_logged_or_told(
    make: Callable[[int], AbstractContextManager[Engine]],
    mood: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("edge_tts")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    problem: NarratorError | None = None
    with ExitStack() as stack:
        engine = stack.enter_context(make(mood))
        for name in [None, *logging.root.manager.loggerDict]:
            stack.enter_context(caplog.at_level(logging.DEBUG, logging.getLogger(name).name))
        voice = engine.voices("de")[0]
        try:
            engine.synthesize(Utterance(TEXT, voice, "de"))
        except NarratorError as error:
            problem = error
    assert (problem is None) == (mood == 6)
    assert LATER not in str(problem)
    assert len(str(problem)) < 400
    told = "".join(traceback.format_exception(problem)) if problem else ""
    logged = "\n".join([caplog.text, *capfd.readouterr()])
    for secret in (KEY, TOKEN, "Losung", "Zuh"):
        assert secret not in logged
    # Pickled as on its way home from a worker; the text goes along there, to be cut and tried again.
    told += "\n".join([*chain(problem), repr(pickle.dumps(problem and travelling(problem)))])
    for secret in (KEY, TOKEN):
        assert secret not in told


def test_a_build_that_fails_tells_no_secret(tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_text(f"Ada: {TEXT}\n\nBen: {TEXT}\n", "utf-8")
    run = (
        "import logging, sys; logging.basicConfig(level=logging.DEBUG); "
        "from narrator.cli import main; main(['build', 'talk.txt', '--engine', 'openai', '--language', 'de'])"
    )
    with serve_openai() as server:
        server.answer = lambda _n, _content: refusal(401, "invalid_api_key", f"Incorrect API key: {KEY}")
        environment = os.environ | {
            "OPENAI_API_KEY": KEY,
            "NARRATOR_OPENAI_ADDRESS": with_token(server.address),
            "NARRATOR_TAKES": str(tmp_path / "takes"),
        }
        done = subprocess.run(
            [sys.executable, "-c", run],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "check OPENAI_API_KEY" in done.stderr
    for secret in (KEY, TOKEN, LATER):
        assert secret not in done.stdout + done.stderr
    kept = b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "talk.txt"
    )
    assert KEY.encode() not in kept


def test_a_take_holds_neither_key_nor_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serve_openai() as server:
        monkeypatch.setenv("NARRATOR_OPENAI_ADDRESS", with_token(server.address))
        voice = OpenaiEngine().voices("de")[0]
        record([Utterance(TEXT, voice, "de")], TakeStore(tmp_path), campaign.threads)
    facts = next(tmp_path.rglob("*.json")).read_text("utf-8")
    for secret in (KEY, TOKEN, "Losung", "Guten"):
        assert secret not in facts
