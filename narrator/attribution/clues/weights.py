"""Stories: how much each clue weighs, in natural logarithms of odds, fitted to novels with answers.

The novels: parts of 14 English and four German ones, and the three shared open cases.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """What the clues of a story weigh."""

    pronoun: float = 0.4
    """Share of a saying's weight for whom “she said” may mean."""
    meant_step: float = 0.59
    """What each less likely person a pronoun may mean weighs less than the one before, as a share."""
    meant_least: float = 0.49
    """The least such share."""
    open_gender: float = 0.42
    """Share for somebody whose gender nobody knows."""
    unfit: float = -5.5
    """“She said” is no man's speech."""
    present: float = 0.97
    """Who was mentioned last."""
    present_step: float = 0.4
    """What each one mentioned earlier weighs less."""
    present_least: float = 0.3
    """The least such weight."""
    told_near: float = 0.5
    """Who is told by name to speak one of the quotations next to this one."""
    told: float = 0.55
    """Who is told to speak one of those around."""
    coming: float = -0.4
    """Who is told to speak one of the next, and has not been mentioned."""
    never: float = -0.3
    """Who is nowhere in the story told to speak."""
    often: float = 0.25
    """For each doubling of how often somebody is told to speak."""
    actor: float = 0.3
    """Who acts in the last sentence before the paragraph of a quotation."""
    reactor: float = -0.45
    """Who acts in the first sentence after the paragraph of a quotation."""
    called: float = 2.1
    """Who was called by name answers."""
    calls: float = -4.0
    """Nobody calls oneself by name."""
    called_back: float = 0.5
    """Who is called by name has spoken before."""
    spoken_of: float = -2.7
    """Who is named in a quotation, and not called, does not speak it."""
    calls_gender: float = 0.5
    """Who is called “sir” answers, or has spoken before."""
    new_paragraph: float = 5.49
    """A quotation in the next paragraph is another's."""
    asked: float = 0.7
    """A question in the paragraph before makes that surer."""
    after_narration: float = 0.9
    """A quotation after a little narration is another's."""
    after_long: float = -0.9
    """A quotation after more narration is another's."""
    back: float = 1.34
    """In the next paragraph who spoke before the last one speaks again."""
    back_after: float = 0.9
    """The same, after narration."""
    same_paragraph: float = 6.75
    """Two quotations of one paragraph are one person's."""
    acts_before: float = 3.3
    """Who acts in the paragraph before a quotation speaks it."""
    acts_after: float = 3.98
    """Who acts right after a quotation has spoken it."""
    leads: float = 2.9
    """Who acts in a sentence that ends in a colon speaks what follows."""
    unknown: float = -0.32
    """Somebody speaks whom nothing names."""
    own: float = 1.35
    """Who says “I” in the narration is always there."""


WEIGHTS = Weights()
