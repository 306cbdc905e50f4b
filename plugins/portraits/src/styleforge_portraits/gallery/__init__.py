"""Portraits that the pack ships as input files: NAME.png and NAME.json with its factors."""
