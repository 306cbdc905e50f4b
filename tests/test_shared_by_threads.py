"""What runs side by side share: prepared pictures, and the silence of warnings."""

from __future__ import annotations

import threading
import time
import warnings
from collections import Counter, OrderedDict
from pathlib import Path

import pytest

import styleforge
from styleforge.errors import UserError
from styleforge.prepare.cache import Prepared
from styleforge.recipe.quiet import quiet

PATIENCE = 60  # seconds for what happens at once


def side(*works):
    """Do works in threads of their own, and wait for all."""
    threads = [threading.Thread(target=work) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join(PATIENCE)
    assert not any(one.is_alive() for one in threads)


def test_different_pictures_are_prepared_at_once_and_one_once(models):
    prepared, barrier, made = Prepared(models), threading.Barrier(2), Counter()

    def of(key):
        def compute():
            made[key] += 1
            barrier.wait(PATIENCE)
            return object()

        return lambda: found.append(prepared._kept(key, compute))

    found: list[object] = []
    side(of("mira"), of("noor"), of("mira"), of("noor"))
    assert made == {"mira": 1, "noor": 1}
    assert len(set(map(id, found))) == 2


def test_who_comes_while_a_picture_is_kept_waits_for_it(models, monkeypatch):
    prepared, made = Prepared(models), Counter()
    others: list[threading.Thread] = []

    def compute():
        made["mira"] += 1
        return object()

    class Entries(OrderedDict):
        def __setitem__(self, key, value):
            late = threading.Thread(target=lambda: found.append(prepared._kept("mira", compute)))
            if not others:
                others.append(late)
                late.start()
                time.sleep(0.05)  # it asks before the entry is there
            super().__setitem__(key, value)

    found: list[object] = []
    prepared._entries = Entries()
    first = prepared._kept("mira", compute)
    others[0].join(PATIENCE)
    assert (found, made["mira"]) == ([first], 1)
    assert prepared._kept("mira", compute) is first
    assert prepared._computing == {}  # nothing is left of what is kept


def test_a_picture_that_cannot_be_prepared_is_tried_again(models):
    prepared = Prepared(models)

    def fail():
        raise UserError("damaged")

    for _ in range(2):
        with pytest.raises(UserError, match="damaged"):
            prepared._kept("gone", fail)
    assert prepared._kept("gone", lambda: 1) == 1


def test_silence_of_two_threads_ends_with_them():
    inside = threading.Event()

    def first():
        with quiet():
            inside.set()
            time.sleep(0.05)  # the other one begins

    def second():
        inside.wait(PATIENCE)
        with quiet():
            time.sleep(0.1)  # and ends later

    with warnings.catch_warnings():
        before = list(warnings.filters)
        side(first, second)
        assert list(warnings.filters) == before


def test_nobody_else_changes_the_filters_of_warnings():
    """Who did, without waiting for a turn, would leave what another thread had set."""
    root = Path(styleforge.__file__).parent
    changing = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "catch_warnings" in path.read_text(encoding="utf-8")
    ]
    assert changing == ["recipe/quiet.py"]
