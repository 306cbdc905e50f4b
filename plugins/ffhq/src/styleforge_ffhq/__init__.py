"""StyleGAN2 weights that users bring, as packs: FFHQ, and any other generator by name."""
