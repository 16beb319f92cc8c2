"""How a command ends: tidily when it is asked to, and with what the system said."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def tidy_end() -> Iterator[None]:
    """Let a request to end, or a closed terminal, end the program as Ctrl-C does: nothing is left over."""

    def end(number: int, _frame: object) -> NoReturn:
        sys.exit(128 + number)

    before: dict[int, Any] = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # there is no SIGHUP on Windows; `nohup` has it ignored
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def told(error: OSError) -> str:
    """Say what the system said, and of which file."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else f"the system refused: {reason}"
