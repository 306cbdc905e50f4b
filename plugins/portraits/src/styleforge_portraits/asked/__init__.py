"""Edits in words: which are asked for to measure methods, and what a picture shows of them."""
