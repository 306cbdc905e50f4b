"""The examples of docs/hooks.md, one for each hook: what they add works."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hook_examples import EXAMPLES, HOOKS, blocks, example

from styleforge import hookspecs
from styleforge.compose.compose import inpainter_of
from styleforge.errors import Refused, UserError
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.measure.by_metrics import measure
from styleforge.measure.truth import Truth
from styleforge.pack.models import Models
from styleforge.plugins.given import SettingsError
from styleforge.prepare.images import load_image
from styleforge.recipe.condition import ImageRef, Swatch
from styleforge.recipe.recipe import Compose
from styleforge.run.executor import Executor
from styleforge.run.job import Job
from styleforge.run.result import Result
from styleforge.testing import toy, toy_models


class Scene:
    """The toy's models, which find a person's regions."""

    class Regions(toy_models.ToyRegions):
        names = ("face", "hair", "background")

    @hookimpl
    def register_packs(self, register):
        plain = toy.toy_pack()
        register(
            replace(
                plain,
                name="scene",
                landmark_layout="ibug68",
                components={**plain.components, "regions": self.Regions},
            )
        )


@pytest.fixture
def made(forge):
    """Forges with the examples of these names."""

    def make(*names: str) -> Forge:
        forge.use(Scene(), "scene")
        for name in names:
            forge.use(example(name), name)
        return forge

    return make


def asked(forge: Forge, **conditions: str):
    """A recipe of the examples' domain; pictures by role."""
    return forge.recipe(
        "backdrop",
        pack="scene",
        identity=ImageRef("identity.png"),
        conditions={f"backdrop.{role}": ImageRef(path) for role, path in conditions.items()},
    )


@pytest.mark.usefixtures("beside_pictures")
def test_hook_register_domains(made):
    forge = made("register_domains")
    assert forge.domains["backdrop"].region == "background"
    result = Job(forge, asked(forge).with_steps(2)).result()
    assert result.status == "done"
    assert set(result.history[0]) >= {"rest"}


@pytest.mark.usefixtures("beside_pictures")
def test_hook_register_attributes(made):
    forge = made("register_domains", "register_attributes")
    (attribute,) = forge.attributes_of("backdrop")
    assert attribute.role == "colour"
    history = Job(forge, asked(forge, colour="appearance.png")).result().history
    assert history[-1]["backdrop.colour"] < history[0]["backdrop.colour"]


def test_hook_register_losses(made):
    forge = made("register_domains", "register_losses")
    models = Models(forge.packs["scene"])
    from styleforge.run.view import View

    ramp = torch.linspace(1, -1, 32)[None, None, :, None].expand(1, 3, 32, 32).clone()
    everywhere = {"background": torch.ones(1, 1, 32, 32)}
    theirs = View(ramp, models, role="shade", regions=everywhere)
    flat = View(
        torch.zeros_like(ramp).requires_grad_(),
        models,
        references={"shade": theirs, "identity": theirs},
        regions=everywhere,
    )
    args = forge.attributes["backdrop.shade"].objective["backdrop.shade"].args
    value = forge.losses["backdrop.shade"](flat, **args)
    upper = ramp[:, :, :16].mean() - ramp[:, :, 16:].mean()
    assert torch.isclose(value, upper.square())
    value.backward()
    assert flat.image.grad[:, :, :16].sum() < 0 < flat.image.grad[:, :, 16:].sum()


def test_hook_register_stages(made):
    forge = made("register_domains", "register_stages")
    (stage,) = forge.recipe("backdrop").stages
    assert stage.steps == 16
    assert "register_stages" in forge.stages.owner("backdrop.all")
    assert forge.notes == ()


@pytest.mark.usefixtures("beside_pictures")
def test_hook_register_presets(made):
    forge = made("register_domains", "register_presets")
    assert [one.name for one in forge.domains["backdrop"].presets] == ["quick", "average"]
    identity = ImageRef("identity.png")
    recipe = forge.recipe("backdrop", "average", pack="scene", identity=identity).with_steps(2)
    result = Job(forge, recipe).result()
    assert (result.status, result.recipe.method, result.recipe.start) == ("done", "average", "mean")
    assert forge.notes == ()


@pytest.mark.usefixtures("beside_pictures")
def test_hook_register_rules(made):
    forge = made("register_domains", "register_attributes", "register_rules")
    gradients = {
        "mine": torch.tensor([[[1.0, -2.0]]]),
        "theirs": torch.tensor([[[0.0, 1.0]]]),
    }
    changed = forge.rules["backdrop.soften"](gradients, ("mine",), ("theirs",))
    assert torch.equal(changed["mine"], torch.tensor([[[1.0, -1.0]]]))
    assert torch.equal(changed["theirs"], gradients["theirs"])
    result = Job(forge, asked(forge, colour="appearance.png").with_steps(2)).result()
    assert result.status == "done"


def test_hook_register_components(made):
    forge = made("register_components")
    image, hole = torch.zeros(1, 3, 4, 4), torch.zeros(1, 1, 4, 4)
    image[..., :2] = 0.5
    image[..., :2, 2:] = -1
    hole[..., :2, 2:] = 1
    fill = forge.components["inpainter/backdrop.average"]
    filled = fill(image, hole)
    assert torch.equal(filled[..., :2], image[..., :2])
    assert torch.allclose(filled[..., :2, 2:], torch.tensor(4 / 12))
    assert torch.equal(fill(image, torch.zeros_like(hole)), image)
    models = Models(forge.packs["scene"])
    how = Compose(inpainter="backdrop.average")
    assert inpainter_of(how, models, forge.components).inner is fill


