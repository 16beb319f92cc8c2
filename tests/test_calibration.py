"""The confidences of attribution can be believed, over the texts that lie here."""

import pytest
from calibration import ASKED, OWN, SHARED, format_tally, main, measure_own


def test_sure_turns_of_our_own_texts_are_right() -> None:
    tally = measure_own(OWN)

    assert tally.claimed[0.9] > 1500
    assert tally.share(0.9) >= ASKED
    assert "0.90 and more" in format_tally("our own texts", tally)


@pytest.mark.skipif(not (SHARED / "cases").is_dir(), reason="the shared cases are not here")
def test_sure_turns_of_the_shared_cases_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    code = main()

    assert (code, capsys.readouterr().out.splitlines()[0]) == (
        0,
        "Right words of turns by the confidence they claim, over the shared open cases:",
    )
