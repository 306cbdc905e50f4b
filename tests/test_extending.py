"""Third parties, really installed as distributions of their own, extend hair and change LOHO."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.recipe.condition import ImageRef
from styleforge.run.job import Job
from styleforge.testing import toy

pytest.importorskip("styleforge_hair")

BANGS = '''
"""Bangs: how much of the forehead hair covers."""
from styleforge import Attribute, Objective, Term, hookimpl

def bangs(view, reference, region):
    """Share of the region above the face's middle, against the reference's."""
    def covered(one):
        names = one.models.get("regions").names
        rows = one.live_regions()[:, names.index(region)].mean(dim=-1)
        return rows[:, : rows.shape[-1] // 2].mean()
    return (covered(view) - covered(view.reference(reference)).detach()).square()

@hookimpl
def register_losses(register):
    register(bangs, name="bangs")

@hookimpl
def register_attributes(register):
    term = Term("hair.bangs", "bangs", {"reference": "bangs", "region": "hair"}, 1e4)
    register(Attribute(name="hair.bangs", title="Bangs", help="How far they reach.",
                       objective=Objective((term,))))
'''

QUICK = """
from styleforge import Objective, Stage, Term, hookimpl

@hookimpl
def register_stages(register):
    rest = Term("rest", "pixels", {"reference": "identity", "mask": ""})
    register(Stage(name="loho.look", steps=3, objective=Objective((rest,))), replace=True)
"""


@pytest.fixture
def distribution(tmp_path, monkeypatch):
    """Install a distribution with one module as pip leaves it: the module and its metadata."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(name: str, source: str) -> None:
        module = f"third_party_{name.replace('-', '_')}"
        (tmp_path / f"{module}.py").write_text(source)
        info = tmp_path / f"{module}-2.1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: third-party-{name}\nVersion: 2.1\n"
        )
        (info / "entry_points.txt").write_text(f"[styleforge]\n{name} = {module}\n")

    return make


def test_an_attribute_from_a_distribution_of_its_own(distribution):
    distribution("bangs", BANGS)
    made = Forge(plugins=["hair", "bangs"])
    info = next(info for info in made.plugins if info.name == "bangs")
    assert (info.status, info.distribution, info.version) == ("loaded", "third-party-bangs", "2.1")
    assert "hair.bangs" in {item.name for item in made.attributes_of("hair")}
    for preset in made.domains["hair"].presets:
        if preset.stages:
            asked = made.recipe("hair", preset.name, conditions={"hair.bangs": ImageRef("a.png")})
            assert "hair.bangs" in asked.stages[-1].objective.labels
            plain = made.recipe("hair", preset.name)
            assert "hair.bangs" not in plain.stages[-1].objective.labels


class Faces:
    """A pack like the toy's that finds faces and hair."""

    class Regions(toy.toy_models.ToyRegions):
        names = ("rest", "face", "hair")

    @hookimpl
    def register_packs(self, register):
        plain = toy.toy_pack()
        parts = {**plain.components, "regions": self.Regions}
        register(replace(plain, name="faces", components=parts))


@pytest.mark.usefixtures("beside_pictures")
def test_bangs_bring_the_reference_s_to_the_identity(distribution):
    distribution("bangs", BANGS)
    made = Forge(plugins=["hair", "bangs"])
    made.use(Faces())
    recipe = made.recipe(
        "hair",
        "loho-joint",
        pack="faces",
        identity=ImageRef("identity.png"),
        conditions={"hair.bangs": ImageRef("shape.png")},
    ).with_steps(12)
    result = Job(made, recipe).result()
    values = [step["hair.bangs"] for step in result.history]
    assert result.status == "done"
    assert values[-1] < values[0]
    assert torch.isfinite(result.image).all()


@pytest.mark.parametrize("name", ["a-quick-look", "z-quick-look"])
def test_a_stage_of_loho_is_replaced_whoever_is_loaded_first(distribution, name):
    plain = Forge(plugins=["hair"]).recipe("hair", "loho")
    distribution(name, QUICK)
    made = Forge(plugins=["hair", name])
    assert {info.status for info in made.plugins} == {"loaded"}
    recipe = made.recipe("hair", "loho")
    assert recipe.stages[0] == plain.stages[0]
    assert (recipe.stages[1].name, recipe.stages[1].steps) == ("loho.look", 3)
    assert recipe.stages[1].objective.labels == ("rest",)
    assert made.stages.owner("loho.look") == f"plugin {name!r} of third-party-{name}"


def test_two_that_replace_the_same_stage(distribution):
    distribution("a-quick-look", QUICK)
    distribution("b-quick-look", QUICK)
    made = Forge(plugins=["hair", "a-quick-look", "b-quick-look"])
    broken = next(info for info in made.plugins if info.status == "broken")
    assert "Two plugins replace the stage 'loho.look'" in broken.reason
    assert "third-party-a-quick-look" in broken.reason
    assert "third-party-b-quick-look" in broken.reason
