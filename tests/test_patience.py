import time

import pytest

from narrator.errors import SettingsError, SynthesisError
from narrator.patience import Patience


class Fails:
    """Fails with these errors, then succeeds."""

    def __init__(self, *errors: SynthesisError) -> None:
        self.errors = list(errors)
        self.times: list[float] = []

    def __call__(self) -> str:
        self.times.append(time.monotonic())
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def busy(retry_after: float = 0.0) -> SynthesisError:
    return SynthesisError("Hello", "busy", retry=True, retry_after=retry_after)


def test_waits_grow_and_are_as_long_as_asked_for() -> None:
    action = Fails(busy(), busy(), busy(retry_after=0.1))
    assert Patience(tries=4, delay_s=0.02).attempt(action) == "done"
    waits = [after - before for before, after in zip(action.times, action.times[1:], strict=False)]
    assert all(wait >= least for wait, least in zip(waits, (0.02, 0.04, 0.1), strict=True))


@pytest.mark.parametrize(
    ("errors", "calls"),
    [
        ([busy(), busy(), busy()], 3),
        ([busy(), SynthesisError("Hello", "no")], 2),
        ([busy(retry_after=2.0)], 1),
    ],
)
def test_it_ends_with_the_error(errors: list[SynthesisError], calls: int) -> None:
    action = Fails(*errors)
    last = errors[-1]
    with pytest.raises(SynthesisError) as caught:
        Patience(tries=3, delay_s=0.0, longest_s=1.0).attempt(action)
    assert caught.value is last
    assert len(action.times) == calls


def test_the_environment_names_the_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NARRATOR_RETRY_DELAY", raising=False)
    assert Patience().delay_s == 0.5
    monkeypatch.setenv("NARRATOR_RETRY_DELAY", "0.01")
    assert Patience().delay_s == 0.01


@pytest.mark.parametrize("said", ["soon", "-1", "nan", "1e9"])
def test_a_delay_that_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("NARRATOR_RETRY_DELAY", said)
    with pytest.raises(SettingsError, match="NARRATOR_RETRY_DELAY: seconds from 0 to 60"):
        Patience()
