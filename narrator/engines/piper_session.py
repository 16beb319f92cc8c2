"""Models of Piper in this process, and a run of one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from narrator.audio import Audio
from narrator.engines import piper_data as data
from narrator.engines import runtime
from narrator.engines.loaded import Loaded
from narrator.engines.onnx_noise import INPUT as NOISE
from narrator.engines.onnx_noise import with_noise_from_outside
from narrator.errors import EngineUnavailableError, SynthesisError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_CHANNELS, _FRAMES = 192, 20_000
"""Shape of the noise: the channels of VITS; more frames of 256 samples than a piece takes at the slowest."""
_MOST = 8
"""Models kept in memory, 0.1 GB each."""


@cache
def noise() -> NDArray[np.float32]:
    """Return noise of shape (1, channels, frames), the same in every process and with every NumPy."""
    # The old generator, as only its stream is promised to stay.
    return np.random.RandomState(1).standard_normal((1, _CHANNELS, _FRAMES)).astype(np.float32)


def run(session: Any, wish: dict[str, Any], model: data.Model, spoken: str) -> Audio:
    """Run a model once.

    Args:
        session: The model's.
        wish: Inputs by name; those that it does not take are left out, and noise is added.
        model: Its description.
        spoken: The text, for errors.

    Raises:
        SynthesisError: It failed.
    """
    wish = {**wish, NOISE: noise()}
    taken = {entry.name: wish[entry.name] for entry in session.get_inputs() if entry.name in wish}
    try:
        samples = session.run(None, taken)[0]
    except Exception as error:  # onnxruntime's errors have no common class but this
        raise SynthesisError(spoken, f"the model {model.path.name} failed: {error}") from error
    samples = np.ascontiguousarray(samples, np.float32).reshape(-1)
    if not np.isfinite(samples).all():
        raise SynthesisError(spoken, f"the model {model.path.name} made something that is no sound")
    return Audio(np.clip(samples, -1, 1), model.rate)


sessions = Loaded(_MOST)
"""A session for each model."""


def open_model(path: Path) -> Any:
    """Return a model's session, one a process; the first call loads it, half a second.

    Raises:
        EngineUnavailableError: The model is damaged or missing.
    """

    def load() -> Any:
        try:
            # On a graphics card, sums are made in an order of its own; these models need none.
            model = with_noise_from_outside(path.read_bytes())
            return runtime.open_session(model, [runtime.CPU])
        except (OSError, ValueError) as error:
            problem = f"its model {path} is damaged; delete and install it again"
            raise EngineUnavailableError(data.ENGINE, problem) from error

    return sessions.get((path, data.digest(path)), load)
