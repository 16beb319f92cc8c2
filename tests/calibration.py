"""How far the confidences of attribution can be believed.

    python -m tests.calibration

prints, for turns by the confidence they claim, the share of their words that are right: over the shared open
cases where they lie beside the repository, else over our own texts. A word that the answer does not have at
all counts as wrong. Fails when turns claimed at 0.9 or more are right in less than 97 of 100 words.
"""

import importlib.util
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from types import ModuleType

from narrator.errors import SourceError
from narrator.model import Script
from narrator.production import load_script
from narrator.text import words

SHARED = Path(__file__).parents[2] / "shared" / "cases" / "attribution"
OWN = Path(__file__).parent / "data" / "attribution"
LEVELS = ((0.9, "0.90 and more"), (0.8, "0.80 to 0.89"), (0.6, "0.60 to 0.79"), (0.0, "less than 0.60"))
ASKED = 0.97
"""Share of right words that turns claimed at 0.9 or more must have."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Right words and all words by level."""

    right: Counter[float]
    claimed: Counter[float]

    def share(self, level: float) -> float:
        """Return the share of right words of a level; 1 when nothing is claimed there."""
        return self.right[level] / self.claimed[level] if self.claimed[level] else 1.0


def level_of(confidence: float) -> float:
    return next(level for level, _ in LEVELS if confidence >= level)


def measure_shared(scorer: ModuleType, cases: Path) -> Tally:
    """Compare scripts of the shared cases with their answers, with the scorer's own words and alignment."""
    tally = Tally(Counter(), Counter())
    for case in sorted(path.parent for path in cases.glob("*/gold.jsonl")):
        gold = scorer.load_gold(case / "gold.jsonl")
        answer = [
            (word, row["speaker"], bool(row.get("optional")))
            for row in gold
            for word in scorer.words(row["text"])
        ]
        with tempfile.TemporaryDirectory() as folder:  # without the answer beside it
            (source,) = case.glob("source.*")
            copy = Path(folder) / source.name
            copy.write_bytes(source.read_bytes())
            try:
                script = load_script(copy)
            except SourceError as error:
                sys.stderr.write(f"{case.name} is left out: {error}\n")
                continue
        said = list(_said(script, scorer.words))
        pairs = scorer.align([word for word, *_ in answer], [word for word, *_ in said])
        overlap = Counter((said[j][1], answer[i][1]) for i, j in pairs if not answer[i][2])
        mapping = scorer.assign(overlap, sorted({a for a, _ in overlap}), sorted({b for _, b in overlap}))
        found = {j: answer[i] for i, j in pairs}
        for j, (_, speaker, confidence) in enumerate(said):
            _, wanted, optional = found.get(j, ("", None, False))
            if not optional:
                tally.claimed[level_of(confidence)] += 1
                tally.right[level_of(confidence)] += wanted is not None and mapping.get(speaker) == wanted
    return tally


def measure_own(folder: Path) -> Tally:
    """Compare scripts of our own texts with the answers beside them."""
    tally = Tally(Counter(), Counter())
    for path in sorted(folder.glob("*.turns")):
        rows = [line.partition("| ")[::2] for line in path.read_text("utf-8").splitlines()]
        answer = [(word, speaker) for speaker, text in rows for word in words(text)]
        (source,) = (one for one in folder.glob(f"{path.stem}.*") if one != path)
        said = list(_said(load_script(source), words))
        matcher = SequenceMatcher(None, [one[0] for one in answer], [one[0] for one in said], autojunk=False)
        found = {b + k: answer[a + k][1] for a, b, size in matcher.get_matching_blocks() for k in range(size)}
        for j, (_, speaker, confidence) in enumerate(said):
            tally.claimed[level_of(confidence)] += 1
            tally.right[level_of(confidence)] += found.get(j) == speaker
    return tally


def _said(script: Script, split: Callable[[str], list[str]]) -> Iterator[tuple[str, str, float]]:
    for turn in script.turns:
        for word in split(turn.text):
            yield word, turn.speaker, turn.confidence


def measure() -> tuple[str, Tally]:
    """Return what was compared, and how it came out."""
    if not (SHARED / "cases").is_dir():
        return "our own texts", measure_own(OWN)
    spec = importlib.util.spec_from_file_location("score", SHARED / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(SHARED / "score.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return "the shared open cases", measure_shared(scorer, SHARED / "cases")


def format_tally(what: str, tally: Tally) -> str:
    lines = [f"Right words of turns by the confidence they claim, over {what}:"]
    for level, name in LEVELS:
        share = f"{100 * tally.share(level):5.1f} %" if tally.claimed[level] else "      –"
        lines.append(f"  {name:15} {share}  of {tally.claimed[level]:6,} words")
    return "\n".join(lines)


def main(arguments: Sequence[str] = ()) -> int:
    """Print the figures; `--own` compares with our own texts in any case."""
    what, tally = ("our own texts", measure_own(OWN)) if "--own" in arguments else measure()
    sys.stdout.write(format_tally(what, tally) + "\n")
    return 0 if tally.share(LEVELS[0][0]) >= ASKED else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
