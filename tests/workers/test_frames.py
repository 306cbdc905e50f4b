"""Messages on a stream, and what is no message."""

from __future__ import annotations

import io
import os
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from styleforge.errors import UserError
from styleforge.testing import toy
from styleforge.workers.frames import Broken, Message, read, to_bytes
from styleforge.workers.numbers import numbers
from styleforge.workers.specs import made


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=300)), max_size=5))
def test_what_is_written_is_read(each):
    sent = [Message("event", {"text": text}, body) for text, body in each]
    stream = io.BytesIO(b"".join(map(to_bytes, sent)))
    assert [read(stream) for _ in sent] == sent
    with pytest.raises(Broken, match="the other end is gone"):
        read(stream)


@pytest.mark.parametrize("cut", [1, 15, 20, 40, -1])
def test_a_message_that_was_cut_off_is_told(cut):
    with pytest.raises(Broken):
        read(io.BytesIO(to_bytes(Message("event", {}, b"0123456789"))[:cut]))


def test_something_else_is_told():
    with pytest.raises(Broken, match="no message"):
        read(io.BytesIO(b"Hello, I am a library that prints to the wrong stream."))


def test_a_large_message_goes_through_a_pipe():
    heard, told = os.pipe()
    body = os.urandom(3_000_000)
    with os.fdopen(heard, "rb") as reader, os.fdopen(told, "wb") as writer:
        thread = threading.Thread(target=lambda: writer.write(to_bytes(Message("x", {}, body))))
        thread.start()
        assert read(reader).body == body
        thread.join()


@pytest.mark.parametrize("spec", ["processes:", "processes"])
def test_as_many_workers_as_cores_where_none_are_said(spec):
    assert made(toy.toy_forge(), spec).width == len(os.sched_getaffinity(0))


@pytest.mark.parametrize("spec", ["processes:0", "processes:x", "processes:1:2:3", "processes:-1"])
def test_a_spec_that_cannot_be_read_is_told(spec):
    with pytest.raises(UserError, match="write processes, processes:4 for 4 workers, or"):
        toy.toy_forge().executor(spec)


def test_threads_of_a_spec():
    assert numbers("processes:4:2", "4:2") == (4, 2)
    assert toy.toy_forge().executor("processes:4:2").threads == 2
