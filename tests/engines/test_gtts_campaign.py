"""The real gtts package against a service that misbehaves."""

import io
import random
import re
import threading
from functools import cache
from pathlib import Path

import campaign
import pytest
import soundfile
from google_server import Answer, Misdeed, answer_with, break_off, drip, refuse, serve_google

from narrator.model import Voice

_STORMS = (150, 600, 1100)
_STOPS: dict[int, Answer | Misdeed] = {350: refuse(429, "3600"), 800: (403, b"Forbidden")}


@cache
def _mp3(pitch: float, length: int) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, campaign.sound(pitch, length), campaign.RATE, format="MP3")
    return file.getvalue()


class _Moody:
    """Answers as the seed has it for the n-th request, and notes what it did."""

    def __init__(self) -> None:
        self.did: list[str] = []
        self.lock = threading.Lock()

    def __call__(self, n: int, text: str) -> Answer | Misdeed | None:
        mood, answer = self._answer(n, text)
        with self.lock:
            self.did.append(mood)
        return answer

    def _answer(self, n: int, text: str) -> tuple[str, Answer | Misdeed | None]:
        if n in _STOPS:
            return "stop", _STOPS[n]
        if any(storm <= n < storm + 8 for storm in _STORMS):
            return "storm", refuse(429, "1")
        draw = random.Random(n)  # noqa: S311  (moods, no secrets)
        sound = _mp3(*campaign.meant(text, "de"))
        body = answer_with(sound)
        middle = draw.randrange(100, len(body) - 10)
        moods: dict[str, Answer | Misdeed | None] = {
            "fault": (500, b"oh"),
            "busy": refuse(503, "0"),
            "reset": break_off(body[:middle], length=len(body), reset=True),
            "short": break_off(body[:middle], length=len(body)),
            "open end": break_off(body[:middle]),
            "html": (200, b"<!DOCTYPE html><html><title>Sorry</title></html>"),
            "cut": (200, answer_with(sound[: draw.randrange(20, len(sound) - 1)])),
            "empty": (200, answer_with(b"")),
            "slow": drip(body, 0.01),
            "silent": None,
        }
        if draw.random() < 0.2:
            # What takes the time of a time-out comes a few times only.
            mood = draw.choice(list(moods)[: None if draw.random() < 0.2 else -2])
            return mood, moods[mood]
        return "well", (200, body)


@pytest.mark.slow
def test_a_thousand_utterances_survive_a_service_that_misbehaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(campaign.HURRIED)
    monkeypatch.setenv("NARRATOR_RETRY_DELAY", "0.01")
    said = campaign.utterances(Voice("hurried-gtts", "de", "de"), 1000, 6)
    moody = _Moody()
    with serve_google() as server:
        server.answer = moody
        monkeypatch.setenv("NARRATOR_GTTS_ADDRESS", server.address)
        stops = campaign.run(
            said,
            tmp_path,
            lambda: [text for text, _ in server.asked],
            lambda text: [text] if len(text) <= 100 else re.findall(r"[^.]+\.", text),
        )
        assert {language for _, language in server.asked} == {"de"}
    assert stops >= len(_STOPS)
    assert len(set(moody.did)) == 13
