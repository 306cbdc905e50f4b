"""Models that break a law each, and good ones of the kinds that the toy pack has not."""

from __future__ import annotations

import torch
from torch.nn.functional import interpolate

from styleforge.models.stylegan2 import Generator
from styleforge.pack.subjects import Subject
from styleforge.testing import toy_models, toy_words
from styleforge.testing.stand_in import StandInRegions

REGIONS = StandInRegions(("rest", "thing"))


class Regions:
    """A region provider with one function changed."""

    names = REGIONS.names

    def __call__(self, image):
        return REGIONS(image)


class Spaced(Regions):
    names = ("rest", "left eye")


class Short(Regions):
    names = ("bg", "thing")


class OneSize(Regions):
    def __call__(self, image):
        return interpolate(REGIONS(image), (32, 32))


class TooMuch(Regions):
    def __call__(self, image):
        return REGIONS(image) * 0.98


class Normalised(Regions):
    def __call__(self, image):
        low = image.amin((1, 2, 3), keepdim=True)
        return REGIONS((image - low) / (image.amax((1, 2, 3), keepdim=True) - low))


class Hard(Regions):
    def __call__(self, image):
        return REGIONS(image.detach())


class Chance(Regions):
    def __call__(self, image):
        return REGIONS(image + 1e-4 * torch.rand(()))


class Mixing(Regions):
    def __call__(self, image):
        return REGIONS(image + image.mean(0, keepdim=True))


def generator(**methods):
    """The toy generator with methods of its class changed."""
    made = toy_models.generator()
    made.__class__ = type("Wrong", (type(made),), methods)
    return made


def cut(self, latent, noise):
    with torch.no_grad():
        return super(type(self), self).synthesize(latent, noise)


def shaky(self, latent, noise):
    return super(type(self), self).synthesize(latent, noise) + 1e-5 * torch.rand(())


def centred(self, latent, noise):
    image = super(type(self), self).synthesize(latent, noise)
    return image + 0.5 * image.mean(0, keepdim=True)


def stay(self):
    return self


def misled(self, latent, noise):
    class Misled:
        picture = Generator.synthesize(self, latent, noise).detach()

        def pull_back(self, cotangents, of_noise=()):
            found, noise = recording.pull_back(cotangents, of_noise)
            return 1.1 * found, noise

    recording = super(type(self), self).record(latent, noise)
    return Misled()


def misled_generator():
    return generator(record=misled)


def cut_generator():
    return generator(synthesize=cut)


def learning_generator():
    return generator(eval=stay)


def shaky_generator():
    return generator(synthesize=shaky)


def centred_generator():
    return generator(synthesize=centred)


class OneRow:
    def __call__(self, image):
        return torch.zeros(len(image), toy_models.WIDTH)


class Surer:
    """A finder of subjects that is surer than sure."""

    noun = "hat"
    sure = 1.5

    def __call__(self, image):
        return (Subject(score=0.5, place=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0))),)

    def score(self, image):
        return self.sure


class Finder(Surer):
    sure = 0.5


class Everything:
    def __init__(self):
        self.net = toy_models.features()
        self.layers = self.net.layers

    def __call__(self, image, layers):
        return self.net(image, self.layers)


def negative():
    widths = zip(toy_models.LPIPS_LAYERS, toy_models.VGG_WIDTHS, strict=True)
    return toy_models.ToyLpips({layer: -torch.ones(width) for layer, width in widths})


class Deep:
    def __call__(self, image):
        return torch.zeros(len(image), 5, 3)


class Long(toy_words.ToyEncoder):
    def embed_image(self, image):
        return 2 * super().embed_image(image)


class Silent(toy_words.ToyEncoder):
    def place(self, text, about=""):
        return super().place(text, about)[0], ()


class LongIdentity(toy_words.Pooled):
    def forward(self, image):
        return 2 * super().forward(image)


class Flat:
    """One colour where it is covered."""

    def tone(self, image, mask):
        inside = (image * mask).sum((2, 3)) / mask.sum((2, 3))
        return inside[0] / 2 + 0.5

    def __call__(self, image, coverage, colour, share=1.0):
        return image + share * coverage * (2 * colour[:, None, None] - 1 - image)


class Spills(Flat):
    def __call__(self, image, coverage, colour, share=1.0):
        return super().__call__(image, torch.ones_like(coverage), colour, share)


class Darkens:
    def __call__(self, image, hole):
        return image * 0.9


class Glows:
    def __call__(self, problem, how, inpainter):
        return problem.role(how.structure).image + 5


class Whole:
    def __call__(self, problem, how, inpainter):
        return problem.role(how.structure).image.clamp(-1, 1)


class Turned:
    names = ("thing",)

    def __call__(self, image, regions, subject, subject_regions, region):
        return torch.zeros(len(image), *image.shape[-2:], 2)


class Grey:
    def __call__(self, image, hole):
        return torch.where(hole > 0.5, torch.zeros_like(image), image)


class Poser:
    names = ("thing",)

    def __call__(self, image, regions, subject, subject_regions, region):
        return torch.zeros(len(image), 2, *image.shape[-2:])


def identity():
    return LongIdentity(4, side=8, width=5)
