"""Tables of a batch as people write them: CSV of any kind, JSON lines, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from styleforge.batches.columns import check_columns, placed
from styleforge.batches.product import crossed
from styleforge.batches.rows import row_of
from styleforge.batches.table import Cells, Table, column, read_table
from styleforge.errors import UserError
from styleforge.testing import toy

ROWS = [{"identity": "a.png", "shape": "tall"}, {"identity": "b.png", "finer_style": "x, y"}]


def values(path: Path) -> list[dict[str, str]]:
    return [dict(row.values) for row in read_table(path).rows]


@pytest.mark.parametrize(
    ("encoding", "separator", "first"),
    [
        ("utf-8", ",", ""),
        ("utf-8-sig", ";", ""),  # Excel's CSV UTF-8
        ("utf-16", "\t", ""),  # Excel's Unicode text
        ("cp1252", ";", ""),  # Excel's CSV
        ("utf-8", ";", "sep=;\r\n"),
    ],
)
def test_csv_of_every_kind(tmp_path, encoding, separator, first):
    lines = [
        separator.join(("Identity", "Shape", "Finer-Style", "")),
        separator.join(("a.png", " tall ", "", "")),
        separator * 3,
        separator.join(("b.png", "", '"x, y"', "")),
    ]
    path = tmp_path / "jobs.csv"
    path.write_bytes((first + "\r\n".join(lines)).encode(encoding))
    assert values(path) == ROWS
    assert read_table(path).folder == tmp_path
    assert [row.number for row in read_table(path).rows] == [1, 2]


def test_umlauts_of_windows_are_read_and_said(tmp_path):
    path = tmp_path / "jobs.csv"
    path.write_bytes("identity;shape\nJürgen.png;tall".encode("cp1252"))
    table = read_table(path)
    assert table.rows[0].values["identity"] == "Jürgen.png"
    assert "Western European" in table.notes[0]


def test_json_lines(tmp_path):
    path = tmp_path / "jobs.jsonl"
    lines = [
        {"identity": "a.png", "shape": "tall", "strength": {"shape": 0.5}, "seed": 7},
        {"identity": "b.png", "shape": None},
    ]
    path.write_text("\n\n".join(json.dumps(line) for line in lines))
    assert values(path) == [
        {"identity": "a.png", "shape": "tall", "strength.shape": "0.5", "seed": "7"},
        {"identity": "b.png"},
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("jobs.csv", "", "has no row"),
        ("jobs.csv", "identity,shape\n", "has no row"),
        ("jobs.csv", "identity,,shape\na,b,c", "Column 2 of .* has no name"),
        ("jobs.csv", "identity,Identity\na,b", "two columns 'identity'"),
        ("jobs.csv", "identity,shape\na.png,tall,red", "Row 1 of .* has 3 cells and 2 columns"),
        ("jobs.csv", 'identity,shape\n"a.png,tall', "no CSV that can be read"),
        ("jobs.csv", "\0\0", "is no text"),
        ("jobs.jsonl", "[1]", "Line 1 of .* is no JSON object"),
        ("jobs.jsonl", '{"identity"', "Line 1 of .* is no JSON"),
        ("jobs.jsonl", '{"identity": ["a"]}', "a text or a number was expected"),
        ("jobs.jsonl", '{"a b": "1", "a_b": "2"}', "two values for a_b"),
        ("jobs.jsonl", '{"identity": "a", "identity": "b"}', "'identity' is there twice"),
        ("jobs.json", '[{"identity": "a"}]', "an object a line, in a file .jsonl"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(UserError, match=said):
        read_table(tmp_path / name)


def test_a_table_that_is_not_there():
    with pytest.raises(UserError, match=r"none\.csv cannot be read"):
        read_table("none.csv")
    with pytest.raises(UserError, match=r"^http://example\.org/jobs\.csv is an address"):
        read_table(Path("http://example.org/jobs.csv"))


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("shpe", "'shape'"),
        ("strengths", "'strength'"),
        ("finer_stile", "'finer_style'"),
        ("strength.shpe", "'strength.shape'"),
        ("identiy", "'identity'"),
    ],
)
def test_wrong_columns_are_refused_with_the_nearest_right_one(name, near):
    with pytest.raises(UserError, match=rf"{name}.*Did you mean {near}\?"):
        check_columns(["identity", name], toy.ATTRIBUTES, "toy", "jobs.csv")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (["shape"], "no column identity"),
        (["identity", "shape", "toy.shape"], "two columns for toy.shape"),
    ],
)
def test_columns_that_do_not_go_together(columns, said):
    with pytest.raises(UserError, match=said):
        check_columns(columns, toy.ATTRIBUTES, "toy", "jobs.csv")


def test_right_columns():
    check_columns(
        ["identity", "toy.shape", "toy_appearance", "strength", "strength.shape", "mask.identity"],
        toy.ATTRIBUTES, "toy", "jobs.csv",
    )  # fmt: skip


def test_paths_are_relative_to_the_table(tmp_path):
    (tmp_path / "tall").write_bytes(b"")
    cells = {
        "identity": "a.png", "shape": "tall", "appearance": "#ff0000", "finer_style": "c.png",
        "mask": "m.png", "mask.shape": "n.png", "name": "d.png",
    }  # fmt: skip
    found = placed(Cells(1, cells), Table((), (), tmp_path), toy.ATTRIBUTES)
    assert found == {
        "identity": str(tmp_path / "a.png"),
        "shape": str(tmp_path / "tall"),  # a file of that name is there
        "appearance": "#ff0000",
        "finer_style": str(tmp_path / "c.png"),
        "mask": str(tmp_path / "m.png"),
        "mask.shape": str(tmp_path / "n.png"),
        "name": "d.png",
    }
    cells = {"identity": "gallery:mira", "shape": "text:tall", "appearance": "mask:m.png"}
    found = placed(Cells(1, cells), Table((), (), tmp_path), toy.ATTRIBUTES)
    assert found == {**cells, "appearance": f"mask:{tmp_path / 'm.png'}"}


def row(decimal: str = "", **cells: str):
    given = {"identity": "a.png", "shape": "tall", "appearance": "red", **cells}
    given = {name.replace("__", "."): value for name, value in given.items()}
    return row_of(1, given, toy.ATTRIBUTES, "toy", decimal=decimal)


def test_cells_say_numbers():
    assert row().strength == 1.0
    assert row(strength="0.5").strength == 0.5
    assert row(";", strength="0.5").strength == 0.5
    assert row(",", strength="0,5").strength == 0.5
    both = {"toy.shape": 0.5, "toy.appearance": 2.0}
    assert row(strength="shape=0.5; 2").strength == both
    assert row(strength="2", strength__shape="0.5").strength == both
    assert row(seed="123456789012345678").seed == 123456789012345678
    assert row(subject="2", subject__shape="1").subjects == {"identity": 2, "shape": 1}
    assert row(tune="roots=0.8 tone=0").tune == {"roots": 0.8, "tone": 0.0}
    assert row(steps="40", preset="toy-look").steps == 40


@pytest.mark.parametrize(
    "cells",
    [
        {"strength": "much"},
        {"strength": "0,5"},
        {"strength": "nan"},
        {"strength.finer_style": "1"},  # which is not asked for
        {"strength": "finer_style=1"},
        {"seed": "1.5"},
        {"seed": "-1"},
        {"steps": "0"},
        {"subject": "0"},
        {"tune": "roots"},
        {"identity": ""},
    ],
)
def test_cells_that_cannot_be_understood(cells):
    given = {"identity": "a.png", "shape": "tall", **cells}
    given = {name: value for name, value in given.items() if value}
    with pytest.raises(UserError):
        row_of(1, given, toy.ATTRIBUTES, "toy")


@pytest.fixture
def folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("people/a.png", "people/b.png", "looks/x.png", "looks/y.jpg", "looks/notes.txt"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(b"")


@pytest.mark.usefixtures("folders")
def test_all_with_all():
    table = crossed("people", {"shape": "looks", "appearance": "red"})
    assert [(one.values["identity"], one.values["shape"]) for one in table.rows] == [
        ("people/a.png", "looks/x.png"), ("people/a.png", "looks/y.jpg"),
        ("people/b.png", "looks/x.png"), ("people/b.png", "looks/y.jpg"),
    ]  # fmt: skip
    assert {one.values["appearance"] for one in table.rows} == {"red"}


@pytest.mark.usefixtures("folders")
def test_one_by_one():
    table = crossed("people", {"shape": "looks", "appearance": "red"}, zipped=True)
    assert [one.values for one in table.rows] == [
        {"identity": "people/a.png", "shape": "looks/x.png", "appearance": "red"},
        {"identity": "people/b.png", "shape": "looks/y.jpg", "appearance": "red"},
    ]
    Path("looks/z.png").write_bytes(b"")
    with pytest.raises(UserError, match="identity 2, shape 3, appearance 1"):
        crossed("people", {"shape": "looks", "appearance": "red"}, zipped=True)
    with pytest.raises(UserError, match=r"^http://example\.org/people is an address"):
        crossed(Path("http://example.org/people"), {"shape": "tall"})


def test_names_of_columns():
    assert column(" Finer  Style") == column("finer-style") == "finer_style"
