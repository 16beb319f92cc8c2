"""Of 500 made-up sources of every kind no word is lost, and what a fuzzer once found is borne."""

import tempfile
from pathlib import Path

import pytest
from fuzz_sources import FOUND, KINDS, check, is_read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_of_500_sources_is_lost(kind: str) -> None:
    if not is_read(kind):
        pytest.skip(f"sources of the kind {kind} are not read")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"talk{kind}"

        @settings(max_examples=500, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(st.data())
        def read(draw: st.DataObject) -> None:
            path.write_bytes(draw.draw(KINDS[kind]))
            told.append(check(path, whole=True))

        told: list[bool] = []
        read()
    assert sum(told) >= 0.75 * len(told)  # what says nothing is refused


def test_what_a_fuzzer_found_is_borne() -> None:
    for path in sorted(FOUND.glob("*")):
        check(path, whole=False)
