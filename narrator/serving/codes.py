"""QR codes for a terminal; the only home of segno."""

from __future__ import annotations

_QUIET = 4
"""Modules of white around the code (ISO/IEC 18004, 6.3.8)."""
_COLOURS = "\x1b[38;5;16;48;5;231m"
"""Black on white of the palette that no theme changes: dark and light terminals show the same."""
_PLAIN = "\x1b[0m"
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def format_code(text: str) -> str:
    """Return a QR code as lines for a terminal that knows 256 colours, two rows of modules a line.

    Args:
        text: What the code says, as a rule an address.
    """
    import segno

    code = segno.make(text, error="m", micro=False)
    rows = [[bool(module) for module in row] for row in code.matrix_iter(border=_QUIET)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    lines = (
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
    return "\n".join(f"{_COLOURS}{line}{_PLAIN}" for line in lines)
