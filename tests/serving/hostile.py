"""Clients that mean harm, and others beside them that want to listen.

As a program it runs at full size and prints what it measured: `python tests/serving/hostile.py`.
"""

import asyncio
import hashlib
import random
import re
import socket
import statistics
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

SECRET = b"nobody may read this"
"""Lies in files within the show and beside it that are not published."""
_PIECES = (
    "..", "../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..%5c", "%252e%252e/", "%c0%ae%c0%ae/", "..;/",
    "./",
    "//", "%00", "%0a", "%0d%0a", "one/", "output/", "etc/passwd", "secret.txt", "script.md", "podcast.yaml",
    "episode.json", "C:\\", "file:///", "~", "é", "%u002e", "index.html", "?", "#", "*",
)  # fmt: skip
_METHODS = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "G\x00T",
    "get",
    "",
)
_HOSTS = (
    "localhost",
    "evil.example",
    "127.0.0.1:80:80",
    "[::1",
    "localhost\tx",
    "",
    "a" * 5000,
    "169.254.1.1",
)


@dataclass
class Figures:
    """What was seen."""

    answers: Counter[str] = field(default_factory=Counter)
    """First words of what the hostile got: a status, or nothing."""
    leaks: list[bytes] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    """Seconds of each request of the good."""
    failures: list[str] = field(default_factory=list)
    """Of the good."""
    seconds: float = 0.0


