"""Show which sentences of the spoken-form tables espeak reads alike as shown and as said.

    python tools/compare_phonemes.py de|en

What it prints needs no rule for espeak's sake (other engines may need it); everything else does. Not part of
the tests.
"""

import ctypes
import sys
from pathlib import Path

import espeakng_loader

_SYNCHRONOUS, _NO_EXIT, _UTF8, _IPA = 2, 0x8000, 1, 2


def main() -> None:
    language = sys.argv[1]
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]
    folder = str(Path(espeakng_loader.get_data_path()).parent).encode()
    library.espeak_Initialize(_SYNCHRONOUS, 0, folder, _NO_EXIT)
    library.espeak_SetVoiceByName({"en": "en-us"}.get(language, language).encode())

    def phonemes(text: str) -> str:
        content = ctypes.create_string_buffer(text.encode())
        rest = ctypes.c_void_p(ctypes.addressof(content))
        clauses = []
        while rest.value:
            clauses.append(library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA).decode())
        return " | ".join(clauses)

    table = Path(__file__).parent.parent / "tests" / "data" / "spoken" / f"{language}.tsv"
    for line in table.read_text("utf-8").splitlines():
        shown, _, said = line.partition("\t")
        if said and shown != said and phonemes(shown) == phonemes(said):
            print(f"{shown}\n  = {said}")


if __name__ == "__main__":
    main()
