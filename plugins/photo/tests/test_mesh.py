"""Landmarks by a network: how what it gives is read; the real one is run where its package is."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from skimage import data
from styleforge_photo import NAMES
from styleforge_photo.evidence import OTHER, meshed
from styleforge_photo.faces import find_faces
from styleforge_photo.layout import Face
from styleforge_photo.layouts import MESH
from styleforge_photo.mesh import IBUG68, IN_TASK, FaceMesh
from styleforge_photo.networks import brought, mesh
from styleforge_photo.rows import LANDMARKS

from styleforge.errors import UserError
from styleforge.weights.add import add_weights
from styleforge.weights.package import in_package


def drawn(count: int) -> np.ndarray:
    """Points of a face in parts of its square: each of IBUG's where a person has it."""
    at = np.full((count, 2), 0.5)
    across = np.linspace(-1, 1, 17)
    jaw = np.stack([0.5 + 0.4 * across, 0.85 - 0.45 * across**2], axis=1)
    brows = np.stack([np.r_[0.2:0.45:5j, 0.55:0.8:5j], np.full(10, 0.3)], axis=1)
    nose = np.stack([np.full(9, 0.5), np.r_[0.38:0.6:9j]], axis=1)
    eyes = np.stack([np.r_[np.full(6, 0.32), np.full(6, 0.68)], np.full(12, 0.38)], axis=1)
    mouth = np.stack([np.r_[0.4:0.6:20j], np.full(20, 0.72)], axis=1)
    at[list(IBUG68)] = np.concatenate([jaw, brows, nose, eyes, mouth])
    return at


class Net:
    """Draws the face where the picture is bright, as large as the bright square is."""

    def __init__(self, side: int, count: int, *, sees: bool = True) -> None:
        self.side, self.count, self.sees = side, count, sees

    def setInput(self, fed: np.ndarray) -> None:
        self.fed = fed

    def getUnconnectedOutLayersNames(self) -> tuple[str, ...]:
        return ("flag", "points")

    def forward(self, names: list[str]) -> list[np.ndarray]:
        if self.fed.shape[-1] != self.side:
            raise AttributeError("of OpenCV, where sizes do not fit")
        bright = self.fed[0].mean(axis=0) > 0.5
        points = np.zeros((self.count, 3), np.float32)
        if bright.any():
            y, x = (one.mean() + 0.5 for one in np.nonzero(bright))
            points[:, :2] = [x, y] + (drawn(self.count) - 0.5) * np.sqrt(bright.sum())
        flag = 9 if self.sees and bright.any() else -9
        return [np.full((1, 1, 1, 1), flag, np.float32), points.reshape(1, -1, 1, 1)]


def fake(monkeypatch: pytest.MonkeyPatch, path: Path, net: object) -> Path:
    monkeypatch.setattr("cv2.dnn.readNetFromTFLite", lambda *given: net)
    path.write_bytes(b"\0\0\0\0TFL3 of a test")
    return path


@pytest.mark.parametrize(("side", "count"), [(192, 468), (256, 478)])
@pytest.mark.parametrize("scale", [1, 12])
def test_points_are_put_back_into_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, side: int, count: int, scale: int
) -> None:
    network = FaceMesh(fake(monkeypatch, tmp_path / "a.tflite", Net(side, count)))
    assert (network.side, network.count) == (side, count)
    picture = np.zeros((300 * scale, 260 * scale, 3), np.uint8)
    picture[90 * scale : 190 * scale, 60 * scale : 160 * scale] = 255
    found = network(picture, Face(50 * scale, 85 * scale, 110 * scale))
    assert found is not None
    wanted = ([60, 90] + 100 * drawn(count)[list(IBUG68)]) * scale
    assert found == pytest.approx(wanted, abs=1.5 * scale)


def test_where_it_sees_no_face_there_are_no_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = FaceMesh(fake(monkeypatch, tmp_path / "a.tflite", Net(192, 468, sees=False)))
    assert network(np.full((64, 64, 3), 255, np.uint8), Face(10, 10, 40)) is None
    assert meshed(network)(np.ones((64, 64, 3), np.float32), Face(10, 10, 40)).min() == 1


