"""The real edge-tts package against a service that misbehaves."""

import random
from pathlib import Path

import campaign
import pytest
from aiohttp import web
from edge_server import Answer, Socket, begin, serve_edge, speak, stream
from test_edge import bad_metadata, cut, drip, hang_up, nonsense, nothing, reset

from narrator.model import Voice

_STOPS = {120: web.Response(status=429, headers={"Retry-After": "3600"}), 250: web.Response(status=404)}


async def half(socket: Socket, sound: bytes) -> None:
    await begin(socket, sound[: len(sound) // 2])


@pytest.mark.slow
def test_three_hundred_utterances_survive_a_service_that_misbehaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(campaign.HURRIED)
    monkeypatch.setenv("NARRATOR_RETRY_DELAY", "0.01")
    said = campaign.utterances(Voice("hurried-edge", "de-DE-KatjaNeural", "de-DE"), 300, 1)
    did: set[str] = set()

    def answer(n: int) -> Answer:
        if n in _STOPS:
            return _STOPS[n]
        draw = random.Random(n)  # noqa: S311  (moods, no secrets)
        if draw.random() > 0.25:
            return speak
        moods: dict[str, Answer] = {
            misdeed.__name__: misdeed
            for misdeed in (nothing, hang_up, half, cut, reset, nonsense, bad_metadata)
        }
        moods |= {str(status): web.Response(status=status) for status in (429, 500, 503)}
        if draw.random() < 0.1:
            moods = {"drip": drip}
        mood = draw.choice(list(moods))
        did.add(mood)
        return moods[mood]

    with serve_edge() as server:
        server.answer = answer
        server.sound = lambda text, _voice: stream(campaign.sound(*campaign.meant(text, "de-DE")))
        monkeypatch.setenv("NARRATOR_EDGE_ADDRESS", server.address)
        stops = campaign.run(
            said, tmp_path, lambda: [asked.text for asked in server.asked], lambda text: [text]
        )
        assert {asked.voice for asked in server.asked} == {
            "Microsoft Server Speech Text to Speech Voice (de-DE, KatjaNeural)"
        }
    assert stops >= len(_STOPS)
    assert len(did) == 11
