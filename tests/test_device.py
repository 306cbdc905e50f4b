"""Devices: the user's word reaches the models, and one that is not there is a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

import styleforge.forge
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.pack.device import usable
from styleforge.testing import toy

# Torch's device "meta" holds shapes without numbers, and is everywhere: models can be put there.


def forge_on(device: str = "") -> Forge:
    made = Forge(plugins=(), device=device)
    made.use(toy)
    return made


def device_of(forge: Forge, **asked: str) -> str:
    models = forge.models("toy", **asked)
    kinds = {one.device.type for one in models.get("generator").parameters()}
    assert kinds == {models.device.type}
    return models.device.type


def test_models_are_where_they_were_asked_for(monkeypatch):
    monkeypatch.setattr("styleforge.pack.device.usable", torch.device)
    assert device_of(forge_on()) == "cpu"
    assert device_of(forge_on("meta")) == "meta"
    assert device_of(forge_on(), device="meta") == "meta"
    assert device_of(forge_on("meta"), device="cpu") == "cpu"
    monkeypatch.setenv("STYLEFORGE_DEVICE", "meta")
    assert device_of(forge_on()) == "meta"
    assert device_of(forge_on("cpu")) == "cpu"


@pytest.mark.parametrize("name", ["gpu", "cuda:99", "mps:7", "xpu:5", "meta", "xla", "mkldnn"])
def test_a_device_that_is_not_there_is_a_sentence(name):
    with pytest.raises(UserError, match=rf"The device '{name}' cannot be used: .*Torch has cpu"):
        usable(name)
    with pytest.raises(UserError, match=f"'{name}' cannot be used"):
        forge_on(name).models("toy")


def test_a_device_of_any_text_is_a_short_sentence():
    for name in ("", "cpu:-1", "cuda:" + 9999 * "9", "\x1b[31mcpu", "privateuseone", "cpu\0"):
        with pytest.raises(UserError, match="cannot be used") as caught:
            usable(name)
        assert len(str(caught.value)) < 700
        assert "\x1b" not in str(caught.value)
    assert usable("cpu:7") == torch.device("cpu")


ROOT = Path(styleforge.forge.__file__).parent


def test_doubles_are_made_on_the_cpu():
    """MPS has no float64."""
    for path in ROOT.rglob("*.py"):
        assert not re.search(r"\.double\(\)\.cpu\(\)", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("command", ["transfer", "edit", "reproduce", "train"])
def test_commands_hand_the_device_on(command, monkeypatch, capsys):
    from styleforge.cli import main

    asked = []

    class Stop(UserError):
        pass

    def take(self, *_: object, device: str = "", **__: object) -> None:
        asked.append(device)
        raise Stop

    monkeypatch.setattr(Forge, "__init__", take)
    monkeypatch.setattr("styleforge.prepare.images.read_recipe", lambda path: None)
    words = {"reproduce": ("out.png",)}.get(command, ("toy",))
    with pytest.raises(SystemExit):
        main([command, *words, "--device", "cuda:1"])
    assert asked == ["cuda:1"], capsys.readouterr().err
