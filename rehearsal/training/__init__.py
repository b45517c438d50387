"""Training of the own line recogniser: synthetic lines by the building group of writers, and a small network.

Run by hand when the model is to be made anew; nothing at run time imports it, and PyTorch is no part of the
project's environment. ``ocr/models/README.md`` says how.
"""
