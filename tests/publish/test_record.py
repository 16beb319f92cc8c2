"""The record of an episode is read as it was written."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.errors import PublishError
from narrator.model import Download, Episode, Ledger, Speaking
from narrator.publish.record import format_episode, parse_episode

PATH = Path("show/episode.json")
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
COUNT = st.integers(0, 10**12)
LEVEL = st.floats(-90, 10) | st.just(-math.inf)
EPISODES = st.builds(
    Episode,
    title=TEXT,
    slug=TEXT,
    guid=TEXT,
    language=TEXT,
    author=TEXT,
    date=TEXT,
    duration_ms=COUNT,
    audio=TEXT,
    size=COUNT,
    sha256=TEXT,
    loudness=LEVEL,
    peak=LEVEL,
    speakers=st.lists(st.builds(Speaking, TEXT, TEXT, COUNT), max_size=3).map(tuple),
    chapters=st.lists(st.tuples(COUNT, TEXT), max_size=3).map(tuple),
    ledger=st.builds(Ledger, COUNT, COUNT, st.lists(st.tuples(TEXT, COUNT, COUNT), max_size=3).map(tuple)),
    recipe=TEXT,
    script_sha256=TEXT,
    downloads=st.lists(st.builds(Download, TEXT, COUNT, TEXT, LEVEL, LEVEL, TEXT), max_size=2).map(tuple),
)
EPISODE = Episode(
    title="Ein Gespräch",
    slug="ein-gespraech",
    guid="a-guid",
    language="de",
    author="Ada",
    date="2026-01-02T03:04:05+00:00",
    duration_ms=61_000,
    audio="a.mp3",
    size=9,
    sha256="f" * 64,
    loudness=-16.02,
    peak=-1.5,
    speakers=(Speaking("Ada", "espeak:de", 50_000),),
    chapters=((0, "Anfang"),),
    ledger=Ledger(10, 2, (("pull quote", 1, 7),)),
)


@given(EPISODES)
def test_round_trip(episode: Episode) -> None:
    text = format_episode(episode)
    assert parse_episode(text, PATH) == episode
    assert format_episode(parse_episode(text, PATH)) == text


def test_the_record_is_json_that_people_can_read() -> None:
    text = format_episode(EPISODE)
    content = json.loads(text)
    assert content["title"] == "Ein Gespräch"
    assert content["chapters"] == [{"start_ms": 0, "title": "Anfang"}]
    assert content["speakers"] == [{"speaker": "Ada", "voice": "espeak:de", "ms": 50_000, "gain": None}]
    assert content["ledger"]["dropped"] == [{"reason": "pull quote", "passages": 1, "words": 7}]
    assert "Gespräch" in text
    assert text.endswith("\n}\n")


def test_fields_of_a_later_version_do_no_harm() -> None:
    content = json.loads(format_episode(EPISODE)) | {"season": 3}
    assert parse_episode(json.dumps(content), PATH) == EPISODE


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"title": 3}, "“title” is not a text"),
        ({"size": "9"}, "“size” is not a whole number"),
        ({"size": True}, "“size” is not a whole number"),
        ({"peak": "loud"}, "“peak” is not a number"),
        ({"chapters": {}}, "“chapters” is not a list"),
        ({"chapters": [3]}, "an entry of “chapters” is not an object"),
        ({"ledger": None}, "“ledger” is not an object"),
    ],
)
def test_a_wrong_record_is_told(changes: dict[str, Any], problem: str) -> None:
    content = json.loads(format_episode(EPISODE)) | changes
    with pytest.raises(PublishError, match=f"^show/episode.json is no record of an episode: {problem}"):
        parse_episode(json.dumps(content), PATH)


@pytest.mark.parametrize("missing", ["title", "duration_ms", "loudness", "speakers", "ledger"])
def test_a_missing_field_is_told(missing: str) -> None:
    content = json.loads(format_episode(EPISODE))
    del content[missing]
    with pytest.raises(PublishError, match=f"“{missing}” is not"):
        parse_episode(json.dumps(content), PATH)


@given(st.text() | st.recursive(st.none() | st.integers(), st.lists).map(json.dumps))
def test_anything_else_is_told(text: str) -> None:
    with pytest.raises(PublishError, match="build the episode again"):
        parse_episode(text, PATH)


def test_a_record_nested_without_end_is_told() -> None:
    with pytest.raises(PublishError, match="no record"):
        parse_episode("[" * 100_000, PATH)
