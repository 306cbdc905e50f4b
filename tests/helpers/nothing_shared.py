"""LOHO's steps on the toy with nothing shared, which ours are compared with."""

from __future__ import annotations

import torch

from styleforge.losses.appearance import appearance_distance
from styleforge.losses.lpips import masked_lpips
from styleforge.losses.noise import noise_correlation
from styleforge.losses.style import gram_distance
from styleforge.models.scaling import lpips_input
from styleforge.prepare import masks
from styleforge.prepare.problem import Problem

LPIPS_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3")


class Straightforward:
    """LOHO on the toy with nothing shared: every gradient computes everything again."""

    def __init__(self, problem: Problem, regions: dict[str, torch.Tensor]):
        self.problem = problem
        self.models = problem.models
        self.thing = regions["thing"]
        self.hard = {
            role: masks.region_map(
                tuple(reference.regions),
                masks.hard(torch.cat(tuple(reference.regions.values()), 1)),
            )
            for role, reference in problem.references.items()
        }

    def lpips(self, image, role, mask, layers):
        network, weights = self.models.get("features"), self.models.get("lpips").weights
        mine = network(lpips_input(image * mask), layers)
        theirs = network(lpips_input(self.problem.references[role].image * mask), layers)
        return masked_lpips(mine, theirs, weights, None, layers, "patent")

    def identity(self, image):
        covered = masks.dilate(self.hard["shape"]["thing"], 5 * 32 / 256)
        mask = self.hard["identity"]["keep"] * (1 - covered)
        return self.lpips(image, "identity", mask, LPIPS_LAYERS)

    def shape(self, image):
        mask = masks.erode(self.hard["shape"]["thing"], 5 * 32 / 256)
        return self.lpips(image, "shape", mask, LPIPS_LAYERS[3:])

    def look(self, image, appearance, finer_style):
        network = self.models.get("features")

        def features(picture, mask):
            return network(picture * mask, ("relu1_1", *LPIPS_LAYERS[:4]))

        mine = features(image, self.thing)
        there = self.hard[appearance]["thing"]
        theirs = features(self.problem.references[appearance].image, there)
        first = appearance_distance(mine["relu1_1"], theirs["relu1_1"], self.thing, there, "patent")
        there = self.hard[finer_style]["thing"]
        theirs = features(self.problem.references[finer_style].image, there)
        second = gram_distance(mine, theirs, self.thing, there, LPIPS_LAYERS[:4], "patent")
        return 40 * first + 1.5e4 * second

    def gradient(self, latent, noise, loss):
        """Of a fresh graph: generator, networks, references and all."""
        latent = latent.clone().requires_grad_()
        noise = [item.clone().requires_grad_() for item in noise]
        image = self.models.get("generator").synthesize(latent, noise)
        value = loss(image, noise)
        found = torch.autograd.grad(value, [latent, *noise], allow_unused=True)
        return found[0], found[1:]

    def look_step(self, latent, noise):
        """Gradients of stage 2: by latent and by noise maps."""
        main, main_noise = self.gradient(
            latent,
            noise,
            lambda image, maps: (
                self.identity(image)
                + self.look(image, "appearance", "finer_style")
                + 1e5 * noise_correlation(maps)
            ),
        )
        structure, _ = self.gradient(latent, noise, lambda image, _: self.shape(image))
        probe, _ = self.gradient(latent, noise, lambda image, _: self.look(image, "shape", "shape"))
        unit = probe / probe.norm(dim=-1, keepdim=True)
        structure = structure - (structure * unit).sum(-1, keepdim=True) * unit
        return main + structure, main_noise

    def structure_step(self, latent, noise):
        """Gradients of stage 1."""
        return self.gradient(
            latent,
            noise,
            lambda image, maps: (
                self.identity(image) + self.shape(image) + 1e5 * noise_correlation(maps)
            ),
        )