def test_a_bundle_is_opened_and_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path / "home"))
    fake(monkeypatch, tmp_path / "net.tflite", Net(256, 478))
    with zipfile.ZipFile(tmp_path / "face_landmarker.task", "w") as bundle:
        bundle.write(tmp_path / "net.tflite", IN_TASK)
    kept = add_weights(LANDMARKS.name, tmp_path / "face_landmarker.task", row=LANDMARKS)
    assert kept.facts == {"points": 478, "side": 256}
    assert isinstance(mesh(), FaceMesh)
    assert brought(LANDMARKS) == kept.files
    with zipfile.ZipFile(tmp_path / "hands.task", "w") as bundle:
        bundle.write(tmp_path / "net.tflite", "hand_landmarks_detector.tflite")
    with pytest.raises(
        UserError, match=r"it is an archive without face_landmarks_detector\.tflite"
    ):
        add_weights(LANDMARKS.name, tmp_path / "hands.task", row=LANDMARKS)


def test_it_is_taken_out_of_the_package_s_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path / "home"))
    fake(monkeypatch, tmp_path / "net.tflite", Net(192, 468))
    wheel = tmp_path / "mediapipe-0.10.21-cp311-cp311-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.write(tmp_path / "net.tflite", LANDMARKS.package.replace(":", "/"))
    kept = add_weights(LANDMARKS.name, wheel, row=LANDMARKS)
    assert (kept.source, kept.facts["points"]) == (wheel.name, 468)
    newer = tmp_path / "mediapipe-1.2.2-py3-none-any.whl"
    with zipfile.ZipFile(newer, "w") as packed:
        packed.writestr("mediapipe/__init__.py", "")
    with pytest.raises(
        UserError, match=r"1\.2\.2-py3-none-any\.whl is a wheel without mediapipe/mod"
    ):
        add_weights(LANDMARKS.name, newer, row=LANDMARKS)


def test_another_network_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="it gives 1, 300 numbers, and 1404 or 1434 are expected"):
        FaceMesh(fake(monkeypatch, tmp_path / "a.tflite", Net(192, 100)))
    with pytest.raises(UserError, match="finds no landmarks as the face mesh does"):
        FaceMesh(fake(monkeypatch, tmp_path / "a.tflite", Net(64, 468)))


def test_what_lies_within_jaw_and_brows_is_the_face_and_ears_are_skin() -> None:
    points = [20, 20] + 100 * drawn(468)[list(IBUG68)]
    said = meshed(lambda picture, face: points)(
        np.zeros((140, 140, 3), np.float32), Face(20, 20, 100)
    )
    by_name = dict(zip(NAMES, said, strict=True))
    cheek, forehead, ear = (75, 70), (30, 70), (62, 24)
    assert by_name["face"][cheek] == pytest.approx(1)
    assert by_name["hair"][cheek] == pytest.approx(OTHER, abs=0.01)
    assert {float(one[forehead]) for one in said} == {1.0}
    assert by_name["skin"][ear] > 0.9
    assert by_name["hair"][ear] < 0.15


def test_the_published_network_finds_the_astronaut() -> None:
    file = in_package(LANDMARKS)
    if file is None:
        pytest.skip("MediaPipe's package (0.10.21 or older) carries it, and is not there")
    network, picture = FaceMesh(file), np.asarray(data.astronaut())
    (face,) = find_faces(picture)
    found = network(picture, face)
    assert found is not None
    # Read off by eye: outer corners of the eyes, tip of the nose, corners of the mouth, chin.
    wanted = {36: (194, 102), 45: (257, 104), 30: (224, 127), 48: (202, 140), 54: (246, 142),
              8: (221, 177)}  # fmt: skip
    for index, at in wanted.items():
        assert np.hypot(*(found[index] - at)) < 6, (index, found[index])
    assert MESH.run(network).item() == 0
