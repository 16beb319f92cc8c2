"""What a listener's app would find wrong with a podcast: an independent judge, which reads what is there."""

from narrator.checking.check import EPISODES, Report, check
from narrator.checking.rule import Finding, Rule, Severity, rules

__all__ = ["EPISODES", "Finding", "Report", "Rule", "Severity", "check", "rules"]
