"""IR-SE50 with random weights: the published names and shapes, and a network of its own."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from styleforge.errors import UserError
from styleforge.models.arcface import IRSE50, ArcFace, load_arcface
from styleforge.pack.protocols import IdentityEncoder

# (inputs, width, stride) of every unit of the published network.
UNITS = [
    *[(64, 64, 2)], *[(64, 64, 1)] * 2,
    *[(64, 128, 2)], *[(128, 128, 1)] * 3,
    *[(128, 256, 2)], *[(256, 256, 1)] * 13,
    *[(256, 512, 2)], *[(512, 512, 1)] * 2,
]  # fmt: skip
PUBLISHED_MILLIONS = 43.8
NORM = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")


def published_shapes():
    """The names and shapes in ``model_ir_se50.pth``."""
    shapes: dict[str, tuple[int, ...]] = {}

    def norm(name, width):
        shapes.update({f"{name}.{one}": () if "num" in one else (width,) for one in NORM})

    shapes["input_layer.0.weight"] = (64, 3, 3, 3)
    norm("input_layer.1", 64)
    shapes["input_layer.2.weight"] = (64,)
    for number, (inputs, width, _) in enumerate(UNITS):
        unit = f"body.{number}"
        if inputs != width:
            shapes[f"{unit}.shortcut_layer.0.weight"] = (width, inputs, 1, 1)
            norm(f"{unit}.shortcut_layer.1", width)
        norm(f"{unit}.res_layer.0", inputs)
        shapes[f"{unit}.res_layer.1.weight"] = (width, inputs, 3, 3)
        shapes[f"{unit}.res_layer.2.weight"] = (width,)
        shapes[f"{unit}.res_layer.3.weight"] = (width, width, 3, 3)
        norm(f"{unit}.res_layer.4", width)
        shapes[f"{unit}.res_layer.5.fc1.weight"] = (width // 16, width, 1, 1)
        shapes[f"{unit}.res_layer.5.fc2.weight"] = (width, width // 16, 1, 1)
    norm("output_layer.0", 512)
    shapes["output_layer.3.weight"] = (512, 512 * 7 * 7)
    shapes["output_layer.3.bias"] = (512,)
    norm("output_layer.4", 512)
    return shapes


def draw_weights():
    """Random weights under the published names that keep the maps' size about what it is."""
    torch.manual_seed(0)
    state = {}
    for name, shape in published_shapes().items():
        if name.endswith("num_batches_tracked"):
            state[name] = torch.tensor(7)
        elif len(shape) > 1:
            state[name] = torch.randn(shape) / (torch.tensor(shape[1:]).prod().sqrt())
        elif name.endswith(("running_var", ".weight")):
            state[name] = 0.5 + torch.rand(shape)
        else:
            state[name] = 0.1 * torch.randn(shape)
    return state


@pytest.fixture(scope="module")
def weights():
    return draw_weights()


