"""What tests of the editor's sessions wait for, and what a session says."""

from __future__ import annotations

LONG = 300.0  # seconds that a test waits before it gives up; machines are shared
MANY = 20_000  # steps that no test waits for


def messages(session, wait=True):
    """The texts of a session's messages, once it has nothing to do."""
    if wait:
        session.wait(LONG)
    return [one.text for one in session.snapshot().messages]


def errors(session):
    """The texts of its messages that are errors, once it has nothing to do."""
    session.wait(LONG)
    return [one.text for one in session.snapshot().messages if one.level == "error"]


def state(session, role):
    """An attribute by its role, once the session has nothing to do."""
    session.wait(LONG)
    return session.snapshot().attribute(role)
