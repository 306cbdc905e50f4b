"""Hooks by example: a row of the table of weights."""

from __future__ import annotations

# [shown]
from styleforge import WeightFile, hookimpl

styleforge_api = 1


@hookimpl
def register_weights(register):
    register(
        WeightFile(
            name="my-hats",
            file="hats-256.pkl",
            gives="a StyleGAN2 generator of hats, 256 px",
            layout="stylegan2",
            licence="CC BY 4.0",
            page="https://example.org/hats",
            expects={"size": 256},
        )
    )