@pytest.fixture(scope="module")
def checkpoint(weights, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "model_ir_se50.pth"
    torch.save(weights, path)
    return path


@pytest.fixture(scope="module")
def encoder(checkpoint):
    return load_arcface(checkpoint)


def run_published(w, x):
    """The published network in functions: ``(N, 3, 112, 112)`` to ``(N, 512)``."""

    def norm(x, name):
        return functional.batch_norm(
            x, *(w[f"{name}.{one}"] for one in ("running_mean", "running_var", "weight", "bias"))
        )

    x = norm(functional.conv2d(x, w["input_layer.0.weight"], padding=1), "input_layer.1")
    x = functional.prelu(x, w["input_layer.2.weight"])
    for number, (inputs, width, stride) in enumerate(UNITS):
        unit = f"body.{number}"
        short = x[..., ::stride, ::stride]
        if inputs != width:
            short = functional.conv2d(short, w[f"{unit}.shortcut_layer.0.weight"])
            short = norm(short, f"{unit}.shortcut_layer.1")
        y = norm(x, f"{unit}.res_layer.0")
        y = functional.conv2d(y, w[f"{unit}.res_layer.1.weight"], padding=1)
        y = functional.prelu(y, w[f"{unit}.res_layer.2.weight"])
        y = functional.conv2d(y, w[f"{unit}.res_layer.3.weight"], padding=1, stride=stride)
        y = norm(y, f"{unit}.res_layer.4")
        pooled = y.mean((2, 3))
        squeezed = (pooled @ w[f"{unit}.res_layer.5.fc1.weight"][..., 0, 0].T).clamp(min=0)
        share = torch.sigmoid(squeezed @ w[f"{unit}.res_layer.5.fc2.weight"][..., 0, 0].T)
        x = y * share[..., None, None] + short
    x = norm(x, "output_layer.0").flatten(1)
    x = x @ w["output_layer.3.weight"].T + w["output_layer.3.bias"]
    x = norm(x, "output_layer.4")
    return x / x.norm(dim=1, keepdim=True)


def test_names_shapes_and_size_are_the_published_ones():
    with torch.device("meta"):
        network = IRSE50()
    found = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    assert found == published_shapes()
    count = sum(parameter.numel() for parameter in network.parameters())
    assert round(count / 1e6, 1) == PUBLISHED_MILLIONS


def test_equals_the_published_network(encoder, weights):
    assert isinstance(encoder, IdentityEncoder)
    torch.manual_seed(1)
    image = torch.rand(2, 3, 256, 256) * 2 - 1
    cropped = image[:, :, 35:223, 32:220]
    face = functional.adaptive_avg_pool2d(cropped, (112, 112))
    with torch.no_grad():
        found, wanted = encoder(image), run_published(weights, face)
    assert found.shape == (2, 512)
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-5)
    torch.testing.assert_close(found.norm(dim=1), torch.ones(2))
    assert (found[0] @ found[1]) < 0.999, "random pictures look alike to it: the test says nothing"


@pytest.mark.parametrize("size", [(1024, 1024), (96, 128)])
def test_any_size(encoder, size):
    torch.manual_seed(1)
    image = torch.rand(1, 3, *size) * 2 - 1
    small = functional.adaptive_avg_pool2d(image, (256, 256))
    with torch.no_grad():
        torch.testing.assert_close(encoder(image), encoder(small))


def test_gradients_reach_the_face_alone(encoder):
    image = torch.zeros(1, 3, 256, 256, requires_grad=True)
    encoder(image)[0, 0].backward()
    seen = image.grad.abs().sum((0, 1)) > 0
    assert seen[35:223, 32:220].float().mean() > 0.9
    seen[35:223, 32:220] = False
    assert not seen.any()
    assert not any(parameter.requires_grad for parameter in encoder.parameters())


def test_older_files_load(weights, tmp_path):
    """Without counts of batches, in the file format before PyTorch 1.6."""
    path = tmp_path / "older.pth"
    kept = {name: tensor for name, tensor in weights.items() if "num_batches" not in name}
    torch.save(kept, path, _use_new_zipfile_serialization=False)
    loaded = load_arcface(path)
    assert torch.equal(loaded.network.state_dict()["body.23.res_layer.4.running_var"],
                       weights["body.23.res_layer.4.running_var"])  # fmt: skip


def test_errors_say_what_to_do(weights, tmp_path):
    with pytest.raises(UserError, match=r"no file .*model_ir_se50\.pth"):
        load_arcface(tmp_path / "nothing.pth")
    (tmp_path / "text.pth").write_text("<html>Too many downloads</html>")
    with pytest.raises(UserError, match=r"Download it again"):
        load_arcface(tmp_path / "text.pth")
    torch.save({"state_dict": {"conv.weight": torch.zeros(3)}}, tmp_path / "other.pth")
    with pytest.raises(UserError, match=r"does not hold an IR-SE50: .* 1 are not its own"):
        load_arcface(tmp_path / "other.pth")
    torch.save(weights | {"input_layer.2.weight": torch.zeros(1)}, tmp_path / "shape.pth")
    with pytest.raises(UserError, match=r"1 have another shape, such as input_layer\.2\.weight"):
        load_arcface(tmp_path / "shape.pth")


def test_half_precision_file(weights, tmp_path):
    torch.save({name: t.half() if t.is_floating_point() else t for name, t in weights.items()},
               tmp_path / "half.pth")  # fmt: skip
    assert {p.dtype for p in load_arcface(tmp_path / "half.pth").parameters()} == {torch.float32}


def test_the_network_can_be_used_alone():
    with torch.device("meta"):
        assert isinstance(ArcFace(IRSE50()), IdentityEncoder)
