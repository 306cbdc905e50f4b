"""HairCLIP's mapper as its checkpoint names it, with random weights: a network of its own."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

# Of every group of the published network: its name in the file, its rows, its condition.
PUBLISHED = {
    "course_mapping": (0, 4, "style"),
    "medium_mapping": (4, 8, "style"),
    "fine_mapping": (8, 18, "colour"),
}
WIDTH = 512


class PublishedModule(nn.Module):
    """A modulation module with the published names; the embedding comes once per row."""

    def __init__(self, rows, width=WIDTH):
        super().__init__()
        self.rows = rows
        self.fc = nn.Linear(width, width)
        self.gamma_function = nn.Sequential(
            nn.Linear(width, width), nn.LayerNorm([width]), nn.LeakyReLU(), nn.Linear(width, width)
        )
        self.beta_function = nn.Sequential(
            nn.Linear(width, width), nn.LayerNorm([width]), nn.LeakyReLU(), nn.Linear(width, width)
        )

    def forward(self, x, embedding, cut):
        y = self.fc(x)
        y = functional.layer_norm(y, [self.rows, y.shape[-1]])
        if cut:
            return y
        y = y * (self.gamma_function(embedding) + 1) + self.beta_function(embedding)
        return functional.leaky_relu(y)


class PublishedMapper(nn.Module):
    """All groups, as the checkpoint names them, over all 18 rows."""

    def __init__(self, groups=tuple(PUBLISHED), width=WIDTH, modules=5):
        super().__init__()
        self.width = width
        for name in groups:
            start, stop, _ = PUBLISHED[name]
            group = nn.Module()
            group.modulation_module_list = nn.ModuleList(
                PublishedModule(stop - start, width) for _ in range(modules)
            )
            self.add_module(name, group)

    def forward(self, w, conditions):
        steps = []
        for name, (start, stop, attribute) in PUBLISHED.items():
            x = w[:, start:stop]
            group = getattr(self, name, None)
            if group is None:
                steps.append(torch.zeros_like(x))
                continue
            given = conditions.get(attribute)
            cut = given is None
            e = torch.ones(len(w), self.width) if cut else given
            e = e[:, None].repeat(1, 18, 1)[:, start:stop]
            x = x * torch.rsqrt(torch.mean(x**2, dim=1, keepdim=True) + 1e-8)
            for module in group.modulation_module_list:
                x = module(x, e, cut)
            steps.append(x)
        return w + 0.1 * torch.cat(steps, dim=1)


def make_network(**args):
    torch.manual_seed(0)
    network = PublishedMapper(**args)
    for name, parameter in network.named_parameters():
        if parameter.ndim == 1:  # biases and norms, which begin as 0 and 1
            nn.init.normal_(parameter, mean=float(name.endswith("1.weight")), std=0.2)
    return network.eval()


def write(path, network, **changes):
    """The published file: mapper, generator and CLIP, and the options of the training."""
    state = {f"mapper.{name}": tensor for name, tensor in network.state_dict().items()}
    state["mapper.clip_model.visual.conv1.weight"] = torch.randn(8, 3, 4, 4).half()
    state["mapper.clip_model.logit_scale"] = torch.tensor(4.6).half()
    state["decoder.style.1.weight"] = torch.randn(8, 8)
    state["decoder.noises.noise_0"] = torch.randn(1, 1, 4, 4)
    options = {"no_coarse_mapper": False, "stylegan_size": 1024, "device": "cuda:0",
               "checkpoint_path": None, "id_lambda": 0.3}  # fmt: skip
    torch.save({"state_dict": state | changes.pop("state", {}), "opts": options} | changes, path)
    return path
