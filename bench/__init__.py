"""Measurements of speed and memory, side by side with other ways to do the same: `python -m bench`.

Not part of the package: it runs from a checkout, on a POSIX system.
"""
