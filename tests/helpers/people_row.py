"""A row of the table of weights, for tests: a StyleGAN2 generator of 16 pixels."""

from __future__ import annotations

from styleforge.weights.row import WeightFile

ROW = WeightFile(
    name="people",
    file="people.pkl",
    gives="people",
    layout="stylegan2",
    licence="non-commercial",
    page="https://example.org/people",
    expects={"size": 16},
)
