"""Results and recipes that are run again."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from styleforge.prepare.images import load_image, read_recipe, save_image


def test_transfer_and_reproduce(cli, transfer, tmp_path, pictures):
    code, _, err = transfer(
        "--shape",
        "shape.png",
        "--appearance=appearance.png",
        "--finer-style",
        "appearance.png",
        "--seed",
        3,
        "--save-recipe",
        tmp_path / "recipe.json",
    )
    assert code == 0
    assert "toy.structure" in err
    assert "left" in err
    assert "8 steps" in err
    assert not (tmp_path / "out.png.resume").exists()
    recipe = read_recipe(tmp_path / "out.png")
    assert recipe.as_asked() == read_recipe(tmp_path / "recipe.json")
    assert (recipe.threads, recipe.device) == (1, "cpu")
    assert recipe.seed == 3
    assert recipe.pack == "toy"
    assert set(recipe.conditions) == {"toy.shape", "toy.appearance", "toy.finer_style"}
    assert len(recipe.identity.sha256) == 64

    code, out, _ = cli("reproduce", tmp_path / "out.png", "-o", tmp_path / "again.png")
    assert code == 0
    assert "Identical" in out
    assert load_image(tmp_path / "again.png").equal(load_image(tmp_path / "out.png"))


def test_a_saved_recipe_is_run_again(cli, transfer, tmp_path, refused):
    recipe, again = tmp_path / "recipe.json", tmp_path / "again.png"
    assert transfer("--shape", "shape.png", "--save-recipe", recipe)[0] == 0
    refused(cli("reproduce", recipe), "holds a recipe and no picture", "-o out.png")
    code, out, err = cli("reproduce", recipe, "-o", again)
    assert code == 0, err
    assert "8 steps" in out
    assert load_image(again).equal(load_image(tmp_path / "out.png"))


def test_reproduce_finds_files_beside_the_result_and_refuses_others(
    cli, tmp_path, monkeypatch, refused
):
    folder, moved = tmp_path / "work", tmp_path / "moved"
    folder.mkdir()
    moved.mkdir()
    for name in ("identity.png", "shape.png"):
        (folder / name).write_bytes(Path(name).read_bytes())
    monkeypatch.chdir(folder)
    code, _, err = cli(
        "transfer", "toy", "--identity", "identity.png", "--shape", "shape.png", "-o", "out.png"
    )
    assert code == 0, err
    for path in list(folder.iterdir()):
        path.rename(moved / path.name)
    monkeypatch.chdir(tmp_path)
    assert cli("reproduce", moved / "out.png")[0] == 0
    Image.new("RGB", (32, 32)).save(moved / "shape.png")
    refused(cli("reproduce", moved / "out.png"), "SHA-256", "shape.png")
    (moved / "shape.png").unlink()
    refused(cli("reproduce", moved / "out.png"), "shape.png", "Put it beside the result")
    refused(cli("reproduce", moved / "identity.png"), "holds no recipe")


def test_reproduce_says_when_the_picture_differs(cli, transfer, tmp_path):
    transfer("--shape", "shape.png")
    path = tmp_path / "out.png"
    image = load_image(path)
    image[..., 3, 4] *= -0.5
    image[..., 3, 4] += 0.3
    save_image(image, path, read_recipe(path))
    code, out, _ = cli("reproduce", path)
    assert code == 1
    assert "Different: 1 pixels" in out
