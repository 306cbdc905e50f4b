"""VGG16's convolutions with named layers (Simonyan & Zisserman 2015, configuration D).

The modules sit at torchvision's indices (``features.0`` to ``features.30``), so that a state
dict of ``torchvision.models.vgg16`` loads as it is once its classifier is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from styleforge.errors import UserError, printable
from styleforge.models.declared import Unfit, check_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

_CONVOLUTIONS = (2, 2, 3, 3, 3)  # in each of the five blocks
_FAR = "relu4_3"  # the deepest layer that sees parts of pictures


class VGG16(nn.Module):
    """The perceptual network; satisfies ``styleforge.pack.protocols.Features``.

    Takes what it is given: no shift, no scale (see `styleforge.models.scaling.lpips_input`).

    Args:
        widths: channels of the five blocks; the published network's when left out.

    Attributes:
        layers: ``relu1_1``, ``relu1_2``, ``pool1``, ``relu2_1``, ... ``relu5_3``, ``pool5``.

    Example:
        >>> import torch
        >>> network = VGG16((4, 6, 6, 8, 8))  # narrow, for tests
        >>> network(torch.zeros(1, 3, 32, 32), ["relu3_3"])["relu3_3"].shape
        torch.Size([1, 6, 8, 8])
    """

    def __init__(self, widths: Sequence[int] = (64, 128, 256, 512, 512)) -> None:
        super().__init__()
        if len(widths) != len(_CONVOLUTIONS):
            msg = f"VGG16 has five blocks; widths are {tuple(widths)}. Give five numbers."
            raise UserError(msg)
        self.widths = tuple(widths)
        modules: list[nn.Module] = []
        names: dict[str, int] = {}  # name -> index of the module whose output it is
        inputs = 3
        for block, (count, width) in enumerate(zip(_CONVOLUTIONS, widths, strict=True), start=1):
            for number in range(1, count + 1):
                # Nothing else reads a convolution's output, so the rectifier may overwrite it.
                modules += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU(inplace=True)]
                names[f"relu{block}_{number}"] = len(modules) - 1
                inputs = width
            modules.append(nn.MaxPool2d(2))
            names[f"pool{block}"] = len(modules) - 1
        self.features = nn.Sequential(*modules)
        self.layers = tuple(names)
        self._indices = names
        # A convolution reads and writes this layout without turning its maps round.
        self.to(memory_format=torch.channels_last)

    def forward(self, image: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
        """Activations ``(N, C, h, w)`` of the layers asked for, by name.

        Runs only as far as the deepest of them.

        Args:
            image: ``(N, 3, H, W)``.
            layers: names out of :attr:`layers`, in any order.

        Raises:
            UserError: a name is unknown, or the picture is too small for the layer.
        """
        unknown = [name for name in layers if name not in self._indices]
        if unknown:
            msg = f"VGG16 has no layer {unknown[0]!r}; it has {', '.join(self.layers)}."
            raise UserError(msg)
        wanted = {self._indices[name]: name for name in layers}
        found: dict[str, Tensor] = {}
        maps = image
        for index in range(max(wanted, default=-1) + 1):
            module = self.features[index]
            if isinstance(module, nn.MaxPool2d) and min(maps.shape[-2:]) < 2:
                msg = (
                    f"A picture of {tuple(image.shape[-2:])} is too small for layer "
                    f"{layers[-1]!r}; give one of at least 32 pixels."
                )
                raise UserError(msg)
            maps = module(maps)
            if index in wanted:
                found[wanted[index]] = maps
        return {name: found[name] for name in layers}

    def reach(self, layer: str) -> tuple[int, int] | None:
        """How far around a pixel what a layer gives there depends on the picture.

        All layers up to relu4_3 have its reach, so that one part of a picture does for all of them
        and what is asked first changes no bit.

        Args:
            layer: a name out of :attr:`layers`.

        Returns:
            Pixels of the picture, and what a part's place and size are to be multiples of. None for
            the deeper layers, which depend on most of a picture.

        Example:
            >>> VGG16((4, 6, 6, 8, 8)).reach("relu1_2")
            (48, 8)
        """
        deepest = self._indices[_FAR]
        if self._indices[layer] > deepest:
            return None
        margin, step = 0, 1
        for module in self.features[: deepest + 1]:
            if isinstance(module, nn.MaxPool2d):
                margin, step = -(-margin // 2), 2 * step
            elif isinstance(module, nn.Conv2d):
                margin += 1
        return margin * step, step

    def load_torchvision(self, state: Mapping[str, Tensor]) -> None:
        """Load the state dict of ``torchvision.models.vgg16``, classifier or not.

        Raises:
            UserError: the state dict is not one of VGG16 with these widths, or holds NaN.
        """
        kept = {name: tensor for name, tensor in state.items() if name.startswith("features.")}
        try:
            check_numbers(kept)
            self.load_state_dict(kept)
        except (RuntimeError, Unfit) as error:
            why = " ".join(printable(str(error), 300).split())
            msg = f"These are not the weights of a VGG16 with widths {self.widths}: {why}"
            raise UserError(msg) from error
