"""Pictures of the pages for the README: `python tools/screenshots.py`.

It builds the examples, publishes them to a folder, and looks at that with the system's Chromium.
"""

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

ROOT = Path(__file__).parent.parent
VIEWS = ((1180, "light"), (390, "dark"))
"""Width in pixels and colours: a large screen and a phone, side by side."""
HEIGHT, GAP = 860, 20
COLOURS = 256
"""Of a picture: enough for flat colours and letters, at a quarter of the bytes."""
PODCAST = """\
title: Patient Machines
address: https://podcast.example/patient-machines/
description: |-
  Conversations with people who look after things that have to last: bridges, tower clocks, sluices.
  Every second Thursday.
author: The Patient Machines team
email: hello@podcast.example
category: Society & Culture
episodes:
  the-woman-who-listens-to-bridges:
    description: |-
      An engineer who has listened to four hundred bridges tells what steel sounds like when it is tired,
      and why she never trusts a quiet bridge.
    season: 1
    number: 2
  der-mann-der-die-uhren-anhaelt:
    description: |-
      Jakob Lindner repairs tower clocks, and stops every one of them as soon as it enters his workshop.
      In German.
    season: 1
    number: 1
"""
DATES = {"gespraech.md": "2026-10-15", "interview.txt": "2026-10-29"}
EPISODE = "the-woman-who-listens-to-bridges/index.html"


def narrate(*command: str | Path, folder: Path, **environment: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "narrator", *command], cwd=folder, env=os.environ | environment, check=True
    )


def publish(folder: Path) -> Path:
    """Build the examples and publish them; return where."""
    for name, date in DATES.items():
        at = int(datetime.fromisoformat(f"{date}T08:00:00+00:00").timestamp())
        narrate("build", ROOT / "examples" / name, "--quiet", folder=folder, SOURCE_DATE_EPOCH=str(at))
    (folder / "output" / "podcast.yaml").write_text(PODCAST, "utf-8")
    narrate("publish", "--to", folder / "web", "--quiet", folder=folder)
    return folder / "web"


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """Serve a folder, with byte ranges."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Mount("/", StaticFiles(directory=folder))])
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()


def look(browser: Browser, address: str, *, play: bool) -> Image.Image:
    pictures = []
    for width, scheme in VIEWS:
        context = browser.new_context(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
        page = context.new_page()
        page.goto(address + ("#t=40.3" if play else ""))
        if play:
            page.click("#play")
            page.wait_for_timeout(2500)
        page.wait_for_timeout(300)
        pictures.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
        context.close()
    whole = Image.new("RGB", (sum(one.width for one in pictures) + GAP, pictures[0].height), "white")
    whole.paste(pictures[0], (0, 0))
    whole.paste(pictures[1], (pictures[0].width + GAP, 0))
    return whole.quantize(COLOURS, dither=Image.Dither.NONE)


def main() -> None:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        sys.exit("the program chromium is not installed")
    with (
        tempfile.TemporaryDirectory() as folder,
        hosted(publish(Path(folder))) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, page in (("show", "index.html"), ("episode", EPISODE)):
            target = ROOT / "docs" / f"page-{name}.png"
            look(browser, address + page, play=page == EPISODE).save(target, optimize=True)
            print(f"{target.relative_to(ROOT)}: {target.stat().st_size:,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
