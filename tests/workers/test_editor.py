"""The editor on worker processes: previews, stop, resume, and what is left for the next kernel."""

from __future__ import annotations

import torch

from styleforge.editor import EditSession
from styleforge.run.events import Step
from styleforge.workers.pool import Pool

LONG = 300.0


def test_a_session_runs_stops_and_resumes_on_workers(forge, pictures, tmp_path, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_EXECUTOR", "processes:2")
    with EditSession("toy", forge=forge, folder=tmp_path / "s") as session:
        assert isinstance(forge.executors["processes:2"], Pool)
        session.set_identity(pictures / "identity.png")
        session.add_reference(pictures / "shape.png", attribute="shape")
        session.live()
        session.wait(LONG)
        assert session.snapshot().previewing
        session.set_steps(20_000)
        pictured = []
        stop = session.subscribe(
            lambda now: (
                now.progress.done > 1 and (pictured.append(now.progress.preview), session.stop())
            )
        )
        stopped = session.run(wait=True, timeout=LONG)
        stop()
        assert stopped.status == "stopped"
        assert 1 < stopped.steps < 20_000
        assert any(pictured)
        session.resume(session.snapshot().shown)
        again = session.subscribe(lambda now: now.progress.done > stopped.steps and session.stop())
        session.wait(LONG)
        again()
        second = session.result(session.snapshot().shown)
        assert second.status == "stopped"
        assert second.steps > stopped.steps
        session.set_steps(6)
        here = session.run(wait=True, timeout=LONG)
    assert not [one for one in forge.executors.values() if not isinstance(one, Pool)]
    expected = forge.executor("inline").submit(here.recipe.as_asked())
    assert sum(isinstance(event, Step) for event in expected) == 6
    assert torch.equal(expected.result().image, here.image)
    forge.close()
