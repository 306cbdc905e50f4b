"""What networks that a user brings add; the real ones are run only where their package is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from skimage import data
from styleforge_photo import NAMES
from styleforge_photo.evidence import CLOSE, _about, evidence, hair, parsed, parts, person
from styleforge_photo.layout import Face
from styleforge_photo.layouts import MODEL, TFLITE
from styleforge_photo.networks import brought
from styleforge_photo.regions import PhotoRegions
from styleforge_photo.rows import PERSON
from styleforge_photo.segmenters import Segmenter
from styleforge_photo.subjects import Faces, face_of

from styleforge.errors import UserError
from styleforge.weights.add import add_weights
from styleforge.weights.kept import kept_folder
from styleforge.weights.package import in_package

FACE = Face(20, 20, 20)
GREY = np.full((60, 60, 3), 0.5, np.float32)
SHAPE = (60, 60)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path / "home"))
    return tmp_path


def chances(*values: float) -> np.ndarray:
    return np.stack([np.full(SHAPE, one, np.float32) for one in values])


def at(found: np.ndarray) -> dict[str, float]:
    return {name: round(float(one), 2) for name, one in zip(NAMES, found[:, 30, 30], strict=True)}


def test_classes_become_regions_in_their_published_order() -> None:
    six = parts(lambda picture: chances(0.1, 0.4, 0.1, 0.2, 0.15, 0.05))(GREY, FACE)
    assert at(six) == {
        "background": 0.1, "hair": 0.4, "skin": 0.1, "face": 0.2, "clothing": 0.2,
    }  # fmt: skip
    two = at(hair(lambda picture: chances(0.3, 0.7))(GREY, FACE))
    assert two["hair"] == 0.7
    assert {two[one] for one in NAMES if one != "hair"} == {0.3}
    one = at(person(lambda picture: chances(0.9))(GREY, FACE))
    assert one["background"] == 0.1
    assert {one[name] for name in NAMES if name != "background"} == {0.9}


def test_a_parser_is_shown_the_head_and_says_nothing_of_the_rest() -> None:
    labels = ("background", "skin", "hair", "hat", "neck")
    sizes = []

    def parser(image: torch.Tensor) -> torch.Tensor:
        sizes.append(tuple(image.shape[-2:]))
        share = torch.tensor([0.1, 0.2, 0.4, 0.2, 0.1])
        return share[None, :, None, None].expand(1, 5, *image.shape[-2:])

    parser.labels = labels  # type: ignore[attr-defined]
    picture = np.zeros((200, 200, 3), np.float32)
    found = parsed(parser)(picture, Face(90, 90, 20))  # type: ignore[arg-type]
    assert sizes == [(64, 56)]
    assert found[:, 5, 5].tolist() == [1] * 5
    assert at(found[:, 70:, 70:]) == {
        "background": 0.1,
        "face": 0.2,
        "hair": 0.4,
        "clothing": 0.2,
        "skin": 0.1,
    }


def test_a_network_keeps_hair_off_the_wall() -> None:
    """The wall is papered with her own hair; somebody knows where she is."""
    picture = torch.from_numpy(data.astronaut()).permute(2, 0, 1)[None].float() / 127.5 - 1
    (face,) = Faces()(picture)
    true = PhotoRegions().of(picture, face)
    paper = picture[..., 25:65, 180:260].repeat(1, 1, 13, 7)[..., :512, :512]
    wall = true[:, :1] * paper + (1 - true[:, :1]) * picture
    mask = (1 - true[0, :1]).numpy()
    near = _about(face_of(face), CLOSE, mask.shape[1:])
    assert near is not None

    def somebody(seen: np.ndarray) -> np.ndarray:
        """Shown the whole, or what is about the head."""
        return mask.copy() if seen.shape[:2] == mask.shape[1:] else mask[:, *near]

    told = PhotoRegions([person(somebody)])
    at_hair, behind = NAMES.index("hair"), true[0, 0] > 0.9
    hers = true[0, at_hair] > 0.9
    blind = PhotoRegions().of(wall, face)[0, at_hair]
    seeing = told.of(wall, face)[0, at_hair]
    assert float(seeing[behind].mean()) < 0.01
    assert float(seeing[hers].mean()) > 0.8 > float(blind[hers].mean())


def fake(monkeypatch: pytest.MonkeyPatch, side: int, channels: int, classes: int) -> None:
    """OpenCV reads a network that takes such pictures and gives logits of so many classes."""

    class Net:
        def setInput(self, fed: np.ndarray) -> None:
            self.fed = fed

        def forward(self) -> np.ndarray:
            if self.fed.shape != (1, channels, side, side):
                raise AttributeError("of OpenCV, where sizes do not fit")
            return np.arange(2, classes + 2, dtype=np.float32)[None, :, None, None] * np.ones(
                (1, 1, side, side), np.float32
            )

    monkeypatch.setattr("cv2.dnn.readNetFromTFLite", lambda *given: Net())


@pytest.mark.parametrize(("side", "channels", "classes"), [(256, 3, 6), (512, 4, 2), (256, 3, 1)])
def test_sizes_are_found_and_logits_become_chances(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, side: int, channels: int, classes: int
) -> None:
    fake(monkeypatch, side, channels, classes)
    (tmp_path / "a.tflite").write_bytes(b"\0\0\0\0TFL3 of a test")
    network = Segmenter(tmp_path / "a.tflite")
    assert (network.side, network.channels, network.classes) == (side, channels, classes)
    found = network(GREY)
    assert found.shape == (classes, 60, 60)
    if classes > 1:
        assert np.allclose(found.sum(0), 1, atol=1e-5)
        expected = (
            np.exp(np.arange(classes)) / np.exp(np.arange(classes)).sum()
        )  # whatever is added
        assert np.allclose(found[:, 0, 0], expected, atol=1e-5)


def test_weights_are_added_used_and_in_the_fingerprint(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = len(evidence())  # of MediaPipe's package, where it is installed
    assert there == 0 or in_package(PERSON)
    fake(monkeypatch, 256, 3, 1)
    path = home / "selfie_segmenter.tflite"
    path.write_bytes(b"\0\0\0\0TFL3 of a test")
    kept = add_weights(PERSON.name, path, row=PERSON)
    assert kept.facts == {"classes": 1, "side": 256}
    assert len(evidence()) == 1
    assert kept_folder() / PERSON.name / MODEL in brought()
    (kept.folder / MODEL).write_bytes(b"half")
    with pytest.raises(UserError, match="cannot be read: it is no file of TensorFlow Lite"):
        evidence()


def test_what_is_no_network_is_refused(home: Path) -> None:
    (home / "page.tflite").write_bytes(b"\x89PNG something else")
    with pytest.raises(UserError, match=r"it is no file of TensorFlow Lite\. A segmenter of"):
        add_weights(PERSON.name, home / "page.tflite", row=PERSON)
    (home / "empty.tflite").write_bytes(b"\0\0\0\0TFL3 and no network")
    with pytest.raises(UserError, match="that OpenCV cannot run"):
        add_weights(PERSON.name, home / "empty.tflite", row=PERSON)


def test_the_published_network_finds_the_astronaut() -> None:
    path = in_package(PERSON)
    if path is None:
        pytest.skip("MediaPipe's package (0.10.21 or older) carries it, and is not there")
    network = Segmenter(path)
    mask = network(data.astronaut().astype(np.float32) / 255)[0]
    assert mask[100, 225] > 0.9
    assert mask[60, 60] < 0.1
    assert TFLITE.run(network).isfinite().all()
