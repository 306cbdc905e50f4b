"""ArcFace's IR-SE50: tells faces apart (Deng et al. 2019), with pSp's crop in front.

A residual network of 24 units with squeeze and excitation (Hu et al. 2018), built so that the
published file ``model_ir_se50.pth`` loads by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from torch import Tensor, nn
from torch.nn import functional

from styleforge.errors import UserError
from styleforge.models.tensors import read_tensors
from styleforge.models.undrawn import undrawn

# Units of the four stages and their channels; the first unit of each halves the size.
STAGES = ((3, 64), (4, 128), (14, 256), (3, 512))
SIDE = 256  # what a picture is brought to before the crop
ROWS, COLUMNS = slice(35, 223), slice(32, 220)  # the face in an aligned picture of that side
FACE = 112  # the side of what the network sees


class _SqueezeExcitation(nn.Module):
    """Scales channels by what they say together over the whole map.

    Example:
        >>> import torch
        >>> _SqueezeExcitation(32)(torch.zeros(1, 32, 4, 4)).shape
        torch.Size([1, 32, 4, 4])
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(width, width // 16, 1, bias=False)
        self.fc2 = nn.Conv2d(width // 16, width, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """``(N, width, h, w)`` to the same."""
        share: Tensor = self.fc2(functional.relu(self.fc1(x.mean((2, 3), keepdim=True))))
        return x * share.sigmoid()


class _Unit(nn.Module):
    """A residual unit; the shortcut is a convolution only where the channels change.

    Example:
        >>> import torch
        >>> _Unit(16, 32, stride=2).eval()(torch.zeros(1, 16, 8, 8)).shape
        torch.Size([1, 32, 4, 4])
    """

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        self.shortcut_layer: nn.Module
        if inputs == width:
            self.shortcut_layer = nn.MaxPool2d(1, stride)  # every stride-th pixel
        else:
            self.shortcut_layer = nn.Sequential(
                nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width)
            )
        self.res_layer = nn.Sequential(
            nn.BatchNorm2d(inputs),
            nn.Conv2d(inputs, width, 3, 1, 1, bias=False),
            nn.PReLU(width),
            nn.Conv2d(width, width, 3, stride, 1, bias=False),
            nn.BatchNorm2d(width),
            _SqueezeExcitation(width),
        )

    def forward(self, x: Tensor) -> Tensor:
        """``(N, inputs, h, w)`` to ``(N, width, h / stride, w / stride)``."""
        out: Tensor = self.res_layer(x) + self.shortcut_layer(x)
        return out


def residual_body(stages: Sequence[tuple[int, int]] = STAGES) -> tuple[nn.Module, nn.Sequential]:
    """The first layer and the units: pictures ``(N, 3, h, w)`` to ``(N, C, h / 16, w / 16)``.

    Args:
        stages: units and channels of each stage; IR-SE50's when left out.

    Example:
        >>> first, units = residual_body(((1, 16), (2, 32)))
        >>> len(units)
        3
    """
    inputs = stages[0][1]
    first = nn.Sequential(
        nn.Conv2d(3, inputs, 3, 1, 1, bias=False), nn.BatchNorm2d(inputs), nn.PReLU(inputs)
    )
    units = []
    for count, width in stages:
        for number in range(count):
            units.append(_Unit(inputs, width, 1 if number else 2))
            inputs = width
    return first, nn.Sequential(*units)


class IRSE50(nn.Module):
    """Faces to embeddings, with the published names of weights.

    Example:
        >>> with undrawn():  # its weights come from a file
        ...     network = IRSE50()
        >>> len(network.body)
        24
    """

    def __init__(self) -> None:
        super().__init__()
        self.input_layer, self.body = residual_body()
        inputs = STAGES[-1][1]
        left = FACE // 2 ** len(STAGES)
        self.output_layer = nn.Sequential(
            nn.BatchNorm2d(inputs),
            nn.Dropout(0.6),
            nn.Flatten(),
            nn.Linear(inputs * left**2, 512),
            nn.BatchNorm1d(512),
        )

    def forward(self, face: Tensor) -> Tensor:
        """Faces ``(N, 3, 112, 112)`` in [-1, 1] to ``(N, 512)`` of length 1."""
        out = self.output_layer(self.body(self.input_layer(face)))
        return functional.normalize(out, dim=1)


class ArcFace(nn.Module):
    """An identity encoder for aligned portraits; satisfies ``protocols.IdentityEncoder``.

    Aligned as FFHQ is: the crop is a fixed one and finds no faces.

    Example:
        >>> with undrawn():
        ...     encoder = ArcFace(IRSE50())
        >>> encoder.network.output_layer[3].out_features
        512
    """

    def __init__(self, network: IRSE50) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1], of any size, to ``(N, 512)`` of length 1.

        Differentiable in the picture. As published for pSp, e4e and HairCLIP: averaged to 256,
        cropped, averaged to 112.
        """
        if image.shape[-2:] != (SIDE, SIDE):
            image = functional.adaptive_avg_pool2d(image, SIDE)
        face = functional.adaptive_avg_pool2d(image[..., ROWS, COLUMNS], FACE)  # (N, 3, 112, 112)
        out: Tensor = self.network(face)
        return out


def load_arcface(path: str | Path) -> ArcFace:
    """The identity encoder with the weights of ``model_ir_se50.pth``, frozen.

    Raises:
        UserError: no such file, not one of tensors, or not of this network.

    Example:
        >>> load_arcface("model_ir_se50.pth")
        Traceback (most recent call last):
        styleforge.errors.UserError: There is no file model_ir_se50.pth; give the path of ...
    """
    tensors = read_tensors(path, "an ArcFace checkpoint (model_ir_se50.pth)")
    try:
        return arcface_of(tensors)
    except UserError as error:
        raise UserError(
            f"{path} does not hold an IR-SE50: {error}. Give model_ir_se50.pth, as pSp and e4e use "
            "it."
        ) from error


def arcface_of(tensors: Mapping[str, Tensor]) -> ArcFace:
    """The identity encoder with these weights, frozen.

    Raises:
        UserError: they are not of this network, as the end of a sentence.

    Example:
        >>> arcface_of({})
        Traceback (most recent call last):
        styleforge.errors.UserError: ... of its weights are missing, 0 are not its own ...
    """
    with undrawn():
        network = IRSE50()
    try:
        network.load_state_dict(dict(tensors))
    except RuntimeError as error:
        wanted = network.state_dict()
        missing = sorted(wanted.keys() - tensors.keys())
        extra = sorted(tensors.keys() - wanted.keys())
        shapes = [name for name, one in wanted.items()
                  if name in tensors and tensors[name].shape != one.shape]  # fmt: skip
        raise UserError(
            f"{len(missing)} of its weights are missing, {len(extra)} are not its own and "
            f"{len(shapes)} have another shape, such as {(missing + extra + shapes)[0]}"
        ) from error
    return ArcFace(network).eval().requires_grad_(requires_grad=False)
