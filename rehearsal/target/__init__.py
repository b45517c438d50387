"""The rehearsal target: a small register system with a database of its own, to train robots on.

It stands for the web systems of the late 1990s that city halls still type into, and shares nothing with the
robots: its screens, words, formats and refusals are its own. ``python -m rehearsal.target`` starts it.
"""
