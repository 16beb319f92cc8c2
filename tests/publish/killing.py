"""Publish a show to copies of a place, each time in a process that is killed at another change of a file.

    python killing.py SHOW PLACE COPIES

The copies are PLACE-0, PLACE-1 and so on; printed is how many changes a whole publication makes.
"""

import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Callable

from narrator.cli import main

_CHANGES = {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}


def count(place: str, reached: Callable[[int], None]) -> None:
    """Call `reached` before every change of a file in a folder, with its number."""
    done = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal done
        changes = event in _CHANGES and any(str(one).startswith(place) for one in arguments)
        if event == "open":
            changes = changes and isinstance(arguments[2], int) and bool(arguments[2] & os.O_ACCMODE)
        if changes:
            reached(done)
            done += 1

    sys.addaudithook(hook)


def publish(show: str, place: str, reached: Callable[[int], None]) -> int:
    """Publish in a process of its own, and return how that ended."""
    child = os.fork()
    if child == 0:
        count(place, reached)
        with contextlib.suppress(SystemExit):
            main(["publish", show, "--to", place, "-q"])
        os._exit(0)
    return os.waitpid(child, 0)[1]


def run(show: str, place: str, copies: int) -> None:
    with contextlib.suppress(SystemExit):  # what is imported now, no child has to import
        main(["publish", show, "--to", place, "--dry-run", "-q"])
    for number in range(copies + 1):
        shutil.copytree(place, f"{place}-{number}")
    reading, writing = os.pipe()

    def tell(_done: int) -> None:
        os.write(writing, b".")

    publish(show, f"{place}-{copies}", tell)
    os.close(writing)
    total = len(os.read(reading, 1 << 16))
    for number in range(copies):
        at = (2 * number + 1) * total // (2 * copies)

        def kill(done: int, at: int = at) -> None:
            if done == at:
                os.kill(os.getpid(), signal.SIGKILL)

        ended = publish(show, f"{place}-{number}", kill)
        if not os.WIFSIGNALED(ended):
            sys.exit(f"publication {number} was not killed")
    print(total)  # noqa: T201 - its purpose


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], int(sys.argv[3]))
