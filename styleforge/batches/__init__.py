"""Batches: a table of edits, run one by one, with their results in a folder."""