def test_an_added_region_is_coloured_and_hair_stays_as_it_was(made, monkeypatch, pictures):
    monkeypatch.chdir(pictures)
    forge = made("added_region")

    class Outline:
        def __call__(self, image):
            points = torch.zeros(len(image), 68, 2)
            turn = torch.linspace(0, 2 * torch.pi, 13)[:12]
            points[:, 48:60] = torch.stack((5 + 4 * turn.cos(), 27 + 4 * turn.sin()), dim=1)
            return points

    own = forge.models("scene")
    own._loaded["landmarks"] = Outline()
    recipe = forge.recipe("lips", pack="scene", identity=ImageRef("identity.png"),
                          conditions={"lips.colour": Swatch("#c0143c")})  # fmt: skip
    models = forge.models_of(recipe)
    assert models.get("regions").names == ("face", "hair", "background", "lips")
    assert own.get("regions").names == ("face", "hair", "background")
    result = Job(forge, recipe).result()
    before = load_image(Path("identity.png"))
    changed = (result.image - before).abs().amax(1)[0] > 1e-3
    assert changed.any()
    assert not changed[:22].any()
    assert not changed[:, 11:].any()


def test_a_metric_is_measured(made):
    forge = made("metric", "register_domains")
    problem = toy.toy_problem(forge.models("scene"), "shape")
    shape, domain = problem.role("shape"), forge.domains["backdrop"]
    truth = Truth(shape.image, shape.regions)
    scores = measure(shape.image, truth, problem, domain, forge.components)
    assert scores["background_brightness_error"] == pytest.approx(0, abs=1e-6)
    lighter = measure(shape.image + 0.25, truth, problem, domain, forge.components)
    assert "background_brightness_error" in lighter
    assert lighter["background_brightness_error"] > 0.05


def test_hook_register_packs(made):
    forge = made("register_packs")
    models = forge.models("tiny")
    with torch.no_grad():
        generator = models.get("generator")
        w = generator.map(torch.zeros(1, generator.width))
        noise = [torch.zeros(1, 1, *shape) for shape in generator.noise_shapes]
        latent = w[:, None].expand(-1, generator.rows, -1)
        assert generator.synthesize(latent, noise).shape == (1, 3, 32, 32)
    with pytest.raises(UserError, match="'tiny' has no inverter; it has generator, regions"):
        models.get("inverter")


def test_hook_register_panels(made, tmp_path):
    pytest.importorskip("ipywidgets")
    from styleforge.editor.session import EditSession

    forge = made("register_domains", "register_attributes", "register_panels")
    with EditSession("backdrop", forge=forge, pack="scene", folder=tmp_path / "s") as session:
        (panel,) = session.panels
        box = panel.build(session)
        box.children[1].click()
        assert session.wait(30)
        assert session.snapshot().messages == ()
        (asked_for,) = session.snapshot().attributes
        assert asked_for.colour == "#c0392b"


def test_hook_register_weights(made):
    forge = made("register_weights")
    row = forge.weights["my-hats"]
    assert row.licence == "CC BY 4.0"
    assert "styleforge weights add my-hats hats-256.pkl" in row.where


def test_hook_register_settings(install, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    install(
        backdrop=(EXAMPLES / "register_settings.py").read_text(),
        domain=(EXAMPLES / "register_domains.py").read_text(),
    )
    assert Forge().recipe("backdrop").steps == 8
    (text,) = [one for one in blocks("toml") if "[plugins" in one]
    Path("styleforge.toml").write_text(text)
    assert Forge().settings("backdrop").palette == ("#c0392b", "#1f7a5c")
    assert Forge().recipe("backdrop").steps == 12
    (line,) = [one for one in blocks("sh") if "__STEPS" in one]
    monkeypatch.setenv(*line.split()[0].split("="))
    assert Forge().recipe("backdrop").steps == 4
    assert Forge(settings={"backdrop": {"steps": 5}}).recipe("backdrop").steps == 5
    with pytest.raises(SettingsError, match="steps"):
        Forge(strict=True, settings={"backdrop": {"steps": 0}})


def test_hook_before_run(made):
    forge = made("before_run")
    recipe = forge.recipe("toy")
    assert forge.before_run(recipe) == ()
    with pytest.raises(Refused, match="101 steps were asked for, 100 are allowed"):
        list(Job(forge, recipe.with_steps(101)))


@pytest.mark.usefixtures("beside_pictures")
def test_hook_after_run(made, tmp_path, monkeypatch):
    forge = made("after_run")
    recipe = forge.recipe("toy", identity=ImageRef(str(Path("identity.png").resolve())))
    monkeypatch.chdir(tmp_path)
    Job(forge, recipe.with_steps(2)).result()
    (line,) = Path("runs.jsonl").read_text().splitlines()
    assert json.loads(line) == {"method": "toy-loho", "status": "done", "steps": 2}


@pytest.mark.usefixtures("beside_pictures")
def test_hook_make_executor(made):
    forge = made("make_executor")
    recipe = forge.recipe("toy", identity=ImageRef("identity.png"))
    executor = forge.executor("short:2")
    assert isinstance(executor, Executor)
    assert executor.submit(recipe).result().steps == 2
    with pytest.raises(UserError, match="'short:none' was asked for; a number of steps"):
        forge.executor("short:none")


def test_results_have_what_the_examples_read():
    assert {"status", "steps"} <= set(Result.__dataclass_fields__)


@pytest.mark.parametrize("name", [name for name in HOOKS if (EXAMPLES / f"{name}.py").exists()])
def test_examples_are_plugins_that_say_their_interface(name):
    module = example(name)
    assert module.styleforge_api == hookspecs.API_VERSION
    assert hasattr(getattr(module, name), "styleforge_impl")
