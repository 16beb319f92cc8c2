"""Independent readers of what narrator writes: npm packages and programs of the system, skipped when missing.

The packages are installed by `npm ci --prefix tests/readers --ignore-scripts`.
"""

import json
import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent
_MODULES = _HERE / "node_modules"


def program(name: str) -> str:
    """Return the path of a program of the system; without it, the test is skipped."""
    found = shutil.which(name)
    if not found:
        pytest.skip(f"the program {name} is not installed")
    return found


def package(name: str) -> Path:
    """Return the folder of an npm package; without it, the test is skipped."""
    folder = _MODULES / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not installed: npm ci --prefix tests/readers --ignore-scripts")
    return folder


def read(reader: str, *files: Path) -> list[Any]:
    """Return what a reader makes of files, one value for each.

    Args:
        reader: `feedsmith`, `partytime`, `webvtt`, `srt`, `music-metadata` or `node-id3`.
        files: What it is to read.
    """
    package(
        {"partytime": "podcast-partytime", "webvtt": "webvtt-parser", "srt": "srt-validator"}.get(
            reader, reader
        )
    )
    done = run(program("node"), _HERE / "read.mjs", reader, *files)
    found: list[Any] = json.loads(done.stdout)
    return found


def html_errors(*files: Path) -> list[dict[str, Any]]:
    """Return what the checker of the Nu Html Checker (vnu) finds wrong with pages: errors and warnings."""
    jar = package("vnu-jar") / "build" / "dist" / "vnu.jar"
    done = subprocess.run(
        # The run is too short for the better compiler to pay.
        [
            *(program("java"), "-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(jar)),
            *("--format", "json", "--exit-zero-always", *map(str, files)),
        ],
        capture_output=True,
        check=False,
        timeout=60,
    )
    messages: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    return messages


@lru_cache
def axe_source() -> str:
    """Return the script of axe-core, to be run in a page: it defines `axe`."""
    return (package("axe-core") / "axe.min.js").read_text("utf-8")


def xml_problem(content: bytes) -> str:
    """Return what xmllint says of XML that is not well-formed, or of a namespace that is not declared."""
    done = subprocess.run(
        [program("xmllint"), "--noout", "--nonet", "-"],
        input=content,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return done.stderr.decode(errors="replace")


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a program, in our environment and what is given; the test fails with what it says when it fails."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
        env=os.environ | environment,
    )
    assert done.returncode == 0, (done.stderr + done.stdout).decode(errors="replace")
    return done
