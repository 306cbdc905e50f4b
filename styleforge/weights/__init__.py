"""Weights that the user brings: what there is, whether a file is it, and where it is kept."""
