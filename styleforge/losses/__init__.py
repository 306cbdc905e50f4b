"""Losses as pure functions of tensors: batched, masked, safe on an empty mask.

Every function takes features or pictures and returns a scalar that is the mean over the batch of
per-sample values. How a recipe names them is in `styleforge.builtin`.

``reduction`` says whose constants are meant where LOHO's text and code differ: ``published`` for
the code released in 2021, ``patent`` for the formulas of the text.
"""