class Campaign:
    """Requests of a kind chosen at random, the same for the same seed."""

    def __init__(self, port: int, audio: str, sound: bytes, seed: int, patience_s: float) -> None:
        """Prepare it.

        Args:
            port: Of the server, on 127.0.0.1.
            audio: Path of an enclosure.
            sound: Its content, much more than a socket takes at once.
            seed: Of all chances.
            patience_s: Seconds for which a slow client is slow.
        """
        self.port = port
        self.audio = audio
        self.sound = sound
        self.chance = random.Random(seed)  # noqa: S311 - the same each time is what is wanted
        self.patience_s = patience_s
        self.figures = Figures()
        self._over = False

    async def run(self, count: int, at_once: int) -> Figures:
        """Send hostile requests, so many at the same time, and meanwhile good ones."""
        self._over = False
        gate = asyncio.Semaphore(at_once)
        start = time.monotonic()
        good = [asyncio.create_task(self._listen_well(number)) for number in range(3)]

        async def one(attack: Callable[[random.Random], Awaitable[bytes]], seed: int) -> None:
            async with gate:
                try:
                    answer = await asyncio.wait_for(attack(random.Random(seed)), 60)  # noqa: S311
                except (OSError, asyncio.IncompleteReadError):
                    answer = b""
                self.figures.answers[answer[9:12].decode("latin-1") or "nothing"] += 1
                if SECRET in answer or b"root:" in answer:
                    self.figures.leaks.append(answer)

        attacks = [self.chance.choice(self._attacks()) for _ in range(count)]
        await asyncio.gather(*(one(attack, self.chance.getrandbits(32)) for attack in attacks))
        self._over = True
        await asyncio.gather(*good)
        self.figures.seconds = time.monotonic() - start
        return self.figures

    def _attacks(self) -> list[Callable[[random.Random], Awaitable[bytes]]]:
        return [
            self.climb, self.climb, self.climb, self.ask_for_parts, self.ask_for_parts, self.flood_headers,
            self.drip, self.read_slowly, self.talk_nonsense, self.smuggle, self.break_off, self.push_ahead,
            self.pretend,
        ]  # fmt: skip

    # ------------------------------------------------------------ attacks
    async def climb(self, chance: random.Random) -> bytes:
        """Ask for what is not in the show."""
        path = "/" + "".join(chance.choices(_PIECES, k=chance.randint(1, 12)))
        method = chance.choice(("GET", "GET", "HEAD"))
        return await self._say(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    async def ask_for_parts(self, chance: random.Random) -> bytes:
        """Ask for absurd ranges."""
        size = len(self.sound)
        numbers: tuple[str, ...] = ("", "0", "1", str(size // 2), str(size - 1), "9" * 30)
        if chance.random() < 0.5:
            numbers += ("-1", "x", "0x10", "1e3", "٣")
        specs = [
            f"{chance.choice(numbers)}-{chance.choice(numbers)}"
            for _ in range(chance.choice((1, 1, 2, 15, 500)))
        ]
        text = chance.choice(("bytes=", "bytes=", "Bytes = ", "lines=", "")) + ",".join(specs)
        extra = f"Range: {text}\r\nIf-None-Match: {'W/' * 99}\r\n"
        extra += f"If-Range: {chance.choice(numbers)}\r\n" if chance.random() < 0.3 else ""
        return await self._say(
            f"HEAD {self.audio} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{extra}\r\n"
            if chance.random() < 0.3
            else f"GET {self.audio} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{extra}\r\n",
            most=1 << 18,
        )

    async def flood_headers(self, chance: random.Random) -> bytes:
        """Send very many headers, or one that is very long."""
        long = "x" * chance.choice((10_000, 100_000, 1_000_000))
        many = "".join(f"X-{number}: {number}\r\n" for number in range(chance.choice((100, 10_000))))
        start = chance.choice((f"GET /{long} HTTP/1.1\r\n", f"GET / HTTP/1.1\r\nCookie: {long}\r\n"))
        return await self._say(f"{start}Host: localhost\r\n{many}Connection: close\r\n\r\n")

    async def drip(self, chance: random.Random) -> bytes:
        """Send a byte now and then, and never all."""
        _, writer = await self._open()
        try:
            end = time.monotonic() + self.patience_s
            for byte in b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"x" * 1000:
                if time.monotonic() > end or writer.is_closing():
                    break
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(chance.uniform(0.01, 0.5))
            return b""
        finally:
            writer.close()

    async def read_slowly(self, chance: random.Random) -> bytes:
        """Ask for much and take nothing."""
        reader, writer = await self._open(limit=1)
        try:
            writer.write(f"GET {self.audio} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 3)
            answer = await reader.read(100)
            await asyncio.sleep(chance.uniform(0, self.patience_s))
            return answer
        finally:
            writer.transport.abort()

    async def talk_nonsense(self, chance: random.Random) -> bytes:
        """Send bytes of any kind."""
        start = chance.choice(
            (b"", b"\x16\x03\x01", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/9.9\r\n")
        )
        return await self._say(start + chance.randbytes(chance.randint(1, 5000)) + b"\r\n\r\n")

    async def smuggle(self, chance: random.Random) -> bytes:
        """Say two things about how much is coming."""
        framing = chance.choice(
            (
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: -1\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Content-Length: 99999999999999999999\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding: chunked\r\n",
                "Expect: 100-continue\r\nContent-Length: 100\r\n",
                "Upgrade: websocket\r\nConnection: upgrade\r\n",
            )
        )
        body = chance.choice(
            ("", "0\r\n\r\nGET /secret.txt HTTP/1.1\r\nHost: x\r\n\r\n", "ZZZ\r\n", "FFFFFFFFFF\r\nx")
        )
        return await self._say(
            f"{chance.choice(_METHODS)} / HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n{body}", wait_s=1
        )

    async def break_off(self, chance: random.Random) -> bytes:
        """Go away in the middle, without a word."""
        reader, writer = await self._open()
        text = f"GET {self.audio} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        writer.write(text[: chance.randint(1, 2 * len(text))])
        answer = b""
        if chance.random() < 0.2:
            with suppress(TimeoutError):  # not all of the request may have been sent
                answer = await asyncio.wait_for(reader.read(20), self.patience_s)
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()
        return answer

    async def push_ahead(self, chance: random.Random) -> bytes:
        """Send very many requests without waiting for an answer."""
        one = "GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n"
        return await self._say(one * chance.choice((2, 200)) + "GARBAGE\r\n\r\n")

    async def pretend(self, chance: random.Random) -> bytes:
        """Come by another name, with another method, in another version."""
        version = chance.choice(("HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "http/1.1", ""))
        method, host = chance.choice(_METHODS), chance.choice(_HOSTS)
        target = chance.choice(
            ("/", "*", "http://evil.example/", "http://localhost/secret.txt", "evil.example:80")
        )
        return await self._say(f"{method} {target} {version}\r\nHost: {host}\r\nConnection: close\r\n\r\n")

    async def _open(self, limit: int = 1 << 16) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port, limit=limit)

    async def _say(self, text: str | bytes, *, most: int = 1 << 16, wait_s: float = 30.0) -> bytes:
        """Send and return the beginning of what is answered."""
        reader, writer = await self._open()
        answer = b""
        try:
            writer.write(text if isinstance(text, bytes) else text.encode("utf-8", "replace"))
            while len(answer) < most:
                block = await asyncio.wait_for(reader.read(1 << 14), wait_s)
                if not block:
                    break
                answer += block
        except (OSError, TimeoutError):
            pass
        finally:
            writer.transport.abort()
        return answer

    # ------------------------------------------------------------ the good
    async def _listen_well(self, number: int) -> None:
        """Ask as players do, now and then, and look whether all is as it should be."""
        chance = random.Random(number)  # noqa: S311
        while not self._over:
            start = chance.randrange(len(self.sound) - 100_000)
            wishes = (
                ("/feed.xml", "", b"200", b"<rss"),
                ("/one/", "", b"200", b"<html"),
                (
                    self.audio,
                    f"Range: bytes={start}-{start + 99_999}\r\n",
                    b"206",
                    self.sound[start : start + 100_000],
                ),
            )
            for path, extra, status, part in wishes:
                begun = time.monotonic()
                try:
                    answer = await self._say(
                        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{extra}\r\n",
                        most=1 << 22,
                    )
                except OSError as error:
                    answer = str(error).encode()
                self.figures.latencies.append(time.monotonic() - begun)
                if answer[9:12] != status or part not in answer:
                    self.figures.failures.append(f"{path}: {answer[:60]!r}, {len(answer)} bytes")
            await asyncio.sleep(0.05)


def resident_kib(pid: int) -> int:
    """Return the memory of a process in KiB; 0 where the system does not say."""
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) if found else 0


def make_target(folder: Path, size: int) -> tuple[Path, bytes]:
    """Write a show with a large enclosure, and secrets in and beside it; return it and the sound."""
    from shows import make_episode, make_show

    sound = hashlib.shake_256(b"hostile").digest(size)
    show = make_show(folder / "output", "one", "two")
    make_episode(show, "one", audio=sound)
    for place in (folder / "secret.txt", show / "secret.txt", show / "one" / "script.md"):
        place.write_bytes(SECRET)
    return show, sound


def main() -> None:
    """Run at full size against `narrate serve` with its usual limits."""
    here = Path(__file__).parent
    sys.path.insert(0, str(here.parent / "publish"))
    from test_serve_command import ADDRESS, audio_path, program

    with tempfile.TemporaryDirectory() as folder:
        _, sound = make_target(Path(folder), 50_000_000)
        with program(Path(folder)) as (running, said):
            found = ADDRESS.search(said)
            assert found
            port = int(found[1].split(":")[2].strip("/"))
            audio = audio_path(found[1], "one")
            campaign = Campaign(port, audio, sound, seed=5, patience_s=12.0)
            before = resident_kib(running.pid)
            for count in (2000, 2000):
                campaign.figures = Figures()
                seen = asyncio.run(campaign.run(count, at_once=200))
                ranked = sorted(seen.latencies)
                print(  # noqa: T201
                    f"{count} hostile requests, 200 at once, in {seen.seconds:.1f} s: {dict(seen.answers)}; "
                    f"leaks {len(seen.leaks)}; memory {before} -> {resident_kib(running.pid)} KiB; "
                    f"good requests {len(ranked)}, failed {len(seen.failures)}, median "
                    f"{1000 * statistics.median(ranked):.0f} ms, 99 of 100 within "
                    f"{1000 * ranked[len(ranked) * 99 // 100]:.0f} ms, slowest {1000 * ranked[-1]:.0f} ms"
                )
                print(*seen.failures[:5], sep="\n")  # noqa: T201
            assert running.poll() is None
            running.terminate()
            print("said:", running.communicate(timeout=20))  # noqa: T201


if __name__ == "__main__":
    main()
