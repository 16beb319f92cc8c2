"""The ledger at the border of the source finds what a parser loses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.errors import LedgerError
from narrator.model import Block, BlockKind, Run, Unspoken
from narrator.sources.ledger import Passage, account

_WORD = st.text(alphabet="abcäöü", min_size=1, max_size=6)


def _spoken(text: str) -> tuple[Passage, Block]:
    return Passage(text, text, "", (1, 1)), Block(BlockKind.PARAGRAPH, (Run(text),), (1, 1))


@given(st.lists(_WORD, min_size=1, max_size=8), st.integers(0, 7))
def test_a_lost_word_is_found_wherever_it_was(parts: list[str], lost: int) -> None:
    source = " ".join(parts)
    whole = [_spoken(part) for part in parts]
    account(source, [passage for passage, _ in whole], [block for _, block in whole], ())
    del whole[lost % len(whole)]
    with pytest.raises(LedgerError):
        account(source, [passage for passage, _ in whole], [block for _, block in whole], ())


def test_a_passage_must_become_what_it_says() -> None:
    passage, block = _spoken("Hallo Welt")
    account("*Hallo* Welt!", [passage], [block], ())
    with pytest.raises(LedgerError, match="welt"):
        account("Hallo Welt", [Passage("Hallo Welt", "Hallo", "", (1, 1))], [block], ())
    with pytest.raises(LedgerError, match="welt"):
        account("Hallo Welt", [passage], [Block(BlockKind.PARAGRAPH, (Run("Hallo"),), (1, 1))], ())
    dropped = Passage("Hallo Welt", "", "comment", (1, 1))
    account("Hallo Welt", [dropped], [], [Unspoken("Hallo Welt", "comment", (1, 1))])
    with pytest.raises(LedgerError, match="not spoken"):
        account("Hallo Welt", [dropped], [], ())
