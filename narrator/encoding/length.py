"""The one check that every form makes at its end."""

from narrator.errors import EncodingError


def check_length(taken: int, length: int) -> None:
    """Refuse a programme that is not as long as its timeline.

    Args:
        taken: Samples of the blocks that were encoded.
        length: Samples that the timeline has.

    Raises:
        EncodingError: They differ.
    """
    if taken != length:
        raise EncodingError(f"the mix has {taken} samples where the timeline has {length}")
