"""`styleforge demo`: a pack's own transfer, beside the truth where the pack knows it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PIL import Image

from styleforge.cli.demo import choose
from styleforge.forge import Forge
from styleforge.measure.truth import Truth
from styleforge.pack.pack import Showcase
from styleforge.prepare.images import read_recipe
from styleforge.testing import toy

SHOWN = Showcase(
    domain="toy",
    identity="identity.png",
    references={
        "shape": "shape.png",
        "appearance": "appearance.png",
        "finer_style": "appearance.png",
    },
)


@pytest.fixture
def showing(monkeypatch):
    """Give the toy pack showcases, and components besides its own."""
    plain = toy.toy_pack

    def give(*showcases, **components):
        def made():
            pack = plain()
            return replace(pack, showcases=showcases, components={**pack.components, **components})

        monkeypatch.setattr(toy, "toy_pack", made)

    return give


def answers():
    """A pack's component that takes the shape's picture for the truth of anything."""

    def truth(domain, *, identity, **roles):
        assert (domain, identity) == ("toy", "identity.png")
        assert roles == dict(SHOWN.references)
        forge = Forge(plugins=())
        forge.use(toy)
        shape = toy.toy_problem(forge.models("toy")).role("shape")
        return Truth(shape.image, shape.regions)

    return truth


def test_it_is_measured_against_the_truth(cli, showing, tmp_path):
    showing(SHOWN, truth=answers)
    code, out, err = cli("demo", "-o", tmp_path / "demo")
    assert code == 0, err
    scores = json.loads((tmp_path / "demo" / "metrics.json").read_text())
    assert {"thing_iou", "identity_psnr", "truth_lpips", "finer_style_ratio", "seconds"} <= set(
        scores
    )
    assert 0 <= scores["thing_iou"] <= 1
    assert "distance of textures" in out
    assert "overlap of the result's thing with the true thing" in out
    recipe = read_recipe(tmp_path / "demo" / "result.png")
    assert recipe.conditions["toy.shape"].path == "shape.png"
    assert recipe.pack == "toy"
    cells = 5  # identity, shape, appearance and finer style in one, result, truth
    with Image.open(tmp_path / "demo" / "sheet.png") as sheet:
        assert sheet.width == 8 + cells * (256 + 8)


def test_without_a_truth_nothing_is_measured_and_that_is_said(cli, showing, tmp_path):
    showing(SHOWN)
    code, _, err = cli("demo", "toy", "-o", tmp_path / "demo")
    assert code == 0, err
    assert "The pack 'toy' does not know true answers" in err
    assert list(json.loads((tmp_path / "demo" / "metrics.json").read_text())) == ["seconds"]


def test_what_is_missing_is_said(cli, refused, showing, tmp_path):
    refused(cli("demo"), "No pack with a demo", 'pip install "styleforge[all]"')
    refused(cli("demo", "--pack", "toy"), "The pack 'toy' has no demo")
    refused(cli("demo", "hair"), "There is no domain 'hair'", "`pip install styleforge-hair`")
    showing(replace(SHOWN, domain="hair"))
    refused(cli("demo"), "There is no domain 'hair'", "`pip install styleforge-hair`")
    refused(cli("demo", "toy"), "No pack has a demo of the domain 'toy'", "some of: hair")
    showing(SHOWN)
    (tmp_path / "file").write_text("mine")
    refused(cli("demo", "-o", tmp_path / "file"), "cannot be made", "Choose another with -o")
    assert (tmp_path / "file").read_text() == "mine"


def test_the_pack_that_is_meant_to_be_taken_is_shown_first():
    pytest.importorskip("styleforge_portraits")
    pytest.importorskip("styleforge_photo")
    chosen, shown = choose(Forge(), "", "")
    assert (chosen.name, shown.domain) == ("portraits", "hair")
    assert choose(Forge(), "hair", "")[0].name == "portraits"
    assert choose(Forge(), "", "photo")[1].colours
