"""Engines: text to sound."""
