"""onnxruntime: models that run in this process. The home of that package."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

CPU = "CPUExecutionProvider"
_CARDS = ("CUDAExecutionProvider", "ROCMExecutionProvider", "MIGraphXExecutionProvider")


def installed() -> bool:
    """Tell whether onnxruntime is there; also where the package is onnxruntime-gpu."""
    return find_spec("onnxruntime") is not None


def version() -> str:
    """Return its version."""
    import onnxruntime

    return str(onnxruntime.__version__)


def providers() -> list[str]:
    """Return what a model may be computed with, best first; a graphics card may be listed and not work."""
    import onnxruntime

    there = onnxruntime.get_available_providers()
    return [*(card for card in _CARDS if card in there), CPU]


def open_session(model: bytes, computed_by: Sequence[str]) -> Any:
    """Return a session of a model, which may be shared by threads and used on in a fork.

    Raises:
        ValueError: onnxruntime cannot make sense of it.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # With one thread sums are always made in one order, a fork may go on with the session, and utterances
    # are spoken side by side anyway.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # its warnings would stand between our lines
    try:
        return onnxruntime.InferenceSession(model, options, providers=list(computed_by))
    except Exception as error:  # its own classes of errors have no common one but this
        raise ValueError(f"{error}") from error
