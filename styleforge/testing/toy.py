"""The domain ``toy`` and its pack: a plugin, to be given to `Forge.use` as this module.

It has the three attributes and the two stages of LOHO and a mapper, at 32 px and a few steps, so
that laws of the engine can be tested in milliseconds and in float64.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from styleforge.hookspecs import hookimpl
from styleforge.measure.truth import Comparison, Truth, comparison
from styleforge.methods import hairclip
from styleforge.methods.loho import Loho
from styleforge.pack.models import Models
from styleforge.pack.pack import Pack
from styleforge.prepare.problem import Problem, Reference
from styleforge.prepare.regions import soft_regions
from styleforge.recipe.domain import Domain, Preset
from styleforge.recipe.recipe import Compose
from styleforge.recipe.starts import Mapped
from styleforge.testing import toy_mapper, toy_models, toy_words

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.plugins.registry import Register
    from styleforge.recipe.domain import Attribute
    from styleforge.recipe.stage import Stage

styleforge_api = 1
styleforge_waived = {"plugin.imports_cheaply": "it is for tests, which load torch anyway"}

STEPS = 4  # of each stage
LOHO = Loho(domain="toy", region="thing", keep="identity.keep")

_SHAPE, _APPEARANCE, _FINER_STYLE = LOHO.attributes(
    shape="The outline of the thing.",
    appearance="The colour of the thing.",
    finer_style="The texture of the thing.",
)

ATTRIBUTES = (
    replace(
        _SHAPE,
        accepts=("image", "text"),
        prompt="{} thing",
        drives=("coarse", "medium"),
        likeness=hairclip.shape_likeness("shape", "thing"),
        words=toy_words.SHAPES,
    ),
    replace(
        _APPEARANCE,
        accepts=("image", "text", "swatch"),
        prompt="{} thing",
        drives=("fine",),
        likeness=hairclip.colour_likeness("appearance", "thing"),
        hold=hairclip.keep_colour("thing"),
        words=toy_words.COLOURS,
    ),
    _FINER_STYLE,
)

MAPPED = Mapped(region="thing")

STAGES = (
    LOHO.structure_stage("toy.structure", STEPS),
    LOHO.look_stage("toy.look", (LOHO.orthogonal(), LOHO.off_noise()), STEPS),
)

TOY = Domain(
    name="toy",
    title="Toy",
    help="A thing above another thing, for tests.",
    region="thing",
    keep=("keep",),
    presets=(
        Preset(
            name="toy-loho",
            title="LOHO",
            help="Two stages from the mean latent.",
            stages=("toy.structure", "toy.look"),
        ),
        Preset(
            name="toy-look",
            title="Second stage only",
            help="From the inverter.",
            stages=("toy.look",),
            start="inverter",
        ),
        Preset(
            name="toy-mapper",
            title="Mapper",
            help="One pass.",
            stages=(),
            start="mapper",
            start_map=MAPPED,
            compose=Compose(mode="layered", inpainter="pack"),
        ),
        Preset(
            name="toy-mapped",
            title="LOHO from the mapper",
            help="Two stages from the mapped latent; words become a picture first.",
            stages=("toy.structure", "toy.look"),
            start="mapper",
            start_map=MAPPED,
            described="preview",
        ),
    ),
)


def toy_forge() -> Forge:
    """A forge that knows this module and no other plugin.

    Example:
        >>> sorted(toy_forge().domains)
        ['toy']
    """
    from styleforge.forge import Forge

    forge = Forge(())
    forge.use(sys.modules[__name__])
    return forge


def toy_pack() -> Pack:
    """The pack ``toy``: models of fixed random weights, without files."""
    return Pack(
        name="toy",
        title="Toy",
        help="Tiny models of random weights, for tests.",
        licence="Apache-2.0",
        components={
            "generator": toy_models.generator,
            "regions": toy_models.regions,
            "features": toy_models.features,
            "lpips": toy_models.lpips,
            "landmarks": toy_models.landmarks,
            "inverter": toy_models.inverter,
            "embedding": toy_words.embedding,
            "identity_encoder": toy_words.identity,
            "mapper/toy": toy_mapper.mapper,
            "edits": toy_mapper.edits,
        },
        size=(toy_models.SIZE, toy_models.SIZE),
        row_groups=toy_mapper.ROW_GROUPS,
    )


def toy_problem(models: Models, *roles: str, seed: int = 7) -> Problem:
    """A problem of pictures that the toy generator made, one for each role.

    Args:
        models: of the toy pack, in any precision.
        roles: beside the identity; shape, appearance and finer_style where none is named.
        seed: of the pictures.
    """
    generator = models.get("generator")
    rng = torch.Generator().manual_seed(seed)
    references = {}
    for role in ("identity", *(roles or ("shape", "appearance", "finer_style"))):
        z = torch.randn(1, generator.rows, generator.width, generator=rng)
        noise = [torch.randn(1, 1, *shape, generator=rng) for shape in generator.noise_shapes]
        rows = [row.to(models.device, models.dtype) for row in z.unbind(1)]
        noise = [item.to(models.device, models.dtype) for item in noise]
        with torch.no_grad():
            latent = torch.stack([generator.map(row) for row in rows], dim=1)
            image = generator.synthesize(latent, noise).clamp(-1, 1)
        regions = soft_regions(image, models)
        references[role] = Reference(image=image, regions=regions, source=role)
    return Problem(models, references)


def toy_comparison(models: Models | None = None, *, same: bool = False) -> Comparison:
    """What a metric is given: the toy's identity where the shape's picture is the truth.

    Args:
        models: of the toy pack; new ones where none are given.
        same: the result is the truth.
    """
    problem = toy_problem(models or Models(toy_pack()), "shape", "look")
    shape = problem.role("shape")
    image = (shape if same else problem.identity).image
    return comparison(image, Truth(shape.image, shape.regions), problem, TOY, ("look", "shape"))


@hookimpl
def register_domains(register: Register[Domain]) -> None:
    """Add the domain ``toy``."""
    register(TOY)


@hookimpl
def register_attributes(register: Register[Attribute]) -> None:
    """Add its attributes."""
    for attribute in ATTRIBUTES:
        register(attribute)


@hookimpl
def register_stages(register: Register[Stage]) -> None:
    """Add its stages."""
    for stage in STAGES:
        register(stage)


@hookimpl
def register_packs(register: Register[Pack]) -> None:
    """Add its pack."""
    register(toy_pack())
