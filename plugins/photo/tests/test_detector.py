"""Faces by a network: how what it gives is read; the real one is run only where its package is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from skimage import data
from styleforge_photo.detector import SIDE, FaceDetector, _anchors
from styleforge_photo.faces import find_faces
from styleforge_photo.layouts import FACES
from styleforge_photo.networks import brought, detector
from styleforge_photo.rows import DETECTOR

from styleforge.errors import UserError
from styleforge.weights.add import add_weights
from styleforge.weights.package import in_package


class Net:
    """Sees a face where the picture is brightest: as wide as 32 pixels of 128, tilted by 20."""

    def __init__(self, outputs: int = 2) -> None:
        self.outputs = outputs

    def setInput(self, fed: np.ndarray) -> None:
        self.fed = fed

    def forward(self, names: list[str]) -> list[np.ndarray]:
        assert names == ["regressors", "classificators"]
        boxes, scores = np.zeros((1, 896, 16), np.float32), np.full((1, 896, 1), -50, np.float32)
        bright = self.fed[0].mean(axis=0)
        if bright.max() > 0.5:
            y, x = (float(one.mean()) + 0.5 for one in np.nonzero(bright > 0.5))
            for at in np.argsort(np.hypot(*(_anchors() - [x, y]).T))[:3]:  # several see it
                away = np.array([x, y]) - _anchors()[at]
                eyes = 8 * np.array([np.cos(np.deg2rad(20)), np.sin(np.deg2rad(20))])
                boxes[0, at, :2], boxes[0, at, 2:4] = away, 32
                boxes[0, at, 4:6], boxes[0, at, 6:8] = away - eyes, away + eyes
                scores[0, at] = 3
        return [boxes, scores][: self.outputs]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("cv2.dnn.readNetFromTFLite", lambda *given: Net())
    (tmp_path / "faces.tflite").write_bytes(b"\0\0\0\0TFL3 of a test")
    return tmp_path / "faces.tflite"


def test_a_box_and_eyes_become_a_face_with_its_turn(path: Path) -> None:
    picture = np.zeros((300, 512, 3), np.uint8)
    picture[140:156, 300:316] = 255
    (face,) = find_faces(picture, FaceDetector(path))
    assert face.side == pytest.approx(1.06 * 32 * 512 / SIDE, rel=0.02)
    assert face.turn == pytest.approx(20, abs=0.5)
    x, y = face.centre
    assert x == pytest.approx(308 - np.sin(np.deg2rad(20)) * 0.12 * face.side, abs=5)
    assert y == pytest.approx(148 + np.cos(np.deg2rad(20)) * 0.12 * face.side, abs=5)


def test_without_a_face_for_the_network_the_cascade_is_asked(path: Path) -> None:
    dark = (np.asarray(data.astronaut()) // 3).astype(np.uint8)  # nothing bright: it sees nobody
    assert FaceDetector(path)(dark) == []
    (face,) = find_faces(dark, FaceDetector(path))
    assert abs(face.centre[0] - 225) < 20


def test_it_is_added_and_used(path: Path) -> None:
    assert detector() is None or in_package(DETECTOR)
    kept = add_weights(DETECTOR.name, path, row=DETECTOR)
    assert kept.facts == {"side": 128}
    assert isinstance(detector(), FaceDetector)
    assert brought(DETECTOR) == kept.files


def test_another_network_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cv2.dnn.readNetFromTFLite", lambda *given: Net(outputs=1))
    with pytest.raises(UserError, match="finds no faces as BlazeFace does"):
        add_weights(DETECTOR.name, path, row=DETECTOR)


def test_the_published_network_finds_the_astronaut() -> None:
    file = in_package(DETECTOR)
    if file is None:
        pytest.skip("MediaPipe's package (0.10.21 or older) carries it, and is not there")
    (face,) = find_faces(np.asarray(data.astronaut()), FaceDetector(file))
    assert abs(face.centre[0] - 225) < 15
    assert abs(face.centre[1] - 115) < 15
    assert FACES.run(FaceDetector(file)).item() == 0
