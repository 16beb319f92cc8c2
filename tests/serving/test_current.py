"""What is served follows what lies on the disk, without looking at it for every request."""

import threading
import time
from itertools import chain, repeat
from pathlib import Path

import pytest

from narrator.errors import PublishError
from narrator.serving import Current


class Shelf:
    """A file, what was read of it, and what was said."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read = 0
        self.looked = 0
        self.told: list[str] = []
        self.write("one")

    def write(self, text: str) -> None:
        self.path.write_text(text)

    def open(self, every_s: float = 0.0) -> Current[str]:
        def read() -> str:
            self.read += 1
            text = self.path.read_text()
            if text == "half":
                raise PublishError("it is being written")
            return text

        def look(_last: str | None) -> dict[str, object]:
            self.looked += 1
            status = self.path.stat()
            return {"file": (status.st_ino, status.st_mtime_ns, status.st_size)}

        return Current(read, look, self.told.append, every_s)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "file")


def test_a_change_is_read_once(shelf: Shelf) -> None:
    current = shelf.open()
    assert [current() for _ in range(5)] == ["one"] * 5
    assert shelf.read == 1
    shelf.write("other")
    assert [current() for _ in range(5)] == ["other"] * 5
    assert shelf.read == 2
    assert shelf.told == []


def test_it_looks_no_more_often_than_it_should(shelf: Shelf) -> None:
    current = shelf.open(every_s=0.5)
    looked = shelf.looked
    shelf.write("other")
    assert [current() for _ in range(200)] == ["one"] * 200
    assert shelf.looked == looked
    time.sleep(0.5)
    assert current() == "other"


def test_what_cannot_be_read_stays_as_it_was_and_is_told_once(shelf: Shelf) -> None:
    current = shelf.open()
    shelf.write("half")
    assert [current() for _ in range(3)] == ["one"] * 3
    assert shelf.told == ["the show stays as it was, since it cannot be read now: it is being written"]
    shelf.path.unlink()
    assert current() == "one"
    assert "No such file" in shelf.told[1]
    shelf.write("whole")
    assert current() == "whole"
    assert shelf.told[2:] == ["the show was read anew"]


def test_what_changes_while_it_is_read_is_read_again(shelf: Shelf) -> None:
    states = chain([{"file": 1}], repeat({"file": 2}))
    texts = iter(["torn", "whole", "never"])
    current = Current(lambda: next(texts), lambda _last: next(states), shelf.told.append, 0.0)
    assert [current() for _ in range(3)] == ["whole"] * 3


def test_nobody_waits_while_one_reads() -> None:
    begun, go_on = threading.Event(), threading.Event()
    values = iter(["old", "new"])
    looks = iter(range(100))

    def read() -> str:
        value = next(values)
        if value == "new":
            begun.set()
            assert go_on.wait(10)
        return value

    current = Current(read, lambda last: {"file": 0 if last is None else next(looks)}, print, 0.0)
    reader = threading.Thread(target=current)
    reader.start()
    assert begun.wait(10)
    assert current() == "old"
    go_on.set()
    reader.join(10)
    assert not reader.is_alive()
