"""StyleGAN2 (Karras et al. 2020, "Analyzing and Improving the Image Quality of StyleGAN")."""

from __future__ import annotations

from styleforge.models.stylegan2.generator import Generator
from styleforge.models.stylegan2.shapes import channel_table, noise_shapes

__all__ = ["Generator", "channel_table", "noise_shapes"]
