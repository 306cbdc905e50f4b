"""Who listens to a session, and who posts to it, from any thread."""

from __future__ import annotations

import threading

import pytest
from sessions import LONG

from styleforge.errors import UserError


def test_versions_grow_and_all_snapshots_come_from_one_thread(ready, recorder):
    ready.run(wait=True)
    ready.wait(LONG)
    versions = [one.version for one in recorder.seen]
    assert versions == sorted(set(versions))
    assert recorder.threads == {"edit session"}


def test_a_raising_subscriber_troubles_nobody(mapped, recorder, caplog):
    def broken(_):
        raise ValueError("no widget")

    mapped.subscribe(broken)
    assert mapped.run(wait=True).status == "done"
    mapped.wait(LONG)
    assert recorder.seen[-1] == mapped.snapshot()
    assert "no widget" in caplog.text


def test_a_subscriber_may_send_commands_and_must_not_wait(session):
    refused = []

    def follow(snapshot):
        if snapshot.seed == 1:
            session.set_seed(2)
            try:
                session.wait()
            except UserError as error:
                refused.append(str(error))

    session.subscribe(follow)
    session.set_seed(1)
    session.wait(LONG)
    session.wait(LONG)
    assert session.snapshot().seed == 2
    assert refused


def test_an_unsubscribed_callback_is_not_called(session, recorder):
    other = []
    end = session.subscribe(other.append)
    session.set_seed(1)
    session.wait(LONG)
    end()
    session.wait(LONG)
    count = len(other)
    session.set_seed(2)
    session.wait(LONG)
    assert len(other) == count
    assert recorder.seen[-1].seed == 2


def test_commands_from_many_threads_are_all_done(session):
    def post(start):
        for index in range(25):
            session.note(f"{start} {index}")
            session.set_seed(start + index)

    threads = [threading.Thread(target=post, args=(100 * one,)) for one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.wait(LONG)
    assert session.snapshot().messages[-1].id == 100
    assert session.snapshot().seed in {24, 124, 224, 324}


def test_a_closed_session_takes_nothing_more(session):
    session.set_seed(3)
    session.close()
    session.set_seed(4)
    assert session.snapshot().seed == 3
    with pytest.raises(UserError, match="closed"):
        session.save()
