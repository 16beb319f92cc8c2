"""The real voice of Piper for tests: in NARRATOR_TEST_MODELS, as tools/assemble_models.py makes it."""

import os
from pathlib import Path

import pytest

VOICE = "en_US-joe-medium"


def piper_models() -> Path:
    """Return the folder of models; the test is skipped where there is none."""
    folder = Path(os.environ.get("NARRATOR_TEST_MODELS", "nowhere"))
    if not (folder / "piper" / f"{VOICE}.onnx.json").is_file():
        pytest.skip(
            f"NARRATOR_TEST_MODELS names no folder with piper/{VOICE}.onnx (tools/assemble_models.py)"
        )
    pytest.importorskip("onnxruntime", reason="the extra `piper` is not installed")
    return folder
