"""Of 500 made-up sources of every kind no word is lost, and what a fuzzer once found is borne."""

from pathlib import Path

import pytest
from fuzz_sources import FOUND, KINDS, check
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_of_500_sources_is_lost(kind: str) -> None:
    @settings(max_examples=500, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def read(draw: st.DataObject) -> None:
        told.append(check(draw.draw(KINDS[kind]), f"talk{kind}", whole=True))

    told: list[bool] = []
    read()
    assert sum(told) >= 0.75 * len(told)  # what says nothing is refused


@pytest.mark.parametrize("path", sorted(FOUND.glob("*")), ids=lambda path: path.name)
def test_what_a_fuzzer_found_is_borne(path: Path) -> None:
    check(path.read_bytes(), path.name, whole=False)
