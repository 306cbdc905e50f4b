"""Runs go side by side where memory has room for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from side_by_side import run

from styleforge.pack.free_memory import free_memory
from styleforge.run import room
from styleforge.run.room import room_for, taken_by

GIB = 2**30


def place(root, **files):
    for name, text in files.items():
        file = root / name.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def test_free_is_what_the_kernel_says(tmp_path):
    meminfo = "MemTotal:  100 kB\nMemAvailable:   40 kB\nHugePages_Total: 0\nVmallocChunk:\n"
    place(tmp_path, proc__meminfo=meminfo)
    assert free_memory(tmp_path) == 40 * 1024


@pytest.mark.parametrize(
    ("folder", "limit", "used", "idle"),
    [
        ("sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"),
        (
            "sys/fs/cgroup/memory",
            "memory.limit_in_bytes",
            "memory.usage_in_bytes",
            "total_inactive_file",
        ),
    ],
)
def test_a_container_may_take_less(tmp_path, folder, limit, used, idle):
    place(tmp_path, proc__meminfo="MemAvailable: 1000000 kB\n")
    group = tmp_path / folder
    place(group, **{limit: "5000\n", used: "3000\n", "memory.stat": f"anon 1\n{idle} 700\n"})
    assert free_memory(tmp_path) == 2700
    place(group, **{used: "9000\n"})
    assert free_memory(tmp_path) == 0
    place(group, **{limit: "max\n"})
    assert free_memory(tmp_path) == 1000000 * 1024


def test_as_many_as_have_room(forge, recipes, monkeypatch):
    def of_size(size, free):
        monkeypatch.setattr(room, "free_memory", lambda: free)
        monkeypatch.setattr(room, "_pixels", lambda forge, recipe: size**2)
        return room_for(forge, recipes, 4)

    assert of_size(1024, 9 * GIB) == 4
    assert of_size(1024, 4 * GIB) == 2
    assert of_size(1024, GIB) == 1
    assert of_size(256, 4 * GIB) == 4
    assert of_size(1024, None) == 4


def test_the_largest_of_them_counts(forge, recipes, monkeypatch):
    monkeypatch.setattr(room, "free_memory", lambda: 2 * taken_by(32 * 32))
    assert room_for(forge, recipes, 4) == 2
    assert room_for(forge, [replace(recipes[0], pack="nowhere")], 4) >= 2
    assert room_for(forge, [], 4) == 4


@pytest.mark.usefixtures("beside_pictures", "two")
def test_a_list_goes_one_after_another_where_there_is_no_room(forge, recipes, monkeypatch):
    asked = []
    monkeypatch.setattr("styleforge.run.lanes.side_by_side", lambda *given: asked.append(given))
    monkeypatch.setattr(room, "free_memory", lambda: 0)
    assert list(run(forge, recipes)) == [0, 1, 2, 3, 4]
    assert asked == []
