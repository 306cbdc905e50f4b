"""The command line, in this process where it can be: what it writes, says and exits with."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from PIL import Image

from styleforge import discovery
from styleforge import forge as forge_module
from styleforge.checkpoint import load_checkpoint
from styleforge.cli import main
from styleforge.cli.progress import Progress, duration
from styleforge.events import Step
from styleforge.images import load_image, read_recipe, save_image
from styleforge.job import Job
from styleforge.pack import Models
from styleforge.testing import toy

TOY = EntryPoint("toy", "styleforge.testing.toy", "styleforge")
BROKEN = EntryPoint("broken", "no_such_module_anywhere", "styleforge")


@pytest.fixture(scope="session")
def pictures(models: Models, tmp_path_factory) -> Path:
    """Pictures of the toy world, by role."""
    folder = tmp_path_factory.mktemp("pictures")
    for role, reference in toy.toy_problem(models).references.items():
        save_image(reference.image, folder / f"{role}.png")
    return folder


@pytest.fixture
def cli(monkeypatch, capsys, pictures):
    """Run a command beside the pictures; gives exit code, output and errors."""
    points = (TOY, BROKEN)
    monkeypatch.setattr(discovery, "installed_entry_points", lambda: points)
    monkeypatch.setattr(forge_module, "installed_entry_points", lambda: points)
    monkeypatch.chdir(pictures)

    def run(*arguments: object):
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in arguments])
        said = capsys.readouterr()
        return left.value.code or 0, said.out, said.err

    return run


@pytest.fixture
def transfer(cli, tmp_path):
    """`styleforge transfer toy` with an identity, to out.png."""

    def run(*arguments: object):
        return cli(
            "transfer", "toy", "--identity", "identity.png", "-o", tmp_path / "out.png", *arguments
        )

    return run


def refused(answer, *words: str) -> None:
    code, _, err = answer
    assert code == 2, err
    assert "Traceback" not in err
    for word in words:
        assert word in err


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
    assert recipe == read_recipe(tmp_path / "recipe.json")
    assert recipe.seed == 3
    assert recipe.pack == "toy"
    assert set(recipe.conditions) == {"toy.shape", "toy.appearance", "toy.finer_style"}
    assert len(recipe.identity.sha256) == 64

    code, out, _ = cli("reproduce", tmp_path / "out.png", "-o", tmp_path / "again.png")
    assert code == 0
    assert "Identical" in out
    assert load_image(tmp_path / "again.png").equal(load_image(tmp_path / "out.png"))


def test_a_saved_recipe_is_run_again(cli, transfer, tmp_path):
    recipe, again = tmp_path / "recipe.json", tmp_path / "again.png"
    assert transfer("--shape", "shape.png", "--save-recipe", recipe)[0] == 0
    refused(cli("reproduce", recipe), "holds a recipe and no picture", "-o out.png")
    code, out, err = cli("reproduce", recipe, "-o", again)
    assert code == 0, err
    assert "8 steps" in out
    assert load_image(again).equal(load_image(tmp_path / "out.png"))


def test_reproduce_finds_files_beside_the_result_and_refuses_others(cli, tmp_path, monkeypatch):
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


def test_options_reach_the_recipe(transfer, tmp_path):
    code, _, err = transfer(
        "--shape",
        "shape.png",
        "--appearance",
        "appearance.png",
        "--preset",
        "toy-look",
        "--pack",
        "toy",
        "--steps",
        5,
        "--strength",
        0.5,
        "--strength",
        "shape=0.25",
        "--no-pose",
        "--threads",
        1,
    )
    assert code == 0, err
    recipe = read_recipe(tmp_path / "out.png")
    assert recipe.method == "toy-look"
    assert recipe.steps == 5
    assert recipe.pose == "off"
    assert recipe.strengths == {"toy.shape": 0.25, "toy.appearance": 0.5}


def test_full_names_and_roles_are_options_too(transfer, tmp_path):
    code, _, err = transfer("--toy.shape", "shape.png", "--finer_style", "shape.png")
    assert code == 0, err
    assert set(read_recipe(tmp_path / "out.png").conditions) == {"toy.shape", "toy.finer_style"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["Nothing to change", "--shape, --appearance, --finer-style"]),
        (["--shpe", "shape.png"], ["--shpe", "--finer-style", "Did you mean --shape?"]),
        (["shape.png"], ["shape.png", "--shape"]),
        (["--shape"], ["--shape needs a value"]),
        (["--shape", "--appearance", "a.png"], ["--shape needs a value"]),
        (["--shape", "shape.png", "--shape", "a.png"], ["given twice"]),
        (["--shape", "nowhere.png"], ["There is no file nowhere.png"]),
        (["--shape", "."], ["is a folder"]),
        (["--shape", "gallery:one"], ["has no picture 'one'"]),
        (["--shape", "text:long"], ["takes a picture"]),
        (["--shape", "shape.png", "--preset", "x"], ["no preset 'x'", "toy-loho, toy-look"]),
        (["--shape", "shape.png", "--pack", "x"], ["no pack 'x'", "toy"]),
        (["--shape", "shape.png", "--steps", "1"], ["1 steps", "2 stages"]),
        (["--shape", "shape.png", "--steps", "x"], ["--steps", "integer"]),
        (["--shape", "shape.png", "--strength", "x"], ["--strength x"]),
        (["--shape", "shape.png", "--strength", "2"], ["from 0 to 1"]),
        (["--shape", "shape.png", "--strength", "hat=1"], ["hat=1", "shape"]),
        (["--shape", "shape.png", "--strength", "appearance=1"], ["asked for"]),
        (["--shape", "shape.png", "-o", "/dev/null/x.png"], ["cannot be written"]),
        (["--shape", "shape.png", "-o", "x.jpg"], ["must end in .png"]),
        (["--shape", "shape.png", "-o", "."], ["is a folder"]),
        (["--shape", "shape.png", "--resume", "none.resume"], ["leave out"]),
    ],
)
def test_mistakes_are_one_sentence(transfer, arguments, words):
    refused(transfer(*arguments), *words)


def test_more_mistakes(cli, tmp_path):
    refused(cli("transfer", "tox", "--shape", "a.png"), "There is no domain 'tox'", "toy")
    refused(cli("transfer", "toy", "--shape", "shape.png"), "-o out.png")
    refused(cli("transfer", "toy", "--shape", "shape.png", "-o", "o.png"), "--identity FILE")
    refused(cli("transfer"), "DOMAIN")
    refused(cli("transform"), "transform")
    refused(cli("transfer", "toy", "--resume", "none.png.resume"), "no checkpoint none.png")
    refused(cli("reproduce", "nothing.png"), "There is no file nothing.png")
    refused(cli("reproduce"), "PICTURE")


def test_nothing_found(transfer, tmp_path):
    """A picture in which the toy pack sees no thing."""
    save_image(load_image("shape.png"), tmp_path / "x.png")
    Image.new("RGB", (20, 20)).save(tmp_path / "tiny.png")
    (tmp_path / "text.png").write_text("hello")
    refused(transfer("--shape", tmp_path / "tiny.png"), "at least 32")
    refused(transfer("--shape", tmp_path / "text.png"), "is not a picture")


def test_plugins(cli):
    code, out, _ = cli("plugins")
    assert code == 0
    assert "domain toy" in out
    assert "ModuleNotFoundError" in out
    facts = {item["name"]: item for item in json.loads(cli("plugins", "--json")[1])}
    assert facts["toy"]["status"] == "loaded"
    assert facts["broken"]["status"] == "broken"


def test_disabling_plugins(cli):
    assert "broken is disabled" in cli("plugins", "--disable", "broken")[1]
    facts = {item["name"]: item for item in json.loads(cli("plugins", "--json")[1])}
    assert facts["broken"]["status"] == "disabled"
    assert cli("plugins", "--enable", "broken")[0] == 0
    facts = {item["name"]: item for item in json.loads(cli("plugins", "--json")[1])}
    assert facts["broken"]["status"] == "broken"
    refused(cli("plugins", "--disable", "nope"), "No plugin 'nope'", "broken, toy")


def test_presets(cli):
    code, out, _ = cli("presets", "toy")
    assert code == 0
    assert "--finer-style" in out
    assert "toy-look" in out
    assert "(default)" in out
    refused(cli("presets", "tox"), "There is no domain 'tox'")


def test_gallery(cli, monkeypatch, pictures, tmp_path):
    refused(cli("gallery"), "No pack ships a gallery")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mona.png").write_bytes((pictures / "shape.png").read_bytes())
    (tmp_path / "own" / "mona.json").write_text('{"caption": "with a thing"}')
    plain = toy.toy_pack

    def shipping():
        return replace(plain(), gallery=tmp_path / "own")

    monkeypatch.setattr(toy, "toy_pack", shipping)
    code, out, _ = cli("gallery", "--pack", "toy", "--copy-to", tmp_path / "copy")
    assert code == 0
    assert "gallery:mona" in out
    assert "with a thing" in out
    assert {path.name for path in (tmp_path / "copy").iterdir()} == {"mona.png", "mona.json"}
    code, _, err = cli(
        "transfer",
        "toy",
        "--identity",
        "gallery:mona",
        "--shape",
        "gallery:mona",
        "-o",
        tmp_path / "o.png",
    )
    assert code == 0, err
    assert read_recipe(tmp_path / "o.png").identity.path == "gallery:mona"
    assert cli("reproduce", tmp_path / "o.png")[0] == 0


@pytest.fixture
def ctrl_c(monkeypatch):
    """Press Ctrl-C so many times at the third step."""

    def press(times: int) -> None:
        show = Progress.show

        def interrupted(self, event):
            show(self, event)
            if isinstance(event, Step) and event.done == 3:
                for _ in range(times):
                    signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr(Progress, "show", interrupted)

    return press


def test_the_first_ctrl_c_keeps_the_best(cli, transfer, tmp_path, ctrl_c):
    before = signal.getsignal(signal.SIGINT)
    ctrl_c(1)
    code, _, err = transfer("--shape", "shape.png")
    assert code == 0
    assert "Ctrl-C again aborts" in err
    assert "holds the best of 3 of 8 steps" in err
    again = f"styleforge transfer toy --resume {tmp_path}/out.png.resume -o {tmp_path}/out.png"
    assert again in err
    assert (tmp_path / "out.png").exists()
    assert signal.getsignal(signal.SIGINT) is before
    refused(cli("transfer", "tox", "--resume", f"{tmp_path}/out.png.resume"), "no domain 'tox'")
    code, _, err = cli(*again.split()[1:])
    assert code == 0
    assert "is done: 8 steps" in err


def test_the_second_ctrl_c_aborts_but_loses_nothing(transfer, tmp_path, ctrl_c):
    ctrl_c(2)
    code, _, err = transfer("--shape", "shape.png")
    assert code == 130
    assert "--resume" in err
    assert "Aborted" in err
    assert not (tmp_path / "out.png").exists()
    assert load_checkpoint(tmp_path / "out.png.resume")[0].done == 3


def test_resume_goes_on(cli, transfer, tmp_path, forge, models, pictures):
    """A stopped run ends like one that was not."""
    arguments = ("--shape", "shape.png", "--appearance", "appearance.png")
    transfer(*arguments)
    whole = load_image(tmp_path / "out.png")
    recipe = read_recipe(tmp_path / "out.png")
    (tmp_path / "out.png").unlink()
    job = Job(forge, recipe, checkpoint=tmp_path / "out.png.resume")
    for event in job:
        if isinstance(event, Step) and event.done == 5:
            job.stop()
    code, _, err = cli("transfer", "toy", "--resume", tmp_path / "out.png.resume")
    assert code == 0, err
    assert load_image(tmp_path / "out.png").equal(whole)
    assert not (tmp_path / "out.png.resume").exists()


def test_help(cli):
    for arguments in ((), ("--help",)):
        code, out, _ = cli(*arguments)
        assert code == 0
        for command in ("transfer", "reproduce", "plugins", "gallery", "presets"):
            assert command in out
    assert "--finer-style" in cli("transfer", "--help")[1]


def test_durations():
    assert [duration(s) for s in (0, 65, 7200)] == ["0:00", "1:05", "2:00:00"]
