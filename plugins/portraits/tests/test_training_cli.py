"""The commands of the trainings: one per line of the table, and `all` goes through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch
from styleforge_portraits.training import cli, small
from styleforge_portraits.training.small import Place, Small, train
from styleforge_portraits.training.table import AFTER, BEFORE, GENERATOR_SHARE, MAPPING_SHARE
from typer.testing import CliRunner

from styleforge.errors import UserError
from styleforge.training.loop import Budget

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("one", [*BEFORE, *AFTER], ids=lambda one: one.trainer.name)
def test_every_small_training_has_a_command_with_its_options(one: Small) -> None:
    done = CliRunner().invoke(cli.app, [one.trainer.name, "--help"], env={"COLUMNS": "200"})
    assert done.exit_code == 0
    assert one.help in done.output
    for option in ("--data", "--budget", "--seed", "--weights"):
        assert option in done.output
    assert ("--from-weights" in done.output) == one.goes_on


def test_a_training_without_a_world_says_what_to_do(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.app, ["regions", "--data", str(tmp_path)])
    assert isinstance(done.exception, UserError)
    assert "dataset" in str(done.exception)


class Trainer:
    """Keeps what it was given."""

    name = "toy"

    def __init__(self, **given: Any) -> None:
        self.given = given
        self.network = torch.nn.Linear(2, 2)


def _more(place: Place) -> dict[str, Any]:
    return {"extra": place.data.name}


def test_a_line_of_the_table_is_what_its_trainer_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(small, "load", lambda folder: folder.name)
    monkeypatch.setattr(small, "run", lambda *given, **named: seen.extend((*given, named)))
    line = Small(Trainer, "A toy.", 3, 0.1, batch=4, rate=0.5, limit=7, needs=_more)
    train(line, Place(tmp_path, tmp_path / "weights", torch.device("cpu")), 2.0, seed=5)
    made, folder, budget, seed, named = seen
    assert made.given == {
        "data": "world", "device": torch.device("cpu"), "batch": 4, "rate": 0.5, "limit": 7,
        "extra": tmp_path.name,
    }  # fmt: skip
    assert (folder, budget, seed) == (tmp_path, Budget(2.0), 5)
    assert named == {"weights": tmp_path / "weights"}
    with pytest.raises(UserError, match="no weights toy"):
        train(line, Place(tmp_path, tmp_path, torch.device("cpu")), 2.0, from_weights=True)


def test_all_spends_its_whole_budget_in_the_order_of_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: list[tuple[str, float]] = []
    monkeypatch.setattr(cli, "dataset", lambda *_, **__: None)
    monkeypatch.setattr(cli, "evaluate", lambda *_: None)
    monkeypatch.setattr(
        cli, "train", lambda line, place, minutes, seed: spent.append((line.trainer.name, minutes))
    )
    monkeypatch.setattr(
        cli, "generator", lambda data, minutes, **_: spent.append(("generator", minutes))
    )
    monkeypatch.setattr(
        cli, "mapping", lambda data, minutes, *_: spent.append(("mapping", minutes))
    )
    cli.everything(tmp_path, budget=50.0)
    names = [one.trainer.name for one in BEFORE]
    names += ["mapping", "generator"] + [one.trainer.name for one in AFTER]
    assert [name for name, _ in spent] == names
    assert sum(minutes for _, minutes in spent) == pytest.approx(50)
    total = MAPPING_SHARE + GENERATOR_SHARE + sum(one.share for one in (*BEFORE, *AFTER))
    assert dict(spent)["generator"] == pytest.approx(50 * GENERATOR_SHARE / total)
