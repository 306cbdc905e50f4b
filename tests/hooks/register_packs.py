"""Hooks by example: a pack; each model is loaded by a function of its own."""

from __future__ import annotations

# [shown]
from styleforge import Pack, hookimpl

styleforge_api = 1


def generator():
    from styleforge.testing import toy_models  # heavy imports wait until a model is asked for

    return toy_models.generator()


def regions():
    from styleforge.testing import toy_models

    return toy_models.regions()


@hookimpl
def register_packs(register):
    register(
        Pack(
            name="tiny",
            title="Tiny",
            help="The models that styleforge tests itself with.",
            licence="Apache-2.0",
            components={"generator": generator, "regions": regions},
            size=(32, 32),
        )
    )


# [end]
