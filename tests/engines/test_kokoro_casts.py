"""What the catalogue recommends of Kokoro is enough for real casts, by its own figures."""

from itertools import combinations
from pathlib import Path

import pytest

from narrator.casting import cast
from narrator.engines import kokoro_voices
from narrator.errors import CastError
from narrator.model import Cast, Chapter, Person, Script, Turn, Voice
from narrator.voices import Catalogue, load_catalogue

_PACKAGED = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")
_OFFICIAL = (
    "af_alloy", "af_aoede", "af_heart", "af_nicole", "af_river", "am_fenrir", "am_liam", "am_michael",
    "am_onyx", "am_santa", "bf_emma", "bf_isabella", "bf_lily", "bm_fable", "bm_george", "bm_lewis",
    "ef_dora", "em_alex", "hm_omega", "if_sara", "im_nicola", "pm_alex",
)  # fmt: skip


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.chdir(tmp_path)  # without a voices.yaml of somebody's own
    return load_catalogue()


def acted(there: tuple[str, ...], language: str, genders: str, catalogue: Catalogue) -> Cast:
    """Cast a script of people of these genders: f, m, or - where it is not known."""
    named = ((name, kokoro_voices.parse(name)) for name in kokoro_voices.listed(there))
    voices = [Voice("kokoro", name, it.language.tag, it.gender) for name, it in named if it is not None]
    people = tuple(
        Person(f"P{number}", {"f": "female", "m": "male"}.get(gender, ""))
        for number, gender in enumerate(genders)
    )
    turns = tuple(Turn(person.name, "Some words.") for person in people)
    script = Script("T", language, (Chapter("", turns),), people)
    return cast(script, catalogue.pool(voices, language), catalogue)


@pytest.mark.parametrize(
    ("there", "language", "genders", "bound"),
    [
        (_PACKAGED + _OFFICIAL, "en", "--------", 0.80),
        (_PACKAGED + _OFFICIAL, "en", "fmfmfmfm", 0.80),
        (_OFFICIAL, "en", "ffffffmm", 0.80),
        (_PACKAGED, "en", "--------", 0.80),
        (_PACKAGED, "en", "fmf-", 0.75),
        (_PACKAGED, "de", "------", 0.75),
        (_PACKAGED, "de", "mfmf", 0.75),
        (_PACKAGED, "de", "-m-f", 0.75),
        (_PACKAGED + _OFFICIAL, "de", "----", 0.75),
    ],
)
def test_the_voices_of_a_cast_are_apart(
    there: tuple[str, ...], language: str, genders: str, bound: float, catalogue: Catalogue
) -> None:
    voices = [role.voice for role in acted(there, language, genders, catalogue).roles]
    assert len({voice.id for voice in voices}) == len(genders)
    for a, b in combinations(voices, 2):
        assert ("kokoro", a.name, b.name) in catalogue.cosines, (a.name, b.name)
        assert catalogue.alike(a, b) <= bound, (a.name, b.name)


@pytest.mark.parametrize(("language", "count"), [("en", 9), ("de", 7)])
def test_packages_alone_have_no_voice_for_one_more(language: str, count: int, catalogue: Catalogue) -> None:
    with pytest.raises(CastError, match="every voice recommended"):
        acted(_PACKAGED, language, "-" * count, catalogue)


def test_every_blend_that_is_offered_is_measured(catalogue: Catalogue) -> None:
    measured = {entry.name for entry in catalogue.recommended if entry.engine == "kokoro" and entry.wer}
    blends = {name for name in kokoro_voices.listed(_PACKAGED) if "~" in name}
    assert len(blends) >= 6
    assert blends <= measured
