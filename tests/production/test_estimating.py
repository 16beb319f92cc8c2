"""What an estimate says, against what is then built and asked for."""

from pathlib import Path

import pytest
from google_server import serve_google

from narrator.errors import SettingsError
from narrator.production import Options, build, estimate
from narrator.voices import load_catalogue

ENGLISH = Path(__file__).parents[2] / "examples" / "interview.txt"
GERMAN = """\
Anna Lindt: Guten Abend und herzlich willkommen. Wir sprechen heute über den Fluss hinter diesem Haus.

Bernd Holz: Danke für die Einladung! Ich wohne seit sechzig Jahren hier, und 1987 ist er einmal zugefroren.

Anna Lindt: Was trägt der Fluss hinunter bis zum Meer? Wir haben unsere Hörer gefragt.

Bernd Holz: Meistens Sand, ab und zu einen Stuhl. Einmal brachte er sogar ein Klavier.
"""


class _Silent:
    def stage(self, name: str) -> None:
        pass

    def at(self, done: int, total: int) -> None:
        pass


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(folder=tmp_path / "out", takes=tmp_path / "takes", engine="espeak")


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_estimate_is_near_to_what_is_built(tmp_path: Path, options: Options, language: str) -> None:
    source = ENGLISH
    if language == "de":
        source = tmp_path / "talk.txt"
        source.write_text(GERMAN, "utf-8")

    told = estimate(source, options)
    assert not list((tmp_path / "takes").rglob("*.flac"))
    assert not (tmp_path / "out").exists()
    built = build(source, options, _Silent())

    assert told.length_s == pytest.approx(built.episode.duration_ms / 1000, rel=0.15)
    (share,) = told.shares
    assert (share.engine, share.takes, share.requests) == ("espeak", built.made, 0)
    assert not share.price
    again = estimate(source, options)
    assert again.shares == ()
    assert again.kept == built.made
    assert again.length_s == pytest.approx(built.episode.duration_ms / 1000, rel=0.002)


def test_requests_are_those_that_a_service_gets(
    tmp_path: Path, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "talk.txt"
    source.write_text(
        "Ada: A good evening to all of you. " + "We talk about the river, and about this house. " * 6, "utf-8"
    )
    chosen = Options(folder=options.folder, takes=options.takes, engine="gtts", language="en")
    with serve_google() as google:
        monkeypatch.setenv("NARRATOR_GTTS_ADDRESS", google.address)
        told = estimate(source, chosen)
        assert not google.asked
        build(source, chosen, _Silent())
    (share,) = told.shares
    assert share.requests == len(google.asked) > share.takes
    assert share.work_s is None


def test_what_several_sources_share_is_counted_once(tmp_path: Path, options: Options) -> None:
    source = tmp_path / "talk.txt"
    source.write_text(GERMAN, "utf-8")
    counted: set[str] = set()
    first, second = (estimate(source, options, counted) for _ in range(2))
    assert second.shares == ()
    assert (second.kept, second.counted) == (0, first.shares[0].takes)
    assert first.counted == 0
    assert second.length_s == first.length_s
    assert estimate(source, options) == first


@pytest.mark.parametrize(
    ("model", "price"), [("tts-1", 15 / 1_000_000), ("gpt-4o-mini-tts", None), ("unheard-of", 0.0)]
)
def test_a_paid_engine_tells_its_price(
    options: Options, model: str, price: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NARRATOR_OPENAI_MODEL", model)
    monkeypatch.setenv("NARRATOR_OPENAI_ADDRESS", "http://127.0.0.1:9")  # nobody is asked
    (share,) = estimate(ENGLISH, Options(takes=options.takes, engine="openai")).shares
    expected = share.speech_s / 60 * 0.015 if price is None else share.characters * price
    assert share.price == pytest.approx(expected)
    assert share.currency == ("USD" if expected else "")


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{tts-1: {per_minute: 0.02, currency: EUR}}", ""),
        ("{tts-1: {currency: EUR}}", "yaml:1: .*a price is missing"),
        ("{tts-1: {per_minute: -1}}", "a price"),
        ("{tts-1: {per_minute: 1, currency: euros}}", "written as in USD or EUR"),
        ("{tts-1: 15}", "a price, as in"),
        ("15", "a mapping of models"),
    ],
)
def test_prices_are_read_from_the_users_file(tmp_path: Path, entry: str, problem: str) -> None:
    path = tmp_path / "voices.yaml"
    path.write_text(f"engines: {{openai: {{prices: {entry}}}}}", "utf-8")
    if problem:
        with pytest.raises(SettingsError, match=problem):
            load_catalogue(path)
    else:
        price = load_catalogue(path).prices["openai", "tts-1"]
        assert (price.per_minute, price.per_million_characters, price.currency) == (0.02, 0.0, "EUR")
