"""A model that behaves as Piper's do, of 500 bytes: noise as long as the text, louder for each speaker.

Written by hand in the format of ONNX, so that no test needs the package that makes models.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from narrator.engines.onnx_noise import _message, _number

FLOAT, INT64 = 1, 7


def node(kind: str, inputs: Iterable[str], output: str, to: int = 0) -> bytes:
    content = b"".join(_message(1, name.encode()) for name in inputs) + _message(2, output.encode())
    attribute = _message(1, b"to") + _number(3, to) + _number(20, 2)
    return _message(1, content + _message(4, kind.encode()) + (_message(5, attribute) if to else b""))


def value(field: int, name: str, kind: int, *sizes: str) -> bytes:
    shape = b"".join(_message(1, _message(2, size.encode())) for size in sizes)
    tensor = _number(1, kind) + _message(2, shape)
    return _message(field, _message(1, name.encode()) + _message(2, _message(1, tensor)))


def constant(name: str, kind: int, raw: bytes) -> bytes:
    return _message(5, _number(1, 1) + _number(2, kind) + _message(8, name.encode()) + _message(9, raw))


def tiny_model() -> bytes:
    graph = (
        node("Cast", ["input"], "x", to=FLOAT)
        + node("Unsqueeze", ["x", "axis"], "row")
        + node("RandomNormalLike", ["row"], "noise_out")
        + node("Cast", ["sid"], "who", to=FLOAT)
        + node("Add", ["who", "one"], "louder")
        + node("Mul", ["louder", "little"], "volume")
        + node("Mul", ["noise_out", "volume"], "output")
        + _message(2, b"tiny")
        + constant("axis", INT64, (1).to_bytes(8, "little"))
        + constant("one", FLOAT, bytes.fromhex("0000803f"))
        + constant("little", FLOAT, bytes.fromhex("cdcc4c3d"))  # 0.05
        + value(11, "input", INT64, "batch", "phonemes")
        + value(11, "sid", INT64, "batch")
        + value(12, "output", FLOAT, "batch", "one", "frames")
    )
    return _number(1, 8) + _message(7, graph) + _message(8, _message(1, b"") + _number(2, 15))


_SYMBOLS = "_^$ .,;:!?abcdefhijklmnoprstuvwxyzæçðŋœøɑɔəɛɜɡɪɹʁʃʊʌʏʒˈˌːθɐɾ\u0327"
DESCRIPTION: dict[str, Any] = {
    "audio": {"sample_rate": 22050, "quality": "medium"},
    "espeak": {"voice": "en-us"},
    "phoneme_id_map": {symbol: [number] for number, symbol in enumerate(_SYMBOLS)},
    "num_speakers": 1,
    "language": {"code": "en_US"},
}


def put_tiny(folder: Path, name: str, **changes: Any) -> Path:
    """Write the model and a description, changed as said, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.onnx"
    path.write_bytes(tiny_model())
    path.with_name(f"{name}.onnx.json").write_text(json.dumps(DESCRIPTION | changes), "utf-8")
    return path
